import { Button, Form, Input } from 'antd'
import { useState } from 'react'
import { ApiError, post } from '../../shared/api.js'
import type { Instance } from '../../shared/api-types.js'
import { useLanguage, useSay } from '../../shared/language.js'
import { LevelShape } from '../../shared/level.js'
import { useServiceNow } from '../../shared/service-clock.js'
import { forgetToken } from '../../shared/session-token.js'
import { clockTime, dayOnly } from '../../shared/times.js'
import { Watermark } from '../../shared/watermark.js'
import { plainError } from '../data/words.js'

interface LoginProps {
  instance: Instance | undefined
  unreached: boolean
  retry: () => void
  entered: () => void
}

export function LoginPage({ instance, unreached, retry, entered }: LoginProps) {
  const say = useSay()
  const [busy, setBusy] = useState<string | null>(null)
  const [error, setError] = useState<ApiError | null>(null)
  const enter = async (path: string, body: Record<string, string>, who: string) => {
    setBusy(who)
    setError(null)
    try {
      forgetToken()
      await post(path, body)
      entered()
    } catch (problem) {
      setError(problem instanceof ApiError ? problem : new ApiError(0, 'unknown', String(problem), ''))
    }
    setBusy(null)
  }
  return (
    <main className="login">
      {instance?.register === 'sample' && <Watermark />}
      <LoginStory />
      <section className="login-card">
        <LanguageSwitch />
        <h1>{say('值守台', 'Duty desk')}</h1>
        <p className="muted">{instance?.name ?? say('正在连接服务…', 'connecting…')}</p>
        {unreached && (
          <div className="errorbox" role="alert">
            <b>{say('连不上服务。', 'The service cannot be reached.')}</b>
            <span>{say('检查服务是否已启动,或网络是否通。', 'Is the service started? Is the network up?')}</span>
            <Button size="small" onClick={retry}>
              {say('再试一次', 'Try again')}
            </Button>
          </div>
        )}
        {error && <LoginError error={error} />}
        <Form layout="vertical" onFinish={(values: { username: string; password: string }) => void enter('/api/sessions', values, 'form')}>
          <Form.Item
            name="username"
            label={say('用户名', 'User name')}
            rules={[{ required: true, message: say('请填用户名', 'Your user name, please') }]}
          >
            <Input size="large" autoFocus autoComplete="username" />
          </Form.Item>
          <Form.Item
            name="password"
            label={say('密码', 'Password')}
            rules={[{ required: true, message: say('请填密码', 'Your password, please') }]}
          >
            <Input.Password size="large" autoComplete="current-password" />
          </Form.Item>
          <Button type="primary" size="large" block htmlType="submit" loading={busy === 'form'}>
            {say('登录', 'Sign in')}
          </Button>
        </Form>
        {instance?.sampleLogins && (
          <SampleEntrances instance={instance} busy={busy} enter={(name) => void enter('/api/sessions/sample', { username: name }, name)} />
        )}
      </section>
    </main>
  )
}

function LoginError({ error }: { error: ApiError }) {
  const say = useSay()
  const wrong = error.status === 401 || error.kind === 'unauthenticated'
  const plain = plainError(error, say)
  return (
    <div className="errorbox" role="alert">
      <b>{wrong ? say('用户名或密码不对。', 'User name or password is wrong.') : plain.what}</b>
      <span>
        {wrong ? say('请核对大小写;忘记密码请找管理员重设。', 'Mind the capitals; an administrator can set a new password.') : plain.next}
      </span>
    </div>
  )
}

const deskRoles = new Set(['officer', 'commander', 'secretary', 'auditor', 'admin'])
function SampleEntrances({ instance, busy, enter }: { instance: Instance; busy: string | null; enter: (username: string) => void }) {
  const say = useSay()
  const accounts = (instance.accounts ?? []).filter((a) => deskRoles.has(a.username))
  return (
    <div className="login-samples">
      <span className="muted">{say('示例数据,一键进入:', 'Sample data, enter with one press:')}</span>
      <div>
        {accounts.map((account, index) => (
          <Button
            key={account.username}
            type={index === 0 ? 'primary' : 'default'}
            ghost={index === 0}
            loading={busy === account.username}
            onClick={() => enter(account.username)}
          >
            {say(`以${account.roleName}身份进入`, `Enter as ${account.roleNameEn}`)}
          </Button>
        ))}
      </div>
      <span className="muted">
        {say('网格员、楼栋长在手机上用 ', 'Grid workers and building chiefs use their phones: ')}
        <a href="/field">/field</a>
        {say(',三屏同看用 ', ', all at once: ')}
        <a href="/tour">/tour</a>
      </span>
    </div>
  )
}

export function LanguageSwitch() {
  const { language, setLanguage } = useLanguage()
  return (
    <button type="button" className="plain-button login-language" onClick={() => setLanguage(language === 'zh' ? 'en' : 'zh')}>
      {language === 'zh' ? 'English' : '中文'}
    </button>
  )
}

function LoginStory() {
  const { say, language } = useLanguage()
  const now = useServiceNow(1000)
  return (
    <section className="login-story">
      <div className="login-hour ys-tabular">{clockTime(now)}</div>
      <div className="muted">{dayOnly(now, language)}</div>
      <h2>{say('寅时', 'Yinshi')}</h2>
      <p>{say('预警由谁发,就署谁的名;', 'The warning bears the name of whoever issued it;')}</p>
      <p>{say('我们负责叫醒人、转移人。', 'our part is to wake people, and to move them.')}</p>
      <div className="login-levels" aria-hidden="true">
        {(['blue', 'yellow', 'orange', 'red'] as const).map((level) => (
          <LevelShape key={level} level={level} size={18} />
        ))}
      </div>
    </section>
  )
}
