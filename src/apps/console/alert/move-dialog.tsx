import { Checkbox, Form, Input, Modal } from 'antd'
import { useMemo, useState } from 'react'
import { post } from '../../shared/api.js'
import type { AlertAudience, AlertDetail } from '../../shared/api-types.js'
import type { Evacuation } from '../../shared/field-types.js'
import { HoldButton } from '../../shared/hold-button.js'
import { useSay } from '../../shared/language.js'
import { readAgain } from '../data/resources.js'
import { Empty } from '../layout/parts.js'
import { go } from '../router.js'
import { MoreHomes } from './audience-panel.js'
import { useConfirmWide } from './confirm-wide.js'
import {
  callIsComplete,
  HourMinute,
  isHourMinute,
  momentOf,
  newCall,
  nextMomentOf,
  type PhoneCall,
  PhoneCallFields,
} from './phone-approval.js'
import { DeadlineLine, previewLine, useDraftPreview } from './preview.js'
import { useTellError } from './use-verb.js'

/** The order to move: always a person's, naming households and people, with the approval it rests on. */
export function MoveDialog({ alert, audience, close }: { alert: AlertDetail; audience: AlertAudience | undefined; close: () => void }) {
  const say = useSay()
  const tell = useTellError()
  const rows = useMemo(() => audience?.move ?? [], [audience])
  const grids = useMemo(() => (audience?.moveCount ?? []).map((grid) => grid.place), [audience])
  const nameOf = (place: string) => audience?.grids.find((grid) => grid.place === place)?.name ?? place
  const [chosen, setChosen] = useState<string[] | null>(null)
  const picked = chosen ?? grids
  const moving = rows.filter((row) => !row.place || picked.includes(row.place))
  const counts = (audience?.moveCount ?? []).filter((grid) => picked.includes(grid.place))
  const households = counts.reduce((sum, grid) => sum + grid.households, 0)
  const people = counts.reduce((sum, grid) => sum + grid.people, 0)
  const exercise = alert.kind === 'exercise'
  const [call, setCall] = useState<PhoneCall>(() => newCall(say))
  const [approved, setApproved] = useState(() => (alert.approval?.approvals ?? []).length > 0)
  const [deadline, setDeadline] = useState('')
  const [why, setWhy] = useState('')
  const confirmWide = useConfirmWide()
  const order = useDraftPreview({
    ...{ origin: 'order', audience: 'residents', event: alert.event, warningId: alert.warningId, kind: alert.kind },
    ...(picked.length > 0 ? { grids: picked } : {}),
  })
  const [busy, setBusy] = useState(false)
  const give = async (confirm?: { audience: number }) => {
    setBusy(true)
    try {
      const evacuation = await post<Evacuation>('/api/evacuations', {
        alertId: alert.id,
        ...(picked.length > 0 ? { grids: picked } : {}),
        ...(deadline ? { deadline: nextMomentOf(deadline), deadlineReason: why.trim() } : {}),
        ...(confirm ? { confirm } : {}),
        ...(approved || exercise ? {} : { approval: { by: 'phone', whom: call.whom.trim(), at: momentOf(call.time), note: call.note } }),
      })
      for (const path of ['/api/evacuations', '/api/desk', '/api/field', '/api/alerts']) readAgain(path)
      close()
      go(`/evacuation/${evacuation.id}`)
    } catch (error) {
      if (confirmWide(error, (numbers) => void give(numbers))) return setBusy(false)
      tell(error)
      if (approved) setApproved(false)
    }
    setBusy(false)
  }
  return (
    <Modal open onCancel={close} footer={null} title={say('组织转移', 'Order to move')} width={680} style={{ top: 16 }} destroyOnHidden>
      {rows.length === 0 && (
        <Empty title={say('没有按规定应转移的户', 'Nobody has to move by the rules')}>
          {say('在转移页面可以现场增加。', 'Households can be added on the spot.')}
        </Empty>
      )}
      {grids.length > 1 && (
        <Checkbox.Group
          value={picked}
          onChange={(next) => setChosen(next as string[])}
          options={grids.map((place) => ({ value: place, label: nameOf(place) }))}
        />
      )}
      <ul className="plain-list move-list">
        {moving.map((row) => (
          <li key={row.householdId} className="move-row">
            <span>
              {row.place && <small className="muted">{nameOf(row.place)} </small>}
              {row.label}
            </span>
            <b className="ys-tabular">{say(`${row.people} 人`, `${row.people} ppl`)}</b>
            <small className="muted">{say(row.because, row.becauseEn)}</small>
          </li>
        ))}
      </ul>
      <MoreHomes number={households - moving.length} />
      <Form layout="vertical">
        {!exercise && (
          <Checkbox checked={approved} onChange={(event) => setApproved(event.target.checked)}>
            {say('这次处置已有同意记录(他人在系统里批准,或已登记的电话请示)', 'An approval is already logged for this case')}
          </Checkbox>
        )}
        {!approved && !exercise && <PhoneCallFields call={call} change={setCall} />}
        {order && <p className="muted small">{previewLine(order, say)}</p>}
        <DeadlineLine deadline={order?.move.deadline ?? null} />
        <div className="move-deadline">
          <Form.Item label={say('改时限(不改不填)', 'Another deadline')}>
            <HourMinute value={deadline} change={setDeadline} />
          </Form.Item>
          {deadline !== '' && (
            <Form.Item label={say('为什么改', 'Why')} required>
              <Input value={why} maxLength={200} onChange={(event) => setWhy(event.target.value)} />
            </Form.Item>
          )}
        </div>
      </Form>
      <div className="dialog-act">
        <HoldButton
          tone={exercise ? 'exercise' : 'danger'}
          busy={busy}
          disabled={
            households === 0 ||
            (deadline !== '' && (!isHourMinute(deadline) || !why.trim())) ||
            (!approved && !exercise && !callIsComplete(call))
          }
          hint={say('按住 1 秒 · 网格员手机上会打开逐户清单', 'hold for a second · the checklist opens on the workers’ phones')}
          onHeld={() => void give()}
        >
          {exercise
            ? say(`演练:模拟转移 ${households} 户 ${people} 人`, `EXERCISE: simulate moving ${households} households`)
            : say(`下达转移:${households} 户 ${people} 人`, `Order ${households} households, ${people} people to move`)}
        </HoldButton>
      </div>
    </Modal>
  )
}
