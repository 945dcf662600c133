import type { Verbs } from './cast.js'
import { chance, type Stage } from './stage.js'

interface Call {
  id: string
  contactId: number
  answered: string | null
}

/** Everybody whose telephone rings: staff, residents, owners of groups. */
export function playPhones({ ask, all, edit, findAlert }: Stage, oldResident: () => Promise<number>): Verbs {
  const calls = (which: string) => all<Call>('officer', `/api/sandbox/messages?channel=voice&${which}`)
  const pressKey = (call: Call, value: string) =>
    ask('officer', 'POST', `/api/sandbox/messages/${call.id}/answers`, { grade: 'pressed', value })
  const answerCalls = async (audience: 'staff' | 'residents', origin: 'relay' | 'order', share: number, keyOf: (call: Call) => string) => {
    const alert = await findAlert(audience, origin)
    if (!alert) return
    const old = await oldResident()
    for (const call of await calls(`alertId=${alert.id}`))
      if (!call.answered && call.contactId !== old && chance(call.contactId) < share) await pressKey(call, keyOf(call))
  }
  /** The old resident of the tour: she answers last, asks for help the first time, and has heard it after that. */
  const answerOldResident = async () => {
    const hers = await calls(`contactId=${await oldResident()}`)
    let asked = hers.some((call) => call.answered !== null)
    for (const call of hers.filter((c) => c.answered === null)) {
      await pressKey(call, asked ? '1' : '2')
      asked = true
    }
  }
  return {
    'staff.answer': ({ share }) => answerCalls('staff', 'relay', share, ({ contactId }) => (chance(`${contactId}?`) < 0.94 ? '1' : '2')),
    'residents.answer': ({ share }) => answerCalls('residents', 'relay', share, () => '1'),
    'residents.ask-help': answerOldResident,
    // The calls that came later: the order to move, the all-clear, and whatever was missed before.
    'residents.answer-later': async ({ share }) => {
      await answerCalls('residents', 'order', share, () => '1')
      await answerOldResident()
    },
    'groups.post': async ({ share }) => {
      const posts = await all<{ id: string }>('officer', '/api/tasks?kind=group-post&open=true')
      const posted = posts.filter((post) => chance(post.id) < share)
      await edit(
        'officer',
        posted.map(({ id }) => ({ target: { type: 'group-post', id }, verb: 'posted' })),
      )
    },
  }
}
