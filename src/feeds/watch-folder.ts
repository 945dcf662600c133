import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { access, lstat, mkdir, open, readdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { type Log, messageOf } from '../base/log.js'
import { type Store, systemActor } from '../base/store/store.js'
import { chinaTime } from '../base/web.js'
import { type Standing, standings } from './bulletin.js'
import { builtDialects } from './dialects.js'
import { claimFolder, folderFeed, freeFolder, pulseSeconds, settleFolder } from './folder-store.js'
import type { Ingest, IngestResult } from './ingest.js'
import { ingestLimit } from './ingest-routes.js'
import { sniffDialect } from './sniff-dialect.js'
import { writtenSettingsSchema } from './source-settings.js'

/** config/feeds.yaml, `folder`: files dropped there are bulletins. Works on network shares: it is looked at, not subscribed to. */
export const folderSchema = z.strictObject({
  path: z.string().min(1),
  standing: z.enum(standings),
  dialect: z.enum(['auto', ...builtDialects]).default('auto'),
  place: z
    .string()
    .regex(/^\d{6,12}$/, '6 to 12 digits, in quotes')
    .optional(),
  settings: writtenSettingsSchema.prefault({}),
})
export type FolderConfig = z.output<typeof folderSchema>

export interface FolderWatch {
  /** Looks once. A file is taken when it stayed the same for two looks. */
  look(): Promise<void>
}
interface Deps {
  store: Store
  ingest: Ingest
  log: Log
  folder: FolderConfig
  /** The desk's place, where the folder names none. */
  place: string
  now?: () => number
}
interface Seen {
  mark: string
  same: number
  /** Kept already; only its moving away failed. */
  kept: { into: Into; note: string | null } | null
}
type Into = 'read' | 'unreadable'

const looksTheSame = 2
const filesAtOnce = 20
/** Still being written by whoever drops it; and what desktops leave behind. */
const unfinished = /^[.~]|\.(?:part|partial|tmp|filepart|crdownload|swp)$|~$/i

export function createFolderWatch(deps: Deps): FolderWatch {
  const { store, folder, log } = deps
  const now = deps.now ?? (() => performance.now())
  const seen = new Map<string, Seen>()
  let told: { trouble: string | null; at: number } | null = null

  const settle = async (trouble: string | null, isNew: boolean) => {
    if (!isNew && told && told.trouble === trouble && now() - told.at < pulseSeconds * 1000) return
    await store.system((tx) => settleFolder(tx, { trouble, isNew }))
    told = { trouble, at: now() }
    if (trouble) log.warn({ feed: folderFeed, reason: trouble }, 'the watched folder cannot be used')
  }

  const takeAll = async (names: string[]): Promise<{ isNew: boolean; trouble: string | null }> => {
    if (!(await store.system(claimFolder))) return { isNew: false, trouble: null }
    let isNew = false
    let trouble: string | null = null
    try {
      for (const name of names) {
        const result = await takeFile(deps, name, seen.get(name)!)
        isNew ||= result.isNew
        trouble ??= result.trouble
        if (!result.trouble) seen.delete(name)
      }
    } finally {
      await store.system(freeFolder)
    }
    return { isNew, trouble }
  }

  return {
    async look() {
      let ready: string[]
      try {
        ready = await findReady(folder.path, seen)
      } catch (e) {
        return settle(wordsOf(e, folder.path), false)
      }
      const { isNew, trouble } = ready.length > 0 ? await takeAll(ready) : { isNew: false, trouble: null }
      await settle(trouble, isNew)
    },
  }
}

/** Plain files of the folder itself, the longest unchanged first. Links are not followed, sub-folders not entered. */
async function findReady(path: string, seen: Map<string, Seen>): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true })
  for (const into of ['read', 'unreadable'] as const) {
    await mkdir(join(path, into), { recursive: true })
    await access(join(path, into), constants.W_OK)
  }
  await access(path, constants.W_OK)
  const present = new Set<string>()
  const ready: { name: string; changed: number }[] = []
  for (const entry of entries) {
    if (!entry.isFile() || unfinished.test(entry.name)) continue
    const stat = await lstat(join(path, entry.name)).catch(() => null)
    if (!stat?.isFile()) continue
    present.add(entry.name)
    const mark = `${stat.ino} ${stat.size} ${stat.mtimeMs}`
    const before = seen.get(entry.name)
    const now: Seen = before?.mark === mark ? { ...before, same: before.same + 1 } : { mark, same: 0, kept: null }
    seen.set(entry.name, now)
    if (now.same >= looksTheSame) ready.push({ name: entry.name, changed: stat.mtimeMs })
  }
  for (const name of seen.keys()) if (!present.has(name)) seen.delete(name)
  return ready
    .sort((a, b) => a.changed - b.changed)
    .slice(0, filesAtOnce)
    .map((f) => f.name)
}

/** Kept first, moved after: a crash in between reads it again, and the same bytes are kept once. */
async function takeFile(deps: Deps, name: string, seen: Seen): Promise<{ isNew: boolean; trouble: string | null }> {
  const { path } = deps.folder
  let isNew = false
  try {
    if (!seen.kept) {
      const raw = await readWhole(join(path, name))
      const result = raw === 'too-large' ? tooLarge : raw.length === 0 ? empty : await hand(deps, raw)
      isNew = result.outcome === 'accepted'
      seen.kept = { into: result.outcome === 'unreadable' ? 'unreadable' : 'read', note: noteOf(name, result) }
    }
    await moveAway(path, name, seen.kept)
    return { isNew, trouble: null }
  } catch (e) {
    return { isNew, trouble: wordsOf(e, path) }
  }
}

type Result = Pick<IngestResult, 'outcome' | 'reason' | 'hint' | 'problems'> & { bulletinId: string | null }
const tooLarge: Result = {
  bulletinId: null,
  outcome: 'unreadable',
  reason: `文件超过 ${ingestLimit / 1024 / 1024} MB,没有读`,
  hint: '一份报文不会这么大,请核对是不是放错了文件;确实是报文就请拆成小份',
  problems: [],
}
const empty: Result = { bulletinId: null, outcome: 'unreadable', reason: '文件是空的', hint: '请对方重新投递', problems: [] }

async function readWhole(file: string): Promise<Buffer | 'too-large'> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW)
  try {
    const { size } = await handle.stat()
    if (size > ingestLimit) return 'too-large'
    const raw = Buffer.alloc(ingestLimit + 1)
    let length = 0
    for (;;) {
      const { bytesRead } = await handle.read(raw, length, raw.length - length, length)
      length += bytesRead
      if (bytesRead === 0 || length === raw.length) break
    }
    return length > ingestLimit ? 'too-large' : Buffer.from(raw.subarray(0, length))
  } finally {
    await handle.close()
  }
}

async function hand({ ingest, folder, place }: Deps, raw: Buffer): Promise<Result> {
  const dialect = folder.dialect === 'auto' ? (sniffDialect(raw) ?? 'cap') : folder.dialect
  return ingest.ingest({
    dialect,
    raw,
    contentType: null,
    via: 'folder',
    feedId: folderFeed,
    place: folder.place ?? place,
    standing: folder.standing as Standing,
    actor: { ...systemActor, person: `feed:${folderFeed}` },
  })
}

/** What whoever looks into the folder has to know, in plain words beside the file. Nothing beside what was taken as it is. */
function noteOf(name: string, { outcome, reason, hint, problems, bulletinId }: Result): string | null {
  if (outcome === 'accepted' || outcome === 'duplicate') return null
  const what = outcome === 'unreadable' ? '没有读懂 Not readable' : '读了,没有采用 Read, not acted on'
  return [
    `${name}: ${what}`,
    `原因 Why: ${reason ?? ''}`,
    `怎么办 What to do: ${hint ?? ''}`,
    ...problems.slice(0, 20).map((p) => `- ${p.line ? `第 ${p.line} 行: ` : ''}${p.message}${p.messageEn ? ` (${p.messageEn})` : ''}`),
    `时间 When: ${chinaTime(new Date())}`,
    bulletinId
      ? `报文编号 Bulletin: ${bulletinId}(原文已存,在“预警来源”页可查)`
      : '原文没有存进系统,只在这个文件夹里 Not kept in the system',
    '',
  ].join('\r\n')
}

/** Beside the same name of an earlier day nothing is overwritten: the name begins with when it was taken. */
async function moveAway(path: string, name: string, { into, note }: { into: Into; note: string | null }): Promise<void> {
  const stamp = chinaTime(new Date()).slice(0, 19).replace(/[-:]/g, '')
  const target = join(path, into, `${stamp}-${randomBytes(2).toString('hex')}-${safeName(name)}`)
  if (note) await writeFile(`${target}.txt`, note, { flag: 'wx' })
  await rename(join(path, name), target)
}

/** Any name a share may hold becomes one that every system can. */
export const safeName = (name: string): string => {
  const plain = [...name.normalize('NFC')]
    .map((c) => (/[\p{L}\p{N}._ ()+-]/u.test(c) ? c : '_'))
    .join('')
    .replace(/^[. ]+/, '_')
  const dot = plain.lastIndexOf('.')
  const ending = dot > 0 && plain.length - dot <= 8 ? plain.slice(dot) : ''
  return plain.slice(0, plain.length - ending.length).slice(0, 50) + ending
}

function wordsOf(e: unknown, path: string): string {
  const code = (e as { code?: string }).code ?? ''
  const known: Record<string, string> = {
    ENOENT: '文件夹不存在,或共享没有挂上',
    ENOTDIR: '路径上有一段不是文件夹',
    EACCES: '没有读写这个文件夹的权限',
    EPERM: '没有读写这个文件夹的权限',
    EROFS: '这个文件夹只能读、不能写',
    ENOSPC: '磁盘满了',
    EIO: '磁盘或共享出错',
    ESTALE: '共享断开了',
  }
  return `${known[code] ?? messageOf(e).slice(0, 160)}(${path})`
}
