/** What a sentence is made of. Everything in `data` came from the journal: numbers, keys, codes; never a resident's name. */
export interface Told {
  data: Record<string, unknown>
  person: string
  place: string
  byMachine: boolean
}
/** Chinese, English. */
export type Sentence = (told: Told) => [string, string]

const n = (value: unknown): number => (typeof value === 'number' ? value : Number(value) || 0)
const s = (value: unknown): string => (typeof value === 'string' ? value : '')
const audienceZh = (d: Told['data']) => (d.origin === 'order' ? '转移通知' : d.audience === 'staff' ? '责任人通知' : '居民通知')
const audienceEn = (d: Told['data']) =>
  d.origin === 'order' ? 'order to move' : d.audience === 'staff' ? 'staff alert' : 'residents’ alert'
const who = (t: Told) => (t.byMachine ? '系统' : t.person)
const whoEn = (t: Told) => (t.byMachine ? 'the system' : t.person)
const because = (d: Told['data']) => (s(d.reason) ? `,理由:${s(d.reason)}` : '')
const becauseEn = (d: Told['data']) => (s(d.reason) ? `, because: ${s(d.reason)}` : '')
const heads = (d: Told['data']) => (d.people === undefined ? '' : ` ${n(d.people)} 人`)
const headsEn = (d: Told['data']) => (d.people === undefined ? '' : `, ${n(d.people)} people`)
const basisZh: Record<string, string> = {
  lifted: '已由发布单位解除',
  cancelled: '已被发布单位取消',
  expired: '已到期',
  'no-longer-ours': '更新后不再涉及本辖区',
}
const basisEn: Record<string, string> = {
  lifted: 'was lifted',
  cancelled: 'was cancelled',
  expired: 'has run out',
  'no-longer-ours': 'no longer concerns us',
}
const gradeZh: Record<string, string> = { listened: '已听完', pressed: '按键或回复', stated: '说明了行动' }
const verdictZh: Record<string, string> = {
  matched: '涉及本辖区',
  'named-elsewhere': '全区预警,未点名本街道,不自动叫醒',
  outside: '不涉及本辖区',
  unplaced: '范围无法识别,请值班员研判',
}
const kindZh: Record<string, string> = {
  help: '求助',
  watch: '巡查',
  knock: '上门',
  'group-post': '群内转发',
  incident: '事件',
  'correct-number': '更正号码',
}
const household =
  (zh: string, en: string): Sentence =>
  (t) => [`${t.place}一户${heads(t.data)}${zh}`, `${t.place}: one household${headsEn(t.data)} ${en}`]

const hearingZh: Record<string, string> = { wechat: '微信', fax: '传真', phone: '电话', file: '文件' }

/** The journal's events in plain words: what was done, by whom, how many. */
export const nameOfVerbedEvent: Record<string, Sentence | undefined> = {
  'warning.opened': () => ['收到预警', 'Warning received'],
  'warning.matched': ({ data }) => [
    `研判范围:${verdictZh[s(data.verdict)] ?? ''},${n(data.grids)} 个网格 ${n(data.households)} 户 ${n(data.people)} 人`,
    `Matched: ${s(data.verdict)}, ${n(data.grids)} grids, ${n(data.households)} households, ${n(data.people)} people`,
  ],
  'warning.superseded': () => ['预警有新版本', 'The warning has a newer version'],
  'warning.lifted': () => ['发布单位解除预警', 'The authority lifted its warning'],
  'warning.cancelled': () => ['发布单位取消预警', 'The authority cancelled its warning'],
  'warning.expired': () => ['预警到期', 'The warning has run out'],
  'warning.moved': (t) => [`${who(t)}把这份预警移到本辖区作为演练`, `${whoEn(t)} moved the warning here as an exercise`],
  'task.overdue': (t) => [`${t.place}${kindZh[s(t.data.kind)] ?? '任务'}已超时`, `${t.place}: ${s(t.data.kind)} is overdue`],
  'move-list.prepared': (t) => [
    `${who(t)}备好转移名单:${n(t.data.households)} 户 ${n(t.data.people)} 人`,
    `${whoEn(t)} prepared the list of moves: ${n(t.data.households)} households, ${n(t.data.people)} people`,
  ],
  'bulletin.entered': (t) => [
    `${who(t)}补录${s(t.data.issuer)}的预警(${hearingZh[s(t.data.source)] ?? '其他'},${s(t.data.heardAt).slice(11, 16)}听到)`,
    `${whoEn(t)} entered a warning of ${s(t.data.issuer)} by hand (${s(t.data.source)}, heard at ${s(t.data.heardAt).slice(11, 16)})`,
  ],
  'bulletin.verified': (t) => [
    `${who(t)}核实了一份没有采用的报文${because(t.data)}`,
    `${whoEn(t)} verified a bulletin that was not taken${becauseEn(t.data)}`,
  ],
  'carrier.failed': ({ data }) =>
    data.cause === 'account'
      ? ['运营商账户不可用:消息在等,没有丢', 'The account with a carrier does not work: messages wait, none is lost']
      : data.next
        ? ['运营商不通,已由另一家代发', 'A carrier fails; another does its work']
        : ['运营商不通:消息在等,没有丢', 'A carrier fails: messages wait, none is lost'],
  'carrier.recovered': () => ['运营商恢复,等着的消息正在发出', 'The carrier is back; what waited is being sent'],
  'feed.silent': () => ['预警来源中断:没有消息不等于平安', 'A feed is silent: no news is not good news'],
  'feed.recovered': () => ['预警来源恢复', 'The feed is back'],
  'feed.failed': () => ['预警来源出了问题', 'Something is wrong with a feed'],
  'feed.slowed': () => ['预警来源一直不通,已放慢重试', 'A feed stays ill: it is tried less often'],
  'feed.stuck': () => ['预警来源内容长时间未更新', 'A feed has not changed for long'],
  'feed.refreshed': () => ['预警来源内容已更新', 'A feed has changed again'],
  'warning.vanished': () => ['来源列表里已没有这条预警,也没有解除:请核实', 'It left its feed’s list without a Cancel: verify'],
  'station.silent': ({ data }) => [`${s(data.name)}站点离线,按最不利情况处置`, `${s(data.name)} is offline: act on the worst case`],
  'station.recovered': ({ data }) => [`${s(data.name)}恢复读数`, `${s(data.name)} is heard again`],
  'threshold.crossed': ({ data }) => [
    `监测值超过阈值:${s(data.words)}`,
    `${s(data.name)} is over its threshold (${n(data.value)} ${s(data.unit)})`,
  ],
  'threshold.ended': ({ data }) => [`${s(data.name)}监测值已回落`, `${s(data.name)}: readings have fallen`],
  'warning.set-aside': (t) => [`${who(t)}确认与本辖区无关${because(t.data)}`, `${whoEn(t)} set the warning aside${becauseEn(t.data)}`],
  'alert.drafted': (t) => [
    `${who(t)}起草${audienceZh(t.data)}「${s(t.data.title)}」`,
    `${whoEn(t)} drafted the ${audienceEn(t.data)} “${s(t.data.title)}”`,
  ],
  'alert.redrafted': (t) => [
    `${who(t)}改动${audienceZh(t.data)}(第 ${n(t.data.revision)} 版)`,
    `${whoEn(t)} changed the ${audienceEn(t.data)} (revision ${n(t.data.revision)})`,
  ],
  'alert.submitted': (t) => [`${who(t)}提交审批`, `${whoEn(t)} asked for approval`],
  'alert.approved': (t) => [
    t.data.by === 'phone' ? `${who(t)}登记电话请示:同意` : `${who(t)}批准`,
    t.data.by === 'phone' ? `${whoEn(t)} logged an approval by telephone` : `${whoEn(t)} approved`,
  ],
  'alert.countersigned': (t) => [`${who(t)}补签确认`, `${whoEn(t)} countersigned`],
  'alert.approval-passed-on': () => ['审批超时未答复,已转带班领导', 'The approval stayed silent: asked of the deputy'],
  'alert.approval-opened': () => ['审批再次超时,起草人可写明理由发出', 'Silent again: the author may issue with a reason'],
  'alert.width-confirmed': (t) => [
    `${who(t)}确认通知 ${n(t.data.people)} 人(预警范围内 ${n(t.data.warned)} 人,范围外 ${n(t.data.outside)} 个网格)`,
    `${whoEn(t)} confirmed ${n(t.data.people)} people (${n(t.data.warned)} inside the warning, ${n(t.data.outside)} grids outside)`,
  ],
  'alert.kept-waiting': (t) => [
    `没有自动发出:要通知 ${n(t.data.people)} 人,预警范围内只有 ${n(t.data.warned)} 人,等人核对`,
    `Did not send itself: ${n(t.data.people)} people, ${n(t.data.warned)} inside the warning; waits for a person`,
  ],
  'alert.held': (t) => [
    `${who(t)}暂缓${audienceZh(t.data)}${t.data.stoppedCountdown ? ',倒计时已停' : ''}${because(t.data)}`,
    `${whoEn(t)} held the ${audienceEn(t.data)}${t.data.stoppedCountdown ? ', the countdown stopped' : ''}${becauseEn(t.data)}`,
  ],
  'alert.resumed': (t) => [`${who(t)}恢复${audienceZh(t.data)}`, `${whoEn(t)} resumed the ${audienceEn(t.data)}`],
  'alert.issued': (t) => [
    `${t.data.automatic ? '按规则自动' : `${who(t)}`}发出${audienceZh(t.data)}「${s(t.data.title)}」${n(t.data.people) ? `,${n(t.data.people)} 人` : ''}${because(t.data)}`,
    `${t.data.automatic ? 'Issued by rule' : `${whoEn(t)} issued`}: ${audienceEn(t.data)} “${s(t.data.title)}”${headsEn(t.data)}${becauseEn(t.data)}`,
  ],
  'alert.update-waiting': () => ['预警有更新,等待更新居民通知', 'A newer warning waits to be passed on'],
  'alert.update-dropped': () => ['等待更新的那条预警已结束,原预警仍生效', 'The newer warning has ended; the one that was told of stands'],
  'alert.revised': (t) => [
    `${t.data.automatic ? '按规则自动' : who(t)}更新${audienceZh(t.data)}(第 ${n(t.data.revision)} 版)`,
    `${whoEn(t)} revised the ${audienceEn(t.data)} (revision ${n(t.data.revision)})`,
  ],
  'alert.called-off': (t) => [
    `${who(t)}撤回更正${audienceZh(t.data)}${because(t.data)}`,
    `${whoEn(t)} called the ${audienceEn(t.data)} off${becauseEn(t.data)}`,
  ],
  'alert.all-clear-asked': ({ data }) => [
    `预警${basisZh[s(data.basis)] ?? '结束'},等待值班员按「解除」`,
    `The warning ${basisEn[s(data.basis)] ?? 'ended'}: all-clear waits for the officer`,
  ],
  'alert.all-cleared': (t) => [
    `${who(t)}解除${audienceZh(t.data)},告知群众等待通知再返回`,
    `${whoEn(t)} gave the all-clear to those told by the ${audienceEn(t.data)}`,
  ],
  'alert.part-cleared': (t) => [
    `${who(t)}向已不在预警范围的 ${n(t.data.households)} 户 ${n(t.data.people)} 人转发解除(${audienceZh(t.data)}),其余继续预警`,
    `${whoEn(t)} passed the all-clear on to ${n(t.data.households)} homes outside the warning now (${audienceEn(t.data)}); the others stay warned`,
  ],
  'alert.closed': (t) => [`${audienceZh(t.data)}归档`, `The ${audienceEn(t.data)} was closed`],
  'deliveries.planned': ({ data }) => [
    `计划通知 ${n(data.planned)} 个联系方式,${n(data.unreachable)} 人没有联系方式`,
    `${n(data.planned)} contacts planned, ${n(data.unreachable)} people without any contact`,
  ],
  'deliveries.retried': (t) => [
    `${who(t)}让 ${n(t.data.retried)} 条没有送到的再发一次`,
    `${whoEn(t)} had ${n(t.data.retried)} that did not get through sent once more`,
  ],
  'delivery.first-accepted': () => ['第一条已交通道', 'First message handed to the carrier'],
  'delivery.last-accepted': () => ['最后一条已交通道', 'Last message handed to the carrier'],
  'delivery.counted': (t) => [
    `清点:已送出 ${n(t.data.told)},未送到 ${n(t.data.notTold)},结果待查 ${n(t.data.unknown)}`,
    `Counted: ${n(t.data.told)} sent, ${n(t.data.notTold)} not, ${n(t.data.unknown)} unknown`,
  ],
  'answer.received': (t) => [
    `${t.place}${t.data.staffId ? '责任人' : '居民'}回应(${gradeZh[s(t.data.grade)] ?? s(t.data.grade)}${t.data.help ? ',请求帮助' : ''})`,
    `${t.place}: ${t.data.staffId ? 'staff' : 'resident'} answered (${s(t.data.grade)}${t.data.help ? ', asks for help' : ''})`,
  ],
  'reply.received': (t) => [
    `${t.place}收到短信${t.data.meaning === 'help' ? '求助' : '回复,待人工查看'}`,
    `${t.place}: ${t.data.meaning === 'help' ? 'a cry for help by text message' : 'a text message to be read by a person'}`,
  ],
  'reply.settled': (t) => [
    `${who(t)}看过短信回复:${t.data.as === 'help' ? '转为求助' : t.data.as === 'heard' ? '算作回应' : '已处理'}`,
    `${whoEn(t)} dealt with a reply (${s(t.data.as)})`,
  ],
  'receipts.missed': (t) => [
    `送达回执没有自己回来,已向运营商核实,补上 ${n(t.data.found)} 条`,
    `Receipts did not come by themselves; the carrier was asked, ${n(t.data.found)} found`,
  ],
  'ladder.climbed': (t) => [`${t.place}责任人未应答,换下一种方式`, `${t.place}: no answer yet, next step of the ladder`],
  'ladder.answered': (t) =>
    t.data.by === 'deputy'
      ? [`${t.place}责任人由副手应答`, `${t.place}: the deputy answered`]
      : [`${t.place}责任人已叫应`, `${t.place}: the responsible person answered`],
  'ladder.exhausted': (t) => [`${t.place}责任人未叫醒,转人工上门`, `${t.place}: not woken, somebody goes to knock`],
  'evacuation.ordered': (t) => [
    `${who(t)}下达转移:应转 ${n(t.data.households)} 户 ${n(t.data.people)} 人`,
    `${whoEn(t)} ordered the move: ${n(t.data.households)} households, ${n(t.data.people)} people`,
  ],
  'evacuation.deadline-changed': (t) => [`${who(t)}改转移时限${because(t.data)}`, `${whoEn(t)} changed the deadline${becauseEn(t.data)}`],
  'evacuation.returned': (t) => [
    `${who(t)}批准返回 ${n(t.data.households)} 户${heads(t.data)}`,
    `${whoEn(t)} approved the return of ${n(t.data.households)} households`,
  ],
  'evacuation.closed': () => ['转移结束,全部返回', 'The evacuation is closed, all are back'],
  'household.told': household('已通知', 'told'),
  'household.left': household('已离家', 'left home'),
  'household.arrived': household('到达安置点(核验)', 'arrived at the shelter (confirmed)'),
  'family.told': (t) => [`${t.place}已告知在外家人:平安到达`, `${t.place}: the family elsewhere heard of the safe arrival`],
  'household.refused': household('拒不转移', 'refused to move'),
  'household.absent': household('家中无人', 'nobody in'),
  'household.asked-help': household('需要协助', 'needs help'),
  'household.helped': household('协助已到', 'got help'),
  'household.added': household('现场加入名单', 'added on the spot'),
  'household.corrected': household('人数更正', 'head count corrected'),
  'household.return-approved': household('批准返回', 'may return'),
  'household.returned': household('已返回', 'returned'),
  'task.opened': (t) => [`${t.place}新任务:${kindZh[s(t.data.kind)] ?? s(t.data.kind)}`, `${t.place}: task opened (${s(t.data.kind)})`],
  'help.answered': (t) => [`${t.place}已告知求助人派谁前来`, `${t.place}: who cried for help was told who was sent`],
  'task.done': (t) => [`${t.place}任务完成:${kindZh[s(t.data.kind)] ?? s(t.data.kind)}`, `${t.place}: task done (${s(t.data.kind)})`],
  'point.watched': (t) => [`${who(t)}查看${t.place}隐患点`, `${whoEn(t)} looked at a hazard point in ${t.place}`],
  'group.posted': (t) => [`${t.place}居民群已转发`, `${t.place}: posted to a residents’ group`],
  'resident.asked-help': (t) => [`${t.place}居民在公开页面求助`, `${t.place}: a resident asked for help on the public page`],
  'resident.said-safe': (t) => [`${t.place}居民在公开页面报平安`, `${t.place}: a resident said they are safe`],
}
