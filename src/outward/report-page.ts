import { html, type Markup, raw } from './html.js'
import { pageIcon } from './page-icon.js'
import { type AudienceReport, type Figure, nameOfPhase, type Report, type ReportContext, readAloud } from './report.js'
import { sayDuration, saySeconds, sayTime } from './say-time.js'
import { gatherLines, type TimelineLine } from './timeline.js'

const style = /* css */ `
@page{size:A4;margin:14mm 15mm}
:root{--ink:#111827;--muted:#5b6675;--line:#d5dbe3;--level:#475569}
.red{--level:#e11d2e}.orange,.unknown{--level:#f97316}.yellow{--level:#d4a300}.blue{--level:#3b82f6}
*{box-sizing:border-box}body{margin:0;background:#e9edf2;color:var(--ink);font:14px/21px "PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Noto Sans SC",system-ui,sans-serif}
.sheet{max-width:210mm;margin:24px auto;background:#fff;padding:14mm 15mm;box-shadow:0 2px 24px rgba(15,23,42,.12)}
header{display:flex;justify-content:space-between;gap:24px;border-bottom:4px solid var(--level);padding-bottom:12px}
h1{font-size:26px;line-height:32px;margin:0;font-weight:800}.sub{color:var(--muted)}.phase{flex:none;text-align:center;border:2px solid var(--level);color:var(--level);border-radius:8px;padding:6px 16px;font-size:22px;line-height:30px;font-weight:800;height:max-content}
h2{font-size:15px;line-height:20px;margin:18px 0 8px;font-weight:800}h2::before{content:"";display:inline-block;width:5px;height:14px;background:var(--level);margin-right:8px;vertical-align:-2px;border-radius:2px}
.big{display:grid;grid-template-columns:repeat(4,1fr);gap:10px}.big div{border:1px solid var(--line);border-radius:8px;padding:10px 12px}
.big b{display:block;font-size:25px;line-height:32px;font-variant-numeric:tabular-nums;font-weight:800;white-space:nowrap}.big b small{font-size:14px;font-weight:600;color:var(--muted)}.big span{color:var(--muted);font-size:12.5px}
table{width:100%;border-collapse:collapse;font-variant-numeric:tabular-nums}td,th{border-bottom:1px solid var(--line);padding:5px 8px;text-align:left;vertical-align:top}th{color:var(--muted);font-weight:600;font-size:12.5px}td.n{text-align:right;font-weight:700;white-space:nowrap}
ol.aloud{margin:0;padding:12px 16px 12px 36px;background:#f6f8fb;border:1px solid var(--line);border-radius:8px}ol.aloud li{padding:2px 0}
.two{display:grid;grid-template-columns:1fr 1fr;gap:0 26px}
.sign{display:flex;gap:40px;margin-top:22px;color:var(--muted)}.sign span{flex:1;border-bottom:1px solid var(--ink);padding-bottom:24px}
footer{color:var(--muted);font-size:12px;margin-top:14px;display:flex;justify-content:space-between}
.lines td:first-child{white-space:nowrap;color:var(--muted);width:70px}.exercise{background:#7c3aed;color:#fff;text-align:center;font-weight:700;padding:6px;border-radius:6px;margin-bottom:12px}
.mark{position:fixed;inset:0;pointer-events:none;opacity:.06}
.print{position:fixed;right:24px;top:24px;color:var(--muted)}
@media print{body{background:#fff;font-size:12px;line-height:17px}h1{font-size:22px;line-height:27px}h2{margin:12px 0 5px}td,th{padding:3px 8px}.big div{padding:5px 10px}.big b{font-size:20px;line-height:25px}ol.aloud{padding:7px 12px 7px 32px}.sign{margin-top:10px}.sign span{padding-bottom:16px}footer{margin-top:8px}.sheet{margin:0;padding:0;box-shadow:none;max-width:none}.print{display:none}.page-break{break-before:page}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`
const watermark = `<div class="mark" style="background-image:url(&quot;data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='260' height='180'%3E%3Ctext x='20' y='120' font-size='34' font-weight='700' font-family='sans-serif' transform='rotate(-24 130 90)'%3E演练数据%3C/text%3E%3C/svg%3E&quot;)"></div>`

const homes = (f: Figure) => html`${f.households}<small> 户 </small>${f.people}<small> 人</small>`
const time = (at: Date | null) => (at ? saySeconds(at) : '—')
/** Time from the warning to this moment: the figure that is asked for first. */
const after = (from: Date | null, at: Date | null) => (from && at && at >= from ? sayDuration(at.getTime() - from.getTime()) : '')

/** One A4 page to print, and the timeline on the next. */
export function renderReport(
  report: Report,
  context: ReportContext & { sample: boolean; names: (id: string) => string; viewer: string },
  timeline: TimelineLine[],
): string {
  const e = report.evacuation
  const row = (what: string, at: Date | null, value: string | Markup = '') =>
    html`<tr><td>${what}</td><td>${time(at)}</td><td>${after(report.warnedAt, at)}</td><td class="n">${value}</td></tr>`
  const big = (name: string, value: Markup | string) => html`<div><b>${value}</b><span>${name}</span></div>`
  const body = html`<div class="sheet ${report.level ?? ''}">
  ${report.exercise && html`<p class="exercise">【演练】本报告记录的是一次演练</p>`}
  <header><div><h1>${report.title || '应急处置'} 处置报告</h1><p class="sub" style="margin:4px 0 0">${context.placeName} · ${context.station}${context.sentAt ? ` ${sayTime(context.sentAt)} 发布` : ''} · 打印于 ${sayTime(context.now)}</p></div><div class="phase">${nameOfPhase(report.phase)}</div></header>
  <h2>转移避险</h2>${e ? html`<div class="big">${big('应转', homes(e.planned))}${big('应转户中已到达(核验)', html`${e.plannedArrived.households}/${e.planned.households}<small> 户 </small>${e.plannedArrived.people}/${e.planned.people}<small> 人</small>`)}${big('实际转移', homes(e.moved))}${big('待核实', homes(e.unverified))}${big('已通知', homes(e.told))}${big('拒转 → 已劝离', html`${e.refused} → ${e.talkedRound}<small> 户</small>`)}${big('名单外增加', homes(e.added))}${big('已返回', homes(e.returned))}</div>` : html`<p>没有下达转移。</p>`}
  <h2>时间</h2><table><thead><tr><th>环节</th><th>时刻</th><th>距收到预警</th><th style="text-align:right">数量与级别</th></tr></thead><tbody>
    ${row('收到预警', report.warnedAt)}
    ${report.staff && audienceRows('责任人', report.staff, row, context.names)}
    ${report.residents && audienceRows('居民', report.residents, row, context.names)}
    ${e && row(`下达转移(${e.orderedBy ? context.names(e.orderedBy) : ''})`, e.orderedAt, `${e.planned.households} 户 ${e.planned.people} 人`)}
    ${e && row('全部到达', e.allInAt)}
    ${row('发布单位解除', report.liftedAt)}${row('转发解除', report.allClearAt)}${report.calledOffAt && row('撤回更正', report.calledOffAt)}
  </tbody></table>
  <div class="two"><div><h2>叫应</h2><table><tbody>${audienceGrades('责任人', report.staff)}<tr><td>未叫醒,转上门</td><td class="n">${report.notWoken} 人</td></tr><tr><td>没有可用联系方式,转上门</td><td class="n">${report.staff?.unreachable ?? 0} 人</td></tr><tr><td>上门任务(完成/派出)</td><td class="n">${report.knocks.done}/${report.knocks.opened}</td></tr></tbody></table></div>
  <div><h2>群众</h2><table><tbody>${audienceGrades('居民', report.residents)}<tr><td>居民群已转发</td><td class="n">${report.groups.posted}/${report.groups.total}</td></tr><tr><td>求助(已处置/收到)</td><td class="n">${report.help.answered}/${report.help.asked}</td></tr><tr><td>隐患点查看</td><td class="n">${report.points.watched} 处 ${report.points.looks} 次</td></tr></tbody></table></div></div>
  <h2>报送稿(${nameOfPhase(report.phase)})</h2><ol class="aloud">${readAloud(report, context).map((line) => html`<li>${line}</li>`)}</ol>
  <div class="sign"><span>值班员</span><span>带班领导</span><span>报送对象与时间</span></div>
  <footer><span>寅时 · 数字全部来自处置记录,按级别分列:通道已接收 &lt; 已听完 &lt; 按键 &lt; 说明行动</span><span>${context.viewer}</span></footer></div>
  ${timeline.length > 0 && html`<div class="sheet page-break ${report.level ?? ''}"><h2>处置经过</h2><table class="lines"><tbody>${gatherLines(timeline).map((l) => html`<tr><td>${saySeconds(l.at)}</td><td>${l.text}</td></tr>`)}</tbody></table></div>`}
  ${context.sample && raw(watermark)}`
  return html`<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${report.title} 处置报告</title>${pageIcon}<style>${raw(style)}</style></head><body>${body}</body></html>`
    .text
}

type Row = (what: string, at: Date | null, value?: string | Markup) => Markup

const audienceRows = (name: string, a: AudienceReport, row: Row, names: (id: string) => string): Markup[] => [
  row(
    `${name}:发出(${a.issuedAt ? (a.issuedBy ? names(a.issuedBy) : '按规则自动') : '未发出'})`,
    a.issuedAt,
    a.people ? `${a.people} 人` : '',
  ),
  row(`${name}:第一条通道接收`, a.firstAcceptedAt),
  row(`${name}:最后一条通道接收`, a.lastAcceptedAt, a.planned ? `${a.planned} 个联系方式` : ''),
]

const audienceGrades = (name: string, a: AudienceReport | null): Markup => {
  const unit = name === '责任人' ? '人' : '户'
  if (!a) return html`<tr><td>${name}</td><td class="n">未通知</td></tr>`
  return html`<tr><td>${name}应答(按键或说明行动)</td><td class="n">${a.answered} ${unit}${a.byDeputy > 0 ? `,其中副手代答 ${a.byDeputy} 人` : ''}</td></tr><tr><td>　其中:按键或回复 / 说明行动</td><td class="n">${a.byGrade.pressed} / ${a.byGrade.stated}</td></tr><tr><td>　只听完、未按键</td><td class="n">${a.byGrade.listened}</td></tr><tr><td>没有联系方式</td><td class="n">${a.unreachable} 人</td></tr>${a.reach && html`<tr><td>联系方式:已送出 / 未送到 / 结果待查</td><td class="n">${a.reach.told} / ${a.reach.notTold} / ${a.reach.unknown}</td></tr>`}`
}
