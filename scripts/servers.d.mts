/** What the tests take of servers.mjs: servers of their own, to be killed and frozen. */
export interface OwnPostgres {
  url: string
  start(): Promise<void>
  /** Every process of the server ends at once; nothing is tidied up. */
  crash(): Promise<void>
  stop(): Promise<void>
}
export interface OwnRedis {
  url: string
  start(): Promise<void>
  kill(): Promise<void>
  freeze(): void
  thaw(): void
  stop(): Promise<void>
}
export function startPostgres(folder: string, settings?: Record<string, string | number>): Promise<OwnPostgres | null>
export function startRedis(folder: string, settings?: Record<string, string>): Promise<OwnRedis | null>
