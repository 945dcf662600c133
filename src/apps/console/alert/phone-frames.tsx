import { Segmented } from 'antd'
import { useMemo, useState } from 'react'
import type { AlertDetail, AlertWords, Channel } from '../../shared/api-types.js'
import { Icon } from '../../shared/icons.js'
import { useSay } from '../../shared/language.js'
import { serviceNow } from '../../shared/service-clock.js'
import { minuteTime } from '../../shared/times.js'
import { channelWord, relationWord } from '../data/words.js'
import { Empty, Panel } from '../layout/parts.js'

const order: Channel[] = ['sms', 'voice', 'push', 'group']
/** SMS: 70 characters in one piece, 67 in each of several. */
const segmentsOf = (text: string) => ([...text].length <= 70 ? 1 : Math.ceil([...text].length / 67))

/** The words as the phones will show them: a frame per channel; the reader and the language are switched above. */
export function PhoneFrames({ alert }: { alert: AlertDetail }) {
  const say = useSay()
  const words = alert.words ?? []
  const relations = [...new Set(words.map((one) => one.relation))]
  const languages = [...new Set(words.map((one) => one.language))]
  const [relation, setRelation] = useState<string | null>(null)
  const [language, setLanguage] = useState<string | null>(null)
  const reader = relation && relations.includes(relation as AlertWords['relation']) ? relation : relations[0]
  const tongue = language && languages.includes(language as AlertWords['language']) ? language : languages[0]
  const frames = useMemo(
    () =>
      order
        .map((channel) => {
          const of = words.filter((one) => one.channel === channel)
          return of.find((one) => one.relation === reader && one.language === tongue) ?? of.find((one) => one.relation === reader)
        })
        .filter((one) => one !== undefined),
    [words, reader, tongue],
  )
  return (
    <Panel
      className="alert-words"
      title={say('发出去的话', 'The words')}
      extra={
        languages.length > 1 && (
          <Segmented
            size="small"
            value={tongue ?? ''}
            onChange={setLanguage}
            options={languages.map((one) => ({ value: one, label: one === 'zh' ? '中文' : 'EN' }))}
          />
        )
      }
    >
      {words.length === 0 && <Empty title={say('还没有措辞', 'No words yet')} />}
      {relations.length > 1 && (
        <div className="words-readers">
          {relations.map((one) => (
            <button key={one} type="button" className={`chip-button${one === reader ? ' is-on' : ''}`} onClick={() => setRelation(one)}>
              {relationWord(one, say)}
            </button>
          ))}
        </div>
      )}
      <div className="phones">
        {frames.map((one) => (
          <Phone key={one.channel} words={one} />
        ))}
      </div>
    </Panel>
  )
}

export function Phone({ words, at }: { words: AlertWords; at?: string }) {
  const say = useSay()
  const characters = words.characters ?? [...words.text].length
  const segments = words.segments ?? segmentsOf(words.text)
  const sms = words.channel === 'sms'
  return (
    <figure className={`phone phone-${words.channel}`}>
      <figcaption>
        <b>{channelWord(words.channel, say)}</b>
        <span className={`ys-tabular${sms && segments > 1 ? ' tone-warn' : ' muted'}`}>
          {words.cut && words.cut.length > 0 && <b className="tone-warn">{say('放不下,已截短 · ', 'shortened · ')}</b>}
          {say(`${characters} 字`, `${characters} chars`)}
          {sms && ` · ${say(`${segments} 条`, `${segments} part${segments > 1 ? 's' : ''}`)}`}
        </span>
      </figcaption>
      <div className="phone-screen">
        <div className="phone-bar ys-tabular">
          <span>{minuteTime(at ?? serviceNow())}</span>
          <i />
        </div>
        {words.channel === 'voice' ? (
          <Voice text={words.text} staff={words.relation === 'staff'} />
        ) : (
          <p className="phone-bubble">{words.text}</p>
        )}
      </div>
    </figure>
  )
}
function Voice({ text, staff }: { text: string; staff: boolean }) {
  const say = useSay()
  return (
    <div className="phone-voice">
      <Icon name="phone" size={16} />
      <p>{text}</p>
      <div className="phone-keys">
        <span>1 {staff ? say('立即到岗', 'on my way') : say('听清了', 'heard')}</span>
        <span>2 {staff ? say('请求支援', 'support') : say('需要帮助', 'help')}</span>
        {staff && <span>3 {say('无法到岗', 'cannot come')}</span>}
      </div>
    </div>
  )
}
