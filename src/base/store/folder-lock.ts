import { execFileSync } from 'node:child_process'
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'

type Means = 'socket' | 'pid-file'

/**
 * One process per data folder: PGlite has no lock of its own, and a second process would lose acknowledged rows (reliability E3).
 * Answers how to let it go. Abstract sockets are Linux's; elsewhere the lock is a file that names its process.
 */
export async function lockFolder(folder: string, means: Means = process.platform === 'linux' ? 'socket' : 'pid-file'): Promise<() => void> {
  return means === 'socket' ? lockBySocket(folder) : lockByPidFile(folder)
}

const taken = (folder: string, by: string) =>
  new Error(
    `The data folder ${folder} is in use by another Yinshi${by}. Stop that one first, or start this one with another DATA_DIR (and PORT).`,
  )

/** The kernel frees an abstract socket with its process, whatever way that ends. */
async function lockBySocket(folder: string): Promise<() => void> {
  const lock = net.createServer()
  await new Promise<void>((ok, no) => {
    lock.once('error', (e: NodeJS.ErrnoException) => no(e.code === 'EADDRINUSE' ? taken(folder, '') : e))
    lock.listen({ path: `\0yinshi:${folder}`.slice(0, 107) }, ok)
  })
  lock.unref()
  return () => void lock.close()
}

function lockByPidFile(folder: string): () => void {
  const file = join(folder, 'yinshi.pid')
  const own = `${file}.${process.pid}`
  const words = `${process.pid} ${startOf(process.pid)}\n`
  for (let tries = 0; tries < 3; tries++) {
    // Written beside and linked into place: nobody ever reads half a name.
    writeFileSync(own, words, { mode: 0o600 })
    const got = attempt(() => linkSync(own, file))
    rmSync(own, { force: true })
    if (got) return () => void (read(file) === words && rmSync(file, { force: true }))
    const found = read(file)
    const holder = holderOf(found)
    if (holder !== null) throw taken(folder, ` (process ${holder})`)
    // The process ended without a word, or its number is another program's by now. Moved away before it is looked at again:
    // somebody else may have taken the folder over at this very moment.
    if (!attempt(() => renameSync(file, own))) continue
    if (read(own) !== found) attempt(() => linkSync(own, file))
    rmSync(own, { force: true })
  }
  throw taken(folder, '')
}

function attempt(act: () => void): boolean {
  try {
    act()
    return true
  } catch (e) {
    if (['EEXIST', 'ENOENT'].includes((e as NodeJS.ErrnoException).code ?? '')) return false
    throw e
  }
}

const read = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

/** The process that wrote the words, if it is the one that runs under this number today. */
function holderOf(words: string): number | null {
  const [number = '', ...started] = words.trim().split(' ')
  const pid = Number(number)
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid)) return null
  const start = startOf(pid)
  return start === '' || start === started.join(' ') ? pid : null
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (e) {
    return (e as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** When the process with this number was started, in the system's own words; empty where it does not tell. */
function startOf(pid: number): string {
  try {
    const told = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } })
    return told.trim().replace(/\s+/g, ' ')
  } catch {
    return ''
  }
}
