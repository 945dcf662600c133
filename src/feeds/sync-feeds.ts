import { z } from 'zod'
import type { Store } from '../base/store/store.js'
import { standings } from './bulletin.js'
import { builtDialects } from './dialects.js'
import { syncFeedRows } from './feed-store.js'
import { feedHeaders, feedWatch } from './feed-watch.js'
import { sourceSettingsSchema } from './source-settings.js'

/** config/feeds.yaml: which addresses are asked, how often, and what their word is worth. */
export const feedsSchema = z.strictObject({
  /** The place whose desk these feeds serve. */
  place: z.string().regex(/^\d{6,12}$/, '6 to 12 digits, in quotes'),
  /** How what is posted, dropped or typed in is read. */
  posted: sourceSettingsSchema.prefault({}),
  feeds: z
    .array(
      z.strictObject({
        id: z.string().regex(/^[a-z0-9-]{2,40}$/, 'small letters, digits and - only'),
        name: z.string().min(1).max(40),
        dialect: z.enum(builtDialects),
        url: z.url({ protocol: /^https?$/, error: 'an http or https address' }),
        standing: z.enum(standings),
        everySeconds: z.number().int().min(10).max(86_400),
        /** Without a good answer for so long the feed counts as silent, and the desk is told. */
        silentAfterSeconds: z.number().int().min(60).max(604_800).default(900),
        /** Addresses inside the house or on this machine are refused unless this says yes. */
        allowPrivate: z.boolean().default(false),
        enabled: z.boolean().default(true),
        settings: sourceSettingsSchema.prefault({}),
        ...feedHeaders,
        ...feedWatch,
      }),
    )
    .refine((feeds) => new Set(feeds.map((f) => f.id)).size === feeds.length, 'two feeds have the same id'),
})
export type FeedsConfig = z.output<typeof feedsSchema>
export type FeedConfig = FeedsConfig['feeds'][number]

/** At start: the rows become what the file says. */
export async function syncFeeds(store: Store, config: FeedsConfig): Promise<void> {
  await store.system((tx) => syncFeedRows(tx, config.feeds, config.place))
}
