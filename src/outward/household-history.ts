import { chinaTime } from '../base/web.js'
import { gradeCode, type State, stateCode, stateSentence, states } from '../delivery/delivery.js'
import type { DeliveryFact, DoorFact, JournalFact, TaskFact } from './household-history-store.js'

/** What concerned one household: who changed it, who looked, what it was told, who came. Field names, never values. */
export interface HistoryLine {
  at: string
  kind: 'change' | 'look' | 'told' | 'task' | 'move'
  person: string | null
  text: string
  textEn: string
  alertId: string | null
}

const fieldWords: Record<string, [string, string]> = {
  grid: ['所在网格', 'grid'],
  address: ['门牌', 'address'],
  position: ['地图位置', 'position'],
  people: ['人数', 'number of people'],
  tags: ['风险类型', 'risks'],
  atHome: ['在家或外出', 'at home or away'],
  point: ['关联部位', 'hazard point'],
  shelter: ['安置点', 'shelter'],
  helper: ['帮扶人', 'helper'],
  head: ['户主', 'head'],
  members: ['家庭成员', 'members'],
  contacts: ['联系方式', 'contacts'],
  consents: ['同意事项', 'consent'],
}
const reasonWords: Record<string, [string, string]> = {
  moved: ['搬走', 'moved away'],
  died: ['户内已无人', 'nobody left'],
  demolished: ['房屋拆除', 'house demolished'],
  duplicate: ['重复登记', 'registered twice'],
  mistake: ['登记有误', 'registered by mistake'],
}
const taskWords: Record<string, [string, string]> = { help: ['求助', 'Cry for help'], knock: ['上门', 'Knock on the door'] }

function sayJournal({ event, data }: JournalFact): [string, string] {
  const fields = (data.fields as string[] | undefined) ?? []
  const [reason, reasonEn] = reasonWords[String(data.reason)] ?? ['', '']
  const known: Record<string, [string, string]> = {
    'household.registered': ['新登记', 'Registered'],
    'household.changed': [
      `改了${fields.map((f) => fieldWords[f]?.[0] ?? f).join('、')}`,
      `Changed ${fields.map((f) => fieldWords[f]?.[1] ?? f).join(', ')}`,
    ],
    'household.moved-out': [`迁出名册:${reason}`, `Moved out: ${reasonEn}`],
    'household.moved-back': ['撤销迁出', 'Taken back'],
    'sealed.seen': ['查看了姓名和号码', 'Looked at names and numbers'],
  }
  return known[event] ?? [event, event]
}

export const ofJournal = (fact: JournalFact): HistoryLine => {
  const [text, textEn] = sayJournal(fact)
  const kind = fact.event === 'sealed.seen' ? 'look' : 'change'
  return { at: chinaTime(fact.at), kind, person: fact.name ?? (fact.person === 'system' ? null : fact.person), text, textEn, alertId: null }
}

export function ofDelivery({ at, state, grade, title, alert_id }: DeliveryFact): HistoryLine {
  const said = stateSentence[states[state] ?? ('unknown' satisfies State)]
  const reached = state === stateCode.accepted && grade >= gradeCode.delivered
  const [zh, en] = reached ? (grade >= gradeCode.opened ? ['有回应', 'answered'] : ['已送达', 'delivered']) : [said.zh, said.en]
  return { at: chinaTime(at), kind: 'told', person: null, text: `${title}:${zh}`, textEn: `${title}: ${en}`, alertId: alert_id }
}

export function ofTask({ kind, opened_at, done_at, alert_id }: TaskFact): HistoryLine[] {
  const [zh, en] = taskWords[kind] ?? ['任务', 'Task']
  const line = (at: Date, text: string, textEn: string): HistoryLine => ({
    ...{ at: chinaTime(at), kind: 'task', person: null, text, textEn, alertId: alert_id },
  })
  return [line(opened_at, `${zh}:已派`, `${en}: opened`), ...(done_at ? [line(done_at, `${zh}:办结`, `${en}: done`)] : [])]
}

const steps = [
  ['told_at', '已通知转移', 'Told to move'],
  ['left_at', '已离家', 'Left home'],
  ['arrived_at', '已到达安置点', 'Arrived at the shelter'],
  ['refused_at', '拒不转移', 'Refused to move'],
  ['absent_at', '家中无人', 'Nobody at home'],
  ['help_at', '需要协助', 'Needed help'],
  ['returned_at', '已返回', 'Returned'],
] as const
export const ofDoor = (door: DoorFact): HistoryLine[] =>
  steps.flatMap(([step, text, textEn]) => {
    const at = door[step]
    return at ? [{ at: chinaTime(at), kind: 'move' as const, person: null, text, textEn, alertId: door.alert_id }] : []
  })
