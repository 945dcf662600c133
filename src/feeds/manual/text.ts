import type { Dialect } from '../dialect.js'
import { textOf } from '../sniff-dialect.js'
import { longestText } from './manual.js'

/** Words for people: a fax that became text, a saved chat. Kept for the officer, who enters it; never acted on by itself. */
export const text: Dialect = {
  name: 'text',
  label: '文字(待补录)',
  read(raw) {
    const said = textOf(raw).trim()
    return {
      kind: 'refused',
      refusal: {
        code: 'text-for-officer',
        reason: `这是写给人看的文字,不是报文,没有自动采用:${said.slice(0, 60).replace(/\s+/g, ' ')}${said.length > 60 ? '…' : ''}`,
        hint: '请值班员在“补录”里取出这段文字,核对后签字录入',
      },
      problems:
        said.length > longestText
          ? [
              {
                code: 'text-long',
                severity: 'remark',
                message: `文字超过 ${longestText} 字,补录时只读前面的部分`,
                messageEn: 'only the beginning is read when it is entered',
              },
            ]
          : [],
    }
  },
}
