import { useCallback, useEffect, useState } from 'react'
import { ApiError, call, onSignedOut, read } from '../shared/api.js'
import { useSay } from '../shared/language.js'
import { useServiceNow } from '../shared/service-clock.js'
import { Login } from './screens/login.js'
import { Shell } from './shell.js'
import { type Account, SessionProvider } from './state/field-context.js'
import { forgetAccount, keepAccount, keptAccount } from './state/kept-account.js'
import { useOpenedStore } from './state/open-session.js'
import { isNight, useTheme } from './state/theme.js'

type Who = { is: 'asking' } | { is: 'nobody' } | { is: 'somebody'; account: Account }

/** Without a network the phone opens with the account it had: the list on it is the whole point. */
async function askWho(): Promise<Who> {
  try {
    const account = await read<Account>('/api/me')
    keepAccount(account)
    return { is: 'somebody', account }
  } catch (error) {
    const account = keptAccount()
    const unreached = error instanceof ApiError && (error.status === 0 || error.status >= 500)
    return unreached && account !== null ? { is: 'somebody', account } : { is: 'nobody' }
  }
}

function Opened({ account, onSignedOut: signedOut }: { account: Account; onSignedOut: () => void }) {
  const say = useSay()
  const opened = useOpenedStore(account)
  const signOut = useCallback(async () => {
    await opened?.storage.wipe()
    forgetAccount()
    await call('DELETE', '/api/sessions').catch(() => undefined)
    signedOut()
  }, [opened, signedOut])
  if (opened === null) return <p className="opening">{say('正在打开…', 'Opening …')}</p>
  return (
    <SessionProvider value={{ account, store: opened.store, sample: opened.sample, signOut }}>
      <Shell />
    </SessionProvider>
  )
}

export function App() {
  const [who, setWho] = useState<Who>({ is: 'asking' })
  const { theme } = useTheme()
  const now = useServiceNow(60_000)
  useEffect(() => void askWho().then(setWho), [])
  // A session that ended does not throw the list away: the page stays, the chip asks to sign in again.
  useEffect(() => onSignedOut(() => setWho((before) => (before.is === 'asking' ? { is: 'nobody' } : before))), [])
  const leave = useCallback(() => setWho({ is: 'nobody' }), [])
  return (
    <div className={`field${isNight(theme, now) ? ' night' : ''}`}>
      {who.is === 'nobody' && (
        <Login
          onSignedIn={(account) => {
            keepAccount(account)
            setWho({ is: 'somebody', account })
          }}
        />
      )}
      {who.is === 'somebody' && <Opened key={who.account.account} account={who.account} onSignedOut={leave} />}
    </div>
  )
}
