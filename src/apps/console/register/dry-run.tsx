import { Button, Table } from 'antd'
import type { ImportAnswer } from '../../../register/import/import-routes.js'
import { useSay } from '../../shared/language.js'
import { count } from '../../shared/times.js'
import { Figure, Panel } from '../layout/parts.js'
import { changedWords, problemSheet, saveSheet } from './import-words.js'

/** What the import would do, in numbers and door by door, and the one button that says it in full. */
export function DryRun({ answer, busy, apply }: { answer: ImportAnswer; busy: boolean; apply: () => void }) {
  const say = useSay()
  const counts = answer.counts!
  const nothing = counts.added + counts.changed === 0
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
          label={say('名册有、表里没有', 'Not in the sheet')}
          value={counts.gone}
          tone="muted"
          note={say('保留,不删', 'kept, not removed')}
        />
      </div>
      <p className="import-press">
        <Button type="primary" size="large" disabled={nothing} loading={busy} onClick={apply}>
          {nothing
            ? say('没有要导入的变化', 'Nothing to import')
            : say(
                `导入:新增 ${count(counts.added)} 户、更新 ${count(counts.changed)} 户(不删任何一户)`,
                `Import: add ${count(counts.added)}, update ${count(counts.changed)} households (none removed)`,
              )}
        </Button>
      </p>
      {answer.problems.length > 0 && <Problems answer={answer} />}
      {answer.changes.length > 0 && <Changes answer={answer} />}
    </Panel>
  )
}

function Problems({ answer }: { answer: ImportAnswer }) {
  const say = useSay()
  const all = answer.counts!.problems
  return (
    <>
      <h3 className="import-head">
        {say(`有问题的格子 ${count(all)} 处`, `${count(all)} cells with problems`)}
        <Button size="small" onClick={() => saveSheet(say('名册问题.csv', 'register-problems.csv'), problemSheet(answer.problems, say))}>
          {say('下载问题清单', 'Download the list')}
        </Button>
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

function Changes({ answer }: { answer: ImportAnswer }) {
  const say = useSay()
  const words = {
    added: say('新增', 'added'),
    changed: say('变化', 'changed'),
    gone: say('表里没有,保留', 'not in the sheet, kept'),
  }
  return (
    <>
      <h3 className="import-head">{say('逐户(每类最多列 300 户)', 'Door by door (at most 300 of each kind)')}</h3>
      <Table
        size="small"
        rowKey={(c) => `${c.kind} ${c.line} ${c.gridName} ${c.label}`}
        dataSource={answer.changes}
        pagination={{ pageSize: 10, hideOnSinglePage: true, showSizeChanger: false }}
        columns={[
          { title: say('行', 'Line'), width: 70, render: (_, c) => c.line ?? '—' },
          { title: say('网格', 'Grid'), dataIndex: 'gridName', width: 180 },
          { title: say('门牌', 'Door'), dataIndex: 'label' },
          { title: say('会怎样', 'What happens'), width: 180, render: (_, c) => words[c.kind] },
          { title: say('变了什么', 'What changes'), render: (_, c) => changedWords(c.fields, say) },
        ]}
      />
    </>
  )
}
