import { useLanguage, useSay } from '../../shared/language.js'
import { useServiceNow } from '../../shared/service-clock.js'
import { clockTime, dayOnly } from '../../shared/times.js'
import { TopBar } from '../parts/top-bar.js'
import { useField, useSession } from '../state/field-context.js'

/** For the old lady at the door at four in the morning: who I am, and a number she can ring to ask. */
export function CardPage() {
  const say = useSay()
  const { language } = useLanguage()
  const { copy } = useField()
  const { account, sample } = useSession()
  const now = useServiceNow()
  const name = copy?.me.name || account.name
  return (
    <>
      <TopBar title={say('我的工作证', 'My work card')} backTo="me" />
      <main className="page card-page">
        <section className="work-card">
          <p className="work-place">{copy?.me.subdistrictName}</p>
          <div className="portrait" aria-hidden="true">
            {name.slice(0, 1)}
          </div>
          <h2>{name}</h2>
          <p className="work-post">{copy?.me.post}</p>
          <p className="work-scope">{copy?.me.scopeName}</p>
          <p className="work-ask">{say('不放心?打值班室问一问', 'Not sure? Ring the duty desk and ask')}</p>
          <p className="work-phone">{copy?.me.hotline}</p>
          <p className="work-time">
            {dayOnly(now, language)} {clockTime(now)}
          </p>
          {sample && <p className="work-sample">{say('演练数据 · 虚构人员', 'Sample data · invented person')}</p>}
        </section>
        <p className="small quiet">
          {say(
            '证上的时间在走,截图不能冒充。网格员不收钱、不要验证码。',
            'The time on the card moves: a screenshot does not. Nobody of ours asks for money or codes.',
          )}
        </p>
      </main>
    </>
  )
}
