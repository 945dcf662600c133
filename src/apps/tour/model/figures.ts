export interface FigureRow {
  key: string
  zh: string
  en: string
  value: string
  unit?: { zh: string; en: string }
  big?: boolean
}
type Numbers = Record<string, unknown>

const numbersOf = (value: unknown): Numbers => (typeof value === 'object' && value !== null ? (value as Numbers) : {})
const shown = (value: unknown): string => (typeof value === 'number' ? value.toLocaleString('en-US') : '—')

/** The drill's figures as the last card shows them; what is not known is a dash, never a zero. */
export function readFigures(figures: Record<string, unknown>): FigureRow[] {
  const homes = numbersOf(figures.households)
  const people = numbersOf(figures.people)
  const residents = numbersOf(figures.residents)
  return [
    {
      key: 'moved',
      zh: '应转 → 实际到达',
      en: 'Households to move → arrived',
      value: `${shown(homes.planned)} → ${shown(homes.arrived)}`,
      unit: { zh: '户', en: '' },
      big: true,
    },
    {
      key: 'people',
      zh: '应转 → 实际到达',
      en: 'People to move → arrived',
      value: `${shown(people.planned)} → ${shown(people.arrived)}`,
      unit: { zh: '人', en: '' },
      big: true,
    },
    { key: 'told', zh: '转发居民(户主、家人、紧急联系人)', en: 'Residents’ contacts written to', value: shown(residents.planned) },
    { key: 'accepted', zh: '运营商已收', en: 'Accepted by the carriers', value: shown(residents.accepted) },
    { key: 'answered', zh: '按键或回复', en: 'Answered by a key or a reply', value: shown(residents.answered) },
    { key: 'unreachable', zh: '没有任何联系方式 → 上门', en: 'Without any contact → a knock', value: shown(residents.unreachable) },
  ]
}
