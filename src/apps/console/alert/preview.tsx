import { Button } from 'antd'
import { useEffect, useState } from 'react'
import { post } from '../../shared/api.js'
import type { AlertDetail, AlertPreview, PreviewCount } from '../../shared/api-types.js'
import { type Say, useLanguage, useSay } from '../../shared/language.js'
import { count, dayTime } from '../../shared/times.js'
import type { UseResource } from '../data/resources.js'
import { useMay } from '../data/session.js'
import { channelWord, relationWord } from '../data/words.js'
import { NumbersLeft } from '../delivery/numbers-left.js'
import { Empty, Loaded } from '../layout/parts.js'
import { useVerb } from './use-verb.js'

/** Before anything is issued: whom these words would reach, on what, who is missing and why, and what it costs. */
export function PreviewTab({ alert, preview }: { alert: AlertDetail; preview: UseResource<AlertPreview> }) {
  const staff = alert.audience === 'staff'
  return (
    <Loaded from={preview} rows={8}>
      {(data) => (
        <>
          <WidthNote width={data.width} />
          {!staff && <MissingWhy data={data} movedOut={data.movedOut.people} />}
          {!staff && <Neighbours alert={alert} rows={data.neighbours} />}
          <CostTable data={data} />
          <NumbersLeft path={`/api/alerts/${alert.id}/numbers-left`} only={data.channels.map((row) => row.channel)} />
          {!staff && <TagChips tags={data.tags} />}
          <Relations data={data} />
        </>
      )}
    </Loaded>
  )
}

/** Wider than the warning: both numbers, before the button asks for them. */
export function WidthNote({ width }: { width: AlertPreview['width'] }) {
  const say = useSay()
  if (!width) return null
  const names = width.outside.map((grid) => grid.name)
  return (
    <p className="note note-warn" role="status">
      {say(
        `超出预警范围:要通知 ${count(width.audience)} 人,预警范围内是 ${count(width.warned)} 人${names.length > 0 ? `;范围外 ${names.length} 个网格(${names.slice(0, 3).join('、')}${names.length > 3 ? '等' : ''})` : ''}。不会自动发出,须由人核对后按住确认。`,
        `Wider than the warning: ${count(width.audience)} people, ${count(width.warned)} inside its area${names.length > 0 ? `; ${names.length} grids outside` : ''}. It never sends itself: a person confirms the numbers.`,
      )}
    </p>
  )
}

const yuan = (value: number) => (value === 0 ? '0' : value.toFixed(2))

function CostTable({ data }: { data: AlertPreview }) {
  const say = useSay()
  if (data.channels.length === 0)
    return (
      <Empty title={say('这一级不发给任何人', 'Nobody is told at this level')}>
        {say('按规则没有可用的通道。', 'By the rules no channel is used.')}
      </Empty>
    )
  return (
    <table className="preview-table">
      <thead>
        <tr>
          <th>{say('通道', 'Channel')}</th>
          <th>{say('条数', 'Messages')}</th>
          <th>{say('计费', 'Charged')}</th>
          <th>{say('费用(元)', 'Cost (CNY)')}</th>
          <th>{say('交给运营商', 'Handed over')}</th>
        </tr>
      </thead>
      <tbody>
        {data.channels.map((row) => (
          <tr key={row.channel}>
            <td>{channelWord(row.channel, say)}</td>
            <td>{count(row.messages)}</td>
            <td>
              {row.channel === 'sms'
                ? say(`${count(row.segments)} 段`, `${count(row.segments)} parts`)
                : row.channel === 'voice'
                  ? say(`${count(row.minutes)} 分钟`, `${count(row.minutes)} min`)
                  : '—'}
            </td>
            <td>{yuan(row.yuan)}</td>
            <td>{row.seconds === null ? say('速率未登记', 'rate unknown') : say(`约 ${row.seconds} 秒`, `about ${row.seconds} s`)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <td>{say('合计', 'Total')}</td>
          <td>{count(data.cost.messages)}</td>
          <td />
          <td>{yuan(data.cost.yuan)}</td>
          <td />
        </tr>
      </tfoot>
    </table>
  )
}

/** Zones beside a warned one that nobody warned: shown, and added by one press as the officer's own pick. */
function Neighbours({ alert, rows }: { alert: AlertDetail; rows: AlertPreview['neighbours'] }) {
  const say = useSay()
  const may = useMay()
  const { busy, run } = useVerb(alert)
  if (rows.length === 0) return null
  const open = may('alert.draft') && (alert.verbs ?? []).includes('revise') && alert.state !== 'issued' && alert.state !== 'held'
  const add = (places: string[]) => void run('revise', { grids: [...(alert.grids ?? []), ...places] })
  return (
    <section className="preview-part">
      <h3>
        {say(`相邻但未被预警的网格 ${rows.length} 个`, `${rows.length} grids next door without a warning`)}
        {open && rows.length > 1 && (
          <Button size="small" loading={busy !== null} onClick={() => add(rows.map((row) => row.place))}>
            {say('全部加入', 'Add all')}
          </Button>
        )}
      </h3>
      <ul className="plain-list preview-scroll">
        {rows.map((row) => (
          <li key={row.place}>
            <span>{row.name}</span>
            <span className="muted ys-tabular">
              {say(`${row.households} 户 ${row.people} 人`, `${row.households} hh, ${row.people} ppl`)}
            </span>
            {open && (
              <Button size="small" disabled={busy !== null} onClick={() => add([row.place])}>
                {say('加入', 'Add')}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Everybody inside is told at home or stands here with a reason; what is only worth knowing follows. */
export function MissingWhy({ data, movedOut }: { data: PreviewCount; movedOut?: number }) {
  const say = useSay()
  const missing = data.missing.reduce((sum, row) => sum + row.people, 0)
  const notes: [string, number][] = [
    [say('独居且听不见:只发文字,不打电话', 'alone and hard of hearing: written to, not rung up'), data.notCalled.people],
    [say('登记为外出:照常通知', 'registered as away: told all the same'), data.away.people],
    [say('已迁出:不再通知', 'moved out: no longer told'), movedOut ?? 0],
  ]
  return (
    <section className="preview-part">
      <h3>
        {say(
          `在内 ${count(data.people)} 人 = 通知到户 ${count(data.told.people)} + 缺 ${count(missing)}`,
          `${count(data.people)} inside = ${count(data.told.people)} told at home + ${count(missing)} missing`,
        )}
      </h3>
      <ul className="plain-list">
        {data.missing.map((row) => (
          <li key={row.cause}>
            <span className="tone-warn">{say(row.why, row.whyEn)}</span>
            <b className="ys-tabular">{say(`${row.households} 户 ${row.people} 人`, `${row.households} hh, ${row.people} ppl`)}</b>
          </li>
        ))}
        {notes.map(
          ([words, people]) =>
            people > 0 && (
              <li key={words} className="muted">
                <span>{words}</span>
                <span className="ys-tabular">{say(`${people} 人`, `${people} ppl`)}</span>
              </li>
            ),
        )}
      </ul>
    </section>
  )
}

export function TagChips({ tags }: { tags: PreviewCount['tags'] }) {
  const say = useSay()
  if (tags.length === 0) return null
  return (
    <p className="chips preview-part">
      {tags.map((row) => (
        <span key={row.tag} className="chip ys-tabular" title={say(`${row.people} 人`, `${row.people} people`)}>
          {say(row.name, row.nameEn)} {count(row.households)}
        </span>
      ))}
      <small className="muted">{say('户', 'households')}</small>
    </p>
  )
}

function Relations({ data }: { data: PreviewCount }) {
  const say = useSay()
  return (
    <p className="muted small preview-part ys-tabular">
      {say('联系方式', 'contacts')} {count(data.contacts)}:
      {data.relations.map((row) => `${relationWord(row.relation, say)} ${count(row.contacts)}`).join(' · ')}
    </p>
  )
}

export function DeadlineLine({ deadline }: { deadline: PreviewCount['move']['deadline'] }) {
  const { say, language } = useLanguage()
  if (!deadline) return null
  return (
    <p className="preview-deadline">
      <b className="ys-tabular">{say(`转移时限 ${dayTime(deadline.at, language)}`, `Done by ${dayTime(deadline.at, language)}`)}</b>
      <small className="muted">{say(deadline.basis, deadline.basisEn)}</small>
    </p>
  )
}

export const previewLine = (data: AlertPreview, say: Say): string =>
  say(
    `通知到户 ${count(data.told.people)} 人,缺 ${count(data.people - data.told.people)} 人;${count(data.cost.messages)} 条,${yuan(data.cost.yuan)} 元`,
    `${count(data.told.people)} told at home, ${count(data.people - data.told.people)} missing; ${count(data.cost.messages)} messages, CNY ${yuan(data.cost.yuan)}`,
  )

/** What a draft that is still being written would reach; asked again a moment after the last change. */
export function useDraftPreview(draft: Record<string, unknown> | null): AlertPreview | null {
  const [found, setFound] = useState<AlertPreview | null>(null)
  const asked = draft ? JSON.stringify(draft) : ''
  useEffect(() => {
    if (!asked) return setFound(null)
    let stale = false
    const timer = window.setTimeout(() => {
      post<AlertPreview>('/api/alerts/preview', JSON.parse(asked))
        .then((next) => stale || setFound(next))
        .catch(() => stale || setFound(null))
    }, 400)
    return () => {
      stale = true
      window.clearTimeout(timer)
    }
  }, [asked])
  return found
}
