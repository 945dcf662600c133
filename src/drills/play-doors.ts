import type { Verbs } from './cast.js'
import type { Door, Stage } from './stage.js'

const door = (d: Door, verb: string, value: unknown = {}) => ({ target: { type: 'household', id: d.id }, verb, value })

/** Who goes out into the rain: workers from door to door, at the points and to those who cry for help, the keeper of the shelter. */
export function playDoors({ all, edit, evacuation, doors }: Stage): Verbs {
  const say = async (verb: string, whom: (d: Door) => boolean, value: unknown = {}) => {
    const list = (await doors()).filter(whom)
    await edit(
      'secretary',
      list.map((d) => door(d, verb, value)),
    )
  }
  const onTasks = async (kind: 'help' | 'watch', verb: string, value: unknown) => {
    const tasks = await all<{ id: string }>('officer', `/api/tasks?kind=${kind}&open=true`)
    await edit(
      'officer',
      tasks.map(({ id }) => ({ target: { type: 'task', id }, verb, value })),
    )
  }
  return {
    'worker.answer-help': () => onTasks('help', 'done', { result: '已到家中,协助老人,回电告知' }),
    'worker.look-at-points': () => onTasks('watch', 'looked', { note: '水位未过警戒' }),
    'worker.tell-doors': async () => {
      const last = (await doors()).filter((d) => !d.toldAt).at(-1)
      await say('told', (d) => !d.toldAt && d.id !== last?.id)
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
    'worker.talked-round': () => say('told', (d) => d.refusedAt !== null && !d.leftAt, { note: '社区书记和民警到场,劝说后同意转移' }),
    'worker.returned': () => say('returned', (d) => d.arrivedAt !== null && !d.returnedAt),
    'keeper.confirm': async () => {
      const here = (await doors()).filter((d) => d.leftAt && !d.arrivedAt)
      await edit(
        'keeper',
        here.map((d) => door(d, 'arrived', { people: d.people, ...(d.shelterId ? { shelterId: d.shelterId } : {}) })),
      )
    },
  }
}
