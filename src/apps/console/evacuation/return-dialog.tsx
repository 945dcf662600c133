import { Checkbox, Form, Input, Modal } from 'antd'
import { useState } from 'react'
import { ApiError, post } from '../../shared/api.js'
import type { Door, Evacuation } from '../../shared/field-types.js'
import { HoldButton } from '../../shared/hold-button.js'
import { useSay } from '../../shared/language.js'
import { useTellError } from '../alert/use-verb.js'
import { readAgain } from '../data/resources.js'
import { Empty } from '../layout/parts.js'
import { doorStateWord } from './door-words.js'

const away = new Set(['left', 'arrived'])

/** Return is assessed and approved household by household: all in is not danger over. */
export function ReturnDialog({ evacuation, doors, close }: { evacuation: Evacuation; doors: Door[]; close: () => void }) {
  const say = useSay()
  const tell = useTellError()
  const open = doors.filter((door) => away.has(door.state) && !door.returnApproved)
  // Nobody taken out yet: all, also those whose doors arrive while the dialog is open.
  const [left, setLeft] = useState<string[]>([])
  const [assessment, setAssessment] = useState('')
  const [reason, setReason] = useState('')
  const [despite, setDespite] = useState(false)
  const [inForce, setInForce] = useState(false)
  const [busy, setBusy] = useState(false)
  const picked = open.filter((door) => !left.includes(door.id))
  const people = picked.reduce((sum, door) => sum + door.people, 0)
  const approve = async () => {
    setBusy(true)
    try {
      await post(`/api/evacuations/${evacuation.id}/return`, {
        households: picked.map((door) => door.id),
        assessment: assessment.trim(),
        reason: reason.trim(),
        ...(despite ? { despiteWarning: true } : {}),
      })
      for (const path of ['/api/evacuations', '/api/desk', '/api/field']) readAgain(path)
      close()
    } catch (error) {
      if (error instanceof ApiError && error.status === 409) setInForce(true)
      tell(error)
    }
    setBusy(false)
  }
  return (
    <Modal open onCancel={close} footer={null} title={say('批准返回', 'Approve the return')} width={640} destroyOnHidden>
      <p className="muted">
        {say(
          '先评估房屋和隐患点,再逐户批准;没有批准就回家,是“私自回流”。',
          'Look at houses and hazard points first, then approve household by household.',
        )}
      </p>
      {open.length === 0 && <Empty title={say('没有等待返回的户', 'No household waits to return')} />}
      <div className="return-all">
        <Checkbox
          checked={picked.length === open.length && open.length > 0}
          indeterminate={picked.length > 0 && picked.length < open.length}
          onChange={(event) => setLeft(event.target.checked ? [] : open.map((door) => door.id))}
        >
          {say(`全部 ${open.length} 户`, `all ${open.length}`)}
        </Checkbox>
      </div>
      <ul className="plain-list return-list">
        {open.map((door) => (
          <li key={door.id}>
            <Checkbox
              checked={!left.includes(door.id)}
              onChange={(event) => setLeft((now) => (event.target.checked ? now.filter((one) => one !== door.id) : [...now, door.id]))}
            >
              {door.label} {door.head}
            </Checkbox>
            <span className="muted">{doorStateWord(door.state, say)}</span>
            <b className="ys-tabular">{say(`${door.people} 人`, `${door.people} ppl`)}</b>
          </li>
        ))}
      </ul>
      <Form layout="vertical">
        <Form.Item label={say('评估结果', 'What was found')} required>
          <Input.TextArea
            rows={2}
            value={assessment}
            maxLength={1000}
            onChange={(event) => setAssessment(event.target.value)}
            placeholder={say('谁看的、几点、房屋和隐患点情况', 'who looked, when, the state of the houses')}
          />
        </Form.Item>
        <Form.Item label={say('同意返回的依据', 'Ground for the return')} required>
          <Input
            value={reason}
            maxLength={500}
            onChange={(event) => setReason(event.target.value)}
            placeholder={say('区气象台已解除,雨停,积水退去', 'lifted by the station, rain over, water gone')}
          />
        </Form.Item>
        {inForce && (
          <Checkbox checked={despite} onChange={(event) => setDespite(event.target.checked)}>
            {say('预警仍然有效,我已在上面写明为什么可以返回', 'The warning still stands; the ground above says why they may return')}
          </Checkbox>
        )}
      </Form>
      <div className="dialog-act">
        <HoldButton
          tone="calm"
          busy={busy}
          disabled={picked.length === 0 || !assessment.trim() || !reason.trim()}
          hint={say('按住 1 秒', 'hold for a second')}
          onHeld={() => void approve()}
        >
          {say(`批准 ${picked.length} 户 ${people} 人返回`, `Approve the return of ${picked.length} households, ${people} people`)}
        </HoldButton>
      </div>
    </Modal>
  )
}
