import type { Bulletin, Feed, Listing } from '../../shared/api-types.js'
import { type Say, useLanguage } from '../../shared/language.js'
import { dayTime } from '../../shared/times.js'
import { useResource } from '../data/resources.js'
import { Phone } from './feed-card.js'
import { VerifyButton } from './verify-button.js'

/** The likely cause behind a fault, for somebody who has never seen such a file. */
const likely: Record<string, (say: Say) => string> = {
  empty: (say) => say('对方只发了请求,没有带文件', 'They sent a request without the file'),
  encoding: (say) =>
    say(
      '文件的文字编码和它自己写的不一样,多半是导出时选错了',
      'The encoding differs from the declared one, probably a wrong export setting',
    ),
  'web-page': (say) =>
    say('发来的是一个网页:多半是登录页、出错页,或地址写错了', 'It is a web page: a login or error page, or a wrong address'),
  doctype: (say) => say('发来的多半是网页,或是含有危险声明的文件', 'Probably a web page, or a file with a dangerous declaration'),
  'not-xml': (say) => say('不是预警文件:可能拖错了文件,或对方接口出错', 'Not a warning file: a wrong file, or a fault of their interface'),
  'malformed-xml': (say) => say('文件在传输中被截断,或对方的程序写坏了', 'Cut short on the way, or written wrongly by their program'),
  'malformed-json': (say) => say('文件在传输中被截断,或对方的程序写坏了', 'Cut short on the way, or written wrongly by their program'),
  'not-cap': (say) => say('是别的格式的文件,不是这一路来源约定的格式', 'Another format than agreed for this source'),
  'changed-shape': (say) => say('对方改了接口的格式', 'They changed the format of their interface'),
  'wrong-shape': (say) => say('拖错了文件,或对方改了接口的格式', 'A wrong file, or a changed interface'),
  'no-identity': (say) => say('对方漏填了编号、发送者或时间', 'They left out number, sender or time'),
  'too-big': (say) => say('文件损坏,或是恶意文件', 'A damaged or a hostile file'),
  'index-only': (say) => say('这是目录,不是预警正文', 'This is a list of links, not the warnings'),
  'not-actual': (say) => say('对方在测试自己的系统', 'They are testing their system'),
  scope: (say) => say('对方把它限定给了指定的接收者', 'They limited it to certain receivers'),
  'message-type': (say) => say('这是系统之间的回执或新的报文种类', 'A receipt between systems, or a new kind of message'),
  conflict: (say) => say('对方改了内容却没有换编号或时间', 'They changed the text but not its number or time'),
  'dialect-not-built': (say) => say('这种格式本系统还没有做', 'This format is not built yet'),
  'source-refused': (say) => say('口令过期、配额用完,或对方拒绝了请求', 'The key ran out, the quota is used up, or they refused'),
  'source-says-no': (say) => say('口令过期、配额用完,或对方拒绝了请求', 'The key ran out, the quota is used up, or they refused'),
  internal: (say) => say('本系统的程序出错', 'A fault of this system'),
}

/** Why it was not taken: what is wrong, the likely cause, what to do, whom to phone. */
export function WhyRefused({ bulletin }: { bulletin: Bulletin }) {
  const { say, language } = useLanguage()
  const feeds = useResource<Listing<Feed>>('/api/feeds')
  const feed = feeds.data?.items.find((one) => one.id === bulletin.feedId)
  const cause = bulletin.problems.map((one) => likely[one.code ?? '']).find(Boolean)
  const isBad = bulletin.outcome === 'unreadable'
  // What a feed brought is told with the feed; what was handed in is a need of the desk.
  const toVerify = ['post', 'folder', 'page'].includes(bulletin.via) && (isBad || bulletin.dialect === 'text')
  return (
    <section className={`why note-${isBad ? 'bad' : 'warn'}`}>
      <h3>{isBad ? say('为什么读不懂', 'Why it could not be read') : say('为什么没有采用', 'Why it was not taken')}</h3>
      <dl>
        <dt>{say('问题', 'What is wrong')}</dt>
        <dd>
          <b>{say(bulletin.reason ?? '', bulletin.reasonEn ?? '')}</b>
        </dd>
        {cause && (
          <>
            <dt>{say('可能的原因', 'Likely cause')}</dt>
            <dd>{cause(say)}</dd>
          </>
        )}
        {bulletin.hint && (
          <>
            <dt>{say('怎么办', 'What to do')}</dt>
            <dd>{say(bulletin.hint, bulletin.hintEn ?? '')}</dd>
          </>
        )}
        <dt>{say('打给谁', 'Whom to phone')}</dt>
        <dd>
          {feed ? (
            <Phone feed={feed} />
          ) : (
            say('把它发来的人;拿不准就打给气象台值班室', 'Whoever sent it; if in doubt, the duty room of the station')
          )}
        </dd>
        <dt>{say('现在安全吗', 'What is safe')}</dt>
        <dd>
          {isBad
            ? say('原文已存下,没有通知任何人。读不懂不等于没有预警。', 'It is kept as received; nobody was told. This is not “no warning”.')
            : say('原文已存下,没有通知任何人。', 'It is kept as received; nobody was told.')}
        </dd>
        {toVerify && (
          <>
            <dt>{say('核实', 'Verified')}</dt>
            <dd>
              {bulletin.verified ? (
                `${dayTime(bulletin.verified.at, language)} ${bulletin.verified.reason}`
              ) : (
                <VerifyButton ids={[bulletin.id]} text={bulletin.dialect === 'text'} />
              )}
            </dd>
          </>
        )}
      </dl>
    </section>
  )
}
