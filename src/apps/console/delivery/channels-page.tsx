import type { ChannelAnswer } from '../../../channels/channel-routes.js'
import type { Listing } from '../../shared/api-types.js'
import { type Say, useLanguage, useSay } from '../../shared/language.js'
import { dayTime } from '../../shared/times.js'
import { useResource } from '../data/resources.js'
import { channelWord } from '../data/words.js'
import { Loaded, Page, Panel } from '../layout/parts.js'
import { NumbersLeft } from './numbers-left.js'

type Carrier = ChannelAnswer['carriers'][number]

/** 通道: who carries our words, whether they do, and how much each number may still have today. */
export function ChannelsPage() {
  const say = useSay()
  const channels = useResource<Listing<ChannelAnswer>>('/api/channels', { watch: /^carrier/, everyMs: 10_000 })
  return (
    <Page
      title={say('通道', 'Channels')}
      sub={say(
        '话由谁送出、通不通;每个号码今天还能收几条、打几次。通道中断时消息都在等,一条不丢。',
        'Who carries our words and whether they do; what each number may still have today. When a channel stops, messages wait and none is lost.',
      )}
    >
      <Panel title={say('运营商', 'Carriers')}>
        <Loaded from={channels} rows={4}>
          {({ items }) => (
            <ul className="plain-list">
              {items.map((one) => (
                <ChannelLine key={one.channel} one={one} />
              ))}
            </ul>
          )}
        </Loaded>
      </Panel>
      <Panel title={say('今天谁的次数快用完', 'Who runs out today')}>
        <NumbersLeft path="/api/numbers-left" />
      </Panel>
    </Page>
  )
}

function ChannelLine({ one }: { one: ChannelAnswer }) {
  const { say, language } = useLanguage()
  const ill = one.carriers.filter((c) => c.state !== 'well')
  const well = one.carriers.find((c) => c.state === 'well')
  const names = one.carriers.map((c) => carrierWord(c, say))
  const tone = ill.length === 0 ? 'tone-good' : one.stopped ? 'tone-bad' : 'tone-warn'
  return (
    <li>
      <span>
        <b>{channelWord(one.channel, say)}</b>
        <small className="muted"> {names.join(say(' → 后备 ', ' → then '))}</small>
        {ill.map((c) => (
          <div key={c.carrier}>
            {troubleWords(c, say)}
            {c.since && say(`(${dayTime(c.since, language)} 起)`, ` (since ${dayTime(c.since, language)})`)}
            {c.reason && (
              <small className="muted">
                {' '}
                {say('运营商的答复:', 'it says: ')}
                {c.reason}
              </small>
            )}
          </div>
        ))}
      </span>
      <b className={tone}>
        {ill.length === 0
          ? say('正常', 'well')
          : well
            ? say(`已由${carrierWord(well, say)}代发,恢复后自动切回`, `${carrierWord(well, say)} does the work and hands it back`)
            : say('消息都在等,没有丢;急事先打电话、上门', 'messages wait, none is lost; telephone and knock where it cannot wait')}
      </b>
    </li>
  )
}

const carrierWord = ({ carrier }: Carrier, say: Say): string =>
  carrier === 'sandbox'
    ? say('模拟通道(不外发)', 'the simulated one')
    : carrier === 'sandbox-2'
      ? say('第二模拟通道(不外发)', 'the second simulated one')
      : carrier

const troubleWords = (carrier: Carrier, say: Say): string =>
  carrier.state === 'account'
    ? say(
        `${carrierWord(carrier, say)}:账户欠费或没有权限,请马上找管理员处理`,
        `${carrierWord(carrier, say)}: the account does not work; call the administrator`,
      )
    : say(`${carrierWord(carrier, say)}:不通,每 10 秒自动再试`, `${carrierWord(carrier, say)}: does not answer; tried every 10 s`)
