// npm run fuzz [-- <factor>]: every property, 50 times as often (or as often as you say), with fresh seeds.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkNode, install, listTests, root } from './prepare.mjs'
import { installSystemPackages, startServers } from './servers.mjs'

checkNode()
install('all')
installSystemPackages()
const tests = listTests().filter((f) => readFileSync(join(root, f), 'utf8').includes('runs('))
const servers = await startServers()
const env = {
  ...process.env,
  FUZZ: process.argv[2] ?? '50',
  TAP_TIMEOUT: '3600',
  TEST_DATABASE_URL: servers.databaseUrl ?? '',
  TEST_REDIS_URL: servers.redisUrl ?? '',
}
const result = spawnSync(process.execPath, [join(root, 'scripts', 'tap.mjs'), ...tests], { cwd: root, env, stdio: 'inherit' })
await servers.stop()
process.exit(result.status ?? 1)
