import type { Clock } from '../base/clock.js'
import { chinaTime } from '../base/web.js'
import type { Verbs } from './cast.js'
import type { AlertSummary, Stage } from './stage.js'

const notice = '12日夜间至13日夜间,我区有暴雨到大暴雨。请检查门窗和排水,低洼处、临坡临水和危旧房住户提前做好转移准备,听从网格员安排。'

/** The duty officer: sees, presses, orders. */
export const playDesk = ({ ask, alerts, findAlert, press, evacuation }: Stage, clock: Clock, place: string): Verbs => ({
  'officer.notice': async () => {
    const drafted = await ask<AlertSummary>('officer', 'POST', '/api/alerts', {
      origin: 'notice',
      grids: [place],
      words: { ownText: notice },
    })
    await press(drafted, 'issue')
  },
  'officer.prepare-moves': async () => void (await ask('officer', 'GET', `/api/move-list?event=${encodeURIComponent('暴雨')}&level=red`)),
  'officer.issue': async () => {
    const alert = await findAlert('residents', 'relay')
    if (alert && ['draft', 'submitted', 'approved'].includes(alert.state)) await press(alert, 'issue')
  },
  'officer.order-move': async () => {
    const alert = await findAlert('residents', 'relay')
    if (!alert) throw new Error('there is no alert to order a move for')
    const approval = { by: 'phone', whom: '带班领导', at: chinaTime(clock.now()), note: '电话请示,同意组织转移' }
    await ask('officer', 'POST', '/api/evacuations', { alertId: alert.id, grids: [`${place}001`], approval })
  },
  'officer.all-clear': async () => {
    for (const alert of await alerts()) if (alert.warningId && ['issued', 'held'].includes(alert.state)) await press(alert, 'all-clear')
  },
  'officer.approve-return': async () => {
    const one = await evacuation()
    const assessment = '社区与住建已查看房屋和积水点,可以返回'
    if (one) await ask('officer', 'POST', `/api/evacuations/${one.id}/return`, { reason: '预警已解除', assessment })
  },
  'officer.close': async () => {
    for (const alert of await alerts()) if (alert.warningId && alert.state === 'all-clear') await press(alert, 'close')
  },
})
