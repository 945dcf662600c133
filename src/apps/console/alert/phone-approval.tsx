import { AutoComplete, Checkbox, Form, Input, Modal } from 'antd'
import { useState } from 'react'
import type { AlertAudience, AlertDetail } from '../../shared/api-types.js'
import { HoldButton } from '../../shared/hold-button.js'
import { useSay } from '../../shared/language.js'
import { serviceNow } from '../../shared/service-clock.js'
import { minuteTime } from '../../shared/times.js'
import { useDesk } from '../data/desk.js'
import { alertTitle } from '../desk/warning-words.js'
import { toWhom } from './plan-action.js'
import { useVerb } from './use-verb.js'

export interface PhoneCall {
  whom: string
  time: string
  note: string
}
/** 03:31 of the service's day; a minute just before midnight belongs to the day before. */
export function momentOf(hourMinute: string): string {
  const now = serviceNow()
  const day = new Date(now + 8 * 3_600_000).toISOString().slice(0, 10)
  const at = Date.parse(`${day}T${hourMinute}:00+08:00`)
  const past = at > now + 60_000 ? at - 86_400_000 : at
  return `${new Date(past + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`
}

/** 03:31, typed or corrected by hand: a browser's own time field shows AM and PM in some languages. */
export function HourMinute({ value, change }: { value: string; change: (next: string) => void }) {
  const wrong = value !== '' && !isHourMinute(value)
  return (
    <Input
      className="ys-tabular"
      value={value}
      maxLength={5}
      inputMode="numeric"
      placeholder="03:31"
      status={wrong ? 'error' : ''}
      onChange={(event) => {
        const digits = event.target.value.replace(/[^\d:]/g, '')
        change(/^\d{3,4}$/.test(digits) ? `${digits.slice(0, 2)}:${digits.slice(2)}` : digits)
      }}
    />
  )
}
export const isHourMinute = (text: string) => /^([01]\d|2[0-3]):[0-5]\d$/.test(text)

export function PhoneCallFields({ call, change }: { call: PhoneCall; change: (next: PhoneCall) => void }) {
  const say = useSay()
  const { data: desk } = useDesk()
  const commander = desk?.onDuty?.commander
  return (
    <div className="call-fields">
      <Form.Item label={say('请示了谁', 'Whom')} required>
        <AutoComplete
          autoFocus
          value={call.whom}
          placeholder={say('带班领导姓名', 'name of the commander')}
          options={commander ? [{ value: say(`带班领导 ${commander}`, `Commander ${commander}`) }] : []}
          onChange={(whom: string) => change({ ...call, whom })}
        />
      </Form.Item>
      <Form.Item label={say('几点几分', 'When')} required>
        <HourMinute value={call.time} change={(time) => change({ ...call, time })} />
      </Form.Item>
      <Form.Item label={say('怎么说的', 'What was said')}>
        <Input
          value={call.note}
          placeholder={say('同意,立即转发', 'agreed, send at once')}
          maxLength={200}
          onChange={(event) => change({ ...call, note: event.target.value })}
        />
      </Form.Item>
    </div>
  )
}
export const newCall = (say: (zh: string, en: string) => string): PhoneCall => ({
  whom: '',
  time: minuteTime(serviceNow()),
  note: say('同意', 'agreed'),
})
export const callIsComplete = (call: PhoneCall) => call.whom.trim().length > 0 && isHourMinute(call.time)

/** 电话请示: how it really goes at three in the morning. The leader countersigns later. */
export function PhoneApproval({ alert, audience, close }: { alert: AlertDetail; audience: AlertAudience | undefined; close: () => void }) {
  const say = useSay()
  const { busy, run } = useVerb(alert)
  const [call, setCall] = useState<PhoneCall>(() => newCall(say))
  const [send, setSend] = useState(true)
  const whom = toWhom(alert, audience, say)
  const log = async () => {
    const logged = await run('approve', { by: 'phone', whom: call.whom.trim(), at: momentOf(call.time), note: call.note })
    if (logged && send && !(await run('issue'))) return
    if (logged) close()
  }
  return (
    <Modal open onCancel={close} footer={null} title={say('电话请示', 'Telephone approval')} width={520} destroyOnHidden>
      <p className="muted">
        {say(
          '记下请示的人、时间和答复,作为同意的依据;领导事后在系统里补签。',
          'Whom, when and what was said stand as the approval; the leader countersigns later.',
        )}
      </p>
      <Form layout="vertical">
        <PhoneCallFields call={call} change={setCall} />
        <Form.Item>
          <Checkbox checked={send} onChange={(event) => setSend(event.target.checked)}>
            {say('登记后立即发出', 'Send at once after logging')}
          </Checkbox>
        </Form.Item>
      </Form>
      <div className="dialog-act">
        <HoldButton
          tone={alert.kind === 'exercise' ? 'exercise' : send ? 'danger' : 'accent'}
          disabled={!callIsComplete(call)}
          busy={busy !== null}
          hint={say('按住 1 秒', 'hold for a second')}
          onHeld={() => void log()}
        >
          {send
            ? say(`登记同意,并向 ${whom}发出${alertTitle(alert, say)}`, `Log it, and send “${alertTitle(alert, say)}” to ${whom}`)
            : say('登记同意,先不发出', 'Log it, do not send yet')}
        </HoldButton>
      </div>
    </Modal>
  )
}

/** The next time the clock shows it. */
export function nextMomentOf(hourMinute: string): string {
  const last = Date.parse(momentOf(hourMinute))
  const next = last < serviceNow() ? last + 24 * 3_600_000 : last
  return `${new Date(next + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`
}
