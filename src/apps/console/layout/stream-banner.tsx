import { useEffect, useState } from 'react'
import { useSay } from '../../shared/language.js'
import { countdown } from '../../shared/times.js'
import { useStreamState } from '../data/stream.js'

/** When the line is lost the last state stays visible, grey, with its age: silence is danger, not calm. */
export function StreamBanner() {
  const say = useSay()
  const state = useStreamState()
  const [now, setNow] = useState(Date.now())
  const lost = state.is === 'lost'
  useEffect(() => {
    document.documentElement.dataset.stale = String(lost)
    if (!lost) return
    const timer = window.setInterval(() => setNow(Date.now()), 1000)
    return () => window.clearInterval(timer)
  }, [lost])
  if (state.is !== 'lost') return null
  return (
    <div className="stream-lost" role="alert">
      <b>{say('连接中断', 'Connection lost')}</b>
      <span className="ys-tabular">
        {say(`已 ${countdown(Math.max(0, now - state.since))}`, `for ${countdown(Math.max(0, now - state.since))}`)}
      </span>
      <span>
        {say(
          '屏幕上是中断前的数字;已交给服务的通知照常发送。正在重连…紧急时用电话。',
          'The figures are from before; what the service has taken on goes on being sent. Reconnecting… in need, use the telephone.',
        )}
      </span>
    </div>
  )
}
