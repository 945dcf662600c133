import { Button, Modal } from 'antd'
import type { AlertDetail, Approval } from '../../shared/api-types.js'
import { useSay } from '../../shared/language.js'
import { minuteTime } from '../../shared/times.js'
import { alertTitle } from '../desk/warning-words.js'
import { useVerb } from './use-verb.js'

/** The telephone approval that waits for its giver; who logged it, or wrote the alert, cannot countersign it. */
export function callToCountersign(alert: AlertDetail, reader: string): Approval | null {
  if (alert.createdByName === reader) return null
  const approvals = alert.approval?.approvals ?? []
  return approvals.find((one) => one.by === 'phone' && !one.countersignedAt && one.person !== reader) ?? null
}

/** 补签: what was said on the telephone is confirmed by its giver. It sends nothing and holds nothing back. */
export function Countersign({ alert, call, close }: { alert: AlertDetail; call: Approval; close: () => void }) {
  const say = useSay()
  const { busy, run } = useVerb(alert)
  const confirm = async () => {
    if (await run('approve', { by: 'app' })) close()
  }
  return (
    <Modal open onCancel={close} footer={null} title={say('补签', 'Countersign')} width={520} destroyOnHidden>
      <blockquote className="note countersign">
        <b className="ys-tabular">{minuteTime(call.at)}</b>{' '}
        {say(
          `${call.person ?? '值班员'}电话请示 ${call.whom},答复:“${call.note || '同意'}”,事项:${alertTitle(alert, say)}。`,
          `${call.person ?? 'The officer'} telephoned ${call.whom}, who said “${call.note || 'agreed'}” to: ${alertTitle(alert, say)}.`,
        )}
      </blockquote>
      <p>
        {say(
          '补签就是确认这通电话属实。不会再发出任何信息,也不影响已经发出的;您的姓名和时间记入处置记录。',
          'You confirm that this call took place. Nothing more is sent, nothing sent is changed; your name and the time go on record.',
        )}
      </p>
      <p className="muted">
        {say('不是您答复的,或不属实:请不要按,马上联系值班员。', 'Not your words, or not true? Do not press; call the officer on duty.')}
      </p>
      <div className="dialog-act">
        <Button type="primary" size="large" loading={busy !== null} onClick={() => void confirm()}>
          {say(`补签:确认 ${minuteTime(call.at)} 电话里同意过`, `Countersign: agreed by telephone at ${minuteTime(call.at)}`)}
        </Button>
      </div>
    </Modal>
  )
}
