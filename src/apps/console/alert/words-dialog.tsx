import { Button, Input, Modal } from 'antd'
import { useState } from 'react'
import type { AlertDetail } from '../../shared/api-types.js'
import { HoldButton } from '../../shared/hold-button.js'
import { useSay } from '../../shared/language.js'
import { FitNote, OwnPhones, useOwnWords } from './own-words.js'
import { useVerb } from './use-verb.js'

/** A sentence of our own in the words. Before the issue it makes a new draft; after it, everybody who was told gets the new text. */
export function WordsDialog({ alert, close }: { alert: AlertDetail; close: () => void }) {
  const say = useSay()
  const { busy, run } = useVerb(alert)
  const [text, setText] = useState(alert.ownText ?? '')
  const issued = alert.state === 'issued' || (alert.state === 'held' && Boolean(alert.issuedAt))
  const relay = alert.origin === 'relay'
  const found = useOwnWords(`/api/alerts/${alert.id}/words`, { ownText: text.trim() })
  const save = async () => {
    if (await run('revise', { words: { ownText: text.trim() }, reason: issued ? say('更新措辞', 'words revised') : undefined })) close()
  }
  return (
    <Modal
      open
      onCancel={close}
      footer={null}
      title={issued ? say('更新', 'Revise') : say('改措辞', 'Edit the words')}
      width={980}
      destroyOnHidden
    >
      <p className="muted">
        {relay
          ? say(
              '灾种、颜色、台站和时间照原文,不能改;这里加的是我们自己的防范提示。加了字就不再自动转发,要您亲手发出。',
              'Hazard, colour, station and time stay verbatim. What you add is our own advice; with it nothing is sent automatically any more.',
            )
          : say('写要点:时间、地点、做什么。', 'Say time, place and what to do.')}
      </p>
      <div className="own-words">
        <div>
          <Input.TextArea value={text} onChange={(event) => setText(event.target.value)} rows={4} maxLength={300} showCount autoFocus />
          <FitNote found={found} take={setText} />
        </div>
        <OwnPhones found={found} />
      </div>
      <div className="dialog-act">
        {issued ? (
          <HoldButton
            tone="danger"
            busy={busy !== null}
            disabled={text.trim() === (alert.ownText ?? '')}
            hint={say('按住 1 秒', 'hold for a second')}
            onHeld={() => void save()}
          >
            {say(`更新为第 ${alert.revision + 1} 稿,发给收到过的人`, `Send revision ${alert.revision + 1} to those who were told`)}
          </HoldButton>
        ) : (
          <Button
            type="primary"
            size="large"
            loading={busy !== null}
            disabled={text.trim() === (alert.ownText ?? '')}
            onClick={() => void save()}
          >
            {say('存为新的一稿', 'Keep as a new revision')}
          </Button>
        )}
      </div>
    </Modal>
  )
}
