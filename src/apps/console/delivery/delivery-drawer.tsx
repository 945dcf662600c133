import { Button, Drawer } from 'antd'
import { useEffect, useState } from 'react'
import type { OneDeliveryAnswer } from '../../../delivery/delivery-routes.js'
import { read } from '../../shared/api.js'
import { useLanguage, useSay } from '../../shared/language.js'
import { clockTime, dayTime } from '../../shared/times.js'
import { useTellError } from '../alert/use-verb.js'
import { useResource } from '../data/resources.js'
import { useMay } from '../data/session.js'
import { relationWord } from '../data/words.js'
import { Loaded } from '../layout/parts.js'
import { usePlaceNames } from '../map/map-data.js'
import { Link } from '../router.js'
import { deliveryStateWord, deliveryTone, gradeWord, wayWord } from './delivery-words.js'

const shownMs = 60_000

interface DrawerProps {
  alertId: string
  id: number | null
  open: (id: number) => void
  close: () => void
}

/** One message to one person, from the first line to what comes next. */
export function DeliveryDrawer({ alertId, id, open, close }: DrawerProps) {
  const say = useSay()
  const path = id === null ? null : `/api/alerts/${alertId}/deliveries/${id}`
  const one = useResource<OneDeliveryAnswer>(path, { watch: /^(deliver|answer)/ })
  return (
    <Drawer open={id !== null} onClose={close} size={460} title={say('这一条的经过', 'What became of this one')}>
      {path && <Loaded from={one}>{(data) => <One key={path} path={path} one={data} open={open} />}</Loaded>}
    </Drawer>
  )
}

function One({ path, one, open }: { path: string; one: OneDeliveryAnswer; open: (id: number) => void }) {
  const { say, language } = useLanguage()
  const names = usePlaceNames()
  return (
    <div className="one-delivery">
      <dl className="kv">
        <div>
          <dt>{say('发给', 'To')}</dt>
          <dd>
            {one.householdId ? <Link to={`/register/households/${one.householdId}`}>{one.who}</Link> : <b>{one.who ?? one.to}</b>}{' '}
            <small className="muted">
              {relationWord(one.relation, say)} · {names.get(one.place) ?? one.place}
            </small>
          </dd>
        </div>
        <div>
          <dt>{wayWord(one, say)}</dt>
          <dd>
            <Address path={path} one={one} />
          </dd>
        </div>
        <div>
          <dt>{say('状态', 'State')}</dt>
          <dd>
            <span className={`state state-${deliveryTone(one.state)}`}>{deliveryStateWord(one.state, say)}</span>{' '}
            {say(one.stateText, one.stateTextEn)}
            {one.reasonText && <p className="small">{say(one.reasonText, one.reasonTextEn ?? '')}</p>}
          </dd>
        </div>
      </dl>
      <h3>{say('经过', 'History')}</h3>
      <ol className="live">
        {one.history.map((line) => (
          <li key={line.textEn}>
            <time className="ys-tabular">{line.at ? clockTime(line.at) : ''}</time>
            <span>{say(line.text, line.textEn)}</span>
          </li>
        ))}
        {one.next && (
          <li className="live-accent">
            <time className="ys-tabular">{say('接下来', 'next')}</time>
            <span>
              {say(one.next.text, one.next.textEn)}
              {one.next.at && (
                <small className="muted"> {say(`${dayTime(one.next.at, language)} 起`, `from ${dayTime(one.next.at, language)}`)}</small>
              )}
            </span>
          </li>
        )}
      </ol>
      {one.reason && (
        <p className="small muted mono">
          {say('原话:', 'As it was said: ')}
          {one.reason}
          {one.carrierId && say(` · 运营商编号 ${one.carrierId}`, ` · carrier id ${one.carrierId}`)}
        </p>
      )}
      <h3>{say('说了什么', 'The words')}</h3>
      <p className="one-words">{one.text}</p>
      {one.others.length > 0 && (
        <>
          <h3>{say('同一个人的别的通道', 'The same person on other channels')}</h3>
          <ul className="plain-list">
            {one.others.map((other) => (
              <li key={other.id}>
                <span>
                  <button type="button" className="plain-button" onClick={() => open(other.id)}>
                    {wayWord(other, say)}
                  </button>
                </span>
                <span className={`state state-${deliveryTone(other.state)}`}>{deliveryStateWord(other.state, say)}</span>
                <span className="muted">{gradeWord(other.grade, say)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  )
}

/** Masked until somebody asks to see it, for a minute; who looked stands in the record. */
function Address({ path, one }: { path: string; one: OneDeliveryAnswer }) {
  const say = useSay()
  const may = useMay()
  const tell = useTellError()
  const [shown, setShown] = useState<string | null>(null)
  useEffect(() => {
    if (!shown) return
    const timer = window.setTimeout(() => setShown(null), shownMs)
    return () => window.clearTimeout(timer)
  }, [shown])
  const show = async () => {
    try {
      setShown((await read<OneDeliveryAnswer>(`${path}?see=sealed`)).to)
    } catch (error) {
      tell(error)
    }
  }
  const isPhone = one.channel === 'sms' || one.channel === 'voice'
  return (
    <span className="ys-tabular">
      {isPhone ? (shown ?? one.to) : '—'}{' '}
      {isPhone && may('register.see-sealed') && (
        <Button size="small" aria-pressed={shown !== null} onClick={() => (shown ? setShown(null) : void show())}>
          {shown ? say('遮住', 'Mask') : say('显示号码', 'Show the number')}
        </Button>
      )}
    </span>
  )
}
