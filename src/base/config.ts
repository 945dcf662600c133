import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument, type Range } from 'yaml'
import type { z } from 'zod'

export class ConfigError extends Error {}

/** Reads config/<file>, checks it; a wrong value stops the start and names file, line, key and what is allowed. */
export function readConfig<S extends z.ZodType>(dir: string, file: string, schema: S): z.output<S> {
  const path = join(dir, file)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    throw new ConfigError(
      `${path}: the file is missing. Copy it from the repository's config folder, or point CONFIG_DIR at the right one.`,
    )
  }
  const lines = new LineCounter()
  const doc = parseDocument(text, { lineCounter: lines })
  if (doc.errors.length > 0) {
    const e = doc.errors[0]!
    throw new ConfigError(`${path}:${e.linePos?.[0].line ?? 1}: not valid YAML: ${e.message.split('\n')[0]}`)
  }
  const result = schema.safeParse(doc.toJS())
  if (result.success) return result.data
  const told = result.error.issues.map((issue) => {
    const range = rangeOf(doc, issue.path as (string | number)[])
    const at = range ? `:${lines.linePos(range[0]).line}` : ''
    return `${path}${at}: ${issue.path.join('.') || '(top)'}: ${issue.message}`
  })
  throw new ConfigError(told.join('\n'))
}

/** Of a key, where it stands: the value of a block begins a line below it. */
function rangeOf(doc: Document, path: (string | number)[]): Range | null | undefined {
  const parent = path.length > 0 ? doc.getIn(path.slice(0, -1), true) : undefined
  const pair = isMap(parent) ? parent.items.find(({ key }) => isScalar(key) && key.value === path.at(-1)) : undefined
  const node = isScalar(pair?.key) ? pair.key : doc.getIn(path, true)
  return isNode(node) ? node.range : undefined
}

/** Environment of the process (DESIGN §4). Read once, in main; nothing else touches process.env. */
export interface Environment {
  host: string
  port: number
  publicUrl: string | null
  dataDir: string
  dataKeyFile: string
  configDir: string
  templatesDir: string
  databaseUrl: string | null
  redisUrl: string | null
  sample: 'wenfeng' | 'none'
  samplePassword: string | null
  sampleIngestKey: string | null
  trustProxy: string | null
  tls: { certFile: string; keyFile: string } | null
}

export function readEnvironment(env: NodeJS.ProcessEnv, root: string): Environment {
  const port = Number(env.PORT ?? 3000)
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    throw new ConfigError(`PORT: "${env.PORT}" is not a port; a whole number from 0 to 65535 is allowed`)
  if (env.SAMPLE !== undefined && !['none', 'wenfeng', ''].includes(env.SAMPLE))
    throw new ConfigError(`SAMPLE: "${env.SAMPLE}" is not known; "none" (a real place) or unset (the sample subdistrict) are allowed`)
  if (!env.TLS_CERT_FILE !== !env.TLS_KEY_FILE) throw new ConfigError('TLS_CERT_FILE and TLS_KEY_FILE go together: set both or neither')
  const dataDir = env.DATA_DIR || join(root, 'data')
  return {
    host: env.HOST || '127.0.0.1',
    port,
    publicUrl: env.PUBLIC_URL || null,
    dataDir,
    dataKeyFile: env.DATA_KEY_FILE || join(dataDir, 'data.key'),
    configDir: env.CONFIG_DIR || join(root, 'config'),
    templatesDir: join(root, 'templates'),
    databaseUrl: env.DATABASE_URL || null,
    redisUrl: env.REDIS_URL || null,
    sample: env.SAMPLE === 'none' ? 'none' : 'wenfeng',
    samplePassword: env.SAMPLE_PASSWORD || null,
    sampleIngestKey: env.SAMPLE_INGEST_KEY || null,
    trustProxy: env.TRUST_PROXY || null,
    tls: env.TLS_CERT_FILE && env.TLS_KEY_FILE ? { certFile: env.TLS_CERT_FILE, keyFile: env.TLS_KEY_FILE } : null,
  }
}
