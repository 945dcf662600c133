import { sql } from 'kysely'
import type { Tx } from '../base/store/store.js'
import type { JournalEntry, Reaction } from '../journal/journal.js'
import type { AlertDeps } from './describe-alert.js'
import { hintStaff } from './hint-staff.js'

const channelZh: Record<string, string> = { sms: '短信', voice: '语音电话', push: '手机推送', group: '群消息' }
const quietMs = 30 * 60_000

/**
 * A channel has stopped and nobody takes over: whoever can press is told on the others, once. While a second carrier does its work
 * the desk shows it, and nobody is woken.
 */
export const tellCarrierFailed =
  (deps: AlertDeps): Reaction =>
  async (tx, entry) => {
    const { channel, cause, next } = entry.data as { channel: string; cause: string; next: string | null }
    if ((next !== null && cause !== 'account') || (await wasToldLately(tx, entry))) return
    const words =
      cause === 'account'
        ? `${channelZh[channel]}账户欠费或没有权限,${next === null ? '消息都在等,没有丢' : '已由另一家代发'},请马上处理账户`
        : `${channelZh[channel]}运营商不通,消息都在等,没有丢,系统一直在重试,急事请改打电话`
    const expiresAt = new Date(deps.clock.now().getTime() + 3_600_000)
    await hintStaff(tx, deps, { places: [entry.place], event: '通道中断', words, named: deps.policy.too_wide_tells, expiresAt })
  }

/** A line that comes and goes is told once. */
async function wasToldLately(tx: Tx, { position, at, thing, data }: JournalEntry): Promise<boolean> {
  const { rows } = await sql`
    select 1 from journal where thing_type = 'carrier' and thing_id = ${thing.id} and event = 'carrier.failed' and position < ${position}
      and at > ${at}::timestamptz - ${quietMs} * interval '1 millisecond' and data ->> 'cause' = ${String(data.cause)}
      and (data ->> 'next' is null or data ->> 'cause' = 'account') limit 1`.execute(tx)
  return rows.length > 0
}
