import { useLanguage, useSay } from '../../shared/language.js'
import { CallButton } from '../parts/call-button.js'
import { Choice } from '../parts/choice.js'
import { TopBar } from '../parts/top-bar.js'
import { useField, useSession } from '../state/field-context.js'
import { go } from '../state/route.js'
import { type Theme, useTheme } from '../state/theme.js'

export function MePage() {
  const say = useSay()
  const { language, setLanguage } = useLanguage()
  const { copy, waiting } = useField()
  const { account, signOut } = useSession()
  const { theme, setTheme } = useTheme()
  return (
    <>
      <TopBar title={copy?.me.name || account.name} under={copy === null ? undefined : `${copy.me.post} · ${copy.me.scopeName}`} />
      <main className="page">
        <button type="button" className="button primary" onClick={() => go('card')}>
          {say('出示我的工作证', 'Show my work card')}
        </button>
        {copy !== null && <CallButton phone={{ number: copy.me.hotline, relation: 'desk' }} householdId={null} />}
        <button type="button" className="button" onClick={() => go('sync')}>
          {say('上传情况', 'What is sent')}
          {waiting > 0 && ` · ⇅ ${waiting}`}
        </button>
        <h2 className="section">{say('屏幕', 'Screen')}</h2>
        <Choice<Theme>
          options={[
            { value: 'auto', words: say('按早晚', 'By the hour') },
            { value: 'day', words: say('白天(阳光下)', 'Day (sunlight)') },
            { value: 'night', words: say('夜间', 'Night') },
          ]}
          value={theme}
          onChange={setTheme}
        />
        <h2 className="section">{say('语言', 'Language')}</h2>
        <Choice
          options={[
            { value: 'zh', words: '中文' },
            { value: 'en', words: 'English' },
          ]}
          value={language}
          onChange={setLanguage}
        />
        <button type="button" className="button grave" disabled={waiting > 0} onClick={() => void signOut()}>
          {waiting > 0
            ? say('还有没上传的,先别退出', 'Some is not sent yet: stay signed in')
            : say('退出登录(清空本机数据)', 'Sign out (clears this phone)')}
        </button>
        <p className="small quiet">
          {say('不打卡、不排名、不记在线时长、不要定位。', 'No check-in, no ranking, no online time, no position.')}
        </p>
      </main>
    </>
  )
}
