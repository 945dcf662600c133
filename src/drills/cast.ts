import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../base/clock.js'
import { newId } from '../base/ids.js'
import type { Store } from '../base/store/store.js'
import { chinaTime } from '../base/web.js'
import { addFeed } from '../feeds/feed-store.js'
import type { DrillFeed } from './drill-feed.js'
import { readBulletin, type Scenario, type Step } from './scenario.js'

/** Calls the service's own API as one of its people: the players have no other way in. */
export type Ask = <T = Record<string, unknown>>(
  who: 'officer' | 'secretary' | 'keeper',
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
) => Promise<T>

export interface Cast {
  begin(scenario: Scenario): Promise<void>
  act(step: Step): Promise<void>
  figures(): Promise<Record<string, unknown>>
}

interface Deps {
  store: Store
  clock: Clock
  feed: DrillFeed
  configDir: string
  place: string
  ask: Ask
  /** The old resident of the tour: always answers last, and asks for help. */
  residentContactId: () => Promise<number>
}

interface AlertSummary {
  id: string
  state: string
  revision: number
  audience: string
  origin: string
  seriesId: string
  warningId: string | null
}
interface Door {
  id: string
  people: number
  place: string
  planned: boolean
  shelterId: string | null
  toldAt: string | null
  leftAt: string | null
  arrivedAt: string | null
  refusedAt: string | null
  returnedAt: string | null
}
interface List<T> {
  items: T[]
  nextCursor: string | null
}

/** Stable "chance": the same contact always falls the same way, so that a drill can be compared with the last one. */
const chance = (id: number | string): number => {
  let h = 2166136261
  for (const c of String(id)) h = Math.imul(h ^ c.charCodeAt(0), 16777619)
  return ((h >>> 8) % 1000) / 1000
}

/** What was set off a moment ago may still be on its way through the reactions; gives up after fifteen seconds. */
async function untilAny<T>(look: () => Promise<T[]>): Promise<T[]> {
  const deadline = Date.now() + 15_000
  for (;;) {
    const found = await look()
    if (found.length > 0 || Date.now() > deadline) return found
    await new Promise((ok) => setTimeout(ok, 50))
  }
}

/** What the feed and the people of a scenario do; each verb is one name in the scenario's file. */
export function createCast({ store, clock, feed, configDir, place, ask, residentContactId }: Deps): Cast {
  let scenario: Scenario
  let redId = ''
  let redSent = ''
  let sequence = 0

  const all = async <T>(who: Parameters<Ask>[0], path: string): Promise<T[]> => {
    const items: T[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: List<T> = await ask(
        who,
        'GET',
        `${path}${path.includes('?') ? '&' : '?'}limit=1000${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
      )
      items.push(...page.items)
      cursor = page.nextCursor
    }
    return items
  }
  const alerts = () => all<AlertSummary>('officer', '/api/alerts')
  const findAlert = async (audience: string, origin: string): Promise<AlertSummary | undefined> =>
    (await alerts()).find((a) => a.audience === audience && a.origin === origin && a.state !== 'closed')
  const press = async (alert: AlertSummary, verb: string, more: Record<string, unknown> = {}) =>
    ask<AlertSummary>('officer', 'POST', `/api/alerts/${alert.id}/${verb}`, { revision: alert.revision, ...more })

  const edit = async (
    who: 'secretary' | 'keeper' | 'officer',
    edits: { target: { type: string; id: string }; verb: string; value?: unknown }[],
  ) => {
    for (let i = 0; i < edits.length; i += 100) {
      const part = edits
        .slice(i, i + 100)
        .map((e) => ({ id: newId(), device: `drill-${who}`, seq: ++sequence, value: {}, at: chinaTime(clock.now()), ...e }))
      const { results } = await ask<{ results: { outcome: string; problem?: unknown }[] }>(who, 'POST', '/api/field/sync', { edits: part })
      const bad = results.find((r) => r.outcome === 'refused')
      if (bad) throw new Error(`an edit of the drill was refused: ${JSON.stringify(bad)}`)
    }
  }
  const evacuation = async (): Promise<{ id: string } | undefined> =>
    (await ask<List<{ id: string }>>('officer', 'GET', '/api/evacuations')).items[0]
  const doors = async (): Promise<Door[]> => {
    const one = await evacuation()
    return one ? ((await ask<List<Door>>('secretary', 'GET', `/api/evacuations/${one.id}/checklist`)).items ?? []) : []
  }
  const door = (d: Door, verb: string, value: unknown = {}) => ({ target: { type: 'household', id: d.id }, verb, value })

  const answerCalls = async (audience: 'staff' | 'residents', share: number, keyFor: (contactId: number) => string) => {
    const alert = await findAlert(audience, 'relay')
    if (!alert) return
    const calls = await all<{ id: number; contactId: number; answered: string | null }>(
      'officer',
      `/api/sandbox/messages?channel=voice&alertId=${alert.id}`,
    )
    const old = await residentContactId()
    for (const call of calls)
      if (!call.answered && call.contactId !== old && chance(call.contactId) < share)
        await ask('officer', 'POST', `/api/sandbox/messages/${call.id}/answers`, { grade: 'pressed', value: keyFor(call.contactId) })
  }
  const postGroups = async (share: number) => {
    const tasks = await all<{ id: string }>('officer', '/api/tasks?kind=group-post&open=true')
    await edit(
      'officer',
      tasks.filter((t) => chance(t.id) < share).map((t) => ({ target: { type: 'group-post', id: t.id }, verb: 'posted' })),
    )
  }

  const addDrillFeed = (row: Omit<Parameters<typeof addFeed>[1], 'place' | 'source' | 'allowPrivate'>) =>
    store.system((tx) => addFeed(tx, { ...row, place, source: 'drill', allowPrivate: true }))
  const slots = (identifier: string, hours: number) => {
    const now = clock.now()
    return {
      identifier,
      sent: chinaTime(now),
      expires: chinaTime(new Date(now.getTime() + hours * 3_600_000)),
      reference: redId,
      referenceSent: redSent,
    }
  }
  const publish = (file: string, title: string, identifier: string, hours: number) => {
    const filled = slots(identifier, hours)
    feed.publishDocument(`${identifier}.xml`, title, filled.sent, readBulletin(configDir, scenario.id, file, filled))
    return filled
  }

  const verbs: Record<string, (step: Step) => Promise<void>> = {
    'feed.forecast': async () => {
      feed.publishForecast(readFileSync(join(configDir, 'drills', scenario.id, 'forecast.json'), 'utf8'))
      await addDrillFeed({
        id: 'drill-rain',
        name: '降雨预报(演练)',
        dialect: 'open-meteo',
        url: `${feed.url}/forecast.json`,
        standing: 'reference',
        everySeconds: 300,
      })
    },
    'feed.red': async () => {
      redId = `drill-${newId().slice(0, 8)}-red`
      redSent = publish('red-rainstorm.xml', '暴雨红色预警信号', redId, 6).sent
    },
    'feed.all-clear': async () => void publish('all-clear.xml', '解除暴雨红色预警信号', `drill-${newId().slice(0, 8)}-clear`, 1),

    'officer.notice': async () => {
      const text = '12日夜间至13日夜间,我区有暴雨到大暴雨。请检查门窗和排水,低洼处、临坡临水和危旧房住户提前做好转移准备,听从网格员安排。'
      const drafted = await ask<AlertSummary>('officer', 'POST', '/api/alerts', {
        origin: 'notice',
        grids: [place],
        words: { ownText: text },
      })
      await press(drafted, 'issue')
    },
    'officer.prepare-moves': async () => void (await ask('officer', 'GET', `/api/move-list?event=${encodeURIComponent('暴雨')}&level=red`)),
    'officer.issue': async () => {
      const alert = await findAlert('residents', 'relay')
      if (alert && ['draft', 'submitted', 'approved'].includes(alert.state)) await press(alert, 'issue')
    },
    'officer.order-move': async () => {
      const alert = await findAlert('residents', 'relay')
      if (!alert) throw new Error('there is no alert to order a move for')
      const approval = { by: 'phone', whom: '带班领导', at: chinaTime(clock.now()), note: '电话请示,同意组织转移' }
      await ask('officer', 'POST', '/api/evacuations', { alertId: alert.id, grids: ['500154002001'], approval })
    },
    'officer.all-clear': async () => {
      for (const alert of await alerts()) if (alert.warningId && ['issued', 'held'].includes(alert.state)) await press(alert, 'all-clear')
    },
    'officer.approve-return': async () => {
      const one = await evacuation()
      if (one)
        await ask('officer', 'POST', `/api/evacuations/${one.id}/return`, {
          reason: '预警已解除',
          assessment: '社区与住建已查看房屋和积水点,可以返回',
        })
    },
    'officer.close': async () => {
      for (const alert of await alerts()) if (alert.warningId && alert.state === 'all-clear') await press(alert, 'close')
    },

    'staff.answer': async ({ share }) => answerCalls('staff', share, (id) => (chance(`${id}?`) < 0.94 ? '1' : '2')),
    'residents.answer': async ({ share }) => answerCalls('residents', share, () => '1'),
    'residents.ask-help': async () => {
      const path = `/api/sandbox/messages?channel=voice&contactId=${await residentContactId()}`
      const ringing = async () => (await all<{ id: number; answered: string | null }>('officer', path)).filter((c) => !c.answered)
      const [call] = await untilAny(ringing)
      if (call) await ask('officer', 'POST', `/api/sandbox/messages/${call.id}/answers`, { grade: 'pressed', value: '2' })
    },
    'groups.post': async ({ share }) => postGroups(share),

    'worker.answer-help': async () => {
      const tasks = await untilAny(() => all<{ id: string }>('officer', '/api/tasks?kind=help&open=true'))
      await edit(
        'officer',
        tasks.map((t) => ({ target: { type: 'task', id: t.id }, verb: 'done', value: { result: '已到家中,协助老人,回电告知' } })),
      )
    },
    'worker.look-at-points': async () => {
      const tasks = await all<{ id: string }>('officer', '/api/tasks?kind=watch&open=true')
      await edit(
        'officer',
        tasks.map((t) => ({ target: { type: 'task', id: t.id }, verb: 'looked', value: { note: '水位未过警戒' } })),
      )
    },
    'worker.tell-doors': async () => {
      const open = (await doors()).filter((d) => !d.toldAt)
      await edit(
        'secretary',
        open.slice(0, -1).map((d) => door(d, 'told')),
      )
    },
    'worker.refused-and-absent': async () => {
      const list = (await doors()).filter((d) => d.planned && !d.leftAt)
      const [refusing, away] = [list[1], list.at(-1)]
      if (refusing) await edit('secretary', [door(refusing, 'refused', { reason: '舍不得家里的货物' })])
      if (away) await edit('secretary', [door(away, 'absent', { reason: '敲门无人应答,邻居说在亲戚家' })])
    },
    'worker.add-household': async () => {
      const one = await evacuation()
      const like = (await doors())[0]
      if (!one || !like) return
      const value = { label: '3栋底层门面 临时住户', people: 2, grid: like.place, reason: '不在名单,现场发现' }
      await edit('secretary', [{ target: { type: 'evacuation', id: one.id }, verb: 'add-household', value }])
    },
    'worker.doors-left': async ({ share }) => {
      const list = (await doors()).filter((d) => !d.leftAt && (!d.refusedAt || share === 1))
      const going = list.slice(0, Math.ceil(list.length * share))
      await edit(
        'secretary',
        going.filter((d) => !d.toldAt).map((d) => door(d, 'told')),
      )
      await edit(
        'secretary',
        going.map((d) => door(d, 'left', { people: d.people })),
      )
    },
    'worker.talked-round': async () => {
      const refusing = (await doors()).filter((d) => d.refusedAt && !d.leftAt)
      await edit(
        'secretary',
        refusing.map((d) => door(d, 'told', { note: '社区书记和民警到场,劝说后同意转移' })),
      )
    },
    'worker.returned': async () => {
      const list = (await doors()).filter((d) => d.arrivedAt && !d.returnedAt)
      await edit(
        'secretary',
        list.map((d) => door(d, 'returned')),
      )
    },
    'keeper.confirm': async () => {
      const here = (await doors()).filter((d) => d.leftAt && !d.arrivedAt)
      await edit(
        'keeper',
        here.map((d) => door(d, 'arrived', { people: d.people, ...(d.shelterId ? { shelterId: d.shelterId } : {}) })),
      )
    },
  }

  return {
    async begin(next) {
      for (const { steps } of next.chapters)
        for (const { do: verb } of steps)
          if (!verbs[verb])
            throw new Error(`config/drills/${next.id}.yaml: "${verb}" is not known; known are ${Object.keys(verbs).join(', ')}`)
      scenario = next
      redId = ''
      await addDrillFeed({
        id: 'drill-cap',
        name: '气象台(演练)',
        dialect: 'cap',
        url: `${feed.url}/atom.xml`,
        standing: 'authority',
        everySeconds: 30,
      })
    },
    act: (step) => verbs[step.do]!(step),
    async figures() {
      const relay = (await alerts()).find((a) => a.audience === 'residents' && a.origin === 'relay')
      if (!relay) return { problem: 'no alert was made' }
      const progress = await ask<Record<string, unknown>>('officer', 'GET', `/api/alerts/${relay.id}/progress`)
      const one = await evacuation()
      const moved = one ? await ask<Record<string, unknown>>('officer', 'GET', `/api/evacuations/${one.id}`) : null
      return { residents: progress, households: moved?.households ?? null, people: moved?.people ?? null, feedUnchanged: feed.unchanged }
    },
  }
}
