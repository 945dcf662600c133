import { App, Button, Modal, Segmented, Select } from 'antd'
import { Suspense, useEffect, useState } from 'react'
import type { HistoryAnswer } from '../../../outward/household-history-routes.js'
import type { HouseholdAnswer } from '../../../register/household-routes.js'
import { post, read } from '../../shared/api.js'
import { useLanguage, useSay } from '../../shared/language.js'
import { dayTime } from '../../shared/times.js'
import { useTellError } from '../alert/use-verb.js'
import { readAgain, useResource } from '../data/resources.js'
import { useMay } from '../data/session.js'
import { Empty, Loaded, Panel } from '../layout/parts.js'
import { useGrids } from '../map/map-data.js'
import { go, Link } from '../router.js'
import { HouseholdForm } from './household-form.js'
import { DoorMap } from './households-tab.js'
import { bandWord, consentWord, needWord, reasonChoices, relationOfHousehold, tagWord } from './register-words.js'

const shownMs = 60_000

/** One household: masked until somebody asks to see, and then it stands in its history who did. */
export function HouseholdPage({ id }: { id: string }) {
  const say = useSay()
  const may = useMay()
  const tell = useTellError()
  const { message } = App.useApp()
  const path = `/api/households/${encodeURIComponent(id)}`
  const masked = useResource<HouseholdAnswer>(path, { watch: /^household\.|^register\./, everyMs: 0 })
  const [open, setOpen] = useState<HouseholdAnswer | null>(null)
  const [dialog, setDialog] = useState<'edit' | 'move-out' | null>(null)
  const [gone, setGone] = useState(false)
  useEffect(() => {
    if (!open) return
    const timer = window.setTimeout(() => setOpen(null), shownMs)
    return () => window.clearTimeout(timer)
  }, [open])
  const renew = () => {
    setOpen(null)
    readAgain(path)
  }
  const show = async () => {
    try {
      setOpen(await read<HouseholdAnswer>(`${path}?see=sealed`))
      readAgain(`${path}/history`)
    } catch (error) {
      tell(error)
    }
  }
  const back = async () => {
    try {
      await post(`${path}/move-back`)
      setGone(false)
      renew()
    } catch (error) {
      tell(error)
    }
  }
  if (gone)
    return (
      <Empty
        title={say('已迁出名册', 'Moved out of the register')}
        action={
          <div className="chips">
            <Button type="primary" onClick={() => void back()}>
              {say('撤销迁出', 'Undo')}
            </Button>
            <Button onClick={() => go('/register/households')}>{say('回住户列表', 'Back to the list')}</Button>
          </div>
        }
      >
        {say(
          '以后的预警不再通知这一户;过往记录都在。迁错了可以马上撤销。',
          'They are not told of warnings any more; the record stays. It can be undone.',
        )}
      </Empty>
    )
  return (
    <Loaded from={masked} rows={10}>
      {(data) => {
        const card = open ?? data
        return (
          <>
            <header className="household-head">
              <Link to="/register/households">{say('‹ 住户', '‹ Households')}</Link>
              <h2>
                {card.gridName} {card.label}
              </h2>
              {card.tags.map(({ tag }) => (
                <span key={tag} className="chip">
                  {tagWord(tag, say)}
                </span>
              ))}
              {!card.reachable && <span className="chip chip-bad">{say('打不通', 'nobody to ring')}</span>}
              <div className="household-acts">
                {may('register.see-sealed') && (
                  <Button onClick={() => (open ? setOpen(null) : void show())} aria-pressed={open !== null}>
                    {open ? say('遮住', 'Mask') : say('显示姓名和号码', 'Show names and numbers')}
                  </Button>
                )}
                {may('register.edit') && (
                  <>
                    <Button type="primary" onClick={() => setDialog('edit')}>
                      {say('修改', 'Edit')}
                    </Button>
                    <Button onClick={() => setDialog('move-out')}>{say('迁出', 'Move out')}</Button>
                  </>
                )}
              </div>
            </header>
            <div className="household">
              <People card={card} />
              <Contacts card={card} />
              <Care card={card} />
              <Where card={card} />
              <History path={`${path}/history`} />
            </div>
            {dialog === 'edit' && (
              <HouseholdForm
                card={data}
                place={data.place}
                close={() => setDialog(null)}
                saved={() => {
                  setDialog(null)
                  renew()
                  void message.success(say('已保存,以后的预警按新内容通知', 'Saved; the next warning goes by it'))
                }}
                renew={renew}
              />
            )}
            {dialog === 'move-out' && (
              <MoveOut
                card={data}
                close={() => setDialog(null)}
                done={() => {
                  setDialog(null)
                  setGone(true)
                }}
              />
            )}
          </>
        )
      }}
    </Loaded>
  )
}

function People({ card }: { card: HouseholdAnswer }) {
  const say = useSay()
  return (
    <Panel title={say('谁住在这里', 'Who lives here')} extra={<b>{say(`${card.people} 人`, `${card.people} people`)}</b>}>
      <dl className="kv">
        <div>
          <dt>{say('户主', 'Head')}</dt>
          <dd>{card.head || say('未登记', 'not registered')}</dd>
        </div>
        <div>
          <dt>{say('现在', 'Now')}</dt>
          <dd>{card.atHome ? say('在家', 'at home') : say('外出', 'away')}</dd>
        </div>
      </dl>
      {card.members === null ? (
        <p className="muted small">
          {say('成员姓名和特殊需要已封存,按“显示”查看,并留下记录。', 'Members and needs are sealed; showing them leaves a record.')}
        </p>
      ) : card.members.length === 0 ? (
        <p className="muted small">{say('没有登记成员。按“修改”补上,转移时才知道要扶谁。', 'No members registered yet.')}</p>
      ) : (
        <ul className="plain-list">
          {card.members.map((member, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two members may be called the same
            <li key={index}>
              <span>{member.name}</span>
              <span className="muted">{bandWord(member.age, say)}</span>
              <span>
                {[...member.needs.map((need) => needWord(need, say)), ...(member.remark ? [member.remark] : [])].join(say(';', '; '))}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}

function Contacts({ card }: { card: HouseholdAnswer }) {
  const say = useSay()
  return (
    <Panel title={say('打哪个电话', 'Which number rings')} count={card.contacts.length}>
      {card.contacts.length === 0 && (
        <Empty title={say('没有任何联系方式', 'No contact at all')}>
          {say('预警时只能上门。请核对后按“修改”补上。', 'Only a knock on the door reaches them. Add one with “Edit”.')}
        </Empty>
      )}
      <ul className="plain-list">
        {card.contacts.map((contact) => (
          <li key={contact.contactId}>
            <span className="ys-tabular">{contact.address}</span>
            <span className="muted">{relationOfHousehold(contact.relation, say)}</span>
            {contact.broken && <span className="chip chip-bad">{say('号码失效', 'wrong number')}</span>}
          </li>
        ))}
      </ul>
    </Panel>
  )
}

function Care({ card }: { card: HouseholdAnswer }) {
  const say = useSay()
  const rows: [string, string | null][] = [
    [say('结对帮扶人', 'Helper'), card.helper && `${card.helper.name}(${card.helper.post})`],
    [say('去哪个安置点', 'Shelter'), card.shelter?.name ?? null],
    [say('关联部位', 'Hazard point'), card.point?.name ?? null],
    [say('同意事项', 'Agreed to'), card.consents.map((extra) => consentWord(extra, say)).join(say('、', ', ')) || null],
  ]
  return (
    <Panel title={say('谁帮、去哪里', 'Who helps, and where to')}>
      <dl className="kv">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value ?? <span className="muted">{say('未定', 'none')}</span>}</dd>
          </div>
        ))}
      </dl>
      <p className="muted small">{say('是否同意不影响预警:遇险一定通知。', 'Consent never decides who is warned.')}</p>
    </Panel>
  )
}

function Where({ card }: { card: HouseholdAnswer }) {
  const say = useSay()
  const grids = useGrids()
  const pin = card.lon !== null && card.lat !== null ? { lon: card.lon, lat: card.lat } : null
  return (
    <Panel title={say('在哪里', 'Where')} className="household-where">
      {!pin && (
        <p className="note note-warn">
          {say('没有位置:所在网格有预警就算在内。按“修改”在地图上标出。', 'No position: counted as inside whenever its grid is touched.')}
        </p>
      )}
      <div className="household-small-map">
        <Suspense fallback={null}>{grids.data && <DoorMap grids={grids.data} pin={pin} place={card.place} />}</Suspense>
      </div>
    </Panel>
  )
}

type Kind = 'all' | HistoryAnswer['items'][number]['kind']
function History({ path }: { path: string }) {
  const say = useSay()
  const { language } = useLanguage()
  const [kind, setKind] = useState<Kind>('all')
  const history = useResource<HistoryAnswer>(path, { watch: /^household\.|^sealed\.|^deliver|^task\./, everyMs: 0 })
  return (
    <Panel
      title={say('经过', 'History')}
      className="household-history"
      extra={
        <Segmented<Kind>
          size="small"
          value={kind}
          onChange={setKind}
          options={[
            { value: 'all', label: say('全部', 'All') },
            { value: 'change', label: say('改动', 'Changes') },
            { value: 'look', label: say('查阅', 'Looks') },
            { value: 'told', label: say('通知', 'Told') },
            { value: 'task', label: say('上门', 'Visits') },
            { value: 'move', label: say('转移', 'Moves') },
          ]}
        />
      }
    >
      <Loaded from={history} rows={3}>
        {({ items }) => {
          const shown = items.filter((line) => kind === 'all' || line.kind === kind)
          if (shown.length === 0)
            return (
              <Empty title={say('还没有记录', 'Nothing on record yet')}>
                {say(
                  '改动、查阅、通知、上门和转移,谁做的、什么时候,都会记在这里。',
                  'Changes, looks, messages, visits and moves stand here with who and when.',
                )}
              </Empty>
            )
          return (
            <ul className="plain-list">
              {shown.map((line, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: lines of one second may read the same
                <li key={index}>
                  <span>
                    {line.alertId ? <Link to={`/alerts/${line.alertId}`}>{say(line.text, line.textEn)}</Link> : say(line.text, line.textEn)}
                  </span>
                  <span className="muted">{line.person}</span>
                  <time className="muted ys-tabular" dateTime={line.at}>
                    {dayTime(line.at, language)}
                  </time>
                </li>
              ))}
            </ul>
          )
        }}
      </Loaded>
    </Panel>
  )
}

function MoveOut({ card, close, done }: { card: HouseholdAnswer; close: () => void; done: () => void }) {
  const say = useSay()
  const tell = useTellError()
  const [reason, setReason] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const press = async () => {
    setBusy(true)
    try {
      await post(`/api/households/${encodeURIComponent(card.id)}/move-out`, { version: card.version, reason })
      done()
    } catch (error) {
      tell(error)
      setBusy(false)
    }
  }
  return (
    <Modal open onCancel={close} footer={null} title={say('迁出名册', 'Move out of the register')} width={460} destroyOnHidden>
      <p>
        {say(
          `${card.gridName} ${card.label},${card.people} 人。迁出后不再通知;记录保留,可以撤销。`,
          `${card.label}, ${card.people} people. They are told no more; the record stays, and it can be undone.`,
        )}
      </p>
      <span className="field-label">{say('为什么', 'Why')}</span>
      <Select
        className="w-full"
        value={reason}
        onChange={setReason}
        options={reasonChoices(say)}
        aria-label={say('为什么', 'Why')}
        placeholder={say('选一个原因', 'Choose a reason')}
      />
      <div className="dialog-act">
        <Button danger type="primary" disabled={!reason} loading={busy} onClick={() => void press()}>
          {say(`迁出这一户 ${card.people} 人`, `Move out this household of ${card.people}`)}
        </Button>
      </div>
    </Modal>
  )
}
