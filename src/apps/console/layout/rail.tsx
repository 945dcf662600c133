import type { Verb } from '../../../people/permissions.js'
import { Icon, type IconName } from '../../shared/icons.js'
import { useSay } from '../../shared/language.js'
import { useMay, useSession } from '../data/session.js'
import { Link, useAddress } from '../router.js'

interface Place {
  to: string
  icon: IconName
  zh: string
  en: string
  sampleOnly?: boolean
  /** Of the calm hours: it begins the group below the line. */
  quiet?: true
  /** Shown to those only who may do it. */
  verb?: Verb
}
const places: Place[] = [
  { to: '/', icon: 'desk', zh: '值守', en: 'Desk' },
  { to: '/alerts', icon: 'alert', zh: '处置', en: 'Alerts' },
  { to: '/delivery', icon: 'send', zh: '通知到', en: 'Reached' },
  { to: '/groups', icon: 'groups', zh: '居民群', en: 'Groups' },
  { to: '/evacuation', icon: 'move', zh: '转移', en: 'Moving' },
  { to: '/map', icon: 'map', zh: '地图', en: 'Map' },
  { to: '/feeds', icon: 'feed', zh: '预警源', en: 'Feeds' },
  { to: '/notice', icon: 'notice', zh: '发通知', en: 'Notice' },
  { to: '/report', icon: 'report', zh: '报送', en: 'Report' },
  { to: '/register', icon: 'register', zh: '名册', en: 'Register', verb: 'register.read' },
  { to: '/policy', icon: 'policy', zh: '规则试算', en: 'Policy', verb: 'register.read', quiet: true },
  { to: '/inbox', icon: 'inbox', zh: '收件箱', en: 'Inbox', sampleOnly: true },
  { to: '/drill', icon: 'drill', zh: '演练', en: 'Drill', sampleOnly: true },
]

export function Rail() {
  const say = useSay()
  const { instance } = useSession()
  const may = useMay()
  const { parts } = useAddress()
  const at = `/${parts[0] ?? ''}`
  return (
    <nav className="rail" aria-label={say('导航', 'Navigation')}>
      {places
        .filter((place) => !place.sampleOnly || instance?.register === 'sample')
        .filter((place) => !place.verb || may(place.verb))
        .map((place) => (
          <Link
            key={place.to}
            to={place.to}
            className={`rail-item${place.quiet ? ' rail-quiet' : ''}`}
            current={at === `/${place.to.split('/')[1]}`}
          >
            <Icon name={place.icon} size={20} />
            <span>{say(place.zh, place.en)}</span>
          </Link>
        ))}
    </nav>
  )
}
