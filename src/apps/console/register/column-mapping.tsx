import { Select } from 'antd'
import type { ImportAnswer } from '../../../register/import/import-routes.js'
import { useSay } from '../../shared/language.js'
import { Panel } from '../layout/parts.js'
import { type Field, fieldsOf, fieldWords } from './import-words.js'

const missingWords: Record<string, [string, string]> = {
  grid: ['网格(或经度、纬度)', 'grid (or position)'],
  address: ['住址(或楼栋、房号)', 'address (or building and room)'],
  gridCode: ['网格编码(或社区和网格号)', 'code of the grid (or its community and number)'],
}
interface ColumnMappingProps {
  answer: ImportAnswer
  /** Something was said of these headings, now or the last time. */
  said: boolean
  change: (heading: string, field: Field) => void
}
/** What each heading was taken for, beside what stands under it; another meaning is chosen here, and the dry run is made again. */
export function ColumnMapping({ answer, said, change }: ColumnMappingProps) {
  const say = useSay()
  const options = fieldsOf(answer.thing).map((value) => ({ value, label: say(...(fieldWords[value] as [string, string])) }))
  return (
    <Panel title={say(answer.thing === 'grids' ? '属性对照' : '表头对照', 'What the headings mean')} extra={<Source answer={answer} />}>
      {answer.missing.length > 0 && (
        <p className="note note-warn" role="alert">
          {say('还缺:', 'Still missing: ')}
          {answer.missing.map((m) => say(...(missingWords[m] ?? [m, m]))).join(say('、', ', '))}
          {say('。请在下面指明是哪一列。', '. Say below which column it is.')}
        </p>
      )}
      {said && (
        <p className="muted">
          {say('您指定的对照,本机下次遇到同样的表头会照用。', 'What you say of these headings is used again for the same ones.')}
        </p>
      )}
      <div className="mapping">
        {answer.columns
          .map((column, at) => ({ ...column, at }))
          .filter((column) => column.heading)
          .map(({ heading, field, at }) => (
            <div key={at} className={field === null ? 'is-unknown' : ''}>
              <b>{heading}</b>
              <Select
                size="small"
                aria-label={heading}
                value={field}
                placeholder={say('不认识,没有导入', 'not known, not imported')}
                options={options}
                onChange={(next) => next && change(heading, next)}
              />
              <ul className="muted" title={say('这一列的前几行', 'the first rows of it')}>
                {answer.samples.map((row, line) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: the first rows, in their order
                  <li key={line}>{row[at] || '—'}</li>
                ))}
              </ul>
            </div>
          ))}
      </div>
    </Panel>
  )
}

function Source({ answer: { encoding, sheet, otherSheets } }: { answer: ImportAnswer }) {
  const say = useSay()
  if (sheet === null) return <span className="muted">{encoding}</span>
  const others = otherSheets.join(say('、', ', '))
  return (
    <span className="muted">
      {say(`读的是工作表“${sheet}”`, `sheet “${sheet}” was read`)}
      {others && say(`;没有读:${others}`, `; not read: ${others}`)}
    </span>
  )
}
