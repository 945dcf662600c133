import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'

/** One process per data folder: PGlite has no lock of its own, and a second process would lose acknowledged rows (reliability E3). */
export async function lockFolder(folder: string): Promise<() => void> {
  const taken = new Error(
    `The data folder ${folder} is in use by another Yinshi. Stop that one first, or start this one with another DATA_DIR (and PORT).`,
  )
  if (process.platform === 'linux') {
    // An abstract socket: the kernel frees it with the process, whatever way that ends.
    const lock = net.createServer()
    await new Promise<void>((ok, no) => {
      lock.once('error', (e: NodeJS.ErrnoException) => no(e.code === 'EADDRINUSE' ? taken : e))
      lock.listen({ path: `\0yinshi:${folder}`.slice(0, 107) }, ok)
    })
    lock.unref()
    return () => void lock.close()
  }
  const file = join(folder, 'yinshi.pid')
  if (existsSync(file) && isAlive(Number(readFileSync(file, 'utf8')))) throw taken
  rmSync(file, { force: true })
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx', mode: 0o600 })
  } catch {
    throw taken
  }
  return () => rmSync(file, { force: true })
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (e) {
    return (e as NodeJS.ErrnoException).code === 'EPERM'
  }
}
