import { useSay } from '../shared/language.js'
import type { DrillState } from './model/drill.js'
import { readFigures } from './model/figures.js'

export function StartCard({ problem, ready, onStart }: { problem: string | null; ready: boolean; onStart: () => void }) {
  const say = useSay()
  return (
    <div className="curtain">
      <div className="poster">
        <p className="hour">03:26</p>
        <h2>{say('寅时,暴雨。', 'The hour before dawn. Rain.')}</h2>
        <p>
          {say(
            '气象台发来红色预警。一个街道、135 个网格、255 个群、12 户 33 人要转移。值班台、网格员的手机、一位独居老人的手机,在同一个窗口里走完这一夜。',
            'A red warning comes in. One subdistrict, 135 grids, 255 groups, 12 households with 33 people to move. The desk, a grid worker’s phone and an old resident’s phone live through the night in one window.',
          )}
        </p>
        <button type="button" className="begin" disabled={!ready} onClick={onStart}>
          {ready ? say('▶ 开始这一夜', '▶ Begin the night') : say('正在装入示例街道…', 'Loading the sample subdistrict…')}
        </button>
        <p className="fine">
          {say(
            '约 5 分钟 · 随时暂停、换快慢、换你来当任何一个人',
            'About five minutes · pause, change the pace, or take anybody’s place at any second',
          )}
        </p>
        {problem !== null && problem !== '' && <p className="fine trouble">{problem}</p>}
      </div>
    </div>
  )
}

export function EndCard({ drill, onAgain, onRead }: { drill: DrillState; onAgain: () => void; onRead: () => void }) {
  const say = useSay()
  const rows = readFigures(drill.figures ?? {})
  return (
    <div className="curtain">
      <div className="poster end">
        <h2>{say('天亮了。', 'It is morning.')}</h2>
        <dl>
          {rows.map((row) => (
            <div key={row.key} className={row.big ? 'big' : ''}>
              <dt>{say(row.zh, row.en)}</dt>
              <dd>
                {row.value} {row.unit !== undefined && say(row.unit.zh, row.unit.en)}
              </dd>
            </div>
          ))}
        </dl>
        <p className="fine">
          {say('每个数都出自流水,不是算好的剧本。', 'Every number comes from the journal; nothing of it is scripted.')}
        </p>
        <div className="poster-buttons">
          <button type="button" className="begin" onClick={onRead}>
            {say('看值班台上的报告', 'Read the report on the desk')}
          </button>
          <button type="button" className="begin second" onClick={onAgain}>
            {say('↺ 再来一次', '↺ Start again')}
          </button>
        </div>
      </div>
    </div>
  )
}
