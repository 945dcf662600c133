import { Unreadable } from '../bulletin.js'

/** The parser's words -> what happened, in the officer's words. The first that fits. */
const faults: [RegExp, string, string][] = [
  [/unclosed tag: (.+)/, '元素 <$1> 没有结束', '文件很可能没有传完整,请对方重新发送'],
  [/closing tag <\/(.+)> does not match <(.+)>/, '结束标记 </$1> 和开始标记 <$2> 对不上', '可能是手工修改时出错,请对方重新导出'],
  [/unmatched closing tag: (.+)\./, '结束标记 </$1> 没有对应的开始标记', '可能是手工修改时出错,请对方重新导出'],
  [/weird empty close tag/, '有一个没写名称的结束标记 </>', '可能是手工修改时出错,请对方重新导出'],
  [/text data outside of root/, '报文外面有多余的文字', '可能夹带了别的内容(如网页提示),请对方重新发送'],
  [/must contain a root element/, '里面没有任何元素,不是 XML 报文', '请确认发送的是 CAP 报文文件'],
  [/only one root/, '一份文件里有两份报文首尾相接', '请对方一次发送一份,或放进 <alerts> 里'],
  [/unexpected end/, '文件到这里就断了', '文件很可能没有传完整,请对方重新发送'],
  [/unbound namespace prefix: "(.+)"\./, '前缀 $1 没有说明是什么', '请对方检查 xmlns 声明后重发'],
  [/duplicate attribute: (.+)\./, '属性 $1 写了两次', '请对方更正后重发'],
  [/entity/, '用了没有定义的实体(& 开头)', '正文里的 & 要写成 &amp;,请对方更正后重发;带外部实体的文件不要转发'],
  [/attribute without value|unquoted attribute|value must be quoted|value required/, '属性的写法不对(缺少值或引号)', '请对方更正后重发'],
  [/disallowed character/, '出现了不允许的字符', '正文里的 < 和 & 要写成 &lt; 和 &amp;,请对方更正后重发'],
]

export function explainFault(said: string, line: number, column: number): Unreadable {
  for (const [pattern, what, hint] of faults) {
    const found = pattern.exec(said)
    if (!found) continue
    const words = what.replace(/\$(\d)/g, (_, group) => found[Number(group)]!.slice(0, 60))
    return new Unreadable('malformed-xml', `第 ${line} 行第 ${column} 列:${words}`, `${line}:${column}: ${said}`, hint, line, column)
  }
  return new Unreadable(
    'malformed-xml',
    `第 ${line} 行第 ${column} 列不符合 XML 的写法`,
    `${line}:${column}: ${said}`,
    '请对方检查这一行后重新发送',
    line,
    column,
  )
}

interface Located {
  name: string
  children: readonly Located[]
  parent: Located | null
}

/** /alert[1]/info[2]/area[1]/polygon[1]: what tools and people agree on to name an element. */
export function pathOf(element: Located): string {
  let path = ''
  for (let at: Located | null = element; at; at = at.parent) path = `/${at.name}[${positionOf(at)}]${path}`
  return path
}

/** 1 for the first of its name among its siblings. Counted when somebody asks: most elements have no fault. */
function positionOf(element: Located): number {
  const alike = element.parent?.children.filter((c) => c.name === element.name) ?? []
  // One that was put in by a reader stands for what is there, and is nobody's child.
  return Math.max(0, alike.indexOf(element)) + 1
}
