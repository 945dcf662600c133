import { Button, Input, Popover } from 'antd'
import { useState } from 'react'
import type { Alert } from '../../shared/api-types.js'
import { Icon } from '../../shared/icons.js'
import { useSay } from '../../shared/language.js'
import { useVerb } from './use-verb.js'

/** 暂缓: stops the countdown at once; the reason is one press on a common one, or a line of one's own. */
export function HoldOffButton({ alert, small }: { alert: Pick<Alert, 'id' | 'revision'>; small?: boolean }) {
  const say = useSay()
  const { busy, run } = useVerb(alert)
  const [open, setOpen] = useState(false)
  const [own, setOwn] = useState('')
  const reasons = [
    say('正在电话核实', 'checking by telephone'),
    say('等待带班领导指示', 'waiting for the commander'),
    say('范围与本街道不符', 'the area does not fit'),
    say('上级另有安排', 'told otherwise from above'),
  ]
  const hold = async (reason: string) => {
    if (await run('hold', { reason })) setOpen(false)
  }
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      trigger="click"
      placement="top"
      title={say('为什么暂缓?(记入处置记录)', 'Why hold it? (goes into the journal)')}
      content={
        <div className="holdoff">
          {reasons.map((reason) => (
            <Button key={reason} block loading={busy === 'hold'} onClick={() => void hold(reason)}>
              {reason}
            </Button>
          ))}
          <Input.Search
            value={own}
            onChange={(event) => setOwn(event.target.value)}
            placeholder={say('别的理由', 'another reason')}
            enterButton={say('暂缓', 'Hold')}
            onSearch={(text) => text.trim() && void hold(text.trim())}
          />
        </div>
      }
    >
      <Button size={small ? 'small' : 'large'} icon={<Icon name="pause" size={small ? 13 : 16} />}>
        {say('暂缓', 'Hold')}
      </Button>
    </Popover>
  )
}
