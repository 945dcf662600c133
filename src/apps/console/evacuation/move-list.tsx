import { Button } from 'antd'
import { useState } from 'react'
import { read } from '../../shared/api.js'
import type { Level, PreviewCount } from '../../shared/api-types.js'
import { useSay } from '../../shared/language.js'
import { levelWord } from '../../shared/level.js'
import { DeadlineLine } from '../alert/preview.js'
import { useTellError } from '../alert/use-verb.js'
import { useSession } from '../data/session.js'
import { eventWord } from '../desk/warning-words.js'
import { ExportButton } from '../layout/export-button.js'
import { Panel } from '../layout/parts.js'
import { Link, useAddress } from '../router.js'

interface MoveList {
  households: number
  people: number
  deadline: PreviewCount['move']['deadline']
  items: {
    householdId: string
    place: string
    label: string
    people: number
    because: string
    becauseEn: string
    shelter: string | null
    helper: string | null
  }[]
}
/** The evening before: who would have to move under such a warning. Asked by hand, because looking is recorded. */
export function PreparedMoves({ event, level }: { event: string; level: Level }) {
  const say = useSay()
  const { me } = useSession()
  const { parts } = useAddress()
  const tell = useTellError()
  const [list, setList] = useState<MoveList | null>(null)
  const ask = () => {
    read<MoveList>(`/api/move-list?${new URLSearchParams({ event, level })}`)
      .then(setList)
      .catch(tell)
  }
  if (!['officer', 'commander', 'secretary', 'admin'].includes(me.role)) return null
  if (!list)
    return (
      <Panel title={say('预备名单', 'Prepared list')}>
        <p className="muted">
          {say(
            `假如发布${event}${levelWord(level, say)}预警,按规则哪些户要转移?前一晚先看一遍;查看会留下记录。`,
            `If a ${levelWord(level, say)} warning of ${eventWord(event, say)} came, who would have to move by the rules? Looking is recorded.`,
          )}
        </p>
        <Button onClick={ask} className="prepared-ask">
          {say('列出预备名单', 'List them')}
        </Button>{' '}
        {parts[0] !== 'policy' && <Link to="/policy">{say('换个灾种和颜色试算', 'Try another hazard and colour')} ›</Link>}
      </Panel>
    )
  return (
    <Panel
      title={say(`预备名单:${list.households} 户 ${list.people} 人`, `Prepared: ${list.households} households, ${list.people} people`)}
      extra={
        <ExportButton
          name={say('预备名单', 'prepared-moves')}
          head={[say('门牌', 'door'), say('人数', 'people'), say('原因', 'because'), say('承办', 'helper'), say('安置点', 'shelter')]}
          rows={() => list.items.map((row) => [row.label, row.people, say(row.because, row.becauseEn), row.helper, row.shelter])}
        />
      }
    >
      <DeadlineLine deadline={list.deadline} />
      <ul className="plain-list">
        {list.items.map((row) => (
          <li key={row.householdId} className="move-row">
            <span>{row.label}</span>
            <b className="ys-tabular">{say(`${row.people} 人`, `${row.people} ppl`)}</b>
            <span className="muted">
              {row.helper ?? '—'} → {row.shelter ?? '—'}
            </span>
            <small className="muted">{say(row.because, row.becauseEn)}</small>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
