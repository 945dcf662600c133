import type { DrillState } from './drill.js'

interface Both {
  zh: string
  en: string
}
/** Which of the three screens the reader should look at. */
export type Look = 'desk' | 'worker' | 'resident'
export interface Chapter {
  id: string
  title: Both
  /** What to look at while the scenario tells what happens. */
  watch: Both
  look: Look
  /** How fast it is played when the pace is left to the tour: seconds that decide are given time, quiet hours are not. */
  pace: number
}

/** The tour's own knowledge of the chapters of config/drills/july-12.yaml: where to look, and how fast. */
export const chapters: readonly Chapter[] = [
  {
    id: 'evening',
    title: { zh: '前一晚', en: 'The evening before' },
    watch: {
      zh: '看值班台:这是一条“通知”——不带颜色、不叫预警,预警由气象台发。',
      en: 'Look at the desk: a notice, without a colour. Warnings are the weather station’s.',
    },
    look: 'desk',
    pace: 60,
  },
  {
    id: 'red',
    title: { zh: '3:26 红色预警', en: '3:26 Red warning' },
    watch: {
      zh: '看值班台:级别、几分钟前、多少户在里面——没有人按过键。',
      en: 'Look at the desk: its level, its age, how many homes are inside. Nobody pressed a key.',
    },
    look: 'desk',
    pace: 6,
  },
  {
    id: 'call',
    title: { zh: '叫应', en: 'Waking the staff' },
    watch: {
      zh: '看“叫应”:应答 + 未应答 + 待查 = 62。应答才算数,送达不算。',
      en: 'Look at the calls: answered + not answered + unknown = 62. Only an answer counts.',
    },
    look: 'desk',
    pace: 12,
  },
  {
    id: 'residents',
    title: { zh: '转发居民', en: 'Residents are told' },
    watch: {
      zh: '看老人的手机:接听,按 1 听清了,按 2 需要帮助。',
      en: 'Look at the old resident’s phone: answer it, press 1 for heard or 2 for help.',
    },
    look: 'resident',
    pace: 15,
  },
  {
    id: 'move',
    title: { zh: '组织转移', en: 'Moving people' },
    watch: {
      zh: '看网格员手机:下一户,一个大按钮;没有信号也照记。',
      en: 'Look at the worker’s phone: the next door, one big button. It works without a signal.',
    },
    look: 'worker',
    pace: 40,
  },
  {
    id: 'all-in',
    title: { zh: '全部到达', en: 'Everybody in' },
    watch: {
      zh: '看四个数:已通知、已离家、已到达、待核实。安置点核对了才算到达。',
      en: 'Look at the four numbers. Only the shelter’s own count makes “arrived”.',
    },
    look: 'desk',
    pace: 120,
  },
  {
    id: 'lifted',
    title: { zh: '6:40 解除', en: '6:40 Lifted' },
    watch: {
      zh: '看老人的手机:解除了,但要“等待通知再返回”。',
      en: 'Look at her phone: it is lifted, and it asks her to wait before going home.',
    },
    look: 'resident',
    pace: 60,
  },
  {
    id: 'report',
    title: { zh: '报告', en: 'The report' },
    watch: { zh: '看一页报告,或者再来一次,换你当值班员。', en: 'Read the one page, or live it again with you as the officer.' },
    look: 'desk',
    pace: 30,
  },
]

export const chapterOf = (id: string | null): Chapter | undefined => chapters.find((chapter) => chapter.id === id)
const indexOf = (id: string | null): number => chapters.findIndex((chapter) => chapter.id === id)

export function currentChapter(drill: DrillState): string | null {
  if (drill.state === 'idle') return null
  if (drill.state === 'finished') return 'report'
  return drill.chapter?.id ?? chapters[0]?.id ?? null
}

export interface Leap {
  /** Start again first: the chapter lies behind us. */
  restart: boolean
  /** Then run fast until it is reached. */
  until: string
}
/** The night can only be lived forwards: an earlier chapter means starting it again. */
export function leapTo(target: string, drill: DrillState): Leap | null {
  const now = currentChapter(drill)
  if (now === target && drill.state !== 'finished') return null
  const fresh = drill.state === 'idle' || drill.state === 'finished' || drill.state === 'failed'
  return { restart: fresh || indexOf(target) <= indexOf(now), until: target }
}
export const leapIsOver = (leap: Leap, drill: DrillState): boolean =>
  drill.state === 'finished' || drill.state === 'failed' || indexOf(currentChapter(drill)) >= indexOf(leap.until)
