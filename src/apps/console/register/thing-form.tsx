import { Button, Drawer, Input, InputNumber, Select, Switch } from 'antd'
import { Suspense, useState } from 'react'
import type { StaffAnswer } from '../../../register/edit/thing-routes.js'
import { ApiError, call, post } from '../../shared/api.js'
import type { Listing } from '../../shared/api-types.js'
import { useSay } from '../../shared/language.js'
import { useTellError } from '../alert/use-verb.js'
import { readAgain, useResource } from '../data/resources.js'
import { useGrids, usePlaceNames } from '../map/map-data.js'
import { type Clash, ClashNote, clashOf } from './clash.js'
import { Named } from './household-form.js'
import { DoorMap } from './households-tab.js'

type Values = Record<string, unknown>
export interface FieldOfThing {
  name: string
  label: string
  as: 'text' | 'number' | 'choice' | 'staff' | 'yes' | 'phone' | 'grids'
  options?: { value: string; label: string }[]
  /** May be empty. */
  optional?: boolean
}
const emptyOf: Partial<Record<FieldOfThing['as'], unknown>> = { yes: false, grids: [] }
const renew = () => {
  for (const changed of ['/api/points', '/api/shelters', '/api/register']) readAgain(changed)
}

interface ThingFormProps {
  title: string
  /** /api/register/points … */
  path: string
  /** Null: a new one. */
  thing: ({ id: string; place: string; version: number } & Values) | null
  fields: FieldOfThing[]
  /** Has a place on the map. */
  placed?: boolean
  close: () => void
}

/** One form for everything of the register that is a plain row: only what was changed is sent. */
export function ThingForm({ title, path, thing, fields, placed, close }: ThingFormProps) {
  const say = useSay()
  const tell = useTellError()
  const [said, setSaid] = useState<Values>({})
  const [problem, setProblem] = useState('')
  const [clash, setClash] = useState<Clash | null>(null)
  const [busy, setBusy] = useState(false)
  const now: Values = { ...thing, ...said }
  const set = (part: Values) => setSaid((before) => ({ ...before, ...part }))
  const isEmpty = (value: unknown) => value === undefined || value === null || value === ''
  const missing = !thing && (isEmpty(now.place) || fields.some((f) => !f.optional && emptyOf[f.as] === undefined && isEmpty(now[f.name])))
  const number = Object.keys(said).length
  const save = async () => {
    setBusy(true)
    setProblem('')
    const empty = Object.fromEntries(fields.filter((f) => f.as !== 'phone').map((f) => [f.name, emptyOf[f.as] ?? null]))
    try {
      if (thing) await call('PATCH', `${path}/${encodeURIComponent(thing.id)}`, { version: thing.version, ...said })
      else await post(path, { ...empty, ...said })
      renew()
      close()
    } catch (error) {
      const first = error instanceof ApiError ? error.errors[0] : undefined
      const other = thing ? clashOf(error) : null
      if (other) setClash(other)
      else if (first && error instanceof ApiError) setProblem(`${error.title}:${first.message}`)
      else tell(error)
      setBusy(false)
    }
  }
  return (
    <Drawer
      open
      onClose={close}
      size={480}
      title={title}
      footer={
        <div className="form-foot">
          {problem && (
            <span className="tone-bad" role="alert">
              {problem}
            </span>
          )}
          <Button onClick={close}>{say('不改了', 'Cancel')}</Button>
          <Button type="primary" loading={busy} disabled={number === 0 || missing || clash !== null} onClick={() => void save()}>
            {number === 0 ? say('还没有改动', 'Nothing changed') : say(`保存 ${number} 处改动`, `Save ${number} changes`)}
          </Button>
        </div>
      }
    >
      {clash && (
        <ClashNote
          clash={clash}
          again={() => {
            renew()
            close()
          }}
        />
      )}
      <div className="household-form">
        {!thing && <PlaceChoice value={now.place as string | undefined} change={(place) => set({ place })} />}
        {fields.map((field) => (
          <Named key={field.name} name={field.label}>
            <Control field={field} thing={thing} value={now[field.name]} change={(value) => set({ [field.name]: value })} />
          </Named>
        ))}
        {placed && <PlaceOnMap now={now} set={set} />}
      </div>
    </Drawer>
  )
}

interface ControlProps {
  field: FieldOfThing
  thing: Values | null
  value: unknown
  change: (value: unknown) => void
}
function Control({ field, thing, value, change }: ControlProps) {
  const say = useSay()
  const names = usePlaceNames()
  const grids = useGrids()
  const staff = useResource<Listing<StaffAnswer>>(field.as === 'staff' ? '/api/register/staff' : null, { everyMs: 0 })
  switch (field.as) {
    case 'yes':
      return <Switch checked={value === true} onChange={change} />
    case 'grids':
      return (
        <Select
          mode="multiple"
          className="w-full"
          showSearch={{ optionFilterProp: 'label' }}
          value={(value as string[] | undefined) ?? []}
          placeholder={say('不选:所在网格或社区的全部网格', 'None: every grid of its place')}
          onChange={change}
          options={(grids.data?.features ?? []).map(({ properties }) => ({ value: properties.place, label: properties.name }))}
        />
      )
    case 'number':
      return <InputNumber value={value as number | null} min={0} onChange={(next) => change(next ?? 0)} />
    case 'phone':
      return (
        <Input
          inputMode="tel"
          maxLength={40}
          placeholder={(thing?.masked as string | undefined) ?? say('手机,或带区号的座机', 'mobile, or landline with area code')}
          onChange={(event) => change(event.target.value.trim() || undefined)}
        />
      )
    case 'text':
      return <Input value={(value as string | null) ?? ''} maxLength={120} onChange={(event) => change(event.target.value)} />
    default:
      return (
        <Select
          className="w-full"
          allowClear={field.optional === true}
          showSearch={{ optionFilterProp: 'label' }}
          value={(value as string | null) ?? null}
          onChange={(next) => change(next ?? null)}
          options={
            field.options ??
            (staff.data?.items ?? []).map((s) => ({ value: s.id, label: `${s.name} · ${s.post} · ${names.get(s.place) ?? ''}` }))
          }
        />
      )
  }
}

function PlaceChoice({ value, change }: { value: string | undefined; change: (place: string) => void }) {
  const say = useSay()
  const names = usePlaceNames()
  return (
    <Named name={say('哪个网格或社区', 'Which grid or community')}>
      <Select
        className="w-full"
        showSearch={{ optionFilterProp: 'label' }}
        value={value ?? null}
        onChange={change}
        options={[...names].map(([place, label]) => ({ value: place, label }))}
      />
    </Named>
  )
}

function PlaceOnMap({ now, set }: { now: Values; set: (part: Values) => void }) {
  const say = useSay()
  const grids = useGrids()
  const pin = typeof now.lon === 'number' && typeof now.lat === 'number' ? { lon: now.lon, lat: now.lat } : null
  return (
    <>
      <p className="muted small">{say('拖动图钉,或在地图上点一下。', 'Drag the pin, or press on the map.')}</p>
      <div className="household-small-map">
        <Suspense fallback={null}>
          {grids.data && <DoorMap grids={grids.data} pin={pin} place={now.place as string | undefined} move={(to) => set({ ...to })} />}
        </Suspense>
      </div>
    </>
  )
}
