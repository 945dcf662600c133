import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { sniffDialect } from '../../../src/feeds/sniff-dialect.js'
import { guessDialects, listSamples, readSample, samplesFolder, sayReading } from '../../rig/samples-of-others.js'

/**
 * Every sample of other projects, classified: path, dialect, what is read of it. UPDATE_TABLE=1 writes the table anew; look at the
 * difference, each line beside the description in MANIFEST.tsv, before it is committed.
 */
const tableFile = join(import.meta.dirname, '../../rig/samples-of-others.tsv')
const table = new Map<string, string>()
for (const line of readFileSync(tableFile, 'utf8').split('\n').slice(1).filter(Boolean)) {
  const [path, dialect, expected] = line.split('\t') as [string, string, string]
  table.set(`${path}\t${dialect}`, expected)
}

const samples = samplesFolder ? listSamples() : []
const skip = samples.length === 0 ? 'SAMPLES_DIR names no folder with samples' : false
const found = new Map<string, string>()
for (const { path, raw } of samples)
  for (const dialect of guessDialects(raw)) found.set(`${path}\t${dialect}`, sayReading(readSample(dialect, raw), raw))

if (!skip && process.env.UPDATE_TABLE) {
  const lines = [...found].map(([key, said]) => `${key}\t${said}`)
  writeFileSync(tableFile, `${['path\tdialect\texpected', ...lines].join('\n')}\n`)
}

t.test('every known sample is read as the table says', { skip }, async (t) => {
  for (const [key, expected] of table) if (found.has(key)) t.equal(found.get(key), expected, key.replace('\t', ' as '))
})

t.test('a sample that nobody has seen before gets an answer too', { skip }, async (t) => {
  for (const [key, said] of found) {
    t.match(said, /^(?:messages=|observations=|refused [a-z]|unreadable [a-z])/, key.replace('\t', ' as '))
  }
})

t.test('what is handed in without saying its dialect is read as if it had said it', { skip }, async (t) => {
  for (const { path, raw } of samples) {
    const dialect = sniffDialect(raw)
    const said = guessDialects(raw).map((guess) => found.get(`${path}\t${guess}`)!)
    // What no dialect is built or planned for may also be told to be no CAP.
    if (dialect !== null && dialect !== 'text' && !said.includes('refused dialect-not-built'))
      t.ok(said.includes(sayReading(readSample(dialect, raw), raw)), path)
    else
      t.notOk(
        said.some((one) => /^(?:messages|observations)=/.test(one)),
        `${path} holds nothing to be read`,
      )
  }
})

t.test('every dialect answers every sample, whatever it was meant for', { skip }, async (t) => {
  const names = [...new Set([...table.keys()].map((key) => key.split('\t')[1]!))]
  for (const { path, raw } of samples) {
    const failed = names.filter((name) => {
      try {
        return !sayReading(readSample(name, raw), raw)
      } catch {
        return true
      }
    })
    t.same(failed, [], path)
  }
})
