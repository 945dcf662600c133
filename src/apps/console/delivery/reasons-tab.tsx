import { App, Button, Popconfirm } from 'antd'
import { useState } from 'react'
import type { ReasonAnswer } from '../../../delivery/delivery-routes.js'
import { post } from '../../shared/api.js'
import type { AlertDetail, Listing } from '../../shared/api-types.js'
import { useSay } from '../../shared/language.js'
import { count } from '../../shared/times.js'
import { useTellError } from '../alert/use-verb.js'
import { readAgain, type UseResource } from '../data/resources.js'
import { useMay } from '../data/session.js'
import { channelWord } from '../data/words.js'
import { Empty, Loaded, Panel } from '../layout/parts.js'
import { deliveryStateWord, deliveryTone } from './delivery-words.js'

interface ReasonsProps {
  alert: AlertDetail
  reasons: UseResource<Listing<ReasonAnswer>>
  /** Shows whom it concerns. */
  open: (row: ReasonAnswer) => void
}

/** Why some were not reached, in plain words, with what to do; one press does it where a press can. */
export function ReasonsTab({ alert, reasons, open }: ReasonsProps) {
  const say = useSay()
  return (
    <Panel title={say('为什么没有送到', 'Why not')} className="delivery-reasons">
      <Loaded from={reasons} rows={3}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={say('没有失败', 'No failures')}>
              {say(
                '有失败时,按原因归并在这里:多少条、怎么补救、按一下就办。',
                'Failures are gathered here by reason: how many, what to do, and a press to do it.',
              )}
            </Empty>
          ) : (
            <ul>
              {items.map((row) => (
                <Reason key={`${row.channel}${row.state}${row.reason}`} alert={alert} row={row} open={() => open(row)} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </Panel>
  )
}

function Reason({ alert, row, open }: { alert: AlertDetail; row: ReasonAnswer; open: () => void }) {
  const say = useSay()
  const may = useMay()
  const acts = may('alert.issue') && alert.state === 'issued' && (row.state === 'failed' || row.state === 'unknown')
  const channel = channelWord(row.channel, say)
  return (
    <li>
      <b className="reason-count ys-tabular">{count(row.count)}</b>
      <div className="reason-words">
        <p>
          <span className={`state state-${deliveryTone(row.state)}`}>{deliveryStateWord(row.state, say)}</span> {channel} ·{' '}
          <b>{say(row.text, row.textEn)}</b>
        </p>
        <p className="small">{say(`怎么办:${row.todo}`, `What to do: ${row.todoEn}`)}</p>
        <p className="small muted mono" title={say('运营商或系统的原话', 'As it was said')}>
          {row.said.join(' · ')}
        </p>
      </div>
      <div className="reason-acts">
        <Button size="small" onClick={open}>
          {row.remedies.includes('correct') ? say('看名单、改号码', 'Who, and correct') : say('看名单', 'Who')}
        </Button>
        {acts && row.remedies.includes('retry') && <RetryButton alert={alert} row={row} />}
        {acts && row.remedies.includes('knock') && alert.kind === 'actual' && <KnockButton alert={alert} row={row} />}
      </div>
    </li>
  )
}

/** One press with its question, one call, and what came of it in a sentence. */
function useAct(alert: AlertDetail) {
  const tell = useTellError()
  const { message } = App.useApp()
  const [busy, setBusy] = useState(false)
  const act = async <T,>(path: string, body: object, done: (answer: T) => string) => {
    setBusy(true)
    try {
      void message.success(done(await post<T>(`/api/alerts/${alert.id}/${path}`, body)))
      readAgain(`/api/alerts/${alert.id}`)
      readAgain('/api/tasks')
    } catch (error) {
      tell(error)
    }
    setBusy(false)
  }
  return { busy, act }
}

function RetryButton({ alert, row }: { alert: AlertDetail; row: ReasonAnswer }) {
  const say = useSay()
  const { busy, act } = useAct(alert)
  const { channel, state, reason } = row
  const words = say(`再发一次 ${count(row.count)} 条`, `Send ${count(row.count)} once more`)
  return (
    <Popconfirm
      title={words}
      description={
        state === 'unknown'
          ? say(
              '先向运营商核实;核实不了的会再发,有人可能收到两条。',
              'The carrier is asked first; whoever cannot be found out may read it twice.',
            )
          : say('同样的内容、同样的通道、同样的人。', 'The same words to the same people on the same channel.')
      }
      okText={words}
      cancelText={say('不发', 'No')}
      onConfirm={() =>
        act<{ retried: number }>('deliveries/retry', { revision: alert.revision, channel, state, reason }, ({ retried }) =>
          retried > 0
            ? say(`${count(retried)} 条已重新排队`, `${count(retried)} are in the queue again`)
            : say('没有可以再发的:这些正在处理中', 'None to send: they are being worked on'),
        )
      }
    >
      <Button size="small" loading={busy}>
        {say('再发一次', 'Send once more')}
      </Button>
    </Popconfirm>
  )
}

function KnockButton({ alert, row }: { alert: AlertDetail; row: ReasonAnswer }) {
  const say = useSay()
  const { busy, act } = useAct(alert)
  return (
    <Popconfirm
      title={say('派人上门', 'Send somebody to the door')}
      description={say(
        '给别的号码也没有收到的住户和责任人派上门任务,每户一次,由网格员承办。',
        'A task for each home and person that no other number reached; each door once, given to its grid worker.',
      )}
      okText={say('派人上门', 'Send')}
      cancelText={say('不派', 'No')}
      onConfirm={() =>
        act<{ opened: number; doors: number }>('knocks', { channel: row.channel, reason: row.reason }, ({ opened, doors }) =>
          opened > 0
            ? say(`新派 ${count(opened)} 户,见“上门”`, `${count(opened)} doors are to be knocked at`)
            : doors > 0
              ? say('这些户都已经派过了', 'All of these doors have a knock already')
              : say('这些人在别的号码上都已收到,不用上门', 'All were reached on another number: no knock is needed'),
        )
      }
    >
      <Button size="small" loading={busy}>
        {say('派人上门', 'Knock')}
      </Button>
    </Popconfirm>
  )
}
