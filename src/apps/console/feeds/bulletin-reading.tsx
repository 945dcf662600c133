import { App, Button } from 'antd'
import { useState } from 'react'
import { post } from '../../shared/api.js'
import type { AreaMatch, Bulletin, BulletinProblem, Warning } from '../../shared/api-types.js'
import { useLanguage } from '../../shared/language.js'
import { LevelBadge } from '../../shared/level.js'
import { count, dayTime } from '../../shared/times.js'
import { useTellError } from '../alert/use-verb.js'
import { readAgain, useResource } from '../data/resources.js'
import { useMay } from '../data/session.js'
import { standingWord } from '../data/words.js'
import { stationOf, warningTitle } from '../desk/warning-words.js'
import { Empty, Loaded, Panel } from '../layout/parts.js'
import { go } from '../router.js'
import { DecideWarning } from './decide-warning.js'
import { outcomeTone, outcomeWord, viaWord } from './feed-words.js'
import { RawView } from './raw-view.js'
import { WhyRefused } from './why-refused.js'

/** One bulletin: how it was understood, in plain words, next to what was received, line by line. */
export function BulletinReading({ id }: { id: string }) {
  const { say, language } = useLanguage()
  const bulletin = useResource<Bulletin>(`/api/bulletins/${id}`, { everyMs: 0, watch: /^warning/ })
  const [line, setLine] = useState<number | null>(null)
  return (
    <Loaded from={bulletin} rows={8}>
      {(data) => (
        <>
          <Panel
            title={say('读出来是这样', 'As it was understood')}
            extra={
              <span>
                <span className={`state state-${outcomeTone(data.outcome)}`}>{outcomeWord(data.outcome, say)}</span>{' '}
                <span className="muted ys-tabular">
                  {dayTime(data.receivedAt, language)} · {viaWord(data.via, say)} · {standingWord(data.standing, say)}
                </span>
              </span>
            }
          >
            {(data.outcome === 'refused' || data.outcome === 'unreadable') && <WhyRefused bulletin={data} />}
            {data.outcome === 'accepted' && data.reason && (
              <p className="note note-plain">
                <b>{say(data.reason, data.reasonEn ?? '')}</b> {data.hint && say(data.hint, data.hintEn ?? '')}
              </p>
            )}
            {data.warningIds.map((warningId) => (
              <WarningReading key={warningId} id={warningId} />
            ))}
            {data.warningIds.length === 0 && !data.reason && (
              <Empty title={say('没有产生预警', 'It made no warning')}>{data.hint && say(data.hint, data.hintEn ?? '')}</Empty>
            )}
            <Problems problems={data.problems} choose={setLine} />
          </Panel>
          <RawView id={id} problems={data.problems} line={line ?? firstFault(data.problems)} setLine={setLine} />
        </>
      )}
    </Loaded>
  )
}

/** Opens where it hurts. */
const firstFault = (problems: BulletinProblem[]): number | null =>
  problems.find((one) => one.severity === 'error' && one.line)?.line ?? null

function WarningReading({ id }: { id: string }) {
  const { say, language } = useLanguage()
  const warning = useResource<Warning>(`/api/warnings/${id}`, { everyMs: 0, watch: /^warning/ })
  return (
    <Loaded from={warning} rows={3}>
      {(data) => {
        const info = data.infos.find((one) => one.language.toLowerCase().startsWith(language)) ?? data.infos[0]
        return (
          <article className={`reading banner-${data.level}`}>
            <h3>
              <LevelBadge level={data.level} /> {warningTitle(data, say)}
            </h3>
            <dl>
              <dt>{say('谁发的', 'Who')}</dt>
              <dd>
                {stationOf(data, language)} · <span className="ys-tabular">{dayTime(data.sent, language)}</span>
              </dd>
              <dt>{say('级别依据', 'Level from')}</dt>
              <dd>
                {data.levelBasis
                  .replace('colour-word:', say('颜色用词:', 'colour word: '))
                  .replace('severity:', say('severity 字段:', 'severity: '))}
              </dd>
              <dt>{say('有效', 'Until')}</dt>
              <dd className="ys-tabular">
                {data.expiresAssumed && say('报文没有写,按惯例至 ', 'not given; usually until ')}
                {dayTime(data.expires ?? info?.expires, language)}
              </dd>
              <dt>{say('范围', 'Area')}</dt>
              <dd>
                {data.areas
                  .map((area) => area.description)
                  .filter(Boolean)
                  .join('、') || '—'}
              </dd>
            </dl>
            {info?.description && <p>{info.description}</p>}
            {info?.instruction && <p className="muted">{info.instruction}</p>}
            <Inside warning={data} />
          </article>
        )
      }}
    </Loaded>
  )
}

type WarningAudience = AreaMatch & { staff?: { contacts: number }; unreachable?: number; move?: { households: number; people: number } }
/** Whether anybody of ours is inside; if not, the offer to move it here as an exercise. */
function Inside({ warning }: { warning: Warning }) {
  const { say } = useLanguage()
  const may = useMay()
  const tell = useTellError()
  const { notification } = App.useApp()
  const [busy, setBusy] = useState(false)
  const audience = useResource<WarningAudience>(`/api/warnings/${warning.id}/audience`, { everyMs: 0 })
  const move = async () => {
    setBusy(true)
    try {
      await post(`/api/warnings/${warning.id}/move-here`)
      for (const path of ['/api/desk', '/api/alerts', '/api/bulletins']) readAgain(path)
      notification.success({
        title: say('已作为演练移到本街道', 'Moved here as an exercise'),
        description: say('它只会到演练名单;回值守台可以看到。', 'It reaches the allow-list only; see the desk.'),
        placement: 'bottomRight',
      })
      go('/')
    } catch (error) {
      tell(error)
    }
    setBusy(false)
  }
  const match = audience.data
  if (!match) return null
  const inside = match.verdict === 'matched'
  return (
    <p className={`note ${inside ? 'note-good' : 'note-plain'}`}>
      {inside &&
        say(
          `本街道 ${match.grids.length} 个网格在范围内,${count(match.households)} 户 ${count(match.people)} 人。`,
          `${match.grids.length} of our grids are inside: ${count(match.households)} households, ${count(match.people)} people.`,
        )}
      {match.verdict === 'outside' && say('已读懂;范围里没有本街道的人。', 'Understood; 0 of yours inside.')}
      {match.verdict === 'named-elsewhere' &&
        say(
          `全区预警,文中点名 ${match.namedTowns.join('、')},未点名本街道。`,
          `For the whole district, but it names ${match.namedTowns.join(', ')} and not us.`,
        )}
      {match.verdict === 'unplaced' && say('范围读不出来,请在处置页人工选定网格。', 'The area could not be read; choose grids by hand.')}
      {(match.verdict === 'named-elsewhere' || match.verdict === 'unplaced') && <DecideWarning warning={warning} />}
      {!inside && may('bulletin.ingest') && (
        <Button size="small" loading={busy} onClick={() => void move()} className="note-button">
          {say('移到本街道作为演练', 'Move it here as an exercise')}
        </Button>
      )}
    </p>
  )
}

function Problems({ problems, choose }: { problems: BulletinProblem[]; choose: (line: number) => void }) {
  const { say } = useLanguage()
  if (problems.length === 0) return null
  return (
    <ul className="problems">
      {problems.map((problem) => (
        <li key={`${problem.code}${problem.line}${problem.path}${problem.message}`} className={`problem-${problem.severity}`}>
          {problem.line ? (
            <button type="button" className="plain-button ys-tabular" onClick={() => choose(problem.line ?? 1)}>
              {say(`第 ${problem.line} 行`, `line ${problem.line}`)}
              {problem.column ? `:${problem.column}` : ''}
            </button>
          ) : (
            <span className="muted">{problem.path ?? ''}</span>
          )}
          <span>{say(problem.message, problem.messageEn ?? problem.message)}</span>
        </li>
      ))}
    </ul>
  )
}
