import { Input, Modal } from 'antd'
import { useState } from 'react'
import type { AlertAudience, AlertDetail } from '../../shared/api-types.js'
import { HoldButton } from '../../shared/hold-button.js'
import { useSay } from '../../shared/language.js'
import { toWhom } from './plan-action.js'
import { useVerb } from './use-verb.js'

type Ending = 'call-off' | 'all-clear' | 'close'

/** 撤回更正 · 解除 · 不发了: goes to exactly those who were told, with a reason in the record. */
export function EndDialog({
  verb,
  alert,
  audience,
  close,
}: {
  verb: Ending
  alert: AlertDetail
  audience: AlertAudience | undefined
  close: () => void
}) {
  const say = useSay()
  const { busy, run } = useVerb(alert)
  const [reason, setReason] = useState('')
  const whom = toWhom(alert, audience, say)
  /** A gauge's note is ours: nobody else lifts it. */
  const isHint = alert.origin === 'internal' && !alert.warningId
  const words = {
    'call-off': {
      title: say('撤回更正', 'Call off'),
      what: say(
        '会按原来的通道,告诉每一个收到过的人:刚才的信息有误,以更正为准。',
        'Everybody who was told hears over the same channels that it was wrong.',
      ),
      ask: say('错在哪里?', 'What was wrong?'),
      common: [say('范围选错', 'wrong area'), say('误发', 'sent by mistake'), say('台站已更正', 'corrected by the station')],
      button: say(`撤回更正:告诉收到过的 ${whom}`, `Call off: tell ${whom}`),
    },
    'all-clear': isHint
      ? {
          title: say('结束监测提示', 'End the monitoring note'),
          what: say(
            '结束后不再提醒:收到过提示的责任人会收到“提示结束,请继续留意现场”。台站的预警不受影响。站点离线时,先派人看过现场再结束。',
            'Nothing reminds of it any more: the staff who were told hear that the note is over and to keep an eye on the place. Warnings stay as they are. While the gauge is offline, have somebody look first.',
          ),
          ask: say('依据', 'Ground'),
          common: [say('已派人到现场查看,无险情', 'somebody looked: no danger'), say('监测站误报', 'the gauge was wrong')],
          button: say(`结束提示:告诉收到过的 ${whom}`, `End the note: tell ${whom}`),
        }
      : {
          title: say('解除', 'All clear'),
          what: say(
            '预警由谁发,就由谁解除。台站还没有解除时,要写明您核实的依据。已转移的居民仍须等待通知再返回。',
            'Who issued the warning lifts it. While it stands, give the ground you verified. Those who moved still wait before they return.',
          ),
          ask: say('依据', 'Ground'),
          common: [say('电话核实,区气象台已解除', 'verified by telephone: lifted by the station')],
          button: say(`转发解除:告诉收到过的 ${whom}`, `Pass on the all-clear to ${whom}`),
        },
    close: {
      title: say('不发了', 'Do not send'),
      what: say('这条草稿归档,不会有人收到。理由写进处置记录。', 'The draft is closed, nobody receives it. The reason is recorded.'),
      ask: say('理由', 'Reason'),
      common: [say('与本街道无关', 'does not concern us'), say('已由上级直接发布', 'already issued from above')],
      button: say('归档,不发出', 'Close it unsent'),
    },
  }[verb]
  const end = async () => {
    if (await run(verb, { reason: reason.trim() })) close()
  }
  return (
    <Modal open onCancel={close} footer={null} title={words.title} width={520} destroyOnHidden>
      <p>{words.what}</p>
      <label className="field-label" htmlFor="end-reason">
        {words.ask}
      </label>
      <div className="chips">
        {words.common.map((one) => (
          <button key={one} type="button" className={`chip-button${reason === one ? ' is-on' : ''}`} onClick={() => setReason(one)}>
            {one}
          </button>
        ))}
      </div>
      <Input.TextArea id="end-reason" value={reason} onChange={(event) => setReason(event.target.value)} rows={2} maxLength={500} />
      <div className="dialog-act">
        <HoldButton
          tone={verb === 'call-off' ? 'danger' : verb === 'all-clear' ? 'calm' : 'accent'}
          disabled={reason.trim().length === 0}
          busy={busy !== null}
          hint={say('按住 1 秒', 'hold for a second')}
          onHeld={() => void end()}
        >
          {words.button}
        </HoldButton>
      </div>
    </Modal>
  )
}
