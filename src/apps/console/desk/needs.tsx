import type { Need } from '../../shared/api-types.js'
import type { FieldTask } from '../../shared/field-types.js'
import { useSay } from '../../shared/language.js'
import { LevelShape } from '../../shared/level.js'
import { useServiceNow } from '../../shared/service-clock.js'
import { countdown, millis } from '../../shared/times.js'
import { ConfirmDowngrade } from '../alert/confirm-downgrade.js'
import { HoldOffButton } from '../alert/hold-off.js'
import type { Series } from '../data/desk.js'
import { useMay } from '../data/session.js'
import { VerifyButton } from '../feeds/verify-button.js'
import { Empty, Panel } from '../layout/parts.js'
import { go, Link } from '../router.js'
import { Readiness } from './readiness.js'

export function needTarget(need: Need): string {
  if (need.kind === 'return' || (need.evacuationId && !need.alertId)) return '/evacuation'
  if (need.kind === 'help') return '/evacuation?show=help'
  if (need.kind === 'reply' || need.kind === 'reply-help') return '/replies'
  if (need.kind === 'feed') return '/feeds'
  if (need.kind === 'carrier') return '/channels'
  if (need.kind === 'text') return '/feeds?tab=manual'
  if (need.kind === 'unreadable') return '/feeds?tab=bulletins&outcome=unreadable'
  if (need.kind === 'station' && !need.alertId) return '/feeds?tab=stations'
  if (need.alertId) return `/alerts/${need.alertId}`
  if (need.warningId) return `/feeds?warning=${need.warningId}`
  return '/alerts'
}
const kindWords: Record<Need['kind'], [string, string]> = {
  flood: ['未通知', 'Nobody told'],
  downgrade: ['降级待确认', 'Downgrade'],
  'auto-issue': ['自动转发', 'Automatic relay'],
  'too-wide': ['人数待核对', 'Too wide'],
  approve: ['请示', 'Approval'],
  decide: ['待研判', 'To decide'],
  help: ['求助', 'Help'],
  unplaced: ['范围读不出', 'Unplaced'],
  unreadable: ['读不懂', 'Unreadable'],
  text: ['待补录', 'To enter'],
  feed: ['来源', 'Source'],
  station: ['监测站', 'Gauge'],
  carrier: ['通道', 'Channel'],
  'named-elsewhere': ['未点名本街道', 'Named elsewhere'],
  'all-clear': ['解除', 'All clear'],
  return: ['返回', 'Return'],
  countersign: ['补签', 'Countersign'],
  reply: ['短信回复', 'Replies'],
  'reply-help': ['求助', 'Help'],
}
const urgent = new Set(['carrier', 'reply-help', 'auto-issue', 'too-wide', 'help', 'unplaced', 'unreadable', 'flood', 'downgrade'])
/** A colour is a level: that of its warning. What has none is shown by how it presses. */
const levelOf = (need: Need) =>
  need.level && need.level !== 'unknown' ? need.level : urgent.has(need.kind) ? 'red' : need.kind === 'countersign' ? 'blue' : 'orange'

export function Needs({ needs, tasks, series }: { needs: Need[]; tasks: FieldTask[]; series: Series }) {
  const say = useSay()
  return (
    <Panel className="area-needs" title={say('待我处理', 'Needs me')} count={needs.length}>
      {needs.length === 0 && (
        <Empty title={say('没有等您处理的事', 'Nothing waits for you')}>
          {say(
            '新的预警、请示、求助会按轻重排在这里,按 ↵ 打开第一件。',
            'New warnings, approvals and cries for help line up here by urgency; ↵ opens the first.',
          )}
        </Empty>
      )}
      {needs.length === 0 && series.all.length === 0 && <Readiness />}
      <ul className="needs">
        {needs.map((need, index) => (
          <NeedRow
            key={`${need.kind}${need.alertId ?? need.taskId ?? need.warningId ?? index}`}
            need={need}
            first={index === 0}
            task={tasks.find((t) => t.id === need.taskId)}
            byHand={need.kind === 'carrier' ? ((series.residents ?? series.staff)?.id ?? null) : null}
          />
        ))}
      </ul>
    </Panel>
  )
}

interface NeedRowProps {
  need: Need
  first: boolean
  task: FieldTask | undefined
  /** The alert to be told by hand while a channel does not work. */
  byHand: string | null
}
function NeedRow({ need, first, task, byHand }: NeedRowProps) {
  const say = useSay()
  const may = useMay()
  const now = useServiceNow(500)
  const due = millis(need.dueAt)
  const [zh, en] = kindWords[need.kind] ?? [need.kind, need.kind]
  // Its own words suffice: the need may be of another warning than the one on top.
  const alert = need.alertId && need.revision ? { id: need.alertId, revision: need.revision } : null
  return (
    <li className={`need${first ? ' need-first' : ''}${urgent.has(need.kind) ? ' need-urgent' : ''}`}>
      <button type="button" className="need-open" onClick={() => go(needTarget(need))}>
        <LevelShape level={levelOf(need)} size={13} />
        <span className="need-kind">{say(zh, en)}</span>
        {due !== null && <b className={`need-clock ys-tabular${due < now ? ' is-over' : ''}`}>{countdown(due - now)}</b>}
        <span className="need-title">
          {say(need.title, need.titleEn ?? need.title)}
          {task?.ownerName && <small> {say(`承办 ${task.ownerName}`, `with ${task.ownerName}`)}</small>}
        </span>
        {first && <kbd>↵</kbd>}
      </button>
      {byHand && may('register.see-sealed') && <Link to={`/alerts/${byHand}/call-list`}>{say('人工呼叫清单', 'Call list')} ›</Link>}
      {need.kind === 'downgrade' && alert && may('alert.issue') && <ConfirmDowngrade alert={alert} />}
      {need.bulletinIds && <VerifyButton ids={need.bulletinIds} text={need.kind === 'text'} />}
      {need.kind === 'auto-issue' && alert && may('alert.hold') && <HoldOffButton alert={alert} small />}
    </li>
  )
}
