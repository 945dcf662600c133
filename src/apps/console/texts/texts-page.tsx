import { Button, Input, Segmented } from 'antd'
import { useMemo, useState } from 'react'
import type { Channel, Language, Listing, TemplateText } from '../../shared/api-types.js'
import { useSay } from '../../shared/language.js'
import { useTellError } from '../alert/use-verb.js'
import { useResource } from '../data/resources.js'
import { channelWord } from '../data/words.js'
import { Empty, Loaded, Page, Panel } from '../layout/parts.js'
import { download } from '../register/watched-call.js'
import { Link } from '../router.js'

const channels: Channel[] = ['sms', 'voice', 'push', 'group']

/** 措辞与报备: every text of ours as a phone shows it, and the sheet to file with the carriers weeks before the season. */
export function TextsPage() {
  const say = useSay()
  const found = useResource<Listing<TemplateText>>('/api/templates')
  const [channel, setChannel] = useState<Channel>('sms')
  const [language, setLanguage] = useState<Language>('zh')
  const [wanted, setWanted] = useState('')
  return (
    <Page
      title={say('措辞与报备', 'Texts and filing')}
      sub={say(
        '系统会说的每一句话,一句一个文件,在 templates/ 里改。短信和语音要先经运营商审核:汛期前至少两周,下载报备表提交,再把编号写回文件。',
        'Everything the service says, one file each in templates/. SMS and voice need the carrier’s approval: submit the sheet at least two weeks before the season, then write the codes into the files.',
      )}
      extra={<FilingButtons />}
    >
      <Panel
        title={say('全部措辞', 'All texts')}
        extra={<Link to="/policy">{say('‹ 规则试算', '‹ Policy sandbox')}</Link>}
        className="texts"
      >
        <div className="texts-ask">
          <Segmented
            value={channel}
            onChange={(next) => setChannel(next as Channel)}
            options={channels.map((one) => ({ value: one, label: channelWord(one, say) }))}
          />
          <Segmented
            value={language}
            onChange={(next) => setLanguage(next as Language)}
            options={[
              { value: 'zh', label: '中文' },
              { value: 'en', label: 'English' },
            ]}
          />
          <Input
            allowClear
            value={wanted}
            onChange={(event) => setWanted(event.target.value)}
            placeholder={say('查找:灾种、读者、文中的字', 'find: hazard, reader, words')}
          />
        </div>
        <Loaded from={found} rows={10}>
          {({ items }) => (
            <TextList items={items.filter((one) => one.channels.includes(channel) && one.language === language)} wanted={wanted} />
          )}
        </Loaded>
      </Panel>
    </Page>
  )
}

function FilingButtons() {
  const say = useSay()
  const tell = useTellError()
  const [busy, setBusy] = useState('')
  const button = (format: 'xlsx' | 'csv') => (
    <Button
      type={format === 'xlsx' ? 'primary' : 'default'}
      loading={busy === format}
      onClick={async () => {
        setBusy(format)
        await download('GET', `/api/templates/filing-sheet?format=${format}`, `${say('模板报备表', 'filing-sheet')}.${format}`).catch(tell)
        setBusy('')
      }}
    >
      {say(`下载报备表(${format === 'xlsx' ? '电子表格' : '逗号分隔'})`, `Filing sheet (${format.toUpperCase()})`)}
    </Button>
  )
  return (
    <>
      {button('xlsx')} {button('csv')}
    </>
  )
}

function TextList({ items, wanted }: { items: TemplateText[]; wanted: string }) {
  const say = useSay()
  const shown = useMemo(
    () => items.filter((one) => `${one.name}${one.nameEn}${one.example.text}${one.note}${one.file}`.includes(wanted.trim())),
    [items, wanted],
  )
  const filed = items.filter((one) => one.filed)
  const coded = filed.filter((one) => one.filed?.code).length
  if (shown.length === 0)
    return (
      <Empty title={say('没有这样的措辞', 'No such text')}>{say('换个词,或清空查找。', 'Try another word, or clear the search.')}</Empty>
    )
  return (
    <>
      {filed.length > 0 && (
        <p className={`note ${coded < filed.length ? 'note-warn' : 'note-good'}`}>
          {say(
            `${filed.length} 条要报备,已有编号 ${coded} 条。接入真实运营商前必须全部报备;演示环境不需要。`,
            `${filed.length} to file, ${coded} with a code. All need one before a real carrier is used; the sandbox needs none.`,
          )}
        </p>
      )}
      <ul className="plain-list texts-list">
        {shown.map((one) => (
          <TextRow key={one.id} text={one} />
        ))}
      </ul>
    </>
  )
}

function TextRow({ text }: { text: TemplateText }) {
  const say = useSay()
  const { example, filed } = text
  const sms = filed?.channel === 'sms'
  return (
    <li>
      <div>
        <b>{say(text.name, text.nameEn)}</b>
        {text.note && <small className="muted">{text.note}</small>}
        <small className="muted texts-file">{text.file}</small>
      </div>
      <p>{example.text}</p>
      <div className="texts-count ys-tabular">
        <span className={sms && example.segments > 1 ? 'tone-warn' : 'muted'}>
          {say(`${example.characters} 字`, `${example.characters} chars`)}
          {sms && say(` · ${example.segments} 条`, ` · ${example.segments} part${example.segments > 1 ? 's' : ''}`)}
        </span>
        {filed &&
          (filed.code ? <span className="chip chip-good">{filed.code}</span> : <span className="chip">{say('未报备', 'not filed')}</span>)}
      </div>
    </li>
  )
}
