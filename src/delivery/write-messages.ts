import type { FrozenWords, Purpose } from '../alerts/alert.js'
import type { Tx } from '../base/store/store.js'
import { channelCode } from '../messages/channel.js'
import type { Words, WordsRequest } from '../messages/words.js'
import type { Snapshot } from '../register/snapshot.js'
import { insertMessages, type MessageRow, takeIds } from './delivery-store.js'
import { factsOf, type PlannedRow, wordsKeys } from './plan.js'

export interface WordsDeps {
  snapshot: () => Snapshot
  words: (request: WordsRequest) => Words
}

/** What a revision says. */
interface Wording {
  id: number
  purpose: Purpose
  words: FrozenWords
}

/**
 * Words are rendered once per (grid, channel, language, relation), not per person; the ids of the new ones join messageIds. Answers
 * the message of each row.
 */
export async function writeMessages(
  tx: Tx,
  deps: WordsDeps,
  revision: Wording,
  messageIds: Map<string, number>,
  rows: PlannedRow[],
): Promise<number[]> {
  const keys = wordsKeys(rows)
  const fresh = new Map<string, PlannedRow>()
  for (const [i, key] of keys.entries()) if (!messageIds.has(key) && !fresh.has(key)) fresh.set(key, rows[i]!)
  const ids = await takeIds(tx, 'message', fresh.size)
  const names = namesIn(deps.snapshot())
  const messages: MessageRow[] = [...fresh].map(([key, row], i) => {
    messageIds.set(key, ids[i]!)
    const words = deps.words(requestFor(revision, row, names))
    return {
      id: ids[i]!,
      place: row.place,
      revisionId: revision.id,
      channel: channelCode[row.channel],
      language: row.language ?? 'zh',
      relation: row.relation,
      template: words.template,
      text: words.text,
      parameters: words.parameters,
    }
  })
  await insertMessages(tx, messages)
  return keys.map((key) => messageIds.get(key)!)
}

interface Names {
  place: Map<string, string>
  shelter: Map<string, string>
  staff: Map<string, string>
}
const namesOf = new WeakMap<Snapshot, Names>()
export function namesIn(snapshot: Snapshot): Names {
  const known = namesOf.get(snapshot)
  if (known) return known
  const names = {
    place: new Map([...snapshot.places, ...snapshot.grids].map((p) => [p.place, p.name])),
    shelter: new Map(snapshot.shelters.map((s) => [s.id, s.name])),
    staff: new Map(snapshot.staff.map((s) => [s.id, s.name])),
  }
  namesOf.set(snapshot, names)
  return names
}

export function requestFor(revision: Wording, row: PlannedRow, names: Names): WordsRequest {
  const { origin, kind, audience, event, level } = revision.words
  const named = {
    community: names.place.get(row.place.slice(0, 12)),
    grid: row.place.length === 15 ? names.place.get(row.place) : undefined,
    shelter: row.shelterId ? names.shelter.get(row.shelterId) : undefined,
    helper: row.helperId ? names.staff.get(row.helperId) : undefined,
  }
  const facts = { ...factsOf(revision.words), ...Object.fromEntries(Object.entries(named).filter(([, name]) => name)) }
  return {
    origin,
    purpose: revision.purpose,
    kind,
    event,
    level,
    audience,
    channel: row.channel,
    language: row.language ?? 'zh',
    relation: row.relation,
    facts,
  }
}
