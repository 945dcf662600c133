import { Button, Checkbox, Drawer, Input, InputNumber, Select, Skeleton, Switch } from 'antd'
import { Suspense, useEffect, useState } from 'react'
import type { StaffAnswer } from '../../../register/edit/thing-routes.js'
import type { HouseholdAnswer } from '../../../register/household-routes.js'
import { ApiError, call, post, read } from '../../shared/api.js'
import type { Listing } from '../../shared/api-types.js'
import { useSay } from '../../shared/language.js'
import { useTellError } from '../alert/use-verb.js'
import { readAgain, useResource } from '../data/resources.js'
import { useMay } from '../data/session.js'
import { useGrids, usePoints, useShelters } from '../map/map-data.js'
import { type Clash, ClashNote, clashOf } from './clash.js'
import { ContactRows } from './contact-rows.js'
import { changesOf, type Draft, draftOf, type MemberDraft, newDraft } from './household-draft.js'
import { DoorMap } from './households-tab.js'
import { MemberRows } from './member-rows.js'
import { consentChoices, tagChoices } from './register-words.js'

interface HouseholdFormProps {
  /** Null: a household that is not in the register yet. */
  card: HouseholdAnswer | null
  place: string
  close: () => void
  saved: (id: string) => void
  renew?: () => void
}

/** Everything the desk may write about a household. Only what was changed is sent, with the version it was read at. */
export function HouseholdForm({ card, place, close, saved, renew }: HouseholdFormProps) {
  const say = useSay()
  const may = useMay()
  const tell = useTellError()
  const [base, setBase] = useState<Draft | null>(null)
  const [draft, setDraft] = useState<Draft | null>(null)
  const [clash, setClash] = useState<Clash | null>(null)
  const [problem, setProblem] = useState<{ title: string; path: string; message: string } | null>(null)
  const [busy, setBusy] = useState(false)
  const maySee = may('register.see-sealed')
  // biome-ignore lint/correctness/useExhaustiveDependencies: read once, when the form is opened
  useEffect(() => {
    const begin = (first: Draft) => {
      setBase(first)
      setDraft(first)
    }
    if (!card) return begin(newDraft(place))
    if (!maySee) return begin(draftOf(card))
    read<HouseholdAnswer>(`/api/households/${encodeURIComponent(card.id)}?see=sealed`)
      .then((whole) => begin(draftOf(whole)))
      .catch((error) => {
        tell(error)
        close()
      })
  }, [])
  const said = base && draft ? changesOf(base, draft, card === null) : {}
  const number = Object.keys(said).length
  const save = async () => {
    if (!draft) return
    setBusy(true)
    setProblem(null)
    try {
      const path = card ? `/api/households/${encodeURIComponent(card.id)}` : '/api/households'
      const answer = card
        ? await call<{ id: string }>('PATCH', path, { version: draft.version, ...said })
        : await post<{ id: string }>(path, said)
      readAgain('/api/register')
      readAgain('/api/households')
      saved(answer.id)
    } catch (error) {
      const known = error instanceof ApiError ? error : null
      const [first] = known?.errors ?? []
      const other = card ? clashOf(error) : null
      if (other) setClash(other)
      else if (first?.path) setProblem({ title: known!.title, path: first.path, message: first.message })
      else tell(error)
      setBusy(false)
    }
  }
  return (
    <Drawer
      open
      onClose={close}
      size={620}
      title={card ? say(`修改 ${card.label}`, `Edit ${card.label}`) : say('新登记一户', 'Add a household')}
      footer={
        <div className="form-foot">
          {problem && (
            <span className="tone-bad" role="alert">
              {problem.title}:{problem.message}
            </span>
          )}
          <Button onClick={close}>{say('不改了', 'Cancel')}</Button>
          <Button
            type="primary"
            loading={busy}
            disabled={number === 0 || clash !== null || !draft?.place || !draft.building.trim() || !draft.room.trim()}
            onClick={() => void save()}
          >
            {!card
              ? say('登记这一户', 'Add this household')
              : number === 0
                ? say('还没有改动', 'Nothing changed')
                : say(`保存 ${number} 处改动`, `Save ${number} changes`)}
          </Button>
        </div>
      }
    >
      {clash && (
        <ClashNote
          clash={clash}
          again={() => {
            renew?.()
            close()
          }}
        />
      )}
      {draft ? (
        <Fields draft={draft} change={setDraft} base={card ? base : null} maySee={maySee || card === null} at={problem?.path ?? ''} />
      ) : (
        <Skeleton active />
      )}
    </Drawer>
  )
}

/** What a member needs is a risk of the household too: matching and calling go by that. */
const withNeeds = ({ tags, members }: Draft, next: MemberDraft[]): string[] => {
  const before = new Set(members.flatMap((m) => m.needs))
  return [...new Set([...tags, ...next.flatMap((m) => m.needs).filter((need) => !before.has(need))])]
}

interface FieldsProps {
  draft: Draft
  change: (draft: Draft) => void
  /** As it stands in the register; null: it is new. */
  base: Draft | null
  maySee: boolean
  /** The path of what the service refused. */
  at: string
}
function Fields({ draft, change, base, maySee, at }: FieldsProps) {
  const say = useSay()
  const grids = useGrids()
  const set = (part: Partial<Draft>) => change({ ...draft, ...part })
  const home = base?.place ?? ''
  const door = (d: Draft) => [d.place, d.building, d.unit, d.floor, d.room].join(' ')
  const moved = base === null || door(base) !== door(draft)
  const gridNames = (grids.data?.features ?? []).map(({ properties }) => ({ value: properties.place, label: properties.name }))
  return (
    <div className="household-form">
      <h3>{say('门牌', 'Address')}</h3>
      <Select
        className="w-full"
        showSearch={{ optionFilterProp: 'label' }}
        value={draft.place || null}
        placeholder={say('哪个网格', 'Which grid')}
        aria-label={say('网格', 'Grid')}
        onChange={(place) => set({ place })}
        options={gridNames}
      />
      {draft.place !== home && home !== '' && (
        <p className="note">
          {say(
            '搬到另一个网格:号码、成员和经过一起过去。请改成新的门牌和位置。',
            'To another grid: numbers, members and history go along. Say the new door and position.',
          )}
        </p>
      )}
      <div className="form-row">
        <Named name={say('楼栋', 'Building')}>
          <Input value={draft.building} maxLength={60} onChange={(event) => set({ building: event.target.value })} />
        </Named>
        <Named name={say('单元', 'Unit')}>
          <InputNumber value={draft.unit} min={0} max={99} onChange={(unit) => set({ unit: unit ?? 1 })} />
        </Named>
        <Named name={say('楼层', 'Floor')}>
          <InputNumber value={draft.floor} min={-5} max={99} onChange={(floor) => set({ floor: floor ?? 1 })} />
        </Named>
        <Named name={say('房号', 'Room')}>
          <Input value={draft.room} maxLength={20} onChange={(event) => set({ room: event.target.value })} />
        </Named>
      </div>
      {moved && (
        <Checkbox checked={draft.another} onChange={(event) => set({ another: event.target.checked })}>
          {say('同一门牌另有一户', 'Another household behind the same door')}
        </Checkbox>
      )}
      <h3>{say('打哪个电话', 'Which number rings')}</h3>
      <ContactRows rows={draft.contacts} change={(contacts) => set({ contacts })} at={at} />
      <h3>{say('谁住在这里', 'Who lives here')}</h3>
      <div className="form-row">
        {maySee && (
          <Named name={say('户主', 'Head')}>
            <Input value={draft.head} maxLength={30} onChange={(event) => set({ head: event.target.value })} />
          </Named>
        )}
        <Named name={say('人数', 'People')}>
          <InputNumber value={draft.people} min={0} max={99} onChange={(people) => set({ people: people ?? 0 })} />
        </Named>
        <Named name={say('现在在家', 'At home now')}>
          <Switch checked={draft.atHome} onChange={(atHome) => set({ atHome })} />
        </Named>
      </div>
      {maySee && <MemberRows rows={draft.members} change={(members) => set({ members, tags: withNeeds(draft, members) })} />}
      <Risks draft={draft} set={set} />
      <h3>{say('在哪里', 'Where')}</h3>
      <p className="muted small">{say('拖动图钉,或在地图上点一下房屋所在处。', 'Drag the pin, or press where the house stands.')}</p>
      <div className="household-small-map">
        <Suspense fallback={null}>
          {grids.data && (
            <DoorMap key={draft.place} grids={grids.data} pin={draft.position} place={draft.place} move={(position) => set({ position })} />
          )}
        </Suspense>
      </div>
      {draft.position && (
        <button type="button" className="plain-button" onClick={() => set({ position: null })}>
          {say('去掉位置', 'Take the position away')}
        </button>
      )}
    </div>
  )
}

function Risks({ draft, set }: { draft: Draft; set: (part: Partial<Draft>) => void }) {
  const say = useSay()
  const points = usePoints()
  const shelters = useShelters()
  const staff = useResource<Listing<StaffAnswer>>('/api/register/staff', { everyMs: 0 })
  const near = (staff.data?.items ?? []).filter((s) => draft.place.startsWith(s.place) || s.place.startsWith(draft.place.slice(0, 12)))
  const pick = (list: { id: string; name: string }[] | undefined) => (list ?? []).map(({ id, name }) => ({ value: id, label: name }))
  return (
    <>
      <h3>{say('风险与安置', 'Risk and shelter')}</h3>
      <Named name={say('风险类型', 'Risks')}>
        <Select mode="multiple" className="w-full" value={draft.tags} onChange={(tags) => set({ tags })} options={tagChoices(say)} />
      </Named>
      <div className="form-row">
        <Named name={say('关联部位', 'Hazard point')}>
          <Select
            allowClear
            className="w-full"
            value={draft.pointId}
            onChange={(pointId) => set({ pointId: pointId ?? null })}
            options={pick(points.data?.items)}
          />
        </Named>
        <Named name={say('去哪个安置点', 'Shelter')}>
          <Select
            allowClear
            className="w-full"
            value={draft.shelterId}
            onChange={(shelterId) => set({ shelterId: shelterId ?? null })}
            options={pick(shelters.data?.items)}
          />
        </Named>
      </div>
      <Named name={say('结对帮扶人', 'Helper')}>
        <Select
          allowClear
          className="w-full"
          showSearch={{ optionFilterProp: 'label' }}
          value={draft.helperId}
          onChange={(helperId) => set({ helperId: helperId ?? null })}
          options={near.map((s) => ({ value: s.id, label: `${s.name} · ${s.post}` }))}
        />
      </Named>
      <Named name={say('同意事项(不影响预警)', 'Agreed to (never decides who is warned)')}>
        <Checkbox.Group value={draft.consents} onChange={(consents) => set({ consents })} options={consentChoices(say)} />
      </Named>
    </>
  )
}

export function Named({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the child
    <label className="named">
      <span>{name}</span>
      {children}
    </label>
  )
}
