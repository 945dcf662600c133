import { Skeleton } from 'antd'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { ApiError, call, onSignedOut, read } from '../shared/api.js'
import type { Instance, Me } from '../shared/api-types.js'
import { setServiceClock } from '../shared/service-clock.js'
import { forgetToken } from '../shared/session-token.js'
import { forgetAll } from './data/resources.js'
import { SessionContext } from './data/session.js'
import { startStream } from './data/stream.js'
import { Shell } from './layout/shell.js'
import { LoginPage } from './login/login-page.js'

type Who = { is: 'asking' } | { is: 'out'; unreached: boolean } | { is: 'in'; me: Me }

/** First: who is this? Then either the login page or the desk. */
export function App() {
  const [who, setWho] = useState<Who>({ is: 'asking' })
  const [instance, setInstance] = useState<Instance>()
  const ask = useCallback(async () => {
    read<Instance>('/api/instance')
      .then((found) => {
        setInstance(found)
        setServiceClock(found.now, found.speed)
      })
      .catch(() => undefined)
    try {
      setWho({ is: 'in', me: await read<Me>('/api/me') })
    } catch (error) {
      setWho({ is: 'out', unreached: error instanceof ApiError && error.status !== 401 })
    }
  }, [])
  useEffect(() => {
    void ask()
    return onSignedOut(() => setWho((now) => (now.is === 'in' ? { is: 'out', unreached: false } : now)))
  }, [ask])
  const signedIn = who.is === 'in'
  useEffect(() => (signedIn ? startStream() : undefined), [signedIn])
  const signOut = useCallback(() => {
    void call('DELETE', '/api/sessions').catch(() => undefined)
    forgetToken()
    forgetAll()
    setWho({ is: 'out', unreached: false })
  }, [])
  const me = who.is === 'in' ? who.me : null
  const session = useMemo(() => (me ? { me, instance, signOut } : null), [me, instance, signOut])
  if (who.is === 'asking') return <Skeleton active className="pad" />
  if (!session)
    return (
      <LoginPage instance={instance} unreached={who.is === 'out' && who.unreached} retry={() => void ask()} entered={() => void ask()} />
    )
  return (
    <SessionContext value={session}>
      <Shell />
    </SessionContext>
  )
}
