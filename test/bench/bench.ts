import { delivery } from './delivery.js'
import { feeds } from './feeds.js'
import type { Figure } from './figure.js'
import { measureImport } from './import.js'
import { matching } from './matching.js'
import { receipts } from './receipts.js'
import { measureStart } from './start.js'
import { storm } from './storm.js'
import { templates } from './templates.js'

/** npm run bench [-- <name>] [--json]: one line per figure: name value unit (peer value, ratio, target). */
const benches: Record<string, () => Promise<Figure[]>> = {
  storm: async () => [...(await storm()), ...(await measureStart())],
  feeds,
  matching: async () => [...(await measureImport()), ...(await matching())],
  delivery: async () => [...(await delivery()), ...(await receipts()), ...(await templates())],
}

const round = (n: number): number => (Math.abs(n) >= 100 ? Math.round(n) : Number(n.toPrecision(3)))
const line = ({ name, value, unit, peer, ratio, target, holds }: Figure): string => {
  const beside = peer ? `${peer.name} ${round(peer.value)}, ratio ${round(ratio!)}, target ≥ ${target}` : `target ≤ ${target}`
  return `${holds ? 'ok  ' : 'MISS'} ${name} ${round(value)} ${unit} (${beside})`
}

const words = process.argv.slice(2)
const json = words.includes('--json')
const names = words.filter((w) => !w.startsWith('--'))
const unknown = names.filter((n) => !(n in benches))
if (unknown.length > 0) {
  console.error(`No bench is called ${unknown.join(', ')}; there are: ${Object.keys(benches).join(', ')}`)
  process.exit(2)
}
const figures: Figure[] = []
for (const name of names.length > 0 ? names : Object.keys(benches)) {
  const found = await benches[name]!()
  figures.push(...found)
  if (!json) for (const figure of found) console.log(line(figure))
}
if (json) console.log(JSON.stringify(figures))
process.exit(0)
