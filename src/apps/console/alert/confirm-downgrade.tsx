import { Button, Popconfirm } from 'antd'
import type { Alert } from '../../shared/api-types.js'
import { useSay } from '../../shared/language.js'
import { useVerb } from './use-verb.js'

/** 确认降级: the station lowered its warning while people are being moved; only now may the lower colour be told. */
export function ConfirmDowngrade({ alert }: { alert: Pick<Alert, 'id' | 'revision'> }) {
  const say = useSay()
  const { busy, run } = useVerb(alert)
  return (
    <Popconfirm
      title={say('确认告知降级?', 'Tell the lower colour?')}
      description={say(
        '转移不会因此停止,仍按原要求进行;结束转移请另行决定。',
        'The evacuation goes on; ending it is a decision of its own.',
      )}
      okText={say('确认降级', 'Confirm')}
      cancelText={say('先不告知', 'Not yet')}
      onConfirm={() => void run('confirm-downgrade')}
    >
      <Button size="small" loading={busy === 'confirm-downgrade'}>
        {say('确认降级', 'Confirm')}
      </Button>
    </Popconfirm>
  )
}
