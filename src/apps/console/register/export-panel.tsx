import { Button } from 'antd'
import { useState } from 'react'
import { useSay } from '../../shared/language.js'
import { useTellError } from '../alert/use-verb.js'
import { useMay } from '../data/session.js'
import { Panel } from '../layout/parts.js'
import { download } from './watched-call.js'

/** The register to take along: in the headings of the import, so that what was worked on outside comes back as it left. */
export function ExportPanel() {
  const say = useSay()
  const may = useMay()
  const tell = useTellError()
  const [busy, setBusy] = useState('')
  const save = async (path: string, name: string) => {
    setBusy(path)
    await download('GET', path, name).catch(tell)
    setBusy('')
  }
  const button = (words: string, path: string, name: string) => (
    <Button loading={busy === path} onClick={() => void save(path, name)}>
      {words}
    </Button>
  )
  return (
    <Panel title={say('导出', 'Export')}>
      <p className="export-row">
        {button(say('住户(XLSX)', 'Households (XLSX)'), '/api/register/export?format=xlsx', say('住户名册.xlsx', 'households.xlsx'))}
        {button(say('住户(CSV)', 'Households (CSV)'), '/api/register/export?format=csv', say('住户名册.csv', 'households.csv'))}
        {button(say('网格边界(GeoJSON)', 'Grids (GeoJSON)'), '/api/grids.geojson', say('网格.geojson', 'grids.geojson'))}
        <small className="muted">
          {may('register.see-sealed')
            ? say(
                '含姓名和电话,请妥善保管;谁、何时导出、多少户,日志都有记录。',
                'With names and numbers: keep it safe. The journal records who took how many, and when.',
              )
            : say(
                '姓名和电话已遮住;遮住的格子再导入时不会改动名册。导出有记录。',
                'Names and numbers are covered; imported again, covered cells change nothing. It is recorded.',
              )}
        </small>
      </p>
    </Panel>
  )
}
