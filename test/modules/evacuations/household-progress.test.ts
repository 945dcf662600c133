import fc from 'fast-check'
import t from 'tap'
import { inWalkingOrder } from '../../../src/evacuations/evacuation.js'
import {
  conflictsOf,
  countDoors,
  foldHousehold,
  type HouseholdEdit,
  type HouseholdVerb,
  householdVerbs,
  inConflict,
  stateOf,
} from '../../../src/evacuations/household-progress.js'
import { type LedgerRow, ledgerCsv } from '../../../src/evacuations/ledger.js'
import { runs } from '../../rig/runs.js'

const door = { peoplePlanned: 3, shelterId: 'school' }
const minute = (n: number) => new Date(Date.UTC(2025, 6, 11, 20, n))

/** A log written as people speak: device, verb, what they carry. seq and version follow from the order. */
function log(...said: [device: string, verb: HouseholdVerb, value?: HouseholdEdit['value']][]): HouseholdEdit[] {
  const seqs = new Map<string, number>()
  return said.map(([device, verb, value = {}], i) => {
    const seq = (seqs.get(device) ?? 0) + 1
    seqs.set(device, seq)
    return { id: `e${i + 1}`, device, seq, person: `person of ${device}`, verb, value, at: minute(i), version: i + 2 }
  })
}
const stateAfter = (...said: Parameters<typeof log>) => stateOf(foldHousehold(door, log(...said)))

t.test('told → left → arrived → returned, each stage counting the ones before it', async (t) => {
  t.equal(stateAfter(), 'to-tell')
  t.equal(stateAfter(['w', 'told']), 'told')
  t.equal(stateAfter(['w', 'left']), 'left')
  const home = foldHousehold(door, log(['w', 'left'], ['k', 'arrived', { people: 3 }], ['w', 'returned']))
  t.equal(stateOf(home), 'returned')
  t.same([home.toldAt, home.leftAt, home.arrivedAt], [minute(0), minute(0), minute(1)])
  const counts = countDoors([{ ...home, planned: true, peoplePlanned: 3 }])
  t.same(counts.people, { planned: 3, total: 3, told: 3, left: 3, arrived: 3 })
})

t.test('a refusal ends when the same person, or one who saw it, says that they left', async (t) => {
  t.equal(stateAfter(['w', 'refused'], ['w', 'left']), 'left', 'the same phone')
  t.equal(stateAfter(['w', 'refused'], ['s', 'left', { seen: 2 }]), 'left', 'the secretary had the refusal on the phone')
  t.equal(stateAfter(['w', 'refused'], ['s', 'left']), 'refused', 'another phone that knew nothing of it does not end it')
  t.equal(stateAfter(['w', 'refused'], ['w', 'told']), 'refused', 'telling again is not leaving')
})

t.test('two phones against each other: the more cautious word stands, flagged, until somebody who saw both settles it', async (t) => {
  const both = log(['w', 'left'], ['s', 'absent'])
  const folded = foldHousehold(door, both)
  t.equal(stateOf(folded), 'absent')
  t.match(folded.conflict, /请核实/)
  t.ok(inConflict(both, 'e2'))
  t.equal(folded.leftPeople, null, 'nobody is counted as gone')
  const settled = foldHousehold(door, log(['w', 'left'], ['s', 'absent'], ['o', 'left', { seen: 3 }]))
  t.equal(stateOf(settled), 'left')
  t.equal(settled.conflict, null)
})

t.test('a keeper who counted every head outweighs an older word from the door; somebody who goes home again is not there', async (t) => {
  t.equal(stateAfter(['k', 'arrived', { people: 3 }], ['w', 'refused']), 'arrived')
  t.equal(stateAfter(['k', 'arrived', { people: 2 }], ['w', 'refused']), 'refused', 'one head is missing: the refusal may be theirs')
  t.equal(stateAfter(['k', 'arrived', { people: 3 }], ['w', 'refused', { seen: 2 }]), 'refused', '私自返回')
})

t.test('heads: corrected with a reason, in part, more than listed', async (t) => {
  t.equal(foldHousehold(door, log(['w', 'correct-people', { people: 5 }])).people, 5)
  const two = foldHousehold(door, log(['w', 'correct-people', { people: 2 }], ['s', 'correct-people', { people: 4 }]))
  t.equal(two.people, 4, 'the larger of two counts: one more to look for')
  t.match(two.conflict, /人数/)
  const part = foldHousehold(door, log(['w', 'left', { people: 2 }], ['k', 'arrived', { people: 2 }]))
  t.same(
    [part.leftPeople, part.arrivedPeople, part.leftAt, part.arrivedAt],
    [2, 2, null, null],
    'two of three: the household is not through',
  )
  const more = foldHousehold(door, log(['w', 'left'], ['k', 'arrived', { people: 4 }]))
  t.same([more.people, more.arrivedPeople, more.leftPeople], [4, 4, 4])
})

t.test('a cry for help ends only by a word that knew of it', async (t) => {
  t.equal(stateAfter(['w', 'need-help'], ['w', 'left'], ['k', 'arrived', { people: 3, seen: 3 }]), 'need-help', 'moving does not end it')
  t.equal(stateAfter(['w', 'need-help'], ['s', 'helped']), 'need-help', 'said without knowing of it')
  t.equal(stateAfter(['w', 'need-help'], ['s', 'helped', { seen: 2 }]), 'told')
  t.equal(stateAfter(['w', 'need-help'], ['w', 'helped'], ['s', 'need-help']), 'need-help', 'the second cry is another one')
})

t.test('who said it may take it back, nobody else', async (t) => {
  const own = log(['w', 'told'], ['w', 'refused'], ['w', 'undo', { of: 'e2' }])
  t.equal(stateOf(foldHousehold(door, own)), 'told')
  t.equal(stateAfter(['w', 'refused'], ['s', 'undo', { of: 'e1' }]), 'refused')
})

const anyLog = fc
  .array(
    fc.record({
      device: fc.constantFrom('a', 'b', 'c'),
      verb: fc.constantFrom(...householdVerbs.filter((v) => v !== 'undo')),
      people: fc.option(fc.integer({ min: 0, max: 5 }), { nil: undefined }),
    }),
    { maxLength: 12 },
  )
  .map((list) =>
    log(...list.map(({ device, verb, people }): Parameters<typeof log>[0] => [device, verb, people === undefined ? {} : { people }])),
  )

/** The same words uploaded in another order: phones that saw nothing of each other, so only the order of arrival differs. */
const reordered = (edits: HouseholdEdit[]): fc.Arbitrary<HouseholdEdit[]> =>
  fc.shuffledSubarray(edits, { minLength: edits.length }).map((list) => list.map((edit, i) => ({ ...edit, version: i + 2 })))

t.test('any order of uploads folds to the same door, and the sums hold', async () => {
  fc.assert(
    fc.property(
      anyLog.chain((edits) => fc.tuple(fc.constant(edits), reordered(edits))),
      ([first, second]) => {
        const [a, b] = [foldHousehold(door, first), foldHousehold(door, second)]
        const { households, people } = countDoors([{ ...a, planned: true, peoplePlanned: 3 }])
        const nested = households.told >= households.left && households.left >= households.arrived
        const heads = people.total >= people.left && people.left >= people.arrived
        return JSON.stringify(a) === JSON.stringify(b) && nested && heads && conflictsOf(first).length === conflictsOf(second).length
      },
    ),
    runs(2000),
  )
})

t.test('help is never lost: after any words without "helped" the cry stands', async () => {
  fc.assert(
    fc.property(anyLog, fc.nat(12), (edits, at) => {
      const quiet = edits.filter((e) => e.verb !== 'helped')
      const cry: HouseholdEdit = { ...log(['x', 'need-help'])[0]!, id: 'cry', version: at + 2 }
      return foldHousehold(door, [...quiet, cry]).helpAt !== null
    }),
    runs(1000),
  )
})

t.test('doors in walking order by their numbers; a ledger that no spreadsheet runs as a formula', async (t) => {
  const labels = ['10栋1单元2楼201室', '2栋1单元10楼1001室', '2栋1单元1楼101室'].map((label) => ({ place: '500154002001004', label }))
  t.same(
    labels.sort(inWalkingOrder).map((d) => d.label),
    ['2栋1单元1楼101室', '2栋1单元10楼1001室', '10栋1单元2楼201室'],
  )
  const csv = ledgerCsv([{ number: 1, note: '=HYPERLINK("x")', people: -1 } as unknown as LedgerRow])
  t.ok(csv.startsWith('\ufeff序号,'))
  t.match(csv, `"'=HYPERLINK(""x"")"`)
})
