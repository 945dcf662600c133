import type { Refusal } from './bulletin.js'

const statuses = ['Actual', 'Exercise', 'System', 'Test', 'Draft']
const handledTypes = ['Alert', 'Update', 'Cancel']
const otherTypes = ['Ack', 'Error']

/** Whether a message may be acted on at all, in CAP's words: an unknown kind is never taken for a new warning. */
export function refusalOf({ msgType, status, scope }: { msgType: string; status: string; scope: string }): Refusal | null {
  const refuse = (code: string, reason: string, reasonEn: string, hint: string): Refusal => ({ code, reason, reasonEn, hint })
  if (otherTypes.includes(msgType))
    return refuse(
      'message-type',
      `这是一条${msgType === 'Ack' ? '回执(Ack)' : '出错通知(Error)'},不是预警`,
      `a message between systems (${msgType}), not a warning`,
      '不用处理,已留存',
    )
  if (!handledTypes.includes(msgType))
    return refuse(
      'message-type',
      `报文类型 msgType“${msgType.slice(0, 30)}”不认识,不能当作新预警`,
      `its kind (msgType “${msgType.slice(0, 30)}”) is not known, and it is not taken for a new warning`,
      '请打电话向发布单位核实这条报文要做什么',
    )
  if (!statuses.includes(status))
    return refuse(
      'status',
      `报文状态 status“${status.slice(0, 30)}”不认识,分不清是真实预警还是测试`,
      `its status “${status.slice(0, 30)}” is not known: real or a test, nobody can tell`,
      '请打电话向发布单位核实',
    )
  if (status === 'Test' || status === 'System' || status === 'Draft')
    return refuse(
      'not-actual',
      `这是${{ Test: '测试', System: '系统', Draft: '草稿' }[status]}报文(status ${status}),不作为真实预警`,
      `its status is ${status}: it is not a real warning`,
      '不会通知任何人,已留存备查',
    )
  if (scope === 'Restricted' || scope === 'Private')
    return refuse(
      'scope',
      `这条报文限定了范围(scope ${scope}),不对公众发布,不能转发`,
      `it is not for the public (scope ${scope}) and is not passed on`,
      '如需转告有关人员,请先征得发布单位同意',
    )
  if (scope !== 'Public')
    return refuse(
      'scope',
      `报文没有写明公开范围(scope“${scope.slice(0, 30)}”),不能判断能否转发`,
      `it does not say for whom it is (scope “${scope.slice(0, 30)}”)`,
      '请打电话向发布单位核实能否对公众转发',
    )
  return null
}
