import type { DrillRoom } from './drills/drill-room.js'
import { sampleAccounts } from './drills/drill-room.js'
import type { FirstAccounts } from './people/first-accounts.js'

/** What `npm start` ends with: where everything is, and who one can be. */
export function greet(
  url: string,
  store: 'embedded' | 'postgres',
  doorbell: 'in-process' | 'redis',
  room: DrillRoom | null,
  first: FirstAccounts | null,
): string[] {
  const width = (text: string) => [...text].reduce((n, c) => n + (c.charCodeAt(0) > 0x2e80 ? 2 : 1), 0)
  const pad = (text: string, to: number) => text + ' '.repeat(Math.max(1, to - width(text)))
  const at = (name: string, path: string) => `  ${pad(name, 26)}${url}${path}`
  const lines = [
    '',
    '寅时 Yinshi',
    '',
    ...(room ? [at('漫游 the tour', '/tour')] : []),
    at('值班台 the desk', '/desk'),
    at('网格员 the field', '/field'),
    at('居民页 the public page', '/'),
    at('接口 the API', '/api/docs'),
    '',
    store === 'embedded'
      ? '  存储 store: 内置(试点、演练用) embedded, pilot mode — 正式值守请设 DATABASE_URL: set DATABASE_URL for live duty'
      : '  存储 store: PostgreSQL',
    `  门铃 doorbell: ${doorbell === 'redis' ? 'Redis (Bull)' : '进程内 in-process'}`,
  ]
  if (first)
    return [
      ...lines,
      '',
      `  首批账号(只显示这一次)first accounts, shown this once: ${first.usernames.join(', ')}, 密码 password  ${first.password}`,
      '  先以 admin 登录,在“名册 › 导入导出”导入网格和住户。 Log in as admin and bring grids and households under Register › Import.',
      '',
    ]
  if (!room) return [...lines, '']
  return [
    ...lines,
    '',
    '  示例街道:人和号码都是虚构的,消息只到模拟收件箱。 A sample subdistrict: everybody is invented, messages reach the sandbox only.',
    `  示例账号 accounts, 密码 password  ${room.password}`,
    ...sampleAccounts.map((a) => `    ${pad(a.username, 12)}${a.roleName} ${a.roleNameEn}`),
    `  接入密钥 ingest key  ${room.ingestKey}`,
    '',
    '  试一试 try:  npm run drill -- july-12',
    '',
  ]
}
