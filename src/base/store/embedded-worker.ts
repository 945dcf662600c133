import fs from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { PGlite } from '@electric-sql/pglite'
import { NodeFS } from '@electric-sql/pglite/nodefs'
import { PGLiteSocketServer } from '@electric-sql/pglite-socket'

/**
 * The embedded store's thread: PostgreSQL compiled to WebAssembly on a folder, spoken to over a unix socket.
 * PGlite itself never syncs to disk; here -F is dropped and its file system gets a real fsync (STACK §4).
 */
const { folder, socket } = workerData as { folder: string; socket: string }
let syncs = 0

class DurableFS extends NodeFS {
  override async init(...[pglite, options]: Parameters<NodeFS['init']>): ReturnType<NodeFS['init']> {
    const made = await super.init(pglite, options)
    made.emscriptenOpts.preRun?.push((module) => {
      const nodefs = (module as unknown as { NODEFS: { stream_ops: { fsync?: (stream: { nfd: number }) => number } } }).NODEFS
      nodefs.stream_ops.fsync = (stream) => {
        fs.fsyncSync(stream.nfd)
        syncs++
        return 0
      }
    })
    return made
  }
}

async function start(): Promise<void> {
  const db = await PGlite.create({
    fs: new DurableFS(folder),
    startParams: [...PGlite.defaultStartParams.filter((p) => p !== '-F'), '-c', 'wal_sync_method=fsync'],
  })
  const before = syncs
  await db.exec('create table if not exists durability (at timestamptz); delete from durability; insert into durability values (now())')
  const server = new PGLiteSocketServer({ db, path: socket, maxConnections: 1 })
  await server.start()
  fs.chmodSync(socket, 0o600)
  parentPort!.on('message', async (m) => {
    if (m !== 'stop') return
    await server.stop().catch(() => {})
    await db.close().catch(() => {})
    parentPort!.postMessage({ stopped: true })
  })
  parentPort!.postMessage({ ready: true, durable: syncs > before })
}

start().catch((e) => parentPort!.postMessage({ failed: e instanceof Error ? e.message : String(e) }))
