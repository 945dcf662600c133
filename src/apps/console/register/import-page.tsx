import { Button, Select } from 'antd'
import { type DragEvent, useRef, useState } from 'react'
import { Icon } from '../../shared/icons.js'
import { type Say, useSay } from '../../shared/language.js'
import { count } from '../../shared/times.js'
import { useMay } from '../data/session.js'
import { saveFile } from '../layout/export-button.js'
import { Empty, Panel } from '../layout/parts.js'
import { ColumnMapping } from './column-mapping.js'
import { DryRun } from './dry-run.js'
import { ExportPanel } from './export-panel.js'
import { ImportHistory } from './import-history.js'
import { ImportProgressBar } from './import-progress.js'
import { example, thingWords } from './import-words.js'
import { useImport } from './use-import.js'

/** The register out of the house and into it. A file is read, judged and compared first; written only when the officer has seen what would change. */
export function ImportPage() {
  const say = useSay()
  const may = useMay()
  return (
    <>
      {may('register.import') ? (
        <>
          <p className="muted">
            {say(
              '导入先试算:哪些新增、哪些变化、哪几行有问题。试算不改名册;导入后可以撤销。',
              'An import begins with a dry run: what is new, what changes, which rows have problems. It changes nothing; an import can be undone.',
            )}
          </p>
          <Import />
          <ImportHistory />
        </>
      ) : (
        <p className="note">{say('名册由管理员导入:请把表格交给管理员。', 'The administrator imports: hand the sheet over.')}</p>
      )}
      <ExportPanel />
    </>
  )
}

function Import() {
  const say = useSay()
  const { file, asked, setAsked, answer, done, step, attempt, apply, cancel } = useImport()
  const unit = done ? thingWords[done.thing].unit[0] : ''
  return (
    <>
      <SheetDrop busy={step !== null} file={file} take={(chosen) => void attempt(chosen, { datum: asked.datum, mapping: {} })}>
        <Select
          value={asked.datum}
          aria-label={say('坐标系', 'Datum')}
          onChange={(datum) => (file && answer ? void attempt(file, { ...asked, datum }) : setAsked({ ...asked, datum }))}
          options={datumOptions(say)}
        />
      </SheetDrop>
      {step && <ImportProgressBar step={step} cancel={cancel} />}
      {done && (
        <p className="note note-good" role="status">
          {say(
            `已导入:新增 ${count(done.counts.added)} ${unit},变化 ${count(done.counts.changed)} ${unit}${done.counts.removed ? `,移出 ${count(done.counts.removed)} ${unit}` : ''}。需要时可在下方撤销。`,
            `Imported: ${count(done.counts.added)} added, ${count(done.counts.changed)} changed, ${count(done.counts.removed)} taken out. It can be undone below.`,
          )}
        </p>
      )}
      {answer && file && (
        <ColumnMapping
          answer={answer}
          said={Object.keys(asked.mapping).length > 0}
          change={(heading, field) => void attempt(file, { ...asked, mapping: { ...asked.mapping, [heading]: field } })}
          read={(sheet) => void attempt(file, { datum: asked.datum, mapping: {}, sheet })}
        />
      )}
      {answer?.id && file && (
        <DryRun
          key={answer.id}
          answer={answer}
          file={file}
          asked={asked}
          busy={step !== null}
          apply={(gone) => void apply(answer.id!, gone)}
        />
      )}
      {!file && <SheetLooks />}
    </>
  )
}

const datumOptions = (say: Say) => [
  { value: 'wgs84', label: say('坐标:WGS-84(GPS)', 'Positions: WGS-84') },
  { value: 'gcj02', label: say('坐标:国测局(高德、腾讯)', 'Positions: GCJ-02') },
  { value: 'bd09', label: say('坐标:百度', 'Positions: BD-09') },
]

function SheetLooks() {
  const say = useSay()
  return (
    <Panel title={say('表格长什么样', 'What the sheet looks like')}>
      <Empty
        title={say('一户一行,表头用平常的叫法', 'One household a row, with everyday headings')}
        action={
          <Button onClick={() => saveFile(say('住户表示例.csv', 'households-example.csv'), example)}>
            {say('下载示例', 'Download an example')}
          </Button>
        }
      >
        {say(
          '要有网格(名称或代码)和住址(或楼栋、单元、房号);户主、人数、电话、风险类型、坐标有就填。空着的格子不会清掉名册里原有的内容。',
          'It needs the grid (name or code) and the address (or building, unit, room). An empty cell leaves what the register has.',
        )}{' '}
        {say(
          '网格力量(姓名、岗位、电话)、部位(类型、名称、坐标)、安置点(名称、坐标、容量)、网格群(群名、群主)各用一张表,照表头自动认出;先导力量,别的表要写他们的名字。',
          'Staff (name, post, phone), points (kind, name, position), shelters (name, position, capacity) and groups (name, owner) have a sheet each, told by its headings. Staff first: the others name them.',
        )}
      </Empty>
    </Panel>
  )
}

interface SheetDropProps {
  busy: boolean
  file: File | null
  take: (file: File) => void
  children: React.ReactNode
}
function SheetDrop({ busy, file, take, children }: SheetDropProps) {
  const say = useSay()
  const input = useRef<HTMLInputElement>(null)
  const [over, setOver] = useState(false)
  const choose = (list: FileList | null) => {
    const first = list?.[0]
    if (first) take(first)
    if (input.current) input.current.value = ''
  }
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    choose(event.dataTransfer.files)
  }
  return (
    <section
      className={`drop${over ? ' is-over' : ''}`}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      aria-label={say('要导入的文件', 'The file to import')}
    >
      <input ref={input} type="file" accept=".xlsx,.csv,.txt,.geojson,.json,.zip" hidden onChange={(event) => choose(event.target.files)} />
      <Icon name="upload" size={24} />
      <div>
        <b>
          {busy ? say('正在读…', 'Reading…') : (file?.name ?? say('把表格或网格边界拖到这里', 'Drop a sheet or outlines of grids here'))}
        </b>
        <small className="muted">
          {say(
            '住户、网格力量、部位、安置点、网格群:XLSX 或 CSV(UTF-8、GBK 都能读),住户一次最多 20 万行。网格边界:GeoJSON,或打成 zip 的 Shapefile。',
            'Households, staff, points, shelters, groups: XLSX or CSV (UTF-8 or GBK), at most 200,000 households. Grids: GeoJSON, or a zipped Shapefile.',
          )}
        </small>
      </div>
      {children}
      <Button loading={busy} onClick={() => input.current?.click()}>
        {say('选文件', 'Choose')}
      </Button>
    </section>
  )
}
