import { Button, Input, Popover } from 'antd'
import { useState } from 'react'
import { post } from '../../shared/api.js'
import type { Alert, Warning } from '../../shared/api-types.js'
import { useLanguage } from '../../shared/language.js'
import { useTellError } from '../alert/use-verb.js'
import { readAgain } from '../data/resources.js'
import { useMay, useSession } from '../data/session.js'
import { go } from '../router.js'

/** A warning that names others, or whose area cannot be read: a person says whether it is ours. */
export function DecideWarning({ warning }: { warning: Warning }) {
  const { say } = useLanguage()
  const may = useMay()
  const { me } = useSession()
  const tell = useTellError()
  const [reason, setReason] = useState('')
  const [busy, setBusy] = useState(false)
  if (!may('alert.draft')) return null
  const press = async (work: () => Promise<void>) => {
    setBusy(true)
    try {
      await work()
    } catch (error) {
      tell(error)
    }
    setBusy(false)
    readAgain('/api/desk')
    readAgain('/api/alerts')
  }
  const draft = () =>
    press(async () => {
      const alert = await post<Alert>('/api/alerts', {
        origin: 'relay',
        audience: 'residents',
        warningId: warning.id,
        grids: [me.scope.slice(0, 9)],
      })
      go(`/alerts/${alert.id}`)
    })
  const setAside = () =>
    press(async () => {
      await post(`/api/warnings/${warning.id}/set-aside`, { reason: reason.trim() })
      go('/')
    })
  return (
    <span className="decide">
      <Button size="small" loading={busy} onClick={() => void draft()}>
        {say('按本街道在内起草', 'Draft it for our subdistrict')}
      </Button>
      <Popover
        trigger="click"
        title={say('为什么与本街道无关?(记入处置记录)', 'Why does it not concern us? (recorded)')}
        content={
          <Input.Search
            value={reason}
            onChange={(event) => setReason(event.target.value)}
            placeholder={say('例如:电话核实,不含本街道', 'e.g. verified by telephone')}
            enterButton={say('搁置', 'Set aside')}
            onSearch={(text) => text.trim() && void setAside()}
          />
        }
      >
        <Button size="small">{say('与本街道无关', 'Not ours')}</Button>
      </Popover>
    </span>
  )
}
