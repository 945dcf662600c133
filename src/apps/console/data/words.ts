import type { ApiError } from '../../shared/api.js'
import type { Say } from '../../shared/language.js'

export interface PlainError {
  what: string
  safe: string
  next: string
}
/** Every error in three sentences: what happened, what is safe, what to do next. */
export function plainError(error: ApiError, say: Say): PlainError {
  const nothingSent = say('没有发出任何内容。', 'Nothing was sent.')
  if (error.status === 0)
    return {
      what: say('连不上服务。', 'The service cannot be reached.'),
      safe: say(
        '已经在发送的通知由服务继续发送,屏幕保留最后一次的数字。',
        'Messages already under way go on; the screen keeps the last figures.',
      ),
      next: say('检查本机网络;恢复后会自动重读。', 'Check the network of this machine; it reads again by itself.'),
    }
  if (error.kind === 'stale-revision') {
    const now = stateWord(String(error.body.state ?? ''), say)
    const revision = String(error.body.revision ?? '')
    return {
      what: say(
        `他人刚处置过:现在是第 ${revision} 稿,${now}。`,
        `Somebody was first: it is revision ${revision} now, ${now.toLowerCase()}.`,
      ),
      safe: say('您这一按没有发出任何内容。', 'Your press sent nothing.'),
      next: say(
        '谁、什么时候,见右侧记录;看清最新一稿,还需要时再按。',
        'Who and when stands in the record; look at it, and press again only if it is still needed.',
      ),
    }
  }
  if (error.kind === 'approval-needed')
    return {
      what: say('按规定要先请示同意。', 'The rules ask for an approval first.'),
      safe: nothingSent,
      next: say(
        '请按“电话请示”记录带班领导的意见,或提交给带班领导在系统里批准。',
        'Log the telephone approval, or submit it to the commander.',
      ),
    }
  if (error.status === 401)
    return { what: say('登录已过期。', 'Your session has ended.'), safe: nothingSent, next: say('请重新登录。', 'Sign in again.') }
  if (error.status === 403)
    return {
      what: error.title || say('您的岗位不能做这件事。', 'Your post may not do this.'),
      safe: nothingSent,
      next: say('请联系值班员。', 'Ask the officer on duty.'),
    }
  if (error.status === 404)
    return {
      what: error.title || say('没有找到。', 'Not found.'),
      safe: say('数据没有改动。', 'Nothing was changed.'),
      next: say(
        '它可能不在您的辖区,或者链接已过时;回到值守台再看。',
        'It may lie outside your area, or the link is old; go back to the desk.',
      ),
    }
  if (error.status === 429)
    return {
      what: say('请求太多,被暂时限制。', 'Too many requests.'),
      safe: nothingSent,
      next: say('等几秒再按一次。', 'Wait some seconds and press again.'),
    }
  if (error.status >= 500)
    return {
      what: say('服务内部出错。', 'The service failed.'),
      safe: say('已发出的通知不受影响。', 'What was issued is not affected.'),
      next: say(
        '再按一次;仍不行,用电话和大喇叭,并通知技术人员。',
        'Press again; if it stays, use telephone and loudspeaker, and call the technician.',
      ),
    }
  return { what: error.title, safe: nothingSent, next: say(error.errors[0]?.message ?? '', error.errors[0]?.message ?? error.detail) }
}

export const channelWord = (channel: string, say: Say): string =>
  ({ sms: say('短信', 'SMS'), voice: say('语音电话', 'Voice call'), push: say('网页推送', 'Web push'), group: say('群消息', 'Group') })[
    channel
  ] ?? channel
export const relationWord = (relation: string | null | undefined, say: Say): string =>
  ({
    self: say('本人', 'Resident'),
    'family-away': say('在外家人', 'Family away'),
    emergency: say('紧急联系人', 'Emergency contact'),
    helper: say('结对邻居', 'Paired neighbour'),
    staff: say('责任人', 'Staff'),
    group: say('居民群', 'Group'),
  })[relation ?? ''] ??
  relation ??
  ''
export const stateWord = (state: string, say: Say): string =>
  ({
    draft: say('待处置', 'Draft'),
    submitted: say('请示中', 'Submitted'),
    approved: say('已同意', 'Approved'),
    issued: say('已发出', 'Issued'),
    held: say('已暂缓', 'On hold'),
    'called-off': say('已撤回更正', 'Called off'),
    'all-clear': say('已解除', 'All clear'),
    closed: say('已归档', 'Closed'),
  })[state] ?? state
export const pointKindWord = (kind: string, say: Say): string =>
  ({
    waterlogging: say('易涝点', 'Waterlogging point'),
    'old-building': say('危旧房', 'Old building'),
    slope: say('边坡', 'Slope'),
    'river-bank': say('临河', 'River bank'),
  })[kind] ?? kind
export const reasonWord = (reason: string, say: Say): string =>
  ({
    inside: say('在范围内', 'inside'),
    boundary: say('压边界', 'on the boundary'),
    code: say('按区划代码', 'by place code'),
    named: say('文中点名', 'named in the text'),
    'unknown-place': say('位置不明,按在内处理', 'place unknown: counted as inside'),
    picked: say('人工选定', 'picked by hand'),
  })[reason] ?? reason
export const originWord = (origin: string, say: Say): string =>
  ({
    relay: say('转发预警', 'Relay of a warning'),
    order: say('转移通知', 'Order to move'),
    notice: say('通知', 'Notice'),
    internal: say('内部提示', 'Internal'),
  })[origin] ?? origin
/** 预警信号 for a relay with level: 暴雨红色预警信号 */
export const standingWord = (standing: string, say: Say): string =>
  ({ authority: say('权威', 'authority'), mirror: say('镜像', 'mirror'), reference: say('参考', 'reference') })[standing] ?? standing
