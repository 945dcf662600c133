import { type FormEvent, useEffect, useState } from 'react'
import { ApiError, post, read } from '../../shared/api.js'
import { useLanguage, useSay } from '../../shared/language.js'
import type { Account } from '../state/field-context.js'

interface Instance {
  name: string
  register: string
  sampleLogins: boolean
  accounts?: { username: string; roleName: string; roleNameEn?: string }[]
}
const fieldRoles = ['worker', 'chief', 'secretary', 'keeper']

export function Login({ onSignedIn }: { onSignedIn: (account: Account) => void }) {
  const say = useSay()
  const { language, setLanguage } = useLanguage()
  const [instance, setInstance] = useState<Instance | null>(null)
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  const [problem, setProblem] = useState<string | null>(null)
  useEffect(() => {
    read<Instance>('/api/instance').then(setInstance, () =>
      setProblem(say('连不上服务,请检查网络', 'The service cannot be reached: check the network')),
    )
  }, [say])
  const enter = async (path: string, body: Record<string, string>) => {
    setProblem(null)
    try {
      onSignedIn(await post<Account>(path, body))
    } catch (error) {
      setProblem(
        error instanceof ApiError && error.status > 0
          ? error.title
          : say('连不上服务,请检查网络', 'The service cannot be reached: check the network'),
      )
    }
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void enter('/api/sessions', { username, password })
  }
  const samples = (instance?.accounts ?? []).filter((each) => fieldRoles.includes(each.username))
  return (
    <main className="page login">
      <header>
        <h1>寅时</h1>
        <p>{say('网格员的手机', 'The worker’s phone')}</p>
        <button type="button" className="button link" onClick={() => setLanguage(language === 'zh' ? 'en' : 'zh')}>
          {language === 'zh' ? 'English' : '中文'}
        </button>
      </header>
      {problem !== null && (
        <p className="note grave" role="alert">
          {problem}
        </p>
      )}
      {instance?.sampleLogins === true && (
        <section className="card">
          <p className="card-title">{say('示例街道,直接进入:', 'Sample subdistrict, enter as:')}</p>
          <div className="grid-2">
            {samples.map((each) => (
              <button
                type="button"
                className="button go"
                key={each.username}
                onClick={() => void enter('/api/sessions/sample', { username: each.username })}
              >
                {language === 'zh' ? each.roleName : (each.roleNameEn ?? each.username)}
              </button>
            ))}
          </div>
        </section>
      )}
      <form className="card" onSubmit={submit}>
        <label className="entry">
          {say('用户名', 'User name')}
          <input
            value={username}
            onChange={(event) => setUsername(event.target.value)}
            autoComplete="username"
            autoCapitalize="none"
            required
          />
        </label>
        <label className="entry">
          {say('密码', 'Password')}
          <input
            type="password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
            autoComplete="current-password"
            required
          />
        </label>
        <button type="submit" className="button primary">
          {say('登录', 'Sign in')}
        </button>
      </form>
      {!window.isSecureContext && (
        <p className="note warn">
          {say('当前不是 https 连接,路上可能被人看到。', 'This is not an https connection: others on the way may read it.')}
        </p>
      )}
    </main>
  )
}
