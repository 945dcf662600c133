import { Button, Select } from 'antd'
import { useState } from 'react'
import type { ReasonAnswer } from '../../../delivery/delivery-routes.js'
import type { ReachAnswer } from '../../../delivery/progress-routes.js'
import type { Alert, AlertDetail, Listing, Progress } from '../../shared/api-types.js'
import { type Say, useSay } from '../../shared/language.js'
import { count } from '../../shared/times.js'
import { EndDialog } from '../alert/end-dialog.js'
import { currentSeries, useAlert, useAlerts, useDesk } from '../data/desk.js'
import { useResource } from '../data/resources.js'
import { useMay } from '../data/session.js'
import { stateWord } from '../data/words.js'
import { alertTitle } from '../desk/warning-words.js'
import { useExerciseFrame } from '../layout/exercise.js'
import { Empty, Loaded, Page } from '../layout/parts.js'
import { go, Link, useAddress } from '../router.js'
import { Deliveries } from './deliveries.js'
import { GridsTab } from './grids-tab.js'
import { KnocksTab } from './knocks-tab.js'
import { LaddersTab } from './ladders-tab.js'
import { ChannelsPanel, GradesPanel, ReachPanel } from './reach-panel.js'
import { ReasonsTab } from './reasons-tab.js'
import type { DeliveryFilter } from './use-deliveries.js'
import { useKnocks } from './use-knocks.js'

const events = /^(alert|deliver|answer|ladder)/

/** How far one alert got: by contact, channel and grid; why some were not reached; the ladder, the doors, and each delivery. */
export function DeliveryPage({ alertId }: { alertId: string | null }) {
  const say = useSay()
  const may = useMay()
  const desk = useDesk()
  const alerts = useAlerts()
  const items = alerts.data?.items ?? []
  const series = currentSeries(items, desk.data)
  const chosen = alertId ?? (series.residents ?? series.staff ?? items[0])?.id ?? null
  const alert = useAlert(chosen)
  useExerciseFrame(alert.data?.kind === 'exercise')
  return (
    <Page
      title={say('通知到了吗', 'Were they reached?')}
      sub={say(
        '每一个联系方式都有下落,一个不丢:等待 + 已送出 + 未送达 + 结果待查 + 已过期 + 已撤下 = 应通知。',
        'Every contact is accounted for: waiting + sent + failed + unknown + expired + called off = planned.',
      )}
      extra={
        alert.data && (
          <>
            <Link to="/replies">{say('短信回复', 'Replies')} ›</Link>
            <Select
              className="w-280"
              value={alert.data.id}
              onChange={(id) => go(`/alerts/${id}/delivery`)}
              options={(items.some((one) => one.id === alert.data?.id) ? items : [alert.data, ...items]).map((one) => ({
                value: one.id,
                label: labelOf(one, say),
              }))}
              aria-label={say('哪一条', 'which alert')}
            />
            {may('register.see-sealed') && <Link to={`/alerts/${alert.data.id}/call-list`}>{say('人工呼叫清单', 'Call list')} ›</Link>}
            <Retract alert={alert.data} />
          </>
        )
      }
    >
      {chosen ? (
        <Loaded from={alert}>{(data) => <OneAlert key={data.id} alert={data} />}</Loaded>
      ) : (
        <Loaded from={alerts}>
          {() => (
            <Empty title={say('还没有发出过', 'Nothing was sent yet')}>
              {say('预警发出后,谁收到了、谁没有、怎么补救,都在这一页。', 'After an issue: who was reached, who was not, and what to do.')}
            </Empty>
          )}
        </Loaded>
      )}
    </Page>
  )
}
const labelOf = (alert: Alert, say: Say) =>
  `${alertTitle(alert, say)} · ${alert.audience === 'staff' ? say('责任人', 'staff') : say('居民', 'residents')} · ${stateWord(alert.state, say)}`

/** Who sees here that it was wrong takes it back here: a press, a reason, a held button. */
function Retract({ alert }: { alert: AlertDetail }) {
  const say = useSay()
  const may = useMay()
  const [open, setOpen] = useState(false)
  if (!may('alert.call-off') || alert.state !== 'issued' || !alert.verbs?.includes('call-off')) return null
  return (
    <>
      <Button danger onClick={() => setOpen(true)}>
        {say('撤回更正', 'Call off')}
      </Button>
      {open && <EndDialog verb="call-off" alert={alert} audience={undefined} close={() => setOpen(false)} />}
    </>
  )
}

type Tab = 'reasons' | 'grids' | 'ladders' | 'knocks' | 'list'

function OneAlert({ alert }: { alert: AlertDetail }) {
  const path = `/api/alerts/${alert.id}`
  const progress = useResource<Progress>(`${path}/progress`, { watch: events, everyMs: 10_000 })
  const reach = useResource<ReachAnswer>(`${path}/reach`, { watch: events, everyMs: 10_000 })
  const reasons = useResource<Listing<ReasonAnswer>>(`${path}/delivery-reasons`, { watch: events, everyMs: 10_000 })
  const knocks = useKnocks(alert)
  const say = useSay()
  if (progress.data?.planned === 0 && !alert.issuedAt)
    return (
      <Empty
        title={say('这一条还没有发出', 'This one was not issued yet')}
        action={<Button onClick={() => go(`/alerts/${alert.id}`)}>{say('去处置', 'Open the alert')}</Button>}
      >
        {say(
          '没有人收到过。发出后,谁收到了、谁没有、怎么补救,都在这一页。',
          'Nobody has received it. After the issue this page shows who was reached, who was not, and what to do.',
        )}
      </Empty>
    )
  return (
    <Loaded from={progress} rows={8}>
      {(data) => (
        <>
          <div className="delivery-grid">
            <ReachPanel progress={data} />
            <GradesPanel alert={alert} progress={data} knocks={knocks} />
            <ChannelsPanel alertId={alert.id} progress={data} reach={reach.data} />
          </div>
          <Tabs alert={alert} failures={reasons.data?.items.length} knocks={knocks.open} called={data.called?.total} />
          <Below alert={alert} reach={reach.data} reasons={reasons} knocks={knocks} />
        </>
      )}
    </Loaded>
  )
}

/** What is open stands in the address: a tab can be sent to a colleague, and "back" goes back. Words searched for never do. */
function useView(alert: AlertDetail) {
  const { query } = useAddress()
  const of = (key: string) => query.get(key) ?? undefined
  const filter: DeliveryFilter = { channel: of('channel'), state: of('state'), place: of('place'), reason: of('reason') }
  const addressOf = (tab: Tab, next: DeliveryFilter = {}) => {
    const { words: _, ...kept } = next
    const search = new URLSearchParams(Object.entries({ tab, ...kept }).flatMap(([key, value]) => (value ? [[key, value]] : [])))
    return `/alerts/${alert.id}/delivery?${search}`
  }
  return { tab: (of('tab') ?? (alert.audience === 'staff' ? 'ladders' : 'reasons')) as Tab, filter, addressOf }
}

function Tabs({
  alert,
  failures,
  knocks,
  called,
}: {
  alert: AlertDetail
  failures: number | undefined
  knocks: number
  called: number | undefined
}) {
  const say = useSay()
  const { tab: current, addressOf } = useView(alert)
  const tabs: [Tab, string, number | undefined][] = [
    ['reasons', say('为什么没有送到', 'Why not'), failures],
    ['grids', say('按网格', 'By grid'), undefined],
    ['ladders', say('叫应', 'Ladders'), called],
    ['knocks', say('上门', 'Doors'), knocks],
    ['list', say('逐条', 'One by one'), undefined],
  ]
  return (
    <nav className="tabs delivery-tabs" aria-label={say('明细', 'Details')}>
      {tabs
        .filter(([tab]) => tab !== 'ladders' || alert.audience === 'staff')
        .map(([tab, word, number]) => (
          <Link key={tab} to={addressOf(tab)} className={`tab${tab === current ? ' is-on' : ''}`} current={tab === current}>
            {word}
            {number ? <span className="panel-count ys-tabular">{count(number)}</span> : null}
          </Link>
        ))}
    </nav>
  )
}

interface BelowProps {
  alert: AlertDetail
  reach: ReachAnswer | undefined
  reasons: ReturnType<typeof useResource<Listing<ReasonAnswer>>>
  knocks: ReturnType<typeof useKnocks>
}
function Below({ alert, reach, reasons, knocks }: BelowProps) {
  const say = useSay()
  const { tab, filter, addressOf } = useView(alert)
  if (tab === 'grids') return <GridsTab alertId={alert.id} reach={reach} open={(place) => go(addressOf('list', { place }))} />
  if (tab === 'ladders') return <LaddersTab alertId={alert.id} knocks={knocks} />
  if (tab === 'knocks') return <KnocksTab knocks={knocks} />
  if (tab === 'list') {
    const why = reasons.data?.items.find((row) => row.reason === filter.reason)
    return (
      <Deliveries
        alertId={alert.id}
        filter={filter}
        reasonText={why && say(why.text, why.textEn)}
        change={(next) => go(addressOf('list', next), { replace: true })}
      />
    )
  }
  return (
    <ReasonsTab alert={alert} reasons={reasons} open={({ channel, state, reason }) => go(addressOf('list', { channel, state, reason }))} />
  )
}
