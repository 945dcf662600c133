import { Button, Progress } from 'antd'
import { useSay } from '../../shared/language.js'
import { count } from '../../shared/times.js'
import type { ImportStep } from './watched-call.js'

/** How far it has come, in rows, and the way out while nothing is written. */
export function ImportProgressBar({ step, cancel }: { step: ImportStep; cancel: () => void }) {
  const say = useSay()
  const share = step.of ? Math.floor((100 * step.done) / step.of) : 0
  const rows = step.of ? `${count(step.done)} / ${count(step.of)}` : count(step.done)
  const words = {
    uploading: say(`正在上传 ${share}%`, `Uploading ${share}%`),
    reading: say(`已读 ${rows} 行`, `${rows} rows read`),
    comparing: say(`已比对 ${rows} 户`, `${rows} households compared`),
    writing: say(`已写入 ${rows} 户`, `${rows} households written`),
  }
  return (
    <div className="import-steps" role="status">
      <b className="ys-tabular">{words[step.phase]}</b>
      <Progress percent={share} showInfo={false} status="active" />
      <Button onClick={cancel}>{say('取消', 'Cancel')}</Button>
      <small className="muted">
        {step.phase === 'writing'
          ? say('写完才一起生效;取消则一户都不写。', 'It counts as a whole at its end; cancelled, nothing is written.')
          : say('还在试算,名册没有改动。', 'A dry run: the register is as it was.')}
      </small>
    </div>
  )
}
