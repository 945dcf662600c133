import type { Tx } from '../base/store/store.js'
import { chinaTime } from '../base/web.js'
import { findFeed } from '../feeds/feed-store.js'
import { feedWatchSchema } from '../feeds/feed-watch.js'
import type { JournalEntry, Reaction } from '../journal/journal.js'
import { lockFeedHints, saveAlert } from './alert-store.js'
import type { AlertDeps } from './describe-alert.js'
import { hintStaff } from './hint-staff.js'
import { recordAlert, stopTimers } from './press-alert.js'

/**
 * Silence is danger: the people named for the feed are told, once. It is a hint of ours to staff, about a line and not about the
 * weather, so it bears no colour and does not use the word of a warning.
 */
export const tellFeedIll =
  (deps: AlertDeps): Reaction =>
  async (tx, entry) => {
    const feed = await findFeed(tx, entry.thing.id)
    if (!feed || (await lockFeedHints(tx, feed.id)).length > 0) return
    const { contact, phone } = feedWatchSchema.parse(feed.watch)
    const whom = [contact, phone].filter(Boolean).join(' ')
    const what = entry.event === 'feed.stuck' ? '内容长时间未更新' : '到时没有消息'
    const words = `“${feed.name}”${what},请打电话核实${whom ? `(${whom})` : ''}`
    await tell(tx, deps, entry, { event: entry.event === 'feed.stuck' ? '来源未更新' : '来源中断', words, feedId: feed.id })
  }

/** Whoever was told hears that it is well again; the first hint is over. */
export const tellFeedWell =
  (deps: AlertDeps): Reaction =>
  async (tx, entry) => {
    const hints = await lockFeedHints(tx, entry.thing.id)
    for (const alert of hints) {
      stopTimers(alert)
      alert.state = 'closed'
      await saveAlert(tx, alert)
      await recordAlert(tx, alert, 'alert.closed', { because: 'feed-recovered' })
    }
    if (hints.length === 0) return
    const words = `“${String(entry.data.name)}”${chinaTime(entry.at).slice(11, 16)}已恢复`
    await tell(tx, deps, entry, { event: '来源恢复', words, feedId: null })
  }

async function tell(
  tx: Tx,
  deps: AlertDeps,
  entry: JournalEntry,
  what: { event: string; words: string; feedId: string | null },
): Promise<void> {
  const feed = await findFeed(tx, entry.thing.id)
  const { notify } = feedWatchSchema.parse(feed?.watch ?? {})
  if (notify.length === 0) return
  const { event, words, feedId } = what
  // That it is well again is of no use to anybody after an hour.
  const expiresAt = feedId ? null : new Date(deps.clock.now().getTime() + 3_600_000)
  await hintStaff(tx, deps, { places: [entry.place], event, words, named: notify, ...(feedId ? { feedId } : {}), expiresAt })
}
