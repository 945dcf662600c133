// npm run bench [-- <name>] [--json]: figures beside their peers, all measured in this run.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { build, checkNode, install, root } from './prepare.mjs'
import { installSystemPackages, startServers } from './servers.mjs'

checkNode()
install('all')
installSystemPackages()
build()
const servers = await startServers()
const env = { ...process.env, TEST_DATABASE_URL: servers.databaseUrl ?? '', TEST_REDIS_URL: servers.redisUrl ?? '' }
const result = spawnSync(join(root, 'node_modules', '.bin', 'tsx'), ['test/bench/bench.ts', ...process.argv.slice(2)], {
  cwd: root,
  env,
  stdio: 'inherit',
})
await servers.stop()
process.exit(result.status ?? 1)
