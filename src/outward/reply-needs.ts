import { chinaTimeOrNull } from '../base/web.js'
import type { Need } from './desk-routes.js'

export interface OpenReplies {
  open: number
  help: number
  oldest: Date | null
}

const blank = { alertId: null, warningId: null, taskId: null, evacuationId: null, revision: null, level: null, people: null, place: null }

/** What people wrote back and nobody has read. A cry that no alert carries on comes before the rest: there is no task for it yet. */
export const needsOfReplies = ({ open, help, oldest }: OpenReplies): Need[] => [
  ...(help > 0
    ? [
        {
          ...blank,
          kind: 'reply-help' as const,
          dueAt: chinaTimeOrNull(oldest),
          title: `${help} 条短信求助还没有人接:请马上打电话核实`,
          titleEn: `${help} cries for help by text message have nobody yet: telephone at once`,
        },
      ]
    : []),
  ...(open > help
    ? [
        {
          ...blank,
          kind: 'reply' as const,
          dueAt: null,
          title: `${open - help} 条短信回复看不懂或要求退订,请看一下`,
          titleEn: `${open - help} replies by text message are not clear, or want no more: read them`,
        },
      ]
    : []),
]
