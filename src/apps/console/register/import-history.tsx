import { Button, Popconfirm } from 'antd'
import { useState } from 'react'
import type { ImportedList } from '../../../register/import/import-routes.js'
import { post } from '../../shared/api.js'
import { useSay } from '../../shared/language.js'
import { clockTime, count } from '../../shared/times.js'
import { useTellError } from '../alert/use-verb.js'
import { readAgain, useResource } from '../data/resources.js'
import { Empty, Loaded, Panel } from '../layout/parts.js'
import { thingWords } from './import-words.js'

/** What was imported, the latest first; the latest one that stands can be undone. */
export function ImportHistory() {
  const say = useSay()
  const tell = useTellError()
  const list = useResource<ImportedList>('/api/register/imports', { watch: /^register\./ })
  const [busy, setBusy] = useState(false)
  const undo = async (id: string) => {
    setBusy(true)
    await post(`/api/register/imports/${id}/undo`).catch(tell)
    setBusy(false)
    readAgain('/api/register')
  }
  return (
    <Panel title={say('导入记录', 'Imports')}>
      <Loaded from={list} rows={2}>
        {({ items }) => {
          const latest = items.find((one) => one.state === 'applied')?.id
          if (items.length === 0) return <Empty title={say('还没有导入过', 'Nothing was imported yet')} />
          return (
            <ul className="imports">
              {items.map((one) => (
                <li key={one.id}>
                  <time className="ys-tabular">{one.appliedAt && clockTime(one.appliedAt)}</time>
                  <span>
                    {say(
                      `${thingWords[one.thing].name[0]}:新增 ${count(one.counts.added)},变化 ${count(one.counts.changed)},移出 ${count(one.counts.removed)},未收 ${count(one.counts.leftOut)}`,
                      `${thingWords[one.thing].name[1]}: ${count(one.counts.added)} added, ${count(one.counts.changed)} changed, ${count(one.counts.removed)} taken out, ${count(one.counts.leftOut)} left out`,
                    )}
                  </span>
                  {one.state === 'undone' && <span className="muted">{say('已撤销', 'undone')}</span>}
                  {one.id === latest && (
                    <Popconfirm
                      title={say('撤销这次导入?', 'Undo this import?')}
                      description={say('名册回到导入之前的样子。', 'The register will be as it was before.')}
                      okText={say('撤销', 'Undo')}
                      cancelText={say('不撤销', 'Keep it')}
                      onConfirm={() => void undo(one.id)}
                    >
                      <Button size="small" loading={busy}>
                        {say('撤销', 'Undo')}
                      </Button>
                    </Popconfirm>
                  )}
                </li>
              ))}
            </ul>
          )
        }}
      </Loaded>
    </Panel>
  )
}
