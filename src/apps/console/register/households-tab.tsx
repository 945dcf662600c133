import { Button, Input, Select } from 'antd'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import type { DoorAnswer, FoundAnswer } from '../../../register/household-routes.js'
import { useSay } from '../../shared/language.js'
import { count } from '../../shared/times.js'
import { useMay, useSession } from '../data/session.js'
import { Empty, Loaded, Panel } from '../layout/parts.js'
import { useGrids } from '../map/map-data.js'
import { go } from '../router.js'
import { anyHousehold, type HouseholdWish, keptWish, useFoundHouseholds } from './find-households.js'
import { HouseholdForm } from './household-form.js'
import { MovedOutList } from './moved-out-list.js'
import { tagChoices, tagWord } from './register-words.js'

export const DoorMap = lazy(() => import('./door-map.js').then((module) => ({ default: module.DoorMap })))

/** Every door of the area, as a list and on the map: what is chosen in one is chosen in the other. */
export function HouseholdsTab() {
  const say = useSay()
  const may = useMay()
  const { me } = useSession()
  const who = me.account
  const [wish, setWish] = useState(() => keptWish(who))
  const [chosen, setChosen] = useState<string | null>(null)
  const [adding, setAdding] = useState(false)
  const found = useFoundHouseholds(who, wish)
  const grids = useGrids()
  const doors = found.data?.items ?? none
  return (
    <>
      <WishBar wish={wish} change={setWish} doors={doors} chosen={chosen} choose={setChosen} />
      {wish.movedOut ? (
        <MovedOutList words={wish.words} place={wish.place} />
      ) : (
        <div className="households">
          <Panel
            title={say('住户', 'Households')}
            count={found.data?.total}
            extra={
              <>
                {found.data && (
                  <span className="muted">{say(`共 ${count(found.data.people)} 人`, `${count(found.data.people)} people`)}</span>
                )}{' '}
                {may('register.edit') && (
                  <Button size="small" onClick={() => setAdding(true)}>
                    {say('新登记一户', 'Add a household')}
                  </Button>
                )}
              </>
            }
          >
            <Loaded from={found} rows={10}>
              {(data) =>
                data.items.length === 0 ? (
                  <NothingFound wish={wish} clear={() => setWish(anyHousehold)} />
                ) : (
                  <DoorList data={data} chosen={chosen} choose={setChosen} more={found.more} />
                )
              }
            </Loaded>
          </Panel>
          <section className="panel household-map" aria-label={say('地图', 'Map')}>
            <Suspense fallback={null}>
              {grids.data && <DoorMap grids={grids.data} doors={doors} chosen={chosen} choose={setChosen} />}
            </Suspense>
          </section>
        </div>
      )}
      {adding && (
        <HouseholdForm card={null} place={wish.place} close={() => setAdding(false)} saved={(id) => go(`/register/households/${id}`)} />
      )}
    </>
  )
}
const none: DoorAnswer[] = []

interface WishBarProps {
  wish: HouseholdWish
  change: (wish: HouseholdWish) => void
  doors: DoorAnswer[]
  chosen: string | null
  choose: (id: string) => void
}
function WishBar({ wish, change, doors, chosen, choose }: WishBarProps) {
  const say = useSay()
  const grids = useGrids()
  const at = doors.findIndex((door) => door.id === chosen)
  const chips: [string, boolean, Partial<HouseholdWish>][] = [
    [say('打不通', 'Nobody to ring'), wish.lacking === 'contact', { lacking: wish.lacking === 'contact' ? null : 'contact' }],
    [say('没有位置', 'No position'), wish.lacking === 'position', { lacking: wish.lacking === 'position' ? null : 'position' }],
    [say('外出', 'Away'), wish.away, { away: !wish.away }],
    [say('已迁出', 'Moved out'), wish.movedOut, { movedOut: !wish.movedOut }],
  ]
  return (
    <search className="wish">
      <Input
        data-find=""
        allowClear
        className="wish-words"
        value={wish.words}
        maxLength={60}
        aria-label={say('找住户', 'Find a household')}
        placeholder={say('门牌、拼音首字母(bhy3d)、电话尾号或户主姓名', 'Address, initials (bhy3d), end of a phone number, head')}
        onChange={(event) => change({ ...wish, words: event.target.value })}
        onKeyDown={(event) => {
          const next = event.key === 'ArrowDown' ? at + 1 : event.key === 'ArrowUp' ? at - 1 : null
          const to = next === null ? undefined : doors[Math.max(0, Math.min(doors.length - 1, next))]
          if (to) choose(to.id)
          else if (event.key === 'Enter' && (chosen || doors.length === 1)) go(`/register/households/${at >= 0 ? chosen : doors[0]?.id}`)
          else return
          event.preventDefault()
        }}
        suffix={<kbd>/</kbd>}
      />
      <Select
        className="w-200"
        allowClear
        showSearch={{ optionFilterProp: 'label' }}
        aria-label={say('网格', 'Grid')}
        placeholder={say('全部网格', 'All grids')}
        value={wish.place || null}
        onChange={(place) => change({ ...wish, place: place ?? '' })}
        options={(grids.data?.features ?? []).map(({ properties }) => ({ value: properties.place, label: properties.name }))}
      />
      <Select
        className="w-160"
        allowClear
        aria-label={say('风险类型', 'Risk')}
        placeholder={say('风险类型', 'Any risk')}
        value={wish.tag}
        onChange={(tag) => change({ ...wish, tag: tag ?? null })}
        options={tagChoices(say)}
      />
      {chips.map(([label, on, set]) => (
        <button
          key={label}
          type="button"
          className={`chip-button${on ? ' is-on' : ''}`}
          aria-pressed={on}
          onClick={() => change({ ...wish, ...set })}
        >
          {label}
        </button>
      ))}
    </search>
  )
}

interface DoorListProps {
  data: FoundAnswer
  chosen: string | null
  choose: (id: string) => void
  more: () => void
}
/** Arrows go through the doors, Enter opens one; a click chooses, a second one opens. */
function DoorList({ data: { items, total, looked }, chosen, choose, more }: DoorListProps) {
  const say = useSay()
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (chosen) list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' })
  }, [chosen])
  const open = (id: string) => go(`/register/households/${id}`)
  const at = items.findIndex((door) => door.id === chosen)
  return (
    <>
      {looked.length > 0 && (
        <p className="note">{say('按号码或姓名查过,已记入查阅记录。', 'Numbers or names were looked through; the look is on record.')}</p>
      )}
      <div
        ref={list}
        className="doors"
        role="listbox"
        tabIndex={0}
        aria-label={say('住户', 'Households')}
        onKeyDown={(event) => {
          const to = event.key === 'ArrowDown' ? items[at + 1] : event.key === 'ArrowUp' ? items[Math.max(0, at - 1)] : undefined
          if (to) choose(to.id)
          else if (event.key === 'Enter' && chosen) open(chosen)
          else return
          event.preventDefault()
        }}
      >
        {items.map((door) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the list takes the keys
          // biome-ignore lint/a11y/useFocusableInteractive: the list is what is focused
          <div
            key={door.id}
            role="option"
            aria-selected={door.id === chosen}
            onClick={() => (door.id === chosen ? open(door.id) : choose(door.id))}
            onDoubleClick={() => open(door.id)}
          >
            <span className="door-where">
              <b>{door.label}</b>
              <small className="muted">{door.gridName}</small>
            </span>
            <span className="chips">
              {door.tags.map(({ tag }) => (
                <span key={tag} className="chip">
                  {tagWord(tag, say)}
                </span>
              ))}
              {!door.reachable && <span className="chip chip-bad">{say('打不通', 'nobody to ring')}</span>}
              {door.lon === null && <span className="chip chip-warn">{say('没有位置', 'no position')}</span>}
              {!door.atHome && <span className="chip">{say('外出', 'away')}</span>}
            </span>
            <span className="ys-tabular door-people">{say(`${door.people} 人`, `${door.people} ppl`)}</span>
          </div>
        ))}
      </div>
      {total > items.length && (
        <div className="table-foot">
          <span className="muted">
            {say(`列出 ${count(items.length)} 户,共 ${count(total)} 户`, `${count(items.length)} of ${count(total)} shown`)}
          </span>
          {items.length < 1000 ? (
            <Button size="small" onClick={more}>
              {say('再列 200 户', '200 more')}
            </Button>
          ) : (
            <span className="muted">{say('请用网格或门牌缩小范围', 'narrow it by grid or address')}</span>
          )}
        </div>
      )}
    </>
  )
}

function NothingFound({ wish, clear }: { wish: HouseholdWish; clear: () => void }) {
  const say = useSay()
  if (wish === anyHousehold)
    return (
      <Empty title={say('名册里还没有住户', 'The register has no households yet')}>
        {say('在“导入导出”里放一份住户表,或在这里逐户登记。', 'Drop a sheet under “Import and export”, or add them here.')}
      </Empty>
    )
  return (
    <Empty title={say('没有找到这样的住户', 'No such household')} action={<Button onClick={clear}>{say('清除条件', 'Clear')}</Button>}>
      {say(
        '试试小区名的首字母加楼号(滨河苑 3 栋:bhy3),或电话后四位。',
        'Try the initials of the estate and the building (bhy3), or the last four digits of a number.',
      )}
    </Empty>
  )
}
