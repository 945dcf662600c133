import { Button, Segmented } from 'antd'
import { useEffect, useState } from 'react'
import type { ReplyAnswer } from '../../../delivery/reply-routes.js'
import { post, read } from '../../shared/api.js'
import type { Listing } from '../../shared/api-types.js'
import { type Say, useLanguage, useSay } from '../../shared/language.js'
import { dayTime } from '../../shared/times.js'
import { useTellError } from '../alert/use-verb.js'
import { readAgain, useResource } from '../data/resources.js'
import { useMay } from '../data/session.js'
import { ExportButton } from '../layout/export-button.js'
import { Age, Empty, Loaded, Page, Panel } from '../layout/parts.js'
import { usePlaceNames } from '../map/map-data.js'
import { Link } from '../router.js'

const shownMs = 60_000

const meaningWord = (meaning: ReplyAnswer['meaning'], say: Say): { tone: string; words: string } =>
  ({
    help: { tone: 'bad', words: say('求助', 'Asks for help') },
    unclear: { tone: 'warn', words: say('看不懂', 'Not clear') },
    stop: { tone: 'muted', words: say('要求退订', 'Wants no more') },
    'cannot-come': { tone: 'warn', words: say('说来不了', 'Cannot come') },
    heard: { tone: 'good', words: say('收到', 'Heard') },
  })[meaning]

const settledWord = (as: ReplyAnswer['settledAs'], say: Say): string =>
  as === null
    ? say('待处理', 'open')
    : {
        help: say('已转为求助', 'made a cry for help'),
        heard: say('已算作回应', 'counted as an answer'),
        read: say('已处理', 'dealt with'),
      }[as]

/** What people wrote back and a machine must not decide: read here, rung back, and settled by a press. */
export function RepliesPage() {
  const say = useSay()
  const names = usePlaceNames()
  const [which, setWhich] = useState<'open' | 'all'>('open')
  const replies = useResource<Listing<ReplyAnswer>>(`/api/replies?limit=500&open=${which === 'open'}`, {
    watch: /^(repl|answer)/,
    everyMs: 10_000,
  })
  const items = replies.data?.items ?? []
  const head = [
    say('时间', 'Time'),
    say('谁', 'Who'),
    say('网格', 'Grid'),
    say('号码', 'Number'),
    say('原话', 'Words'),
    say('状态', 'State'),
  ]
  return (
    <Page
      title={say('短信回复', 'Replies by text message')}
      sub={say(
        '回“1、收到”的已自动算作回应,回“2、救命”的已自动派人。这里是机器拿不准的:请看原话,打个电话,再按一下。',
        '“1” and “received” count by themselves, “2” and cries for help have their task. Here is what a machine must not decide.',
      )}
    >
      <Panel
        title={which === 'open' ? say('等人看', 'To be read') : say('全部', 'All')}
        count={items.length}
        extra={
          <span className="chips">
            <ExportButton
              name={say('短信回复', 'replies')}
              head={head}
              rows={() =>
                items.map((r) => [r.at, r.who ?? '', names.get(r.place) ?? r.place, r.phone, r.words, settledWord(r.settledAs, say)])
              }
            />
            <Segmented
              size="small"
              value={which}
              onChange={setWhich}
              options={[
                { value: 'open', label: say('等人看', 'Open') },
                { value: 'all', label: say('全部', 'All') },
              ]}
            />
          </span>
        }
      >
        <Loaded from={replies}>
          {() =>
            items.length === 0 ? (
              <Empty title={say('没有要看的回复', 'No reply to be read')}>
                {say(
                  '有人回了看不懂的话、要求退订,或不在册的号码发来求助,会出现在这里,同时排进“待我处理”。',
                  'An unclear reply, “no more messages”, or a cry from a number that is not in the register appears here and on the desk.',
                )}
              </Empty>
            ) : (
              <ul className="plain-list replies">
                {items.map((reply) => (
                  <Reply key={reply.id} reply={reply} place={names.get(reply.place) ?? reply.place} />
                ))}
              </ul>
            )
          }
        </Loaded>
      </Panel>
    </Page>
  )
}

function Reply({ reply, place }: { reply: ReplyAnswer; place: string }) {
  const { say, language } = useLanguage()
  const meaning = meaningWord(reply.meaning, say)
  return (
    <li>
      <div className="reply">
        <p>
          <span className={`state state-${meaning.tone}`}>{meaning.words}</span>{' '}
          <b>
            {reply.householdId ? (
              <Link to={`/register/households/${reply.householdId}`}>{reply.who}</Link>
            ) : (
              (reply.who ?? say('不在册的号码', 'A number nobody has'))
            )}
          </b>{' '}
          <small className="muted">
            {place} · <Age at={reply.at} />
          </small>
        </p>
        <p className="reply-words">{reply.words === '' ? say('(空白短信)', '(an empty message)') : `“${reply.words}”`}</p>
        {reply.meaning === 'stop' && (
          <small className="muted">
            {say(
              '应急预警依法照发,不因退订停发。请说明;若运营商已拦截此号码,改打电话或上门。',
              'Emergency warnings go on being sent: the law leaves nobody out. Explain it; if the carrier blocks the number now, call or knock.',
            )}
          </small>
        )}
        {reply.settledAt && (
          <small className="muted">
            {settledWord(reply.settledAs, say)} · {dayTime(reply.settledAt, language)} · {reply.settledBy ?? say('系统', 'the system')}
          </small>
        )}
      </div>
      <Actions reply={reply} />
    </li>
  )
}

/** Masked until somebody asks, for a minute; who looked stands in the record. */
function Actions({ reply }: { reply: ReplyAnswer }) {
  const say = useSay()
  const may = useMay()
  const tell = useTellError()
  const [phone, setPhone] = useState<string | null>(null)
  const [busy, setBusy] = useState<string | null>(null)
  useEffect(() => {
    if (!phone) return
    const timer = window.setTimeout(() => setPhone(null), shownMs)
    return () => window.clearTimeout(timer)
  }, [phone])
  const attempt = async (what: string, run: () => Promise<void>) => {
    setBusy(what)
    try {
      await run()
    } catch (error) {
      tell(error)
    } finally {
      setBusy(null)
    }
  }
  const settle = (as: NonNullable<ReplyAnswer['settledAs']>) =>
    attempt(as, async () => {
      await post(`/api/replies/${reply.id}/settle`, { as })
      readAgain('/api/replies')
      readAgain('/api/desk')
    })
  const show = () => attempt('number', async () => setPhone((await read<{ phone: string }>(`/api/replies/${reply.id}/number`)).phone))
  const open = reply.settledAt === null && may('field.edit')
  return (
    <span className="chips reply-acts">
      <span className="ys-tabular">{phone ?? reply.phone}</span>
      <Button size="small" loading={busy === 'number'} aria-pressed={phone !== null} onClick={() => (phone ? setPhone(null) : void show())}>
        {phone ? say('遮住', 'Mask') : say('显示号码', 'Show the number')}
      </Button>
      {open && reply.alerts > 0 && reply.meaning !== 'help' && (
        <>
          <Button size="small" danger loading={busy === 'help'} onClick={() => void settle('help')}>
            {say('是求助,派人', 'Help: send somebody')}
          </Button>
          <Button size="small" loading={busy === 'heard'} onClick={() => void settle('heard')}>
            {say('算收到', 'Count as heard')}
          </Button>
        </>
      )}
      {open && (
        <Button size="small" type="primary" loading={busy === 'read'} onClick={() => void settle('read')}>
          {say('已处理', 'Dealt with')}
        </Button>
      )}
    </span>
  )
}
