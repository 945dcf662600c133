import type { Tx } from '../base/store/store.js'
import type { BulletinProblem } from '../feeds/bulletin.js'
import type { ChainEnding, ChainMessage, Fate } from './chain.js'
import { emptyDigest } from './digest.js'
import { compareVoices, type DoubtfulEnd, isDisagreement, type Voice } from './disagreements.js'
import { isOneOccasion } from './join-sources.js'
import { standingWeight } from './warning.js'
import { type Chain, type ChainWarning, saidOf, sourcesOf, type WarningRow } from './warnings-store.js'

/** Writes on every warning in force where its sources differ; what they agree about again is taken off. */
export async function noteDisagreements(tx: Tx, chain: Chain, fates: Map<string, Fate>, joinWithinMs: number): Promise<void> {
  const live = chain.warnings.filter((w) => fates.get(w.id)!.state === 'live')
  for (const leader of live) {
    const voices = chain.warnings.filter((w) => isJoined(fates, w, leader))
    const rivals = live.filter((w) => isRival(w, leader, joinWithinMs))
    const ends = chain.endings.filter((e) => isDoubtful(e, leader, voices))
    const mirrored = leader.feeds.length > 1
    if (voices.length + rivals.length + ends.length === 0 && !mirrored && !leader.disagrees) continue
    await writeDisagreements(tx, leader, [...voices, ...rivals], ends)
  }
}

async function writeDisagreements(tx: Tx, leader: ChainWarning, others: ChainWarning[], ends: Chain['endings']): Promise<void> {
  const ids = [leader.id, ...others.map((w) => w.id)]
  const rows = await tx.selectFrom('warning').selectAll().where('id', 'in', ids).execute()
  const own = rows.find((r) => r.id === leader.id)!
  const names = await readNames(tx, rows)
  const of = (row: WarningRow) => voicesOf(row, [leader, ...others].find((w) => w.id === row.id)!, names)
  const [relayed, ...sameName] = of(own)
  const found = compareVoices(relayed!, [...sameName, ...rows.filter((r) => r !== own).flatMap(of)], ends.map(doubtOf))
  const before = own.problems as BulletinProblem[]
  const after = [...before.filter((p) => !isDisagreement(p.code)), ...found]
  if (JSON.stringify(before) === JSON.stringify(after)) return
  await tx
    .updateTable('warning')
    .set({ problems: JSON.stringify(after) })
    .where('id', '=', own.id)
    .execute()
}

/** The row's own words first, then what others said under the same name. */
function voicesOf(row: WarningRow, { digest }: ChainMessage, names: Names): Voice[] {
  const own = { name: names(feedOf(row), row.sender), said: saidOf(row), digest }
  const others = sourcesOf(row).filter((s) => JSON.stringify(s.said) !== JSON.stringify(own.said))
  // Their codes were not kept with their words: only what can be compared is.
  return [own, ...others.map((s) => ({ name: names(s.feedId, s.said.sender), said: s.said, digest: emptyDigest }))]
}
const feedOf = (row: WarningRow) => sourcesOf(row).find((s) => s.bulletinId === row.bulletin_id)?.feedId ?? null

/** As the officer knows it: the name of the feed, else who sent it. */
type Names = (feedId: string | null, sender: string) => string
async function readNames(tx: Tx, rows: WarningRow[]): Promise<Names> {
  const ids = [...new Set(rows.flatMap((row) => sourcesOf(row).flatMap((s) => s.feedId ?? [])))]
  const feeds = ids.length > 0 ? await tx.selectFrom('feed').select(['id', 'name']).where('id', 'in', ids).execute() : []
  const named = new Map(feeds.map((f) => [f.id, f.name]))
  return (feedId, sender) => (feedId === null ? sender : (named.get(feedId) ?? feedId))
}
const doubtOf = (e: Chain['endings'][number]): DoubtfulEnd => ({ name: e.sender, headline: e.headline, sent: e.sent })

const isJoined = (fates: Map<string, Fate>, w: ChainWarning, leader: ChainWarning): boolean => {
  const fate = fates.get(w.id)!
  return fate.state === 'joined' && fate.to === leader.id
}

/** Two stations' lists agree about everything but the colour: they stand beside each other, and both say so. */
const isRival = (w: ChainWarning, leader: ChainWarning, joinWithinMs: number): boolean =>
  w.id !== leader.id &&
  w.level !== leader.level &&
  w.feeds.every((f) => !leader.feeds.includes(f)) &&
  w.references.length === 0 &&
  isOneOccasion(w, leader, Math.abs(+w.sent - +leader.sent), joinWithinMs)

/** A weaker source says that it is over. */
const isDoubtful = (e: ChainEnding, leader: ChainWarning, voices: ChainWarning[]): boolean =>
  e.status === leader.status &&
  standingWeight[e.standing] < standingWeight[leader.standing] &&
  +e.sent >= +leader.sent &&
  ([leader, ...voices].some((w) => e.references.some((r) => r.identifier === w.identifier)) ||
    (e.digest.loose && e.issuer !== '' && e.issuer === leader.issuer && e.event === leader.event))
