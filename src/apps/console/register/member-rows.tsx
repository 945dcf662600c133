import { Button, Input, Select } from 'antd'
import { useSay } from '../../shared/language.js'
import { type MemberDraft, newKey } from './household-draft.js'
import { bandChoices, bandOf, needChoices } from './register-words.js'

/** Who has to be helped, and how: sealed with the grid, read at the door. */
export function MemberRows({ rows, change }: { rows: MemberDraft[]; change: (rows: MemberDraft[]) => void }) {
  const say = useSay()
  const set = (key: string, part: Partial<MemberDraft>) => change(rows.map((row) => (row.key === key ? { ...row, ...part } : row)))
  return (
    <>
      {rows.map((row) => (
        <div key={row.key} className="member-row">
          <Input
            value={row.name}
            maxLength={30}
            aria-label={say('姓名', 'Name')}
            placeholder={say('姓名', 'Name')}
            onChange={(event) => set(row.key, { name: event.target.value })}
          />
          <Select
            value={bandOf(row.age)}
            aria-label={say('年龄段', 'Age')}
            onChange={(age) => set(row.key, { age })}
            options={bandChoices(say)}
          />
          <Select
            mode="multiple"
            value={row.needs}
            aria-label={say('特殊需要', 'Needs')}
            placeholder={say('特殊需要', 'Needs')}
            onChange={(needs) => set(row.key, { needs })}
            options={needChoices(say)}
          />
          <Input
            value={row.remark}
            maxLength={60}
            aria-label={say('备注', 'Remark')}
            placeholder={say('备注,如:需担架', 'Remark: needs a stretcher')}
            onChange={(event) => set(row.key, { remark: event.target.value })}
          />
          <Button size="small" onClick={() => change(rows.filter((one) => one.key !== row.key))}>
            {say('去掉', 'Remove')}
          </Button>
        </div>
      ))}
      <Button size="small" onClick={() => change([...rows, { key: newKey(), name: '', age: 60, needs: [], remark: '' }])}>
        {say('加一位成员', 'Add a member')}
      </Button>
    </>
  )
}
