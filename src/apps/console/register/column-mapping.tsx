import { Button, Select } from 'antd'
import type { ImportAnswer } from '../../../register/import/import-routes.js'
import { useSay } from '../../shared/language.js'
import { Panel } from '../layout/parts.js'
import { type Field, fieldsOf, fieldWords, thingWords } from './import-words.js'

const missingWords: Record<string, [string, string]> = {
  grid: ['网格(或经度、纬度)', 'grid (or position)'],
  address: ['住址(或楼栋、房号)', 'address (or building and room)'],
  gridCode: ['网格编码(或社区和网格号)', 'code of the grid (or its community and number)'],
  name: ['名称或姓名', 'name'],
  post: ['岗位', 'post'],
  kind: ['部位类型', 'kind of point'],
  lon: ['经度', 'longitude'],
  lat: ['纬度', 'latitude'],
  capacityDay: ['容量', 'capacity'],
  owner: ['群主', 'owner'],
}
interface ColumnMappingProps {
  answer: ImportAnswer
  /** Something was said of these headings, now or the last time. */
  said: boolean
  change: (heading: string, field: Field) => void
  /** Reads another sheet of the workbook. */
  read: (sheet: string) => void
}
/** What each heading was taken for, beside what stands under it; another meaning is chosen here, and the dry run is made again. */
export function ColumnMapping({ answer, said, change, read }: ColumnMappingProps) {
  const say = useSay()
  const options = fieldsOf(answer.thing).map((value) => ({ value, label: say(...(fieldWords[value] as [string, string])) }))
  return (
    <Panel
      title={say(answer.thing === 'grids' ? '属性对照' : '表头对照', 'What the headings mean')}
      extra={<Source answer={answer} read={read} />}
    >
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

function Source({ answer: { thing, encoding, sheet, otherSheets }, read }: Pick<ColumnMappingProps, 'answer' | 'read'>) {
  const say = useSay()
  const what = say(...(thingWords[thing].name as [string, string]))
  if (sheet === null) return <span className="muted">{`${what} · ${encoding}`}</span>
  return (
    <span className="muted">
      {say(`读的是工作表“${sheet}”:${what}`, `sheet “${sheet}”: ${what}`)}
      {otherSheets.length > 0 && say('。另读:', '. Read instead: ')}
      {otherSheets.map((other) => (
        <Button key={other} size="small" type="link" onClick={() => read(other)}>
          {other}
        </Button>
      ))}
    </span>
  )
}
