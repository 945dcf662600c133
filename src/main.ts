import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ConfigError, readEnvironment } from './base/config.js'
import { migrateOnly, type Role, roles, startService } from './wiring.js'

/** One program, three roles (all | web | worker) and `migrate`, which brings the store up to date and ends. */
const root = join(dirname(fileURLToPath(import.meta.url)), '..')

async function main(): Promise<void> {
  const [asked = 'all'] = process.argv.slice(2)
  if (asked !== 'migrate' && !roles.includes(asked as Role))
    throw new ConfigError(`"${asked}" is not a role; all, web, worker or migrate are`)
  const environment = readEnvironment(process.env, root)
  // The kill-nine drill's own instance holds a crowd instead of the sample subdistrict.
  const crowd = Number(process.env.YINSHI_DRILL_CONTACTS ?? 0)
  if (asked === 'migrate') {
    await migrateOnly(environment)
    console.log('数据库已是最新 The store is up to date.')
    return
  }
  const service = await startService(environment, asked as Role, root, {
    secrets: process.env,
    ...(crowd > 0 ? { crowd } : {}),
    ...(process.env.LOG_LEVEL ? { logLevel: process.env.LOG_LEVEL } : {}),
  })
  let stopping = false
  const stop = async (signal: string) => {
    if (stopping) return
    stopping = true
    console.log(`\n${signal}: stopping …`)
    await service.stop()
    process.exit(0)
  }
  process.on('SIGINT', () => void stop('SIGINT'))
  process.on('SIGTERM', () => void stop('SIGTERM'))
  for (const line of service.greeting) console.log(line)
}

main().catch((e) => {
  // What a person can mend is said in one line; anything else keeps its trace.
  console.error(e instanceof ConfigError || (e as NodeJS.ErrnoException)?.code === 'EADDRINUSE' ? (e as Error).message : e)
  process.exit(1)
})
