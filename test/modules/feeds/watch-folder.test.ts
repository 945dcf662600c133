import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import t from 'tap'
import { createIngest, type Ingest } from '../../../src/feeds/ingest.js'
import { sniffDialect } from '../../../src/feeds/sniff-dialect.js'
import { feedsSchema, syncFeeds } from '../../../src/feeds/sync-feeds.js'
import { createFolderWatch, safeName } from '../../../src/feeds/watch-folder.js'
import { createTakeBulletin } from '../../../src/warnings/take-bulletin.js'
import { plainPolicy } from '../../../src/warnings/warning-policy.js'
import { dialects } from '../../rig/reading.js'
import { makeCap } from '../../rig/samples/make-cap.js'
import { makeTestFolder, openTestStore, testDatabaseUrl } from '../../rig/store.js'

const samplesOfOurs = join(import.meta.dirname, '../../rig/samples')
const quiet = { info() {}, warn() {}, error() {}, debug() {} }

t.test('which dialect a file is in', async (t) => {
  const told = (text: string) => sniffDialect(Buffer.from(text))
  t.equal(told(makeCap()), 'cap')
  t.equal(
    told('<alert><identifier>50015441600000_20260712032600</identifier><sendTime>2026-07-12 03:26:00+08:00</sendTime></alert>'),
    'cn12379',
  )
  t.equal(told('{"data":{"page":{"list":[{"alertid":"50015441600000_1"}]}}}'), 'nmc')
  t.equal(told('{"alertData":[{"headline":"开州区气象台(演练)发布暴雨红色预警"}]}'), 'list-12379')
  t.equal(told('var alarminfo={"ALERTID":"1"};'), 'weathercn')
  t.equal(told('{"code":"200","warning":[{"pubTime":"2026-07-12T03:26+08:00"}]}'), 'qweather')
  t.equal(told('[{"stcd":"60105400","z":"169.97"}]'), 'cjh')
  t.equal(told('<alert><identifier>x</identifier><sender>区气象台</sender></alert>'), 'cn12379', 'the one without a namespace')
  t.equal(told('<Report xmlns="http://xml.kishou.go.jp/jmaxml1/"><Control/></Report>'), 'jma')
  t.equal(told('{"code":"200","warning":[]}'), 'qweather', 'no warnings is an answer too')
  t.equal(told('{"status":"0","result":{"data":[["重庆市","10104-20260712032600-0204.html"]]}}'), 'weathercn')
  t.equal(told('{"status":"ok","api_version":"v2.6","result":{"hourly":{}}}'), 'caiyun')
  for (const folder of readdirSync(samplesOfOurs, { withFileTypes: true }).filter((entry) => entry.isDirectory()))
    for (const file of readdirSync(join(samplesOfOurs, folder.name))) {
      const dialect = sniffDialect(readFileSync(join(samplesOfOurs, folder.name, file)))
      if (!/templated|problem/.test(file)) t.equal(dialect, folder.name, `${folder.name}/${file}`)
    }
  t.equal(told('区气象台3时26分发布暴雨红色预警'), 'text')
  t.equal(sniffDialect(Buffer.from([0xc7, 0xf8, 0xc6, 0xf8, 0xcf, 0xf3, 0xcc, 0xa8])), 'text', 'GBK: 区气象台')
  t.equal(sniffDialect(Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16])), null, 'a photograph')
  for (const name of ['a/../b', '..', '.x', 'CON:1|2?', '红色预警 1.xml', 'a\u202eb', 'x'.repeat(300)])
    t.match(safeName(name), /^[^./\\:|?][^/\\:|?\u202e]{0,59}$/u, name)
})

t.test('files dropped into a folder', async (t) => {
  const store = await openTestStore(t, testDatabaseUrl ? 'postgres' : 'embedded')
  const path = makeTestFolder(t)
  const config = feedsSchema.parse({ place: '500154002', folder: { path, standing: 'authority' }, feeds: [] })
  await syncFeeds(store, config)
  const real = createIngest({ store, dialects, takeBulletin: createTakeBulletin(plainPolicy), log: quiet })
  let after: (() => void) | null = null
  const ingest: Ingest = {
    ...real,
    async ingest(input) {
      const result = await real.ingest(input)
      after?.()
      return result
    },
  }
  let clock = 0
  const start = () => createFolderWatch({ store, ingest, log: quiet, folder: config.folder!, place: config.place, now: () => clock })
  let watch = start()
  const look = async (times = 3) => {
    for (let i = 0; i < times; i++) await watch.look()
  }
  const put = (name: string, content: string | Buffer) => writeFileSync(join(path, name), content)
  const there = () => readdirSync(path, { withFileTypes: true }).flatMap((e) => (e.isDirectory() ? [] : [e.name]))
  const inside = (into: string) => readdirSync(join(path, into)).sort()
  const bulletins = () =>
    store.system((tx) => tx.selectFrom('bulletin').select(['via', 'dialect', 'outcome', 'standing']).orderBy('id').execute())
  const feed = () => store.system((tx) => tx.selectFrom('feed').selectAll().where('source', '=', 'folder').executeTakeFirstOrThrow())
  const clear = async () => {
    await store.system((tx) => sql`delete from bulletin where warning_ids = '{}'`.execute(tx))
    for (const into of ['read', 'unreadable']) for (const f of inside(into)) rmSync(join(path, into, f))
  }

  await t.test('one is taken when it is whole, kept, and moved to read/', async (t) => {
    put('红色预警.xml', makeCap({ identifier: 'F-1' }).slice(0, 400))
    await look(2)
    put('红色预警.xml', makeCap({ identifier: 'F-1' }))
    await look(2)
    t.same(await bulletins(), [], 'still being written: not taken')
    await look(1)
    t.match(await bulletins(), [{ via: 'folder', dialect: 'cap', outcome: 'accepted', standing: 'authority' }])
    t.same(there(), [])
    t.match(inside('read'), [/^\d{8}T\d{6}-[0-9a-f]{4}-红色预警\.xml$/])
    t.match(await feed(), { last_error: null, silent_at: null, last_new: Date })
  })

  await t.test('what cannot be read goes to unreadable/ with the reason beside it', async (t) => {
    put('broken.xml', '<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>')
    put('empty.xml', '')
    put('huge.xml', Buffer.alloc(5 * 1024 * 1024 + 1, 32))
    await look()
    const files = inside('unreadable')
    t.equal(files.length, 6)
    const note = (name: string) => readFileSync(join(path, 'unreadable', files.find((f) => f.endsWith(`${name}.txt`))!), 'utf8')
    t.match(note('broken.xml'), /没有读懂[\s\S]*原因[\s\S]*怎么办[\s\S]*第 1 行[\s\S]*报文编号/)
    t.match(note('empty.xml'), /空的/)
    t.match(note('huge.xml'), /超过 5 MB[\s\S]*没有存进系统/)
    t.same(there(), [])
    t.match(await feed(), { last_error: null }, 'the folder itself is well')
  })

  await t.test('a text for people is kept for the officer, and says so', async (t) => {
    await clear()
    put('fax.txt', '区气象台3时26分发布暴雨红色预警')
    await look()
    t.match((await bulletins()).at(-1), { via: 'folder', dialect: 'text', outcome: 'refused' })
    const [, note] = inside('read')
    t.match(readFileSync(join(path, 'read', note!), 'utf8'), /补录/)
  })

  await t.test('links are not followed, sub-folders and unfinished files are left alone', async (t) => {
    await clear()
    const outside = join(makeTestFolder(t), 'secret.xml')
    writeFileSync(outside, makeCap({ identifier: 'F-9' }))
    symlinkSync(outside, join(path, 'link.xml'))
    mkdirSync(join(path, 'sub'))
    put('sub/x.xml', makeCap({ identifier: 'F-8' }))
    put('half.xml.part', makeCap({ identifier: 'F-7' }))
    const before = (await bulletins()).length
    await look(5)
    t.equal((await bulletins()).length, before)
    t.same(there().sort(), ['half.xml.part', 'link.xml'])
    rmSync(join(path, 'link.xml'))
    rmSync(join(path, 'half.xml.part'))
  })

  await t.test('F1: killed between keeping and moving: neither lost nor doubled', async (t) => {
    put('once.xml', makeCap({ identifier: 'F-2' }))
    const before = (await bulletins()).length
    // Kept, and then the folder for what was read is gone: as if the process had ended here.
    after = () => {
      renameSync(join(path, 'read'), join(path, 'away'))
      writeFileSync(join(path, 'read'), 'in the way')
    }
    await look()
    after = null
    t.equal((await bulletins()).length, before + 1)
    t.same(there().sort(), ['once.xml', 'read'], 'it lies there still')
    const ill = await feed()
    t.match(ill, { cause: 'folder', silent_at: Date, last_error: /./ })
    clock += 60_000
    await look(2)
    rmSync(join(path, 'read'))
    renameSync(join(path, 'away'), join(path, 'read'))
    watch = start()
    await look()
    t.equal((await bulletins()).length, before + 1, 'the same bytes are kept once')
    t.same(there(), [])
    t.match(await feed(), { cause: null, silent_at: null, last_error: null })
    const told = await store.system((tx) =>
      tx.selectFrom('journal').select('event').where('thing_type', '=', 'feed').orderBy('position').execute(),
    )
    t.same(
      told.map((j) => j.event),
      ['feed.silent', 'feed.recovered'],
      'told once each',
    )
  })

  await t.test('a folder that is gone is told at once', async (t) => {
    renameSync(path, `${path}-gone`)
    await look(1)
    t.match(await feed(), { silent_at: Date, last_error: /不存在/ })
    renameSync(`${path}-gone`, path)
    await look(1)
    t.match(await feed(), { silent_at: null, last_error: null })
  })
})
