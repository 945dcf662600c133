import { Button } from 'antd'
import type { CallListAnswer } from '../../../outward/call-list-routes.js'
import { useSay } from '../../shared/language.js'
import { count, minuteTime } from '../../shared/times.js'
import { useResource } from '../data/resources.js'
import { relationWord } from '../data/words.js'
import { useExerciseFrame } from '../layout/exercise.js'
import { Empty, Loaded, Page, Panel } from '../layout/parts.js'
import { Link } from '../router.js'

/** When no carrier works: what to say over the loudspeaker, and whom to ring by hand. Read once: every look is recorded. */
export function CallListPage({ alertId }: { alertId: string }) {
  const say = useSay()
  const list = useResource<CallListAnswer>(`/api/alerts/${alertId}/call-list`, { everyMs: 0 })
  useExerciseFrame(list.data?.exercise ?? false)
  return (
    <Page
      className="call-list"
      title={
        list.data
          ? `${list.data.exercise ? '【演练】' : ''}${say('人工呼叫清单', 'Call list')} · ${list.data.title}`
          : say('人工呼叫清单', 'Call list')
      }
      sub={say(
        '通道都不通时用:先喊广播,再照单打电话,打不通的上门。有姓名和号码,用完收回;谁看过会留下记录。',
        'For when no channel works: read the script out, ring down the list, knock where nobody answers. It names people: keep it safe. Looking is recorded.',
      )}
      extra={
        <>
          <Link to={`/alerts/${alertId}/delivery`}>{say('回到通知到了吗', 'Back to delivery')} ›</Link>
          <Button type="primary" disabled={!list.data} onClick={() => window.print()}>
            {say('打印', 'Print')}
          </Button>
        </>
      }
    >
      <Loaded from={list} rows={10}>
        {(data) => (
          <>
            <PrintedHead data={data} />
            <Script script={data.script} />
            <People people={data.people} />
            <Homes data={data} />
          </>
        )}
      </Loaded>
    </Page>
  )
}

/** What the paper says of itself: without a time and a name nobody knows whether it still holds, or whose it is. */
function PrintedHead({ data }: { data: CallListAnswer }) {
  const say = useSay()
  const made = say(
    `${minuteTime(data.madeAt)} 由 ${data.madeBy} 打印,用完收回`,
    `printed ${minuteTime(data.madeAt)} by ${data.madeBy}; hand it back`,
  )
  return (
    <h1 className="call-printed">
      {data.exercise && '【演练】'}
      {say('人工呼叫清单', 'Call list')} · {data.title} <small>{made}</small>
    </h1>
  )
}

/** As one dials it. */
const dialled = (number: string): string => number.replace(/^\+86/, '').replace(/^(1\d{2})(\d{4})(\d{4})$/, '$1 $2 $3')

function Script({ script }: { script: CallListAnswer['script'] }) {
  const say = useSay()
  return (
    <Panel title={say('广播词(慢读两遍,停一停,再来)', 'Loudspeaker script: slowly, twice, pause, again')}>
      <p className="call-script">{say(script.zh, script.en)}</p>
    </Panel>
  )
}

function People({ people }: Pick<CallListAnswer, 'people'>) {
  const say = useSay()
  return (
    <Panel title={say('责任人', 'Responsible people')} count={people.length}>
      {people.length === 0 ? (
        <Empty title={say('没有要叫的责任人', 'Nobody to call')}>
          {say('您的辖区里没有这次要叫应的人。', 'Nobody in your area is called for this one.')}
        </Empty>
      ) : (
        <table className="call-table">
          <thead>
            <tr>
              <th>{say('岗位', 'Post')}</th>
              <th>{say('姓名', 'Name')}</th>
              <th>{say('电话', 'Telephone')}</th>
              <th>{say('结果(勾选)', 'Result')}</th>
            </tr>
          </thead>
          <tbody>
            {people.map((one) => (
              <tr key={one.id} className={one.answered ? 'muted' : ''}>
                <td>
                  {one.placeName} {one.post}
                </td>
                <td>{one.name}</td>
                <td className="ys-tabular">{one.phones.map(dialled).join(' / ') || say('没有电话:上门', 'no telephone: knock')}</td>
                <td>{one.answered ? say('已应答', 'answered') : say('□ 到岗 □ 支援 □ 来不了', '□ coming □ support □ cannot')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  )
}

function Homes({ data }: { data: CallListAnswer }) {
  const say = useSay()
  return (
    <Panel
      title={say('住户(要转移的在前,其余按走的顺序)', 'Homes: those who must move first, then in walking order')}
      count={data.homes.length}
    >
      {data.homes.length === 0 ? (
        <Empty title={say('没有要逐户打电话的', 'No home to ring')}>
          {say('喊广播、发群即可;重点户会列在这里。', 'The loudspeaker and the groups do; homes at risk would stand here.')}
        </Empty>
      ) : (
        <table className="call-table">
          <thead>
            <tr>
              <th>{say('门牌', 'Door')}</th>
              <th>{say('户主', 'Head')}</th>
              <th>{say('人数', 'People')}</th>
              <th>{say('电话', 'Telephone')}</th>
              <th>{say('结果(勾选)', 'Result')}</th>
            </tr>
          </thead>
          <tbody>
            {data.homes.map((home) => (
              <tr key={home.id}>
                <td>
                  {home.move && <b className="tone-bad">{say('转移', 'MOVE')} </b>}
                  {home.placeName} {home.label}
                </td>
                <td>{home.head ?? '—'}</td>
                <td className="ys-tabular">{home.people}</td>
                <td className="ys-tabular">
                  {home.phones.map(({ number, relation }) => `${dialled(number)}(${relationWord(relation, say)})`).join(' / ') ||
                    say('没有电话:上门', 'no telephone: knock')}
                </td>
                <td>{say('□ 已告知 □ 已转移 □ 无人', '□ told □ moved □ nobody')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {data.moreHomes > 0 && (
        <p className="tone-warn">
          {say(
            `还有 ${count(data.moreHomes)} 户没有列出:请各社区用自己的账号打印各自的清单。`,
            `${count(data.moreHomes)} more homes are not listed: let every community print its own.`,
          )}
        </p>
      )}
    </Panel>
  )
}
