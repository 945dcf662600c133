import { Button, Checkbox, Input, Select } from 'antd'
import { useSay } from '../../shared/language.js'
import { type ContactDraft, newContact } from './household-draft.js'
import { relationChoices } from './register-words.js'

interface ContactRowsProps {
  rows: ContactDraft[]
  change: (rows: ContactDraft[]) => void
  /** Path of the number the service refused, e.g. contacts/1/phone. */
  at: string
}
/** Numbers of a household, each with whose it is. A wrong one is marked, replaced or taken away; nobody is dropped for it. */
export function ContactRows({ rows, change, at }: ContactRowsProps) {
  const say = useSay()
  const set = (key: string, part: Partial<ContactDraft>) => change(rows.map((row) => (row.key === key ? { ...row, ...part } : row)))
  // Empty rows are not sent, so the service counts without them.
  const sent = rows.filter((row) => row.contactId !== undefined || row.phone?.trim())
  return (
    <>
      {rows.length === 0 && (
        <p className="note note-warn">{say('没有号码的住户只能上门通知。', 'Without a number they can only be told at the door.')}</p>
      )}
      {rows.map((row) => (
        <div key={row.key} className="contact-row">
          {row.phone === undefined ? (
            <span className={`ys-tabular${row.broken ? ' is-broken' : ''}`}>{row.shown}</span>
          ) : (
            <Input
              value={row.phone}
              inputMode="tel"
              maxLength={40}
              autoFocus={row.contactId !== undefined}
              status={at === `contacts/${sent.indexOf(row)}/phone` ? 'error' : ''}
              placeholder={say('手机,或带区号的座机', 'mobile, or landline with area code')}
              aria-label={say('号码', 'Number')}
              onChange={(event) => set(row.key, { phone: event.target.value })}
            />
          )}
          <Select
            value={row.relation}
            aria-label={say('谁的号码', 'Whose number')}
            onChange={(relation) => set(row.key, { relation })}
            options={relationChoices(say)}
          />
          {row.phone === undefined && (
            <Checkbox checked={row.broken} onChange={(event) => set(row.key, { broken: event.target.checked })}>
              {say('失效', 'wrong')}
            </Checkbox>
          )}
          {row.phone === undefined && row.kind === 'phone' && (
            <Button size="small" onClick={() => set(row.key, { phone: '' })}>
              {say('改号码', 'Replace')}
            </Button>
          )}
          <Button size="small" onClick={() => change(rows.filter((one) => one.key !== row.key))}>
            {say('去掉', 'Remove')}
          </Button>
        </div>
      ))}
      <Button size="small" onClick={() => change([...rows, newContact()])}>
        {say('加一个号码', 'Add a number')}
      </Button>
    </>
  )
}
