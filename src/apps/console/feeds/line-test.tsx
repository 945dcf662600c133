import { Button, Modal } from 'antd'
import { useState } from 'react'
import { post } from '../../shared/api.js'
import type { LineTest } from '../../shared/api-types.js'
import { Icon } from '../../shared/icons.js'
import { type Say, useLanguage, useSay } from '../../shared/language.js'
import { useTellError } from '../alert/use-verb.js'
import { useResource } from '../data/resources.js'
import { Loaded } from '../layout/parts.js'
import { go } from '../router.js'

const stageWord = (key: LineTest['stages'][number]['key'], say: Say): string =>
  ({
    kept: say('测试报文存下原文', 'Test bulletin kept as received'),
    read: say('读懂', 'Read'),
    opened: say('成为预警(测试)', 'Opened as a warning (test)'),
    matched: say('对上本辖区范围', 'Matched with our area'),
    issued: say('生成通知【演练】', 'Alert issued (exercise)'),
    planned: say('排出演练名单', 'Allow-list planned'),
    accepted: say('交给发送通道', 'Taken by the carrier'),
    ended: say('到期自动结束(5 分钟)', 'Ends by itself (5 minutes)'),
  })[key]

/** 测试全链路: one press sends a test of our own the whole way, to the exercise list only, and shows how far it came. */
export function LineTestButton() {
  const say = useSay()
  const tell = useTellError()
  const [open, setOpen] = useState(false)
  const [running, setRunning] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const begin = async () => {
    setBusy(true)
    try {
      setRunning((await post<LineTest>('/api/feeds/test-alert')).bulletinId)
    } catch (error) {
      tell(error)
    }
    setBusy(false)
  }
  return (
    <>
      <Button icon={<Icon name="check" size={16} />} onClick={() => setOpen(true)}>
        {say('测试全链路', 'Test the whole line')}
      </Button>
      <Modal open={open} onCancel={() => setOpen(false)} footer={null} width={520} title={say('测试全链路', 'Test the whole line')}>
        {running ? (
          <Stages id={running} />
        ) : (
          <p>
            {say(
              '系统自己写一份状态为“测试”的预警,从接收、读懂、研判、生成通知一直走到发送通道。',
              'The system writes a warning of status Test and sends it the whole way: received, read, matched, issued, handed to the carrier.',
            )}{' '}
            <b>
              {say(
                '只发给演练名单里的值班人员,文字写明是演练;居民收不到;五分钟后自动结束。',
                'It reaches only staff on the exercise list and says so; no resident; over in five minutes.',
              )}
            </b>
          </p>
        )}
        <div className="dialog-act">
          {running && <Button onClick={() => go(`/feeds/${running}`)}>{say('看测试报文', 'Look at the test bulletin')}</Button>}
          <Button type="primary" loading={busy} onClick={() => void begin()}>
            {running ? say('再测一次', 'Test again') : say('发出测试给演练名单', 'Send the test to the exercise list')}
          </Button>
        </div>
      </Modal>
    </>
  )
}

function Stages({ id }: { id: string }) {
  const { say } = useLanguage()
  const test = useResource<LineTest>(`/api/feeds/test-alert/${id}`, { watch: /^(bulletin|warning|alert|deliver)/, everyMs: 2000 })
  return (
    <Loaded from={test} rows={7}>
      {(data) => (
        <>
          <p
            className={`line-verdict note note-${data.verdict === 'good' ? 'good' : data.verdict === 'failed' ? 'bad' : 'plain'}`}
            role="status"
          >
            {data.verdict === 'good' && (
              <b>{say(`全链路正常 用时 ${seconds(data.tookMs)} 秒`, `The whole line works: ${seconds(data.tookMs)} s`)}</b>
            )}
            {data.verdict === 'running' && <b>{say('正在测试…', 'Testing…')}</b>}
            {data.verdict === 'failed' && (
              <b>
                {say('没有走通:卡在“', 'It did not get through: stopped at “')}
                {stageWord(data.stages.find((stage) => stage.state === 'failed')?.key ?? 'kept', say)}
                {say('”', '”')}
                <br />
                {say(
                  '居民没有收到任何信息。真的预警来了也会停在这里,请先处理',
                  'No resident was told. A real warning would stop here too: mend it first',
                )}
              </b>
            )}
          </p>
          <ol className="stages">
            {data.stages.map((stage) => (
              <li key={stage.key} className={`stage-${stage.state}`}>
                <i aria-hidden="true">{stage.state === 'done' ? '✓' : stage.state === 'failed' ? '✕' : '·'}</i>
                <div>
                  {stageWord(stage.key, say)}
                  {stage.note && <small className="tone-bad">{say(stage.note, stage.noteEn ?? stage.note)}</small>}
                </div>
                <span className="ys-tabular muted">
                  {stage.afterMs === null ? '' : say(`${seconds(stage.afterMs)} 秒`, `${seconds(stage.afterMs)} s`)}
                </span>
              </li>
            ))}
          </ol>
        </>
      )}
    </Loaded>
  )
}

const seconds = (ms: number | null): string => (ms === null ? '—' : (ms / 1000).toFixed(1))
