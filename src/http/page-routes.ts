import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { App } from '../base/web.js'

/** The built screens: /desk, /field and (on a sample register) /tour; each is one page that draws itself from the API. */
export async function pageRoutes(app: App, { appsDir, sample }: { appsDir: string; sample: boolean }): Promise<void> {
  if (existsSync(appsDir))
    await app.register(fastifyStatic, { root: join(appsDir, 'assets'), prefix: '/assets/', immutable: true, maxAge: '365d' })
  const page = (path: string, file: string) => {
    const send = async (_: unknown, reply: { type(t: string): { send(body: Buffer): unknown } }) =>
      reply.type('text/html; charset=utf-8').send(readFileSync(join(appsDir, file)))
    if (!existsSync(join(appsDir, file))) return
    app.get(path, { schema: { hide: true } }, send)
    app.get(`${path}/*`, { schema: { hide: true } }, send)
  }
  page('/desk', 'console/index.html')
  page('/field', 'field/index.html')
  if (!sample) return
  page('/tour/resident', 'tour/resident.html')
  page('/tour', 'tour/index.html')
}
