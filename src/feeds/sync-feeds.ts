import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { z } from 'zod'
import { ConfigError } from '../base/config.js'
import type { Store } from '../base/store/store.js'
import { standings } from './bulletin.js'
import { builtDialects } from './dialects.js'
import { syncFeedRows } from './feed-store.js'
import { feedHeaders, feedWatch } from './feed-watch.js'
import { syncFolder } from './folder-store.js'
import { type SourceSettings, writtenSettingsSchema } from './source-settings.js'
import { folderSchema } from './watch-folder.js'

/** config/feeds.yaml: which addresses are asked, how often, and what their word is worth. */
export const feedsSchema = z.strictObject({
  /** The place whose desk these feeds serve. */
  place: z.string().regex(/^\d{6,12}$/, '6 to 12 digits, in quotes'),
  /** How what is posted, dropped or typed in is read. */
  posted: writtenSettingsSchema.prefault({}),
  /** A folder whose files are bulletins; absent: none is watched. */
  folder: folderSchema.nullable().default(null),
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
        settings: writtenSettingsSchema.prefault({}),
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
  await store.system(async (tx) => {
    await syncFeedRows(tx, config.feeds, config.place)
    await syncFolder(tx, config.folder, config.place)
  })
}

/** Certificates written as file names become their text; one that is none stops the start and says which. */
export function loadCertificates(config: FeedsConfig, configDir: string): FeedsConfig {
  const load = (settings: SourceSettings, path: string): SourceSettings => ({
    ...settings,
    signature: {
      ...settings.signature,
      certificates: settings.signature.certificates.map((c, i) => readCertificate(c, configDir, `${path}.signature.certificates.${i}`)),
    },
  })
  return {
    ...config,
    posted: load(config.posted, 'posted'),
    folder: config.folder && { ...config.folder, settings: load(config.folder.settings, 'folder.settings') },
    feeds: config.feeds.map((feed, i) => ({ ...feed, settings: load(feed.settings, `feeds.${i} (${feed.id}).settings`) })),
  }
}

function readCertificate(written: string, configDir: string, path: string): string {
  const wrong = (what: string) => new ConfigError(`${resolve(configDir, 'feeds.yaml')}: ${path}: ${what}`)
  const isText = written.trimStart().startsWith('-----BEGIN')
  const file = isText ? null : resolve(configDir, written)
  let text = written.trim()
  try {
    if (file) text = readFileSync(file, 'utf8').trim()
  } catch {
    throw wrong(`the certificate file ${file} cannot be read; write PEM text, or a file name beside feeds.yaml`)
  }
  const said = file ?? 'the text'
  if ((text.match(/-----BEGIN /g) ?? []).length > 1) throw wrong(`${said} holds more than one certificate; give each its own line`)
  try {
    // What follows or precedes the PEM block in a file is left out.
    return new X509Certificate(text).toString().trim()
  } catch {
    throw wrong(`${said} is not an X.509 certificate in PEM (-----BEGIN CERTIFICATE-----)`)
  }
}
