import { chinaTime } from '../base/web.js'
import type { CarrierTrouble } from '../channels/carrier-store.js'
import type { Need } from './desk-routes.js'

const channelZh: Record<string, string> = { sms: '短信', voice: '语音电话', push: '手机推送', group: '群消息' }
const channelEn: Record<string, string> = { sms: 'Text messages', voice: 'Voice calls', push: 'Push', group: 'Group messages' }
const blank = { alertId: null, warningId: null, taskId: null, evacuationId: null, revision: null, level: null, people: null, dueAt: null }

/** A channel none of whose carriers takes anything: nothing is lost, and somebody has to act. An account is a person's work in any case. */
export function needsOfCarriers(troubles: CarrierTrouble[], lines: Record<string, readonly string[]>): Need[] {
  const channels = [...new Set(troubles.map((t) => t.channel))]
  return channels.flatMap((channel) => {
    const those = troubles.filter((t) => t.channel === channel)
    const stopped = those.length >= (lines[channel]?.length ?? 1)
    const account = those.some((t) => t.cause === 'account')
    if (!stopped && !account) return []
    const since = chinaTime(those[0]!.since).slice(11, 16)
    const [name, nameEn] = [channelZh[channel] ?? channel, channelEn[channel] ?? channel]
    const rest = stopped ? '消息都在等,没有丢;急事先打电话、上门' : '已由另一家代发'
    const restEn = stopped ? 'messages wait, none is lost; telephone and knock where it cannot wait' : 'another carrier does its work'
    return [
      {
        ...blank,
        kind: 'carrier' as const,
        title: account ? `${name}账户欠费或没有权限(${since} 起),请马上处理:${rest}` : `${name}通道中断(${since} 起):${rest}`,
        titleEn: account
          ? `${nameEn}: the account with the carrier does not work since ${since}, see to it at once; ${restEn}`
          : `${nameEn} have stopped since ${since}; ${restEn}`,
        place: null,
      },
    ]
  })
}
