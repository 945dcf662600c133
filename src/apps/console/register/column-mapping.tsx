import { Select } from 'antd'
import type { ImportAnswer } from '../../../register/import/import-routes.js'
import { useSay } from '../../shared/language.js'
import { Panel } from '../layout/parts.js'
import { type Field, fieldWords } from './import-words.js'

/** What each heading was taken for; another meaning is chosen here, and the dry run is made again. */
export function ColumnMapping({ answer, change }: { answer: ImportAnswer; change: (heading: string, field: Field) => void }) {
  const say = useSay()
  const options = (Object.keys(fieldWords) as Field[]).map((value) => ({ value, label: say(...(fieldWords[value] as [string, string])) }))
  return (
    <Panel title={say('表头对照', 'What the headings mean')} extra={<span className="muted">{answer.encoding}</span>}>
      {answer.missing.length > 0 && (
        <p className="note note-warn" role="alert">
          {say('还缺:', 'Still missing: ')}
          {answer.missing
            .map((m) =>
              m === 'grid' ? say('网格(或经度、纬度)', 'grid (or position)') : say('住址(或楼栋、房号)', 'address (or building and room)'),
            )
            .join(say('、', ', '))}
          {say('。请在下面指明是哪一列。', '. Say below which column it is.')}
        </p>
      )}
      <div className="mapping">
        {answer.columns
          .map((column, at) => ({ ...column, at }))
          .filter((column) => column.heading)
          .map(({ heading, field, at }) => (
            <div key={at}>
              <b>{heading}</b>
              <Select
                size="small"
                aria-label={heading}
                value={field}
                placeholder={say('不认识,没有导入', 'not known, not imported')}
                options={options}
                onChange={(next) => next && change(heading, next)}
              />
            </div>
          ))}
      </div>
    </Panel>
  )
}
