// npm start: install what is missing, build what changed, start the service in this process.
import { build, checkNode, install } from './prepare.mjs'

checkNode()
install('run')
build()
await import('../dist/main.js')
