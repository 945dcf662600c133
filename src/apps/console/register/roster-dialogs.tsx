import { Button, Input, Modal, Select } from 'antd'
import { useState } from 'react'
import type { RosterAsk } from '../../../register/duty/duty-routes.js'
import type { ApiError } from '../../shared/api.js'
import { useSay } from '../../shared/language.js'
import { type Person, type PostGroup, type Shift, shortDate, turnOf, turnSpan, turnWord } from './roster-words.js'

type Run = (ask: RosterAsk, wrong?: (lines: ApiError) => void) => Promise<boolean>

interface AwayProps {
  person: Person
  date: string
  shift: Shift | null
  people: Person[]
  run: Run
  close: () => void
}
/** 请假与替班: who is away, who comes, and why. Nobody named: the deputy is called. */
export function AwayDialog({ person, date, shift, people, run, close }: AwayProps) {
  const say = useSay()
  const [staffId, setStaffId] = useState<string | null>(null)
  const [reason, setReason] = useState('')
  const span = shift ? { startsAt: shift.startsAt, endsAt: shift.endsAt } : turnSpan(date, 'whole')
  const when = `${shortDate(date, say)} ${shift ? turnWord(turnOf(shift), say) : turnWord('whole', say)}`
  const comes = people.find((p) => p.id === staffId)?.name ?? person.deputyName
  const save = async () => {
    if (await run({ do: 'substitute', insteadOf: person.id, staffId, ...span, reason: reason.trim() })) close()
  }
  return (
    <Modal open title={say(`${person.name} ${when} 不能值班`, `${person.name} is away: ${when}`)} onCancel={close} footer={null}>
      <label className="field-label" htmlFor="roster-comes">
        {say('谁来替', 'Who comes')}
      </label>
      <Select
        id="roster-comes"
        className="w-full"
        value={staffId ?? ''}
        onChange={(id) => setStaffId(id || null)}
        showSearch={{ optionFilterProp: 'label' }}
        options={[
          {
            value: '',
            label: person.deputyName
              ? say(`不指定:叫副手 ${person.deputyName}`, `Nobody named: the deputy ${person.deputyName}`)
              : say('不指定(没有副手)', 'Nobody named (no deputy)'),
          },
          ...people.filter((p) => p.id !== person.id).map((p) => ({ value: p.id, label: `${p.name} ${p.post} ${p.placeName}` })),
        ]}
      />
      <label className="field-label" htmlFor="roster-reason">
        {say('原因(必填)', 'Reason (needed)')}
      </label>
      <Input
        id="roster-reason"
        value={reason}
        maxLength={120}
        autoFocus
        onChange={(event) => setReason(event.target.value)}
        onPressEnter={() => reason.trim() && void save()}
        placeholder={say('如:发热就医', 'e.g. ill')}
      />
      <p className={`note${comes ? '' : ' note-warn'} m-x`}>
        {comes
          ? say(`这段时间预警叫应${comes},不叫${person.name}。`, `During these hours ${comes} is called instead of ${person.name}.`)
          : say(
              '没有人替:预警时会派人上门找到上级处理。请尽量指定一位。',
              'Nobody comes: a superior has to be sent. Name somebody if you can.',
            )}
      </p>
      <div className="dialog-act">
        <Button type="primary" disabled={reason.trim() === ''} onClick={() => void save()}>
          {comes
            ? say(`由${comes}替${person.name}`, `${comes} stands in for ${person.name}`)
            : say(`记下${person.name}请假`, `${person.name} is away`)}
        </Button>
      </div>
    </Modal>
  )
}

/** Days until the same day of the next month. */
const monthFrom = (date: string): number => {
  const [year, month] = date.split('-').map(Number)
  return new Date(Date.UTC(year!, month!, 0)).getUTCDate()
}

/** 轮班: the people of one post in turn over the days that follow. What is there stays. */
export function FillDialog({ groups, from, run, close }: { groups: PostGroup[]; from: string; run: Run; close: () => void }) {
  const say = useSay()
  const [key, setKey] = useState(groups[0]?.key ?? '')
  const group = groups.find((g) => g.key === key)
  const [staffIds, setStaffIds] = useState<string[]>(group?.people.map((p) => p.id) ?? [])
  const [pattern, setPattern] = useState<'day-night' | 'whole' | 'night'>('day-night')
  const [days, setDays] = useState(7)
  const save = async () => {
    if (await run({ do: 'fill', staffIds, pattern, from, days })) close()
  }
  return (
    <Modal open title={say(`从${shortDate(from, say)}起轮班`, `Turns from ${shortDate(from, say)}`)} onCancel={close} footer={null}>
      <label className="field-label" htmlFor="fill-post">
        {say('岗位', 'Post')}
      </label>
      <Select
        id="fill-post"
        className="w-full"
        value={key}
        onChange={(next) => {
          setKey(next)
          setStaffIds(groups.find((g) => g.key === next)?.people.map((p) => p.id) ?? [])
        }}
        options={groups.map((g) => ({ value: g.key, label: `${g.post} ${g.placeName}` }))}
      />
      <label className="field-label" htmlFor="fill-people">
        {say('按这个次序轮', 'In this order')}
      </label>
      <Select
        id="fill-people"
        mode="multiple"
        className="w-full"
        value={staffIds}
        onChange={setStaffIds}
        options={group?.people.map((p) => ({ value: p.id, label: p.name })) ?? []}
      />
      <label className="field-label" htmlFor="fill-pattern">
        {say('怎么轮', 'How')}
      </label>
      <div className="chips">
        <Select
          id="fill-pattern"
          className="w-280"
          value={pattern}
          onChange={setPattern}
          options={[
            { value: 'day-night', label: say('白班 08:30–17:30,夜班 17:30–08:30', 'day 08:30–17:30, night 17:30–08:30') },
            { value: 'whole', label: say('一人全天 08:30–次日08:30', 'one person, 24 hours from 08:30') },
            { value: 'night', label: say('只排夜班 17:30–次日08:30', 'nights only, 17:30–08:30') },
          ]}
        />
        <Select
          aria-label={say('几天', 'Days')}
          value={days}
          onChange={setDays}
          options={[7, 14, monthFrom(from)].map((n, at) => ({
            value: n,
            label: at === 2 ? say(`一个月(${n} 天)`, `a month (${n} days)`) : say(`${n} 天`, `${n} days`),
          }))}
        />
      </div>
      {pattern === 'day-night' && staffIds.length === 1 && (
        <p className="note note-warn m-x">{say('只有一个人,白班夜班连着上。', 'One person alone has day and night without a pause.')}</p>
      )}
      <div className="dialog-act">
        <Button type="primary" disabled={staffIds.length === 0} onClick={() => void save()}>
          {say(`排 ${days} 天(已排的不动)`, `Fill ${days} days (what is there stays)`)}
        </Button>
      </div>
    </Modal>
  )
}

/** 粘贴: a sheet copied from anywhere. All of it is taken, or none with each wrong line named. */
export function PasteDialog({ place, run, close }: { place: string; run: Run; close: () => void }) {
  const say = useSay()
  const [text, setText] = useState('')
  const [wrong, setWrong] = useState<ApiError | null>(null)
  const save = async () => {
    setWrong(null)
    if (await run({ do: 'paste', place, text }, setWrong)) close()
  }
  const lines = text.split('\n').filter((line) => line.trim() !== '').length
  return (
    <Modal open width={620} title={say('粘贴值班表', 'Paste a rota')} onCancel={close} footer={null}>
      <p className="muted small">
        {say(
          '每行:日期、岗位、姓名、班次(白班、夜班、全天;不写按全天)。从表格复制,或用逗号、空格隔开。有一行看不懂就一行也不改。',
          'Each line: date, post, name, turn (白班, 夜班, 全天). Copied from a sheet, or parted by commas. One wrong line, and nothing is changed.',
        )}
      </p>
      <Input.TextArea
        rows={9}
        className="mono"
        value={text}
        autoFocus
        aria-label={say('值班表', 'Rota')}
        onChange={(event) => setText(event.target.value)}
        placeholder={'2025-07-21\t值班员\t姓名\t夜班\n7月22日,值班员,姓名'}
      />
      {wrong && (
        <div className="errorbox" role="alert">
          <b>{wrong.title}</b>
          {wrong.errors.slice(0, 20).map((e) => (
            <span key={`${e.line} ${e.message}`}>{say(`第 ${e.line} 行:${e.message}`, `Line ${e.line}: ${e.message}`)}</span>
          ))}
        </div>
      )}
      <div className="dialog-act">
        <Button type="primary" disabled={lines === 0} onClick={() => void save()}>
          {say(`导入 ${lines} 行`, `Take ${lines} lines`)}
        </Button>
      </div>
    </Modal>
  )
}
