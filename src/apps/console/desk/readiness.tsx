import { useSay } from '../../shared/language.js'
import { count } from '../../shared/times.js'
import { useResource } from '../data/resources.js'
import { useMay } from '../data/session.js'
import { DutyChecks, useDutyChecks } from '../layout/checks.js'
import { Figure } from '../layout/parts.js'
import { ReadinessLine } from '../register/readiness-tab.js'

/** On a calm night the desk says whether it is ready, instead of nothing. */
export function Readiness() {
  const say = useSay()
  const checks = useDutyChecks()
  const open = checks.filter((check) => !check.good).length
  return (
    <div className="readiness">
      <h3>{open > 0 ? say(`值班检查:${open} 项待处理`, `Checks: ${open} open`) : say('值班检查:都正常', 'Checks: all fine')}</h3>
      <DutyChecks checks={checks} />
    </div>
  )
}

interface Summary {
  communities: number
  grids: number
  households: number
  people: number
  unreachable: { households: number; people: number }
  withoutPosition: number
  staff: { total: number; duty: number }
  groups: { total: number; robots: number }
}
/** Who lives here and who could not be reached: known before the storm, not at three in the morning. */
export function WhoLivesHere() {
  const say = useSay()
  const may = useMay()
  const { data } = useResource<Summary>('/api/register/summary', { watch: /^duty/, everyMs: 300_000 })
  return (
    <div className="readiness">
      <h3>{say('名册', 'The register')}</h3>
      <div className="figures">
        <Figure label={say('网格', 'grids')} value={data?.grids} />
        <Figure label={say('户', 'households')} value={data?.households} />
        <Figure label={say('人', 'people')} value={data?.people} />
        <Figure label={say('居民群', 'groups')} value={data?.groups.total} />
        <Figure label={say('此刻在值', 'on duty now')} value={data?.staff.duty} />
        <Figure
          label={say('没有联系方式(人)', 'people without contact')}
          value={data?.unreachable.people}
          tone={data && data.unreachable.people > 0 ? 'warn' : 'muted'}
        />
      </div>
      {data && (
        <p className="muted small">
          {say(
            `${count(data.unreachable.households)} 户没有联系方式,预警时转为上门;${count(data.withoutPosition)} 户没有坐标,按在范围内处理。`,
            `${count(data.unreachable.households)} households without contact become knocks; ${count(data.withoutPosition)} without position count as inside.`,
          )}
        </p>
      )}
      {may('register.read') && <ReadinessLine />}
    </div>
  )
}
