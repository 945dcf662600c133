import { chinaTime } from '../base/web.js'
import { needName } from '../register/risk-tags.js'
import type { Door } from './evacuation.js'
import { type DoorView, phoneOf, showDoors } from './show-door.js'

/** 转移台账: one row per household in the columns the flood-control office asks for. 应转 and 实转 both stay. */
export const ledgerColumns = {
  number: '序号',
  grid: '网格',
  label: '门牌',
  head: '户主',
  phone: '联系电话',
  listed: '名单内',
  peoplePlanned: '应转人数',
  people: '实有人数',
  left: '已离家人数',
  arrived: '已到达人数',
  special: '特殊人员',
  because: '危险类型/原因',
  helper: '转移责任人',
  toldAt: '通知时间',
  leftAt: '离家时间',
  shelter: '安置点',
  arrivedAt: '到达核验时间',
  arrivedBy: '核验人',
  refusals: '拒绝次数',
  persuadedBy: '劝导人',
  absent: '家中无人',
  state: '现状',
  returnApprovedBy: '返回批准人',
  returnApprovedAt: '返回批准时间',
  returnedAt: '返回时间',
  note: '备注',
} as const
export type LedgerRow = Record<keyof typeof ledgerColumns, string | number>

const stateWords: Record<string, string> = {
  'to-tell': '待通知',
  told: '已通知',
  left: '已离家',
  arrived: '已到达',
  returned: '已返回',
  refused: '拒不转移',
  absent: '家中无人',
  'need-help': '需要协助',
}

const clockTime = (at: Date | null): string => (at ? chinaTime(at).slice(0, 16).replace('T', ' ') : '')

export function ledgerRows(
  doors: Door[],
  view: DoorView,
  history: { doorId: string; event: string; person: string }[],
  names: Map<string, string>,
): LedgerRow[] {
  const byId = new Map(doors.map((door) => [door.id, door]))
  return showDoors(doors, view).map((shown, index) => {
    const door = byId.get(shown.id)!
    const did = (event: string) => history.filter((h) => h.doorId === door.id && h.event === event)
    const who = (event: string) => [...new Set(did(event).map((h) => names.get(h.person) ?? ''))].filter(Boolean).join('、')
    const sealed = (door.householdId && view.directory?.household(door.householdId)) || null
    const special = new Set(sealed?.members.flatMap((m) => [...m.needs.map(needName), ...(m.remark ? [m.remark] : [])]) ?? [])
    return {
      number: index + 1,
      grid: shown.placeName,
      label: door.label,
      head: shown.head ?? '',
      phone: phoneOf(view, door.householdId).phone ?? '',
      listed: door.planned ? '是' : '现场增加',
      peoplePlanned: door.planned ? door.peoplePlanned : 0,
      people: door.people,
      left: door.leftPeople ?? 0,
      arrived: door.arrivedPeople ?? 0,
      special: [...special].join('、'),
      because: door.because,
      helper: shown.helperName ?? '',
      toldAt: clockTime(door.toldAt),
      leftAt: clockTime(door.leftAt),
      shelter: shown.shelterName ?? '',
      arrivedAt: clockTime(door.arrivedAt),
      arrivedBy: who('household.arrived'),
      refusals: did('household.refused').length,
      persuadedBy: who('household.refused'),
      absent: door.absentAt ? '是' : '',
      state: stateWords[shown.state]!,
      returnApprovedBy: (door.returnApprovedBy && names.get(door.returnApprovedBy)) || '',
      returnApprovedAt: clockTime(door.returnApprovedAt),
      returnedAt: clockTime(door.returnedAt),
      note: [door.conflict, door.note].filter(Boolean).join(';'),
    }
  })
}

/** CSV that a spreadsheet opens as it is: with a byte order mark, and no cell that would run as a formula. */
export function ledgerCsv(rows: LedgerRow[]): string {
  const keys = Object.keys(ledgerColumns) as (keyof typeof ledgerColumns)[]
  const cell = (value: string | number) => {
    const text = String(value)
    const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
  }
  const lines = [keys.map((key) => ledgerColumns[key]), ...rows.map((row) => keys.map((key) => row[key]))]
  return `\ufeff${lines.map((line) => line.map(cell).join(',')).join('\r\n')}\r\n`
}
