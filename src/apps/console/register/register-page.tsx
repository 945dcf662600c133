import type { ReactNode } from 'react'
import type { Verb } from '../../../people/permissions.js'
import { useSay } from '../../shared/language.js'
import { useResource } from '../data/resources.js'
import { useMay } from '../data/session.js'
import { Empty, Page } from '../layout/parts.js'
import { Link } from '../router.js'
import { GroupsTab } from './groups-tab.js'
import { HouseholdPage } from './household-page.js'
import { HouseholdsTab } from './households-tab.js'
import { ImportPage } from './import-page.js'
import { PlacesTab } from './places-tab.js'
import { ReadinessTab } from './readiness-tab.js'
import { RosterTab } from './roster-tab.js'
import { StaffTab } from './staff-tab.js'

interface Tab {
  /** /desk/register/<key>, and behind it the id of what is open. */
  key: string
  zh: string
  en: string
  verb: Verb
  show: (id: string | null) => ReactNode
}
/** Every screen of the register, in the order of its tabs. */
const tabs: Tab[] = [
  {
    key: 'households',
    zh: '住户',
    en: 'Households',
    verb: 'register.read',
    show: (id) => (id ? <HouseholdPage key={id} id={id} /> : <HouseholdsTab />),
  },
  { key: 'groups', zh: '网格与群', en: 'Grids and groups', verb: 'register.read', show: () => <GroupsTab /> },
  { key: 'places', zh: '部位与安置点', en: 'Points and shelters', verb: 'register.read', show: () => <PlacesTab /> },
  { key: 'staff', zh: '网格力量', en: 'Staff', verb: 'register.read', show: () => <StaffTab /> },
  { key: 'roster', zh: '值班表', en: 'Rota', verb: 'register.read', show: () => <RosterTab /> },
  { key: 'readiness', zh: '名册检查', en: 'Readiness', verb: 'register.read', show: () => <ReadinessTab /> },
  { key: 'import', zh: '导入导出', en: 'Import and export', verb: 'register.export', show: () => <ImportPage /> },
]

/** How old what is shown and matched is: a register that lags behind its rows is danger. */
function RegisterAge() {
  const say = useSay()
  const { data } = useResource<{ ageSeconds: number; behind: boolean }>('/api/register/summary', { everyMs: 10_000 })
  if (!data) return null
  if (data.behind)
    return (
      <span className="chip chip-bad" role="alert">
        {say(`名册已 ${data.ageSeconds} 秒没有读入新改动`, `Register not read for ${data.ageSeconds} s: changes are missing`)}
      </span>
    )
  return (
    <span className="muted small">
      {data.ageSeconds < 1
        ? say('名册刚刚读入', 'Register just read')
        : say(`名册 ${data.ageSeconds} 秒前读入`, `Register read ${data.ageSeconds} s ago`)}
    </span>
  )
}

/** Whom it concerns and who is responsible: read, searched and put right here. */
export function RegisterPage({ tab: asked, id }: { tab: string | null; id: string | null }) {
  const say = useSay()
  const may = useMay()
  const mine = tabs.filter((tab) => may(tab.verb))
  const current = mine.find((tab) => tab.key === asked) ?? mine[0]
  if (!current)
    return (
      <Empty title={say('您的岗位看不到名册', 'Your post does not read the register')}>
        {say('请联系值班员。', 'Ask the officer on duty.')}
      </Empty>
    )
  return (
    <Page
      title={say('名册', 'Register')}
      extra={<RegisterAge />}
      sub={say('住在哪里、谁负责、打哪个电话。改对一个号码,就多叫醒一户人。', 'Who lives where, who is responsible, which number rings.')}
    >
      <nav className="tabs" aria-label={say('名册', 'Register')}>
        {mine.map((tab) => (
          <Link key={tab.key} to={`/register/${tab.key}`} className={`tab${tab === current ? ' is-on' : ''}`} current={tab === current}>
            {say(tab.zh, tab.en)}
          </Link>
        ))}
      </nav>
      {current.show(id)}
    </Page>
  )
}
