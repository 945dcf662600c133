import type { Say } from '../../shared/language.js'

const verbs: Record<string, readonly [string, string]> = {
  told: ['已通知', 'told'],
  left: ['已离家', 'left'],
  refused: ['拒不转移', 'refuses'],
  absent: ['家中无人', 'nobody in'],
  'need-help': ['需协助', 'needs help'],
  helped: ['协助已到', 'help has come'],
  'correct-people': ['更正人数', 'number corrected'],
  arrived: ['已到达', 'arrived'],
  returned: ['已返回', 'home again'],
  note: ['备注', 'note'],
  undo: ['撤销', 'undone'],
  'add-household': ['补录', 'added'],
  looked: ['看过了', 'looked at'],
  done: ['办结', 'done'],
  take: ['我去', 'taken'],
  posted: ['已发', 'posted'],
  report: ['事件', 'incident'],
  number: ['新号码', 'new number'],
}
export const verbWords = (verb: string, say: Say): string => {
  const words = verbs[verb]
  return words === undefined ? verb : say(words[0], words[1])
}
