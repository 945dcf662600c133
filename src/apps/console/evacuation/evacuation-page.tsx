import { Button, Select } from 'antd'
import { useState } from 'react'
import { read } from '../../shared/api.js'
import type { Listing } from '../../shared/api-types.js'
import type { Door, Evacuation, FieldBoard } from '../../shared/field-types.js'
import { useLanguage } from '../../shared/language.js'
import { useServiceNow } from '../../shared/service-clock.js'
import { countdown, dayTime, millis } from '../../shared/times.js'
import { useTellError } from '../alert/use-verb.js'
import { useFieldBoard } from '../data/desk.js'
import { useResource } from '../data/resources.js'
import { useMay } from '../data/session.js'
import { FourNumbers } from '../desk/focus.js'
import { saveFile } from '../layout/export-button.js'
import { Empty, ErrorBox, Loaded, Page, Panel } from '../layout/parts.js'
import { go } from '../router.js'
import { ChangeDeadline } from './change-deadline.js'
import { DoorTable } from './door-table.js'
import { HelpPanel, openHelpTasks } from './help-panel.js'
import { PreparedMoves } from './move-list.js'
import { ReturnDialog } from './return-dialog.js'
import { Shelters } from './shelters.js'

const events = /^(evacuation|household|task|alert\.all-cleared|drill)/

export function EvacuationPage({ id }: { id: string | null }) {
  const { say } = useLanguage()
  const evacuations = useResource<Listing<Evacuation>>('/api/evacuations', { watch: events })
  const board = useFieldBoard()
  return (
    <Loaded from={evacuations} rows={10}>
      {({ items }) => {
        const shown = items.find((one) => one.id === id) ?? items.find((one) => one.state === 'open') ?? items[0]
        if (!shown)
          return (
            <Page title={say('转移', 'Moving people')}>
              <div className="evacuation-empty">
                <Panel title={say('现在', 'Now')}>
                  <Empty
                    title={say('还没有下达转移', 'No order to move yet')}
                    action={
                      <Button type="primary" onClick={() => go('/alerts')}>
                        {say('去处置页', 'To the alerts')}
                      </Button>
                    }
                  >
                    {say(
                      '转移由人下令:在处置页按“组织转移”,核对户数人数和同意记录。下达后,网格员手机上打开逐户清单,这里显示四个数。',
                      'A person gives the order on the alert page. Then the checklist opens on the workers’ phones and the four numbers show here.',
                    )}
                  </Empty>
                </Panel>
                <div>
                  {/* People cry for help before any order, too. */}
                  {openHelpTasks(board.data?.helpTasks ?? []).length > 0 && <HelpPanel board={board.data} />}
                  <PreparedMoves event="暴雨" level="red" />
                </div>
              </div>
            </Page>
          )
        return <Board evacuation={shown} all={items} board={board.data} />
      }}
    </Loaded>
  )
}

function Board({ evacuation, all, board }: { evacuation: Evacuation; all: Evacuation[]; board: FieldBoard | undefined }) {
  const { say, language } = useLanguage()
  const may = useMay()
  const [returning, setReturning] = useState(false)
  const doors = useResource<Listing<Door>>(`/api/evacuations/${evacuation.id}/checklist`, { watch: events, everyMs: 20_000 })
  return (
    <Page
      className="evacuation"
      title={say('转移', 'Moving people')}
      sub={
        <>
          {say(
            `${dayTime(evacuation.orderedAt, language)} ${evacuation.orderedBy ?? ''} 下达`,
            `ordered ${dayTime(evacuation.orderedAt, language)} by ${evacuation.orderedBy ?? ''}`,
          )}
          {evacuation.basis && ` · ${evacuation.basis}`} · <Deadline evacuation={evacuation} />
          {may('evacuation.order') && evacuation.state !== 'closed' && <ChangeDeadline evacuation={evacuation} />}
          {evacuation.state === 'closed' && <b className="tone-good"> {say('已结束', 'closed')}</b>}
        </>
      }
      extra={
        <>
          {all.length > 1 && (
            <Select
              value={evacuation.id}
              onChange={(next) => go(`/evacuation/${next}`)}
              options={all.map((one) => ({ value: one.id, label: dayTime(one.orderedAt, language) }))}
              aria-label={say('换一次转移', 'another evacuation')}
            />
          )}
          <LedgerButton id={evacuation.id} />
          <Button onClick={() => window.print()}>{say('打印', 'Print')}</Button>
          {may('evacuation.return') && evacuation.state !== 'closed' && (
            <Button type="primary" onClick={() => setReturning(true)} disabled={evacuation.households.left === 0}>
              {say('批准返回…', 'Approve return…')}
            </Button>
          )}
        </>
      }
    >
      <section className="panel four">
        <FourNumbers evacuation={evacuation} large />
      </section>
      <div className="evacuation-grid">
        <div>
          {doors.error && !doors.data ? <ErrorBox error={doors.error} again={doors.again} /> : <DoorTable doors={doors.data?.items} />}
        </div>
        <aside>
          <HelpPanel board={board} />
          <Shelters doors={doors.data?.items ?? []} />
        </aside>
      </div>
      {returning && <ReturnDialog evacuation={evacuation} doors={doors.data?.items ?? []} close={() => setReturning(false)} />}
    </Page>
  )
}

function Deadline({ evacuation }: { evacuation: Evacuation }) {
  const { say, language } = useLanguage()
  const now = useServiceNow(1000)
  const due = millis(evacuation.deadline)
  if (due === null) return say('时限未定', 'no deadline')
  const basis = say(evacuation.deadlineBasis ?? '', evacuation.deadlineBasisEn || (evacuation.deadlineBasis ?? ''))
  return (
    <>
      <b className={`ys-tabular ${due < now ? 'tone-bad' : ''}`}>
        {due < now
          ? say(`已超时限 ${countdown(now - due)}`, `${countdown(now - due)} over the deadline`)
          : say(`距时限 ${countdown(due - now)}`, `${countdown(due - now)} to the deadline`)}
      </b>{' '}
      <span className="ys-tabular">({[dayTime(evacuation.deadline, language), basis].filter(Boolean).join(' · ')})</span>
    </>
  )
}

/** 转移台账 as a file that a spreadsheet opens. */
function LedgerButton({ id }: { id: string }) {
  const { say } = useLanguage()
  const tell = useTellError()
  const fetchLedger = async () => {
    try {
      const csv = await read<string>(`/api/evacuations/${id}/ledger?format=csv`, { accept: 'text/csv' })
      saveFile(say('转移台账.csv', 'evacuation-ledger.csv'), csv)
    } catch (error) {
      tell(error)
    }
  }
  return <Button onClick={() => void fetchLedger()}>{say('导出台账', 'Export ledger')}</Button>
}
