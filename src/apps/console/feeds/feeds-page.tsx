import type { ReactNode } from 'react'
import type { Feed, Listing } from '../../shared/api-types.js'
import { type Say, useSay } from '../../shared/language.js'
import { useResource } from '../data/resources.js'
import { useMay } from '../data/session.js'
import { Page } from '../layout/parts.js'
import { go, useAddress } from '../router.js'
import { BulletinsTab } from './bulletins-tab.js'
import { LineTestButton } from './line-test.js'
import { ManualEntry } from './manual-entry.js'
import { SourcesTab } from './sources-tab.js'
import { StationsPanel } from './stations-panel.js'

interface Tab {
  key: string
  label: string
  /** What asks for attention behind it. */
  bad?: number
  show: () => ReactNode
}

/** Who said it, when, and the raw text: the sources, what they brought, and what is read by hand. */
export function FeedsPage({ bulletinId }: { bulletinId: string | null }) {
  const say = useSay()
  const may = useMay()
  const { query } = useAddress()
  const warningId = query.get('warning')
  const feeds = useResource<Listing<Feed>>('/api/feeds', { watch: /^(feed|bulletin|drill)/, everyMs: 15_000 })
  const tabs = tabsOf(say, {
    bulletinId,
    warningId,
    mayEnter: may('bulletin.sign'),
    ill: feeds.data?.items.filter((feed) => feed.state !== 'good').length ?? 0,
  })
  const asked = query.get('tab') ?? (bulletinId || warningId ? 'bulletins' : 'sources')
  const current = tabs.find((tab) => tab.key === asked) ?? tabs[0]!
  return (
    <Page
      title={say('预警来源', 'Feeds')}
      sub={say(
        '谁说的、什么时候说的、原文是什么。没有消息是危险,不是平安。',
        'Who said it, when, and the raw text. Silence is danger, not calm.',
      )}
      extra={may('drill.run') && <LineTestButton />}
    >
      <nav className="tabs" aria-label={say('预警来源', 'Feeds')}>
        {tabs.map((tab) => (
          <button
            key={tab.key}
            type="button"
            className={`tab${tab === current ? ' is-on' : ''}`}
            aria-current={tab === current ? 'page' : undefined}
            onClick={() => go(`/feeds?tab=${tab.key}`)}
          >
            {tab.label}
            {tab.bad ? <b className="tab-bad ys-tabular">{tab.bad}</b> : null}
          </button>
        ))}
      </nav>
      {current.show()}
    </Page>
  )
}

function tabsOf(say: Say, at: { bulletinId: string | null; warningId: string | null; mayEnter: boolean; ill: number }): Tab[] {
  return [
    { key: 'sources', label: say('来源', 'Sources'), bad: at.ill, show: () => <SourcesTab /> },
    {
      key: 'bulletins',
      label: say('报文', 'Bulletins'),
      show: () => <BulletinsTab bulletinId={at.bulletinId} warningId={at.warningId} />,
    },
    ...(at.mayEnter ? [{ key: 'manual', label: say('补录', 'Enter by hand'), show: () => <ManualEntry /> }] : []),
    { key: 'stations', label: say('监测站', 'Gauges'), show: () => <StationsPanel /> },
  ]
}
