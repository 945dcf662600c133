// npm run drill -- <scenario> [--speed 60] [--cast feed|all]
import { build, checkNode, install } from './prepare.mjs'

checkNode()
install('run')
build()
await import('../dist/drills/drill-command.js')
