import { Segmented, Select, TreeSelect } from 'antd'
import { useEffect, useState } from 'react'
import { ApiError, post } from '../../shared/api.js'
import type { Level, PolicyPreview } from '../../shared/api-types.js'
import { useSay } from '../../shared/language.js'
import { levelWord } from '../../shared/level.js'
import { count } from '../../shared/times.js'
import { DeadlineLine, MissingWhy, TagChips } from '../alert/preview.js'
import { channelWord } from '../data/words.js'
import { eventWord } from '../desk/warning-words.js'
import { PreparedMoves } from '../evacuation/move-list.js'
import { Figure, Loaded, Page, Panel } from '../layout/parts.js'
import { useGrids } from '../map/map-data.js'
import { useGridTree } from '../notices/notice-page.js'
import { Link, useAddress } from '../router.js'
import { TextsPage } from '../texts/texts-page.js'

const events = ['暴雨', '内涝', '山洪', '洪水', '台风', '雷雨大风', '大风', '地质灾害', '滑坡', '泥石流', '暴雪', '高温', '寒潮', '地震']
const colours: Level[] = ['red', 'orange', 'yellow', 'blue']

/** 规则试算: what the risk policy would do now, by daylight, without making an alert. */
export function PolicyPage() {
  const { parts } = useAddress()
  return parts[1] === 'texts' ? <TextsPage /> : <Sandbox />
}

function Sandbox() {
  const say = useSay()
  const grids = useGrids()
  const tree = useGridTree(grids.data?.features)
  const [event, setEvent] = useState('暴雨')
  const [level, setLevel] = useState<Level>('red')
  const [places, setPlaces] = useState<string[]>([])
  const found = usePolicy(event, level, places)
  return (
    <Page
      title={say('规则试算', 'Policy sandbox')}
      sub={say(
        '假如现在发布这样一条预警:按规则通知谁、给谁打电话、转移谁、查看哪些部位。只看,不生成信息,不会发出。',
        'If such a warning came now: who is told, rung up, moved, and which points are watched. To look at only; nothing is made or sent.',
      )}
      extra={<Link to="/policy/texts">{say('措辞与报备 ›', 'Texts and filing ›')}</Link>}
    >
      <Panel
        title={say('条件', 'Suppose')}
        className="policy-ask"
        extra={<small className="muted">{say('规则在 config/policy/risk.yaml', 'the rules: config/policy/risk.yaml')}</small>}
      >
        <div className="policy-fields">
          <Select
            value={event}
            onChange={setEvent}
            aria-label={say('灾种', 'hazard')}
            options={events.map((one) => ({ value: one, label: eventWord(one, say) }))}
          />
          <Segmented
            value={level}
            onChange={(next) => setLevel(next as Level)}
            options={colours.map((one) => ({ value: one, label: levelWord(one, say) }))}
          />
          <TreeSelect
            treeData={tree}
            treeCheckable
            allowClear
            showCheckedStrategy={TreeSelect.SHOW_PARENT}
            value={places}
            onChange={(next: string[]) => setPlaces(next)}
            placeholder={say('全部网格;可只选几个', 'all grids; or choose some')}
            treeNodeFilterProp="title"
            maxTagCount={4}
          />
        </div>
      </Panel>
      <div className="policy-grid">
        <Panel title={say('会怎样', 'What would happen')}>
          <Loaded from={found} rows={8}>
            {(data) => (
              <>
                <div className="figures">
                  <Figure label={say('通知到户(人)', 'told at home')} value={data.told.people} of={data.people} />
                  <Figure label={say('打电话', 'rung up')} value={data.called} />
                  <Figure
                    label={say(`应转 ${data.move.households} 户`, `${data.move.households} hh to move`)}
                    value={data.move.people}
                    tone="warn"
                  />
                  <Figure label={say('查看部位', 'points watched')} value={data.points} />
                </div>
                <DeadlineLine deadline={data.move.deadline} />
                <p className="preview-part ys-tabular">
                  {data.channels.map((row) => `${channelWord(row.channel, say)} ${count(row.messages)}`).join(' · ') ||
                    say('不发任何信息', 'no messages')}
                </p>
                <MissingWhy data={data} />
                <TagChips tags={data.tags} />
              </>
            )}
          </Loaded>
        </Panel>
        <PreparedMoves key={`${event} ${level}`} event={event} level={level} />
      </div>
    </Page>
  )
}

function usePolicy(event: string, level: Level, places: string[]) {
  const [state, setState] = useState<{ data: PolicyPreview | undefined; error: ApiError | undefined }>({
    data: undefined,
    error: undefined,
  })
  const asked = JSON.stringify({ event, level, ...(places.length > 0 ? { grids: places } : {}) })
  useEffect(() => {
    let stale = false
    post<PolicyPreview>('/api/policy/preview', JSON.parse(asked))
      .then((data) => stale || setState({ data, error: undefined }))
      .catch(
        (error) =>
          stale ||
          setState((now) => ({ ...now, error: error instanceof ApiError ? error : new ApiError(0, 'unknown', String(error), '') })),
      )
    return () => {
      stale = true
    }
  }, [asked])
  return { ...state, loading: !state.data && !state.error }
}
