import { Button, Segmented, Slider, Switch } from 'antd'
import { useState } from 'react'
import { post } from '../../shared/api.js'
import type { Drill } from '../../shared/api-types.js'
import { Icon } from '../../shared/icons.js'
import { useLanguage } from '../../shared/language.js'
import { minuteTime } from '../../shared/times.js'
import { useTellError } from '../alert/use-verb.js'
import { useDrill } from '../data/desk.js'
import { readAllAgain } from '../data/resources.js'
import { useMay } from '../data/session.js'
import { Empty, Loaded, Page, Panel } from '../layout/parts.js'
import { go } from '../router.js'

const speeds = [1, 10, 30, 60, 120]

export function DrillPage() {
  const { say } = useLanguage()
  const drill = useDrill()
  return (
    <Page
      title={say('演练', 'Drill')}
      sub={say(
        '在示例数据上重过 7 月 12 日那一夜。时钟由演练推进,消息只进模拟收件箱,不会发给任何真实的人。',
        'Live through the night of 12 July on sample data. Messages go to the simulated inbox only.',
      )}
      extra={
        <Button href="/tour" target="_blank">
          {say('三屏同看 /tour', 'All three screens: /tour')}
        </Button>
      }
    >
      <Loaded from={drill}>{(data) => <Controls drill={data} again={drill.again} />}</Loaded>
    </Page>
  )
}

function Controls({ drill, again }: { drill: Drill; again: () => void }) {
  const { say } = useLanguage()
  const may = useMay()
  const tell = useTellError()
  const [speed, setSpeed] = useState(drill.speed > 0 ? drill.speed : 60)
  const [cast, setCast] = useState<'feed' | 'all'>(drill.cast ?? 'all')
  const [busy, setBusy] = useState(false)
  const press = async (path: string, body: Record<string, unknown> = {}) => {
    setBusy(true)
    try {
      await post(`/api/drill/${path}`, body)
    } catch (error) {
      tell(error)
    }
    setBusy(false)
    again()
    readAllAgain()
  }
  const live = drill.state === 'running' || drill.state === 'paused'
  if (!may('drill.run')) return <Empty title={say('您的岗位不能开始演练', 'Your post may not run a drill')} />
  return (
    <div className="drill-grid">
      <Panel
        title={drill.title ? say(drill.title.zh, drill.title.en) : say('7 月 12 日夜', 'The night of 12 July')}
        extra={<StateWord drill={drill} />}
      >
        <div className="drill-controls">
          {!live && (
            <>
              <div className="drill-row">
                <span>{say('谁来演', 'Who plays')}</span>
                <Segmented
                  value={cast}
                  onChange={setCast}
                  options={[
                    { value: 'all', label: say('全部由演练代演', 'everybody is played') },
                    { value: 'feed', label: say('只来预警,人由我们演', 'only the feed; we play the people') },
                  ]}
                />
              </div>
              <Button
                type="primary"
                size="large"
                loading={busy}
                icon={<Icon name="drill" size={16} />}
                onClick={() => void press('start', { scenario: 'july-12', speed, cast })}
              >
                {drill.state === 'finished' ? say('再来一次', 'Once more') : say('开始 7 月 12 日', 'Start 12 July')}
              </Button>
            </>
          )}
          {live && (
            <div className="drill-row">
              {drill.state === 'running' ? (
                <Button size="large" loading={busy} icon={<Icon name="pause" size={16} />} onClick={() => void press('pause')}>
                  {say('暂停', 'Pause')}
                </Button>
              ) : (
                <Button
                  size="large"
                  type="primary"
                  loading={busy}
                  icon={<Icon name="drill" size={16} />}
                  onClick={() => void press('resume')}
                >
                  {say('继续', 'Go on')}
                </Button>
              )}
              <Button size="large" loading={busy} icon={<Icon name="restart" size={16} />} onClick={() => void press('restart')}>
                {say('从头再来', 'Start again')}
              </Button>
              <Button size="large" loading={busy} onClick={() => void press('end')}>
                {say('结束,回到真实时间', 'End, back to real time')}
              </Button>
              <Button size="large" onClick={() => go('/')}>
                {say('去值守台看', 'To the desk')}
              </Button>
            </div>
          )}
          <div className="drill-row">
            <span>{say('快慢', 'Speed')}</span>
            <Segmented
              value={speeds.includes(speed) ? speed : 60}
              onChange={(next) => {
                setSpeed(next)
                if (live) void press('speed', { speed: next })
              }}
              options={speeds.map((one) => ({ value: one, label: `${one}×` }))}
            />
            <Slider
              className="w-160"
              min={1}
              max={200}
              value={speed}
              onChange={setSpeed}
              onChangeComplete={(next) => live && void press('speed', { speed: next })}
            />
          </div>
          {live && <TakeOver drill={drill} press={press} />}
        </div>
        {drill.problem && <p className="note note-warn">{drill.problem}</p>}
      </Panel>
      <Chapters drill={drill} />
      {drill.figures && <Figures figures={drill.figures} />}
    </div>
  )
}

function StateWord({ drill }: { drill: Drill }) {
  const { say } = useLanguage()
  const words = {
    idle: say('未开始', 'not started'),
    running: say('进行中', 'running'),
    paused: say('已暂停', 'paused'),
    finished: say('已结束', 'finished'),
    failed: say('中断', 'failed'),
  }
  return (
    <span className="ys-tabular">
      <span className={`state state-${drill.state === 'running' ? 'good' : drill.state === 'failed' ? 'bad' : 'muted'}`}>
        {words[drill.state]}
      </span>{' '}
      {minuteTime(drill.at)}
    </span>
  )
}

const parts: Record<string, [string, string]> = {
  officer: ['值班员', 'officer'],
  staff: ['责任人', 'staff'],
  residents: ['居民', 'residents'],
  groups: ['群主', 'group owners'],
  worker: ['网格员', 'grid worker'],
  keeper: ['安置点', 'shelter keeper'],
}
/** At any second a person takes a part over; the drill then waits for them. */
function TakeOver({ drill, press }: { drill: Drill; press: (path: string, body: Record<string, unknown>) => Promise<void> }) {
  const { say } = useLanguage()
  const toggle = (part: string, on: boolean) =>
    void press('cast', { takenOver: on ? [...drill.takenOver, part] : drill.takenOver.filter((one) => one !== part) })
  return (
    <div className="drill-row">
      <span>{say('我来演', 'I play')}</span>
      {Object.entries(parts).map(([part, [zh, en]]) => (
        // biome-ignore lint/a11y/noLabelWithoutControl: the switch inside is the control
        <label key={part} className="drill-part">
          <Switch size="small" checked={drill.takenOver.includes(part)} onChange={(on) => toggle(part, on)} /> {say(zh, en)}
        </label>
      ))}
    </div>
  )
}

function Chapters({ drill }: { drill: Drill }) {
  const { say } = useLanguage()
  const at = drill.chapter?.n ?? 0
  return (
    <Panel title={say('这一夜', 'The night')} count={drill.chapters.length}>
      {drill.chapter && <p className="drill-tell">{say(drill.chapter.tell.zh, drill.chapter.tell.en)}</p>}
      <ol className="chapters">
        {drill.chapters.map((chapter, index) => (
          <li key={chapter.id} className={index + 1 === at ? 'is-at' : index + 1 < at ? 'is-past' : ''}>
            <time className="ys-tabular">{minuteTime(chapter.at)}</time>
            <span>{say(chapter.title.zh, chapter.title.en)}</span>
          </li>
        ))}
      </ol>
      {drill.chapters.length === 0 && (
        <Empty title={say('还没有开始', 'Not started')}>
          {say(
            '前夜提示 → 3:26 红色预警 → 叫应 → 转发 → 转移 12 户 33 人 → 解除 → 返回。',
            'The evening notice, the red warning at 3:26, calls, relay, moving 12 households, all clear, return.',
          )}
        </Empty>
      )}
    </Panel>
  )
}

function Figures({ figures }: { figures: Record<string, unknown> }) {
  const { say } = useLanguage()
  return (
    <Panel title={say('这一夜的数', 'Its figures')} className="drill-figures">
      <dl className="kv">
        {Object.entries(figures).map(([key, value]) => (
          <div key={key}>
            <dt>{key}</dt>
            <dd className="ys-tabular">{typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? '—')}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  )
}
