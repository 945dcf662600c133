import { z } from 'zod'

const schemaWith = (certificate: z.ZodType<string>) =>
  z.strictObject({
    /** Which datum its coordinates are in. Chinese map services shift theirs (GCJ-02; Baidu once more, BD-09). */
    datum: z.enum(['wgs84', 'gcj02', 'bd09']).default('wgs84'),
    /** XML signatures: ignore · prefer (a wrong one is refused, a missing one is remarked) · require (a missing one is refused too). */
    signature: z
      .strictObject({
        policy: z.enum(['ignore', 'prefer', 'require']).default('ignore'),
        /** PEM certificates that are trusted, as text. */
        certificates: z.array(certificate).max(8).default([]),
        /** rsa-sha1 is broken; only for a sender that has nothing better. */
        allowSha1: z.boolean().default(false),
      })
      .refine((s) => s.policy === 'ignore' || s.certificates.length > 0, {
        path: ['certificates'],
        error: 'prefer and require need a certificate that is trusted: PEM text, or a file beside feeds.yaml',
      })
      .prefault({}),
  })

/** How the word of one source is read: per feed in config/feeds.yaml, and `posted` there for what is handed in. */
export const sourceSettingsSchema = schemaWith(z.string().startsWith('-----BEGIN CERTIFICATE-----'))
/** As an administrator writes it: a certificate may be the name of a file. */
export const writtenSettingsSchema = schemaWith(z.string().min(1))
export type SourceSettings = z.output<typeof sourceSettingsSchema>

/** A source nobody configured: plain coordinates, signatures not looked at. */
export const plainSource: SourceSettings = sourceSettingsSchema.parse({})
