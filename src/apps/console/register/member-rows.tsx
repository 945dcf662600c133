import { Button, Input, InputNumber, Select } from 'antd'
import { useSay } from '../../shared/language.js'
import { type MemberDraft, newKey } from './household-draft.js'

const usual = [
  '独居,需上门搀扶',
  '卧床,需担架和车辆',
  '听力障碍,请拍门或闪灯',
  '视力障碍,需牵引',
  '不懂普通话',
  '孕晚期,需车辆',
  '轮椅',
  '用电医疗设备',
]

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
          <InputNumber
            value={row.age}
            min={0}
            max={130}
            suffix={say('岁', 'y')}
            aria-label={say('年龄', 'Age')}
            onChange={(age) => set(row.key, { age: age ?? 0 })}
          />
          <Select
            mode="tags"
            value={row.needs}
            maxCount={8}
            aria-label={say('特殊需要', 'Needs')}
            placeholder={say('特殊需要', 'Needs')}
            onChange={(needs) => set(row.key, { needs })}
            options={usual.map((value) => ({ value, label: value }))}
          />
          <Button size="small" onClick={() => change(rows.filter((one) => one.key !== row.key))}>
            {say('去掉', 'Remove')}
          </Button>
        </div>
      ))}
      <Button size="small" onClick={() => change([...rows, { key: newKey(), name: '', age: 60, needs: [] }])}>
        {say('加一位成员', 'Add a member')}
      </Button>
    </>
  )
}
