import { Button, Select } from 'antd'
import { useState } from 'react'
import type { Roster } from '../../../register/duty/duty-routes.js'
import { useSay } from '../../shared/language.js'
import { useResource } from '../data/resources.js'
import { useMay, useSession } from '../data/session.js'
import { ExportButton } from '../layout/export-button.js'
import { Empty, Loaded } from '../layout/parts.js'
import { go, useAddress } from '../router.js'
import { AwayDialog, FillDialog, PasteDialog } from './roster-dialogs.js'
import { RosterGrid } from './roster-grid.js'
import { addDays, dateOfShift, groupsOf, mondayOf, type Person, type Shift, shortDate, turnOf, turnWord } from './roster-words.js'
import { type RosterHand, useRoster } from './use-roster.js'

type Open = { is: 'fill' } | { is: 'paste' } | { is: 'away'; person: Person; date: string; shift: Shift | null } | null

/** 值班表: who is called on which night. Where the table says nothing, the standing list holds. */
export function RosterTab() {
  const { me, instance } = useSession()
  const { query } = useAddress()
  const place = query.get('place') ?? me.scope
  const today = (instance?.now ?? new Date().toISOString()).slice(0, 10)
  const from = mondayOf(query.get('from') ?? today)
  const roster = useResource<Roster>(`/api/duty?${new URLSearchParams({ place, from, days: '7' })}`, { watch: /^duty/ })
  return (
    <Loaded from={roster} rows={10}>
      {(data) => <Table roster={data} from={from} />}
    </Loaded>
  )
}

function Table({ roster, from }: { roster: Roster; from: string }) {
  const say = useSay()
  const hand = useRoster()
  const [open, setOpen] = useState<Open>(null)
  const [swapping, setSwapping] = useState<Shift | null>(null)
  const close = () => setOpen(null)
  const swap = (shift: Shift) => {
    if (!swapping) return setSwapping(shift)
    setSwapping(null)
    if (swapping.id !== shift.id) void hand.run({ do: 'swap', ids: [swapping.id, shift.id] })
  }
  return (
    <>
      <h2 className="roster-printed">
        {roster.places.find((p) => p.place === roster.place)?.name} {say('值班表', 'rota')} {shortDate(from, say)} –{' '}
        {shortDate(addDays(from, 6), say)}
      </h2>
      <Bar roster={roster} from={from} hand={hand} open={setOpen} />
      <Words roster={roster} hand={hand} swapping={swapping} stop={() => setSwapping(null)} />
      <RosterGrid
        roster={roster}
        acts={{
          put: (person, date, turn) => void hand.run({ do: 'put', staffId: person.id, date, turn }),
          clear: (shift) => void hand.run({ do: 'clear', ids: [shift.id] }),
          away: (person, date, shift) => setOpen({ is: 'away', person, date, shift }),
          swap,
          swapping,
        }}
      />
      {open?.is === 'fill' && <FillDialog groups={groupsOf(roster.people)} from={from} run={hand.run} close={close} />}
      {open?.is === 'paste' && <PasteDialog place={roster.place} run={hand.run} close={close} />}
      {open?.is === 'away' && <AwayDialog {...open} people={roster.people} run={hand.run} close={close} />}
    </>
  )
}

function Bar({ roster, from, hand, open }: { roster: Roster; from: string; hand: RosterHand; open: (what: Open) => void }) {
  const say = useSay()
  const may = useMay()('roster.edit')
  const show = (at: { place?: string; from?: string }) =>
    go(`/register/roster?${new URLSearchParams({ place: at.place ?? roster.place, from: at.from ?? from })}`)
  const nameOf = (id: string | null) => roster.people.find((p) => p.id === id)?.name ?? ''
  const rows = () =>
    roster.shifts.map((s) => [dateOfShift(s), s.post, nameOf(s.staffId), turnWord(turnOf(s), say), nameOf(s.insteadOf), s.note])
  return (
    <div className="roster-bar no-print">
      <Select
        className="w-200"
        value={roster.place}
        aria-label={say('看哪里', 'Where')}
        showSearch={{ optionFilterProp: 'label' }}
        onChange={(place) => show({ place })}
        options={roster.places.map((p) => ({ value: p.place, label: p.name }))}
      />
      <Button onClick={() => show({ from: addDays(from, -7) })} aria-label={say('上一周', 'The week before')}>
        ‹
      </Button>
      <b className="ys-tabular">
        {shortDate(from, say)} – {shortDate(addDays(from, 6), say)}
      </b>
      <Button onClick={() => show({ from: addDays(from, 7) })} aria-label={say('下一周', 'The week after')}>
        ›
      </Button>
      <Button onClick={() => show({ from: roster.today })}>{say('本周', 'This week')}</Button>
      <span className="roster-gap" />
      {may && (
        <>
          <Button onClick={() => open({ is: 'fill' })}>{say('轮班填充', 'Fill by turns')}</Button>
          <Button loading={hand.busy} onClick={() => void hand.run({ do: 'copy-week', place: roster.place, from })}>
            {say('复制上周', 'Copy last week')}
          </Button>
          <Button onClick={() => open({ is: 'paste' })}>{say('粘贴', 'Paste')}</Button>
        </>
      )}
      <Button onClick={() => window.print()}>{say('打印', 'Print')}</Button>
      <ExportButton
        name={say(`值班表-${from}`, `rota-${from}`)}
        head={[say('日期', 'Date'), say('岗位', 'Post'), say('姓名', 'Name'), say('班次', 'Turn'), say('替谁', 'For'), say('说明', 'Note')]}
        rows={rows}
      />
    </div>
  )
}

interface WordsProps {
  roster: Roster
  hand: RosterHand
  swapping: Shift | null
  stop: () => void
}
/** What has just been done and how to take it back; what this week lacks. */
function Words({ roster, hand, swapping, stop }: WordsProps) {
  const say = useSay()
  const may = useMay()('roster.edit')
  const [added, removed] = [hand.last?.added.length ?? 0, hand.last?.removed.length ?? 0]
  if (swapping)
    return (
      <p className="note no-print" role="status">
        {say('再点同一岗位上另一个人的班,两个班对调。', 'Now press the turn of somebody else with the same post.')}
        <Button size="small" className="note-button" onClick={stop}>
          {say('不换了', 'Leave it')}
        </Button>
      </p>
    )
  if (hand.last)
    return (
      <p className="note note-good no-print" role="status">
        {added + removed === 0
          ? say('没有可排的:这些时段都已经有人。', 'Nothing to do: these hours are taken.')
          : say(`已改:新排 ${added} 个班,撤下 ${removed} 个。`, `Done: ${added} turns added, ${removed} taken out.`)}
        {added + removed > 0 && (
          <Button size="small" className="note-button" loading={hand.busy} onClick={() => void hand.undo()}>
            {say('撤销', 'Undo')}
          </Button>
        )}
      </p>
    )
  if (roster.emptyNights.length > 0)
    return (
      <p className="note note-bad" role="alert">
        {say(
          `这一周有 ${roster.emptyNights.length} 个夜里没有排人。没排的夜里按常备名单叫应,请补上。`,
          `${roster.emptyNights.length} nights of this week stand empty. The standing list is called then; write somebody down.`,
        )}
      </p>
    )
  if (roster.shifts.length > 0) return null
  return (
    <Empty
      title={say('这一周还没有排班', 'Nothing is written down for this week')}
      action={
        roster.lastDate && (
          <Button onClick={() => go(`/register/roster?${new URLSearchParams({ place: roster.place, from: roster.lastDate! })}`)}>
            {say(
              `看最近排过的一周(${shortDate(roster.lastDate, say)})`,
              `The last week that has turns (${shortDate(roster.lastDate, say)})`,
            )}
          </Button>
        )
      }
    >
      {may
        ? say(
            '没排班时按常备名单叫应。点格子里的“+”排一个班,或用“轮班填充”“复制上周”“粘贴”。',
            'Without a table the standing list is called. Press + in a cell, fill by turns, copy last week, or paste a sheet.',
          )
        : say('没排班时按常备名单叫应。', 'Without a table the standing list is called.')}
    </Empty>
  )
}
