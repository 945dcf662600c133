import { inEnglish } from './in-english.js'
import type { IngestResult } from './ingest.js'

/** What can be wrong with a feed, in the officer's words: what happened, the likely cause, what to do. */
export interface Explained {
  what: string
  whatEn: string
  likely: string
  likelyEn: string
  todo: string
  todoEn: string
}
const explain = (what: string, whatEn: string, likely: string, likelyEn: string, todo: string, todoEn: string): Explained => ({
  what,
  whatEn,
  likely,
  likelyEn,
  todo,
  todoEn,
})

const ask = [
  '打电话问对方系统是否正常;恢复前守好电话和传真,收到预警用“补录”录入',
  'Telephone them; until it is back keep to telephone and fax and type warnings in',
] as const
const it = ['请信息维护人员处理', 'Ask whoever maintains this system'] as const

export const causes = {
  refused: explain(
    '对方没有应答(拒绝连接)',
    'Connection refused',
    '对方的服务没有启动,或防火墙挡住了',
    'Their service is down, or a firewall is in the way',
    ...ask,
  ),
  broken: explain('连接中途断开', 'The connection broke', '线路不稳,或对方重启', 'An unstable line, or they restarted', ...ask),
  name: explain(
    '找不到对方的服务器名',
    'Their server name does not exist',
    '地址写错了,或对方换了域名',
    'A wrong address, or they moved',
    '核对 config/feeds.yaml 里的地址,并电话问对方',
    'Check the address in config/feeds.yaml and telephone them',
  ),
  offline: explain(
    '查不到对方的服务器名',
    'Names cannot be looked up',
    '本机可能断网',
    'This machine may be offline',
    '先看本机能不能上网;不能就请信息维护人员,并改用电话、传真',
    'See whether this machine is online; if not, use telephone and fax',
  ),
  slow: explain('对方迟迟不回答', 'They answer too slowly', '对方繁忙,或线路很慢', 'They are busy, or the line is slow', ...ask),
  denied: explain(
    '对方拒绝访问',
    'Access denied',
    '口令过期,或对方收回了权限',
    'The key ran out or was withdrawn',
    '向对方要新的口令,由信息维护人员换上',
    'Ask them for a new key and have it installed',
  ),
  'key-missing': explain('访问口令没有设置', 'The key is not set', '部署时漏了环境变量', 'An environment variable was left out', ...it),
  moved: explain(
    '地址不存在了',
    'The address is gone',
    '对方换了地址',
    'They moved it',
    '向对方要新地址,改 config/feeds.yaml',
    'Ask for the new address and put it into config/feeds.yaml',
  ),
  hurried: explain(
    '对方要求放慢',
    'Asked too often',
    '询问太勤,或配额用完',
    'Asked too often, or the quota is used up',
    '不用处理,会自动放慢;总是这样就调大 everySeconds',
    'Slows down by itself; if it stays, raise everySeconds',
  ),
  server: explain('对方服务器出错', 'Their server has a fault', '对方系统故障', 'A fault on their side', ...ask),
  answer: explain('对方的回答不正常', 'An unexpected answer', '地址不对,或对方改了接口', 'A wrong address, or a changed interface', ...it),
  redirects: explain('地址转来转去', 'Too many redirects', '对方地址配置错误', 'Their address is set up wrongly', ...it),
  private: explain(
    '地址通向内部网络,没有访问',
    'The address leads inside, not asked',
    '地址被改写,或内部来源没有放行',
    'It was redirected, or an inside source is not allowed',
    '确是内部来源就在 config/feeds.yaml 写 allowPrivate: true;不是就请信息维护人员查',
    'Allow it in config/feeds.yaml if it is yours; else have it looked into',
  ),
  packing: explain(
    '内容的压缩方式读不出',
    'The packing cannot be read',
    '传输损坏,或对方改了设置',
    'Damaged on the way, or changed settings',
    ...it,
  ),
  certificate: explain(
    '对方的安全证书不能信任',
    'Their certificate cannot be trusted',
    '证书过期,或线路上有人冒充',
    'It ran out, or somebody stands in between',
    '打电话问对方证书是否过期;内容在此之前不会读取',
    'Ask them whether it ran out; nothing is read until then',
  ),
  'too-large': explain('内容太大,没有读完', 'Too large, not read', '地址不对,或对方出错', 'A wrong address, or a fault of theirs', ...ask),
  unreadable: explain(
    '收到的内容读不懂',
    'What came cannot be read',
    '对方改了格式,或给的是登录页、出错页',
    'They changed the format, or sent a login or error page',
    '读不懂不等于没有预警:马上打电话核实现在有没有生效的预警',
    'This is not “no warnings”: telephone now and ask what is in force',
  ),
  entries: explain(
    '目录里有条目打不开',
    'Entries of the list cannot be opened',
    '对方先登了目录,正文还没上,或文件丢了',
    'The list is ahead of its documents, or a file is missing',
    '打不开的可能是新预警:打电话核实',
    'It may be a new warning: telephone and ask',
  ),
  'entries-unreadable': explain(
    '目录里有报文读不懂',
    'Documents of the list cannot be read',
    '对方的报文有错',
    'Their document has a fault',
    '在“报文”里看原因,打电话核实内容',
    'See why under Bulletins, and telephone to verify',
  ),
  folder: explain(
    '投递文件夹读不到或写不进',
    'The watched folder cannot be read or written',
    '共享断开、权限改了,或磁盘满了',
    'The share is gone, its permissions changed, or the disk is full',
    '请信息维护人员检查文件夹;恢复前放进去的报文没有人读,请用“补录”',
    'Have the folder checked; until then nobody reads what is dropped there: type warnings in',
  ),
  internal: explain('本系统读取时出错', 'A fault of this system', '程序问题', 'A fault in the program', ...it),
  silent: explain(
    '来源中断:到了该有消息的时候没有消息',
    'Silent: no good answer when one was due',
    '对方系统或线路故障',
    'A fault of theirs, or of the line',
    ...ask,
  ),
  stuck: explain(
    '内容长时间未更新',
    'The content has not changed for long',
    '对方的系统可能卡住,给的是旧内容',
    'Their system may be stuck on old content',
    '打电话核实现在有没有生效的预警,并请对方检查',
    'Telephone: ask what is in force, and have them look',
  ),
} satisfies Record<string, Explained>
export type Cause = keyof typeof causes
export const isCause = (text: string): text is Cause => Object.hasOwn(causes, text)

export interface Trouble {
  cause: Cause
  /** What happened this time; nothing of the address, which may hold a key. */
  detail: string
  detailEn: string
}

/** Thrown while a feed is asked. */
export class FeedFault extends Error implements Trouble {
  constructor(
    override readonly cause: Cause,
    readonly detail: string = causes[cause].what,
    readonly detailEn: string = causes[cause].whatEn,
  ) {
    super(detail)
    this.name = 'FeedFault'
  }
}

export function troubleOfStatus(status: number): FeedFault {
  const cause: Cause =
    status === 401 || status === 403
      ? 'denied'
      : status === 404 || status === 410
        ? 'moved'
        : status === 429
          ? 'hurried'
          : status >= 500
            ? 'server'
            : 'answer'
  return new FeedFault(cause, `${causes[cause].what}(HTTP ${status})`, `${causes[cause].whatEn} (HTTP ${status})`)
}

/** What a feed gave was kept, and could not be read. */
export function troubleOfUnread(cause: 'unreadable' | 'entries-unreadable', kept: Pick<IngestResult, 'reason' | 'problems'>): Trouble {
  const { reasonEn } = inEnglish({ reason: kept.reason ?? null, hint: null, problems: kept.problems })
  return { cause, detail: kept.reason ?? '报文读不懂', detailEn: reasonEn ?? 'It cannot be read' }
}

const causeOfCode: Record<string, Cause> = {
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'refused',
  ENETUNREACH: 'offline',
  ECONNRESET: 'broken',
  EPIPE: 'broken',
  UND_ERR_SOCKET: 'broken',
  ENOTFOUND: 'name',
  EAI_AGAIN: 'offline',
  ETIMEDOUT: 'slow',
  UND_ERR_CONNECT_TIMEOUT: 'slow',
  UND_ERR_HEADERS_TIMEOUT: 'slow',
  UND_ERR_BODY_TIMEOUT: 'slow',
}

/** An error thrown while a feed was asked, or by what was asked on its way. */
export function troubleOf(e: unknown): Trouble {
  if (e instanceof FeedFault) return e
  const { code, cause: inner } = e as { code?: string; cause?: unknown }
  if (inner instanceof FeedFault) return inner
  const known = causeOfCode[code ?? ''] ?? causeOfCode[(inner as { code?: string } | undefined)?.code ?? '']
  if (known) return new FeedFault(known)
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code ?? '')) return new FeedFault('certificate')
  if (e instanceof Error && e.name === 'TimeoutError') return new FeedFault('slow', '超过时限还没有读完', 'Not read to its end in time')
  if (/^Z_|ERR_.*ZLIB/.test(code ?? '')) return new FeedFault('packing')
  return new FeedFault('internal')
}
