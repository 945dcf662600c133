import { Button, Form, Input, Modal } from 'antd'
import { useState } from 'react'
import { post } from '../../shared/api.js'
import type { Evacuation } from '../../shared/field-types.js'
import { useSay } from '../../shared/language.js'
import { HourMinute, isHourMinute, nextMomentOf } from '../alert/phone-approval.js'
import { useTellError } from '../alert/use-verb.js'
import { readAgain } from '../data/resources.js'

/** Another time by which the moving is to be done; the reason is kept with it and in the record of the case. */
export function ChangeDeadline({ evacuation }: { evacuation: Evacuation }) {
  const say = useSay()
  const tell = useTellError()
  const [open, setOpen] = useState(false)
  const [time, setTime] = useState('')
  const [reason, setReason] = useState('')
  const [busy, setBusy] = useState(false)
  const close = () => {
    setOpen(false)
    setTime('')
    setReason('')
  }
  const change = async () => {
    setBusy(true)
    try {
      await post(`/api/evacuations/${evacuation.id}/deadline`, { deadline: nextMomentOf(time), reason: reason.trim() })
      for (const path of ['/api/evacuations', '/api/desk']) readAgain(path)
      close()
    } catch (error) {
      tell(error)
    }
    setBusy(false)
  }
  return (
    <>
      <Button type="link" size="small" onClick={() => setOpen(true)}>
        {say('改时限', 'Change')}
      </Button>
      <Modal
        open={open}
        onCancel={close}
        title={say('改转移时限', 'Change the deadline')}
        width={460}
        destroyOnHidden
        okText={say('改定', 'Change')}
        cancelText={say('不改', 'Keep')}
        okButtonProps={{ disabled: !isHourMinute(time) || reason.trim() === '', loading: busy }}
        onOk={() => void change()}
      >
        <Form layout="vertical" className="move-deadline">
          <Form.Item label={say('几点前转完', 'Done by')} required>
            <HourMinute value={time} change={setTime} />
          </Form.Item>
          <Form.Item label={say('为什么改(记入处置记录)', 'Why (kept in the record)')} required>
            <Input value={reason} maxLength={200} onChange={(event) => setReason(event.target.value)} />
          </Form.Item>
        </Form>
      </Modal>
    </>
  )
}
