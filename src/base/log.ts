import type { FastifyBaseLogger } from 'fastify'

/** The one logger interface of the house (pino, which Fastify brings). Personal data never goes in: ids only. */
export type Log = Pick<FastifyBaseLogger, 'info' | 'warn' | 'error' | 'debug'>

const phones = /(?<!\d)(?:\+?86)?1[3-9]\d{9}(?!\d)/g

/** Carriers put whole request addresses into their error messages (STACK §6): phones and query strings are cut out. */
export const redact = (text: string): string =>
  text.replace(/\?[^\s"']{20,}/g, '?…').replace(phones, (p) => `${p.slice(0, 3)}****${p.slice(-4)}`)

export const messageOf = (e: unknown): string => redact(e instanceof Error ? e.message : String(e))
