import net from 'node:net'
import type { Teardown } from './store.js'

/** pass: as if it were not there · swallow: takes everything and answers nothing · refuse: hangs up on whoever comes. */
export type ProxyMood = 'pass' | 'swallow' | 'refuse'

export interface Proxy {
  port: number
  mood: ProxyMood
  /** Held back so long before it is passed on. */
  delayMs: number
  /** Cuts every line that is open, as a router that is switched off and on. */
  cut(): void
}

/** A line between two servers that a test may disturb. */
export async function openProxy(t: Teardown, target: { host: string; port: number }): Promise<Proxy> {
  const lines = new Set<net.Socket>()
  const keep = (socket: net.Socket) => {
    lines.add(socket)
    socket.on('error', () => {}).on('close', () => lines.delete(socket))
  }
  const proxy: Proxy = {
    port: 0,
    mood: 'pass',
    delayMs: 0,
    cut() {
      for (const socket of lines) socket.resetAndDestroy()
    },
  }
  const join = (from: net.Socket, to: net.Socket) => {
    from.on('data', (bytes) => {
      if (proxy.mood !== 'pass') return
      if (proxy.delayMs === 0) to.write(bytes)
      else setTimeout(() => to.writable && to.write(bytes), proxy.delayMs)
    })
    // What is still held back arrives although its sender has hung up.
    from.on('close', () => setTimeout(() => to.end(), proxy.delayMs))
  }
  const server = net.createServer((near) => {
    keep(near)
    if (proxy.mood === 'refuse') return void near.resetAndDestroy()
    const far = net.connect(target.port, target.host)
    keep(far)
    join(near, far)
    join(far, near)
  })
  await new Promise<void>((ok) => server.listen(0, '127.0.0.1', ok))
  proxy.port = (server.address() as net.AddressInfo).port
  t.teardown(() => {
    proxy.cut()
    return new Promise((closed) => server.close(closed))
  })
  return proxy
}
