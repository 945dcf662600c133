// node scripts/tap.mjs <files>: runs test files, three at a time (they wait for each other's answers much), and prints their TAP. tap's own
// command would load its compiler, mocks and coverage into every process and thread.
import { join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import t from 'tap'
import { root } from './prepare.mjs'

const compiler = pathToFileURL(join(root, 'test', 'rig', 'typescript.mjs')).href
// A file has five minutes; in the processes of the files tap reads this variable itself.
process.env.TAP_TIMEOUT ??= '300'
t.setTimeout(0)
t.jobs = 3
for (const file of process.argv.slice(2).map((name) => relative(root, resolve(name))))
  t.spawn(process.execPath, [`--import=${compiler}`, file], { cwd: root, buffered: true, timeout: process.env.TAP_TIMEOUT * 1000 }, file)
