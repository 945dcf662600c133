import { Button, Select } from 'antd'
import { type DragEvent, useRef, useState } from 'react'
import type { ImportAnswer, ImportDone } from '../../../register/import/import-routes.js'
import { call, post } from '../../shared/api.js'
import { Icon } from '../../shared/icons.js'
import { useSay } from '../../shared/language.js'
import { count } from '../../shared/times.js'
import { useTellError } from '../alert/use-verb.js'
import { readAgain } from '../data/resources.js'
import { useMay } from '../data/session.js'
import { Empty, Page, Panel } from '../layout/parts.js'
import { ColumnMapping } from './column-mapping.js'
import { DryRun } from './dry-run.js'
import { ImportHistory } from './import-history.js'
import { example, type Field, saveSheet } from './import-words.js'

/** A file of households: read, judged and compared first; written only when the officer has seen what would change. */
export function ImportPage() {
  const say = useSay()
  const may = useMay()
  if (!may('register.import'))
    return (
      <Empty title={say('名册由管理员导入', 'The administrator imports the register')}>
        {say('请把表格交给管理员。', 'Hand the sheet to the administrator.')}
      </Empty>
    )
  return (
    <Page
      title={say('名册导入', 'Import households')}
      sub={say(
        '先试算:哪些新增、哪些变化、哪几行有问题。试算不改名册;导入后可以撤销。',
        'First a dry run: what is new, what changes, which rows have problems. It changes nothing; an import can be undone.',
      )}
    >
      <Import />
      <ImportHistory />
    </Page>
  )
}

function Import() {
  const say = useSay()
  const tell = useTellError()
  const [file, setFile] = useState<File | null>(null)
  const [datum, setDatum] = useState('wgs84')
  const [mapping, setMapping] = useState<Record<string, Field>>({})
  const [answer, setAnswer] = useState<ImportAnswer | null>(null)
  const [done, setDone] = useState<ImportDone | null>(null)
  const [busy, setBusy] = useState(false)
  const run = async (work: () => Promise<void>) => {
    setBusy(true)
    await work().catch(tell)
    setBusy(false)
  }
  const attempt = (chosen: File, asked: { datum: string; mapping: Record<string, Field> }) =>
    run(async () => {
      setFile(chosen)
      setDatum(asked.datum)
      setMapping(asked.mapping)
      setDone(null)
      setAnswer(null)
      const query = new URLSearchParams({ datum: asked.datum, mapping: JSON.stringify(asked.mapping) })
      const raw = { raw: chosen, contentType: 'application/octet-stream' }
      setAnswer(await call<ImportAnswer>('POST', `/api/register/imports?${query}`, undefined, raw))
    })
  const apply = (id: string) =>
    run(async () => {
      setDone(await post<ImportDone>(`/api/register/imports/${id}/apply`))
      setAnswer(null)
      readAgain('/api/register')
    })
  return (
    <>
      <SheetDrop busy={busy} file={file} take={(chosen) => void attempt(chosen, { datum, mapping: {} })}>
        <Select
          value={datum}
          aria-label={say('坐标系', 'Datum')}
          onChange={(next) => (file ? void attempt(file, { datum: next, mapping }) : setDatum(next))}
          options={[
            { value: 'wgs84', label: say('坐标:WGS-84(GPS)', 'Positions: WGS-84') },
            { value: 'gcj02', label: say('坐标:国测局(高德、腾讯)', 'Positions: GCJ-02') },
            { value: 'bd09', label: say('坐标:百度', 'Positions: BD-09') },
          ]}
        />
      </SheetDrop>
      {done && (
        <p className="note note-good" role="status">
          {say(
            `已导入:新增 ${count(done.counts.added)} 户,变化 ${count(done.counts.changed)} 户。需要时可在下方撤销。`,
            `Imported: ${count(done.counts.added)} added, ${count(done.counts.changed)} changed. It can be undone below.`,
          )}
        </p>
      )}
      {answer && file && (
        <ColumnMapping
          answer={answer}
          change={(heading, field) => void attempt(file, { datum, mapping: { ...mapping, [heading]: field } })}
        />
      )}
      {answer?.id && <DryRun answer={answer} busy={busy} apply={() => void apply(answer.id!)} />}
      {!file && (
        <Panel title={say('表格长什么样', 'What the sheet looks like')}>
          <Empty
            title={say('一户一行,表头用平常的叫法', 'One household a row, with everyday headings')}
            action={
              <Button onClick={() => saveSheet(say('住户表示例.csv', 'households-example.csv'), example)}>
                {say('下载示例', 'Download an example')}
              </Button>
            }
          >
            {say(
              '要有网格(名称或代码)和住址(或楼栋、单元、房号);户主、人数、电话、风险类型、坐标有就填。空着的格子不会清掉名册里原有的内容。',
              'It needs the grid (name or code) and the address (or building, unit, room). An empty cell leaves what the register has.',
            )}
          </Empty>
        </Panel>
      )}
    </>
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
      aria-label={say('住户表', 'Sheet of households')}
    >
      <input ref={input} type="file" accept=".csv,.txt,text/csv" hidden onChange={(event) => choose(event.target.files)} />
      <Icon name="upload" size={24} />
      <div>
        <b>{busy ? say('正在读…', 'Reading…') : (file?.name ?? say('把住户表(CSV)拖到这里', 'Drop a sheet of households (CSV) here'))}</b>
        <small className="muted">
          {say(
            'UTF-8 或 GBK 都能读;一次最多 20 万行。XLSX 请先另存为 CSV。',
            'UTF-8 or GBK, at most 200,000 rows. Save XLSX as CSV first.',
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
