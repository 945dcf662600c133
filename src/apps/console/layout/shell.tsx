import { Skeleton } from 'antd'
import { lazy, Suspense, useEffect } from 'react'
import { useSay } from '../../shared/language.js'
import { Watermark } from '../../shared/watermark.js'
import { AlertPage } from '../alert/alert-page.js'
import { AlertsPage } from '../alert/alerts-page.js'
import { useSession } from '../data/session.js'
import { CallListPage } from '../delivery/call-list-page.js'
import { ChannelsPage } from '../delivery/channels-page.js'
import { DeliveryPage } from '../delivery/delivery-page.js'
import { GroupsPage } from '../delivery/groups-page.js'
import { RepliesPage } from '../delivery/replies-page.js'
import { DeskPage } from '../desk/desk-page.js'
import { DrillPage } from '../drill/drill-page.js'
import { EvacuationPage } from '../evacuation/evacuation-page.js'
import { FeedsPage } from '../feeds/feeds-page.js'
import { HandoverPage } from '../handover/handover-page.js'
import { InboxPage } from '../inbox/inbox-page.js'
import { NoticePage } from '../notices/notice-page.js'
import { PolicyPage } from '../policy/policy-page.js'
import { RegisterPage } from '../register/register-page.js'
import { ReportPage } from '../report/report-page.js'
import { useAddress } from '../router.js'
import { Alarm } from './alarm.js'
import { useIsExercise } from './exercise.js'
import { Keys } from './keys.js'
import { Mishap } from './mishap.js'
import { Rail } from './rail.js'
import { openSoundOnFirstTouch } from './ring.js'
import { StatusBar } from './status-bar.js'
import { StreamBanner } from './stream-banner.js'

const MapPage = lazy(() => import('../map/map-page.js').then((module) => ({ default: module.MapPage })))

export function Shell() {
  const { instance, me } = useSession()
  const say = useSay()
  const exercise = useIsExercise()
  const { parts } = useAddress()
  useEffect(() => openSoundOnFirstTouch(), [])
  const showsHouseholds = ['evacuation', 'handover', 'register'].includes(parts[0] ?? '')
  return (
    <div className={`shell${exercise ? ' shell-exercise' : ''}`}>
      {instance?.register === 'sample' && <Watermark viewer={showsHouseholds ? me.name : undefined} />}
      {exercise && <div className="exercise-tab">{say('【演练】 不会发给名单以外的人', 'EXERCISE: reaches the allow-list only')}</div>}
      <StatusBar />
      <Rail />
      <main className="main" tabIndex={-1}>
        <Alarm />
        <StreamBanner />
        <Suspense fallback={<Skeleton active className="pad" />}>
          <Mishap
            // From one bulletin to the next the list and its filter stay.
            key={parts[0] === 'feeds' ? 'feeds' : parts.join('/')}
            words={{
              what: say('这一屏出错了。', 'This screen failed.'),
              safe: say(
                '别的屏幕照常用,已发出的通知不受影响;紧急时用电话。',
                'The other screens work, what was issued goes on; in need use the telephone.',
              ),
              again: say('再试一次', 'Try again'),
            }}
          >
            <Screen parts={parts} />
          </Mishap>
        </Suspense>
      </main>
      <Keys />
    </div>
  )
}

function Screen({ parts }: { parts: string[] }) {
  const [place, id, more] = parts
  switch (place) {
    case 'alerts':
      if (!id) return <AlertsPage />
      if (more === 'delivery') return <DeliveryPage alertId={id} />
      if (more === 'call-list') return <CallListPage alertId={id} />
      if (more === 'report') return <ReportPage alertId={id} />
      return <AlertPage key={id} alertId={id} />
    case 'delivery':
      return <DeliveryPage alertId={null} />
    case 'replies':
      return <RepliesPage />
    case 'channels':
      return <ChannelsPage />
    case 'groups':
      return <GroupsPage />
    case 'map':
      return <MapPage />
    case 'evacuation':
      return <EvacuationPage id={id ?? null} />
    case 'feeds':
      return <FeedsPage bulletinId={id ?? null} />
    case 'notice':
      return <NoticePage />
    case 'policy':
      return <PolicyPage />
    case 'inbox':
      return <InboxPage />
    case 'register':
      return <RegisterPage tab={id ?? null} id={more ?? null} />
    case 'report':
      return <ReportPage alertId={null} />
    case 'drill':
      return <DrillPage />
    case 'handover':
      return <HandoverPage />
    default:
      return <DeskPage />
  }
}
