import type { NumbersLeftAnswer } from '../../../delivery/budget-routes.js'
import { type Say, useLanguage, useSay } from '../../shared/language.js'
import { count, dayTime } from '../../shared/times.js'
import { useResource } from '../data/resources.js'
import { channelWord } from '../data/words.js'
import { Empty, Loaded } from '../layout/parts.js'

type Row = NonNullable<NumbersLeftAnswer>[number]
const isMessage = (channel: string) => channel !== 'voice'

/** What one number may have, in a sentence: 每个号码 1 小时最多 5 次,其中 2 次留给红色预警和转移. */
function limitWords({ channel, limits }: Row, say: Say): string {
  const [unit, unitEn] = isMessage(channel) ? ['条', 'messages'] : ['次', 'calls']
  return limits
    .map(({ most, minutes, kept, per }) => {
      const span = minutes % 60 === 0 ? say(`${minutes / 60} 小时`, `${minutes / 60} h`) : say(`${minutes} 分钟`, `${minutes} min`)
      const keptWords = kept > 0 ? say(`(${kept} ${unit}留给红色和转移)`, ` (${kept} kept for red and moves)`) : ''
      return say(
        `${per === 'template' ? '同一模板' : '每个号码'} ${span}最多 ${most} ${unit}${keptWords}`,
        `${most} ${unitEn} in ${span} per ${per === 'template' ? 'template and number' : 'number'}${keptWords}`,
      )
    })
    .join(say(';', '; '))
}

/** Who runs out of messages or calls today, of the whole place; or of an alert: in short, on the channels it uses. */
export function NumbersLeft({ path, only }: { path: string; only?: readonly string[] }) {
  const brief = only !== undefined
  const say = useSay()
  const from = useResource<{ channels: NumbersLeftAnswer }>(path, { watch: /^(alert|deliver)/, everyMs: 30_000 })
  return (
    <Loaded from={from} rows={2}>
      {({ channels }) => {
        const rows = (channels ?? []).filter((row) => !only || (only.includes(row.channel) && row.spent + row.scarce > 0))
        if (rows.length > 0) return rows.map((row) => <ChannelNumbers key={row.channel} row={row} brief={brief} />)
        if (brief)
          return (
            <p className="muted small">
              {channels === null
                ? say('号码次数:当前通道不限,没有人因此漏掉', 'Times per number: not limited, nobody is left out by it')
                : say('号码次数:今天都还够,没有人因此漏掉', 'Times per number: enough for everybody today')}
            </p>
          )
        return (
          <Empty title={say('号码没有次数限制', 'No number is limited')}>
            {say(
              '接入真实运营商后,每个号码一天能收几条、能打几次会显示在这里;快用完的号码会提前列出。',
              'With a real carrier, what each number may have stands here, and who is about to run out is named beforehand.',
            )}
          </Empty>
        )
      }}
    </Loaded>
  )
}

function ChannelNumbers({ row, brief }: { row: Row; brief: boolean }) {
  const { say, language } = useLanguage()
  const at = row.freesAt ? dayTime(row.freesAt, language) : null
  const unit = isMessage(row.channel) ? '条' : '次'
  const rest = row.spent + row.scarce - row.who.reduce((sum, one) => sum + one.numbers, 0)
  const list = (
    <ul className="plain-list preview-scroll">
      {row.who.map((one) => (
        <li key={one.label}>
          <span>
            {one.label}
            {one.numbers > 1 && <small className="muted"> {say(`${one.numbers} 个号码`, `${one.numbers} numbers`)}</small>}
          </span>
          <span className={`ys-tabular ${one.left === 0 ? 'tone-bad' : 'tone-warn'}`}>
            {one.left > 0
              ? say(`还剩 ${one.left} ${unit}`, `${one.left} left`)
              : one.freesAt
                ? say(
                    `已用完,${dayTime(one.freesAt, language)} 恢复;急事请上门`,
                    `used up until ${dayTime(one.freesAt, language)}; knock if urgent`,
                  )
                : say('剩下的留给红色和转移', 'the rest is kept for red and moves')}
          </span>
        </li>
      ))}
      {rest > 0 && <li className="muted">{say(`…另有 ${count(rest)} 个号码`, `… and ${count(rest)} more numbers`)}</li>}
    </ul>
  )
  return (
    <section className="preview-part">
      <h3>
        {channelWord(row.channel, say)}
        <span className={row.spent > 0 ? 'tone-bad' : row.scarce > 0 ? 'tone-warn' : 'tone-good'}>
          {row.spent + row.scarce === 0
            ? say('今天都还够', 'enough today')
            : [
                row.spent > 0 &&
                  say(
                    `${count(row.spent)} 个号码已用完${at ? `,最早 ${at} 恢复` : ''}`,
                    `${count(row.spent)} numbers used up${at ? `, the first has room again at ${at}` : ''}`,
                  ),
                row.scarce > 0 && say(`${count(row.scarce)} 个号码快用完`, `${count(row.scarce)} numbers nearly used up`),
              ]
                .filter(Boolean)
                .join(' · ')}
        </span>
      </h3>
      {!brief && <p className="muted small">{limitWords(row, say)}</p>}
      {brief ? (
        <details>
          <summary className="muted small">{say('看是谁', 'See who')}</summary>
          {list}
        </details>
      ) : (
        list
      )}
    </section>
  )
}
