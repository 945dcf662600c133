import { Button, Checkbox, Table } from 'antd'
import { useState } from 'react'
import type { ImportAnswer } from '../../../register/import/import-routes.js'
import { HoldButton } from '../../shared/hold-button.js'
import { useSay } from '../../shared/language.js'
import { count } from '../../shared/times.js'
import { useTellError } from '../alert/use-verb.js'
import { Figure, Panel } from '../layout/parts.js'
import { changedWords, thingWords } from './import-words.js'
import { type Asked, queryOf } from './use-import.js'
import { download } from './watched-call.js'

interface DryRunProps {
  answer: ImportAnswer
  file: File
  asked: Asked
  busy: boolean
  apply: (removeGone: boolean) => void
}
/** What the import would do, in numbers and door by door, and the one button that says it in full. */
export function DryRun({ answer, file, asked, busy, apply }: DryRunProps) {
  const say = useSay()
  const [removeGone, setRemoveGone] = useState(false)
  const counts = answer.counts!
  const leaving = counts.gone - counts.kept
  return (
    <Panel title={say('试算结果:名册还没有改动', 'Dry run: the register is as it was')}>
      <div className="figures">
        <Figure label={say('新增', 'Added')} value={counts.added} tone="good" />
        <Figure label={say('变化', 'Changed')} value={counts.changed} tone="warn" />
        <Figure label={say('不变', 'Unchanged')} value={counts.unchanged} tone="muted" />
        <Figure
          label={say('未收的行', 'Rows left out')}
          value={counts.leftOut}
          of={counts.rows}
          tone={counts.leftOut > 0 ? 'bad' : 'muted'}
        />
        <Figure
          label={say('名册有、文件里没有', 'Not in the file')}
          value={counts.gone}
          tone={removeGone ? 'bad' : 'muted'}
          note={removeGone ? say('将移出', 'to be taken out') : say('保留,不删', 'kept, not removed')}
        />
      </div>
      {counts.gone > 0 && answer.thing === 'households' && (
        <p>
          <Checkbox checked={removeGone} disabled={leaving === 0} onChange={(event) => setRemoveGone(event.target.checked)}>
            {say(
              `这些网格里不在表中的 ${count(leaving)} 户移出名册(搬走了)。可以撤销`,
              `Take the ${count(leaving)} households of these grids that are not in the sheet out of the register (moved away). It can be undone`,
            )}
          </Checkbox>
          {counts.kept > 0 && (
            <b className="bad">
              {say(
                `另有 ${count(counts.kept)} 户正在转移或等人敲门,一定保留。`,
                `${count(counts.kept)} more are being moved or wait for a knock: they stay.`,
              )}
            </b>
          )}
        </p>
      )}
      <Press answer={answer} removeGone={removeGone} busy={busy} apply={apply} />
      {answer.problems.length > 0 && <Problems answer={answer} file={file} asked={asked} />}
      {answer.changes.length > 0 && <Changes answer={answer} removeGone={removeGone} />}
    </Panel>
  )
}

interface PressProps extends Pick<DryRunProps, 'busy' | 'apply'> {
  answer: ImportAnswer
  removeGone: boolean
}
function Press({ answer, removeGone, busy, apply }: PressProps) {
  const say = useSay()
  const counts = answer.counts!
  const [unit, units] = thingWords[answer.thing].unit
  const [added, changed, leaving] = [count(counts.added), count(counts.changed), count(counts.gone - counts.kept)]
  if (removeGone)
    return (
      <p className="import-press">
        <HoldButton busy={busy} onHeld={() => apply(true)} hint={say('按住一秒', 'hold for a second')}>
          {say(
            `导入:新增 ${added} 户、更新 ${changed} 户,移出 ${leaving} 户`,
            `Import: add ${added}, update ${changed}, take out ${leaving} households`,
          )}
        </HoldButton>
      </p>
    )
  const nothing = counts.added + counts.changed === 0
  return (
    <p className="import-press">
      <Button type="primary" size="large" disabled={nothing} loading={busy} onClick={() => apply(false)}>
        {nothing
          ? say('没有要导入的变化', 'Nothing to import')
          : say(
              `导入:新增 ${added} ${unit}、更新 ${changed} ${unit}(一${unit.slice(0, 1)}不删)`,
              `Import: add ${added}, update ${changed} ${units} (none removed)`,
            )}
      </Button>
    </p>
  )
}

function Problems({ answer, file, asked }: Pick<DryRunProps, 'answer' | 'file' | 'asked'>) {
  const say = useSay()
  const tell = useTellError()
  const [busy, setBusy] = useState(false)
  const marked = async () => {
    setBusy(true)
    const name = `${file.name.replace(/\.[^.]*$/, '')}-${say('问题', 'problems')}.xlsx`
    await download('POST', `/api/register/imports/marked?${queryOf(asked)}`, name, file).catch(tell)
    setBusy(false)
  }
  const all = answer.counts!.problems
  return (
    <>
      <h3 className="import-head">
        {say(`问题 ${count(all)} 处`, `${count(all)} problems`)}
        {answer.thing === 'households' && (
          <Button size="small" loading={busy} onClick={() => void marked()}>
            {say('下载标好问题的表格', 'Download the sheet with the problems marked')}
          </Button>
        )}
      </h3>
      <Table
        size="small"
        rowKey={(p) => `${p.line} ${p.column} ${p.code}`}
        dataSource={answer.problems}
        pagination={{ pageSize: 10, hideOnSinglePage: true, showSizeChanger: false }}
        columns={[
          { title: say('行', 'Line'), dataIndex: 'line', width: 70 },
          { title: say('列', 'Column'), dataIndex: 'column', width: 120, render: (c: string | null) => c ?? say('整行', 'whole row') },
          { title: say('问题', 'What is wrong'), render: (_, p) => say(p.what.zh, p.what.en) },
          { title: say('怎么办', 'What to do'), render: (_, p) => say(p.next.zh, p.next.en) },
          {
            title: say('这一行', 'The row'),
            width: 90,
            render: (_, p) => (p.taken ? say('已收下', 'taken') : <b className="bad">{say('未收', 'left out')}</b>),
          },
        ]}
      />
    </>
  )
}

function Changes({ answer, removeGone }: { answer: ImportAnswer; removeGone: boolean }) {
  const say = useSay()
  const label = { grids: say('编码', 'Code'), households: say('门牌', 'Door') }[answer.thing as string] ?? say('名称', 'Name')
  const words = {
    added: say('新增', 'added'),
    changed: say('变化', 'changed'),
    gone: removeGone ? say('表里没有,移出', 'not in the sheet, taken out') : say('表里没有,保留', 'not in the sheet, kept'),
    kept:
      answer.thing === 'households'
        ? say('正在转移或待敲门,保留', 'being moved or to be knocked at, kept')
        : say('文件里没有,保留', 'not in the file, kept'),
  }
  return (
    <>
      <h3 className="import-head">
        {answer.thing === 'households'
          ? say('逐户(每类最多列 300 户)', 'Door by door (at most 300 of each kind)')
          : say('逐条', 'One by one')}
      </h3>
      <Table
        size="small"
        rowKey={(c) => `${c.kind} ${c.line} ${c.gridName} ${c.label}`}
        dataSource={answer.changes}
        pagination={{ pageSize: 10, hideOnSinglePage: true, showSizeChanger: false }}
        columns={[
          { title: say('行', 'Line'), width: 70, render: (_, c) => c.line ?? '—' },
          { title: say('网格', 'Grid'), dataIndex: 'gridName', width: 180 },
          { title: label, dataIndex: 'label' },
          { title: say('会怎样', 'What happens'), width: 180, render: (_, c) => words[c.kept ? 'kept' : c.kind] },
          { title: say('变了什么', 'What changes'), render: (_, c) => changedWords(c.fields, say) },
        ]}
      />
    </>
  )
}
