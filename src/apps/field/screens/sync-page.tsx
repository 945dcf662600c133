import { useSay } from '../../shared/language.js'
import { minuteTime } from '../../shared/times.js'
import type { KeptEdit } from '../model/edit.js'
import { TopBar } from '../parts/top-bar.js'
import { verbWords } from '../parts/verb-words.js'
import { useField, useSession } from '../state/field-context.js'
import type { FieldState } from '../state/field-store.js'

const labelOf = (state: FieldState, kept: KeptEdit): string => {
  const { id } = kept.edit.target
  const door = state.doors.find((each) => each.id === id)
  const task = state.tasks.find((each) => each.id === id)
  return door?.label ?? task?.title ?? String(kept.edit.value.label ?? kept.edit.value.title ?? '')
}

/** What is only on this phone, and what the desk did not take: kept until the person has seen it. */
export function SyncPage() {
  const say = useSay()
  const state = useField()
  const { store, sample } = useSession()
  const waiting = state.copy === null && state.waiting === 0 ? [] : store.waiting()
  const secure = window.isSecureContext
  const link = {
    online: say('连着值班台', 'In touch with the desk'),
    sending: say('正在上传', 'Sending'),
    offline: say('没有网络。记下的都在本机,有网自动上传', 'No network. What you noted is on this phone and goes up by itself'),
    trouble: say('值班台暂时没有回应,会自动重试', 'The desk does not answer just now; it is tried again by itself'),
    'signed-out': say('登录已过期。重新登录后自动上传,记下的都在', 'The session has ended. Sign in and it goes up; nothing is lost'),
  }[state.link]
  return (
    <>
      <TopBar title={say('上传情况', 'What is sent')} under={link} backTo="doors" />
      <main className="page">
        {!state.lasting && (
          <p className="note grave">
            <b>{say('请不要关闭本页', 'Do not close this page')}</b>
            {say('这个浏览器不让保存数据,关掉页面,未上传的就没了。', 'This browser keeps nothing: what is not sent is lost with the page.')}
          </p>
        )}
        {!secure && (
          <p className="note warn">
            <b>{say('当前不是 https 连接', 'This is not an https connection')}</b>
            {say(
              '路上可能被人看到,浏览器也可能不保存数据。正式使用请让管理员配置 https(PUBLIC_URL)。',
              'Others on the way may read it, and the browser may keep nothing. For real use ask the administrator to set up https (PUBLIC_URL).',
            )}
          </p>
        )}
        {state.troubled.map((kept) => (
          <section className="note grave" key={kept.edit.id}>
            <b>
              {kept.state === 'conflict'
                ? say('与别人记的不一致', 'Somebody noted something else')
                : say('值班台没有接收', 'The desk did not take it')}
            </b>
            <p>
              {minuteTime(kept.edit.at)} {labelOf(state, kept)} · {verbWords(kept.edit.verb, say)}
            </p>
            {kept.problem !== undefined && <p className="small">{say(kept.problem.zh, kept.problem.en)}</p>}
            <button type="button" className="button" onClick={() => void store.dismiss(kept.edit.id)}>
              {say('知道了', 'Understood')}
            </button>
          </section>
        ))}
        <h2 className="section">
          <span>{say('待上传', 'Waiting to be sent')}</span>
          <span className="quiet">{waiting.length}</span>
        </h2>
        {waiting.length === 0 ? (
          <p className="note">{say('都已上传。', 'Everything is sent.')}</p>
        ) : (
          <ul className="list">
            {waiting.map((kept) => (
              <li className="line" key={kept.edit.id}>
                <span>
                  {labelOf(state, kept)}
                  <span className="sub">{minuteTime(kept.edit.at)}</span>
                </span>
                <span className="chip pending">⇅ {verbWords(kept.edit.verb, say)}</span>
              </li>
            ))}
          </ul>
        )}
        <button
          type="button"
          className="button"
          onClick={() => {
            store.kick()
            void store.refresh()
          }}
        >
          {say('现在就试', 'Try now')}
        </button>
        {state.copyAt > 0 && (
          <p className="small quiet">
            {say('本机的清单取自 ', 'The list on this phone was taken at ')}
            {minuteTime(state.copy?.now)}
            {sample && say(' · 演练数据', ' · sample data')}
          </p>
        )}
      </main>
    </>
  )
}
