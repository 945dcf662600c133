import { Button } from 'antd'
import type { AreaMatch, IngestAnswer, Warning } from '../../shared/api-types.js'
import { useSay } from '../../shared/language.js'
import { LevelBadge } from '../../shared/level.js'
import { count } from '../../shared/times.js'
import { useResource } from '../data/resources.js'
import { go } from '../router.js'

/** What became of a 补录: the warning and whom it concerns, or why it was not taken. */
export function ManualResult({
  answer,
  correct,
  again,
  busy,
}: {
  answer: IngestAnswer
  correct: () => void
  again: () => void
  busy: boolean
}) {
  const say = useSay()
  const conflict = answer.outcome === 'refused' && answer.problems.some((one) => one.code === 'conflict')
  return (
    <section className={`note ${answer.outcome === 'refused' ? 'note-warn' : 'note-good'} manual-result`} role="status">
      <b>
        {answer.outcome === 'accepted' && say('已补录。', 'Entered.')}
        {answer.outcome === 'duplicate' &&
          say(
            '这条预警已经有了,没有重复处理;您的补录作为又一个来源留存。',
            'This warning is already here; your entry is kept as another source.',
          )}
        {conflict &&
          say(
            '同一发布单位、同一时刻的这条已经录过,内容不一样,没有采用。',
            'The same warning was entered before with other content; this was not taken.',
          )}
        {answer.outcome === 'refused' && !conflict && (answer.reason ?? say('没有采用。', 'Not taken.'))}
      </b>
      {answer.warningIds.map((id) => (
        <Made key={id} id={id} />
      ))}
      <span className="manual-row">
        {conflict && (
          <Button type="primary" loading={busy} onClick={correct}>
            {say('前一条录错了,用这一条更正', 'The earlier entry was wrong: correct it')}
          </Button>
        )}
        <Button onClick={() => go(`/feeds/${answer.bulletinId}`)}>
          {say('看这份补录和通知对象', 'See the entry and whom it concerns')}
        </Button>
        {answer.outcome !== 'refused' && <Button onClick={() => go('/')}>{say('回值守台处置', 'To the desk')}</Button>}
        {!conflict && <Button onClick={again}>{say('再录一条', 'Another')}</Button>}
      </span>
    </section>
  )
}

function Made({ id }: { id: string }) {
  const say = useSay()
  const warning = useResource<Warning>(`/api/warnings/${id}`, { everyMs: 0, watch: /^warning/ })
  const audience = useResource<AreaMatch>(`/api/warnings/${id}/audience`, { everyMs: 0 })
  const match = audience.data
  if (!warning.data) return null
  return (
    <span>
      <LevelBadge level={warning.data.level} /> {warning.data.headline}
      {match?.verdict === 'matched' &&
        say(
          ` — 本辖区 ${match.grids.length} 个网格,${count(match.households)} 户 ${count(match.people)} 人。`,
          ` — ${match.grids.length} of our grids, ${count(match.households)} households, ${count(match.people)} people.`,
        )}
      {match?.verdict === 'outside' && say(' — 范围里没有本辖区的人。', ' — nobody of ours is inside.')}
      {match?.verdict === 'named-elsewhere' &&
        say(' — 点名了别处,没有点名本辖区,请确认。', ' — it names others and not us: please decide.')}
      {match?.verdict === 'unplaced' && say(' — 范围定不下来,请选定网格。', ' — the area is not clear: choose the grids.')}
    </span>
  )
}
