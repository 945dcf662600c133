import { Button, Input, Popover } from 'antd'
import { useState } from 'react'
import { post } from '../../shared/api.js'
import { useSay } from '../../shared/language.js'
import { useTellError } from '../alert/use-verb.js'
import { readAgain } from '../data/resources.js'
import { useMay } from '../data/session.js'

/** 已核实: the officer telephoned and knows what it was; one press on the usual answers, or a line of one's own. */
export function VerifyButton({ ids, text }: { ids: string[]; text: boolean }) {
  const say = useSay()
  const may = useMay()
  const tell = useTellError()
  const [open, setOpen] = useState(false)
  const [own, setOwn] = useState('')
  const [busy, setBusy] = useState(false)
  if (!may('bulletin.sign') || ids.length === 0) return null
  const answers = [
    say('电话核实,不是预警', 'telephoned: not a warning'),
    say('电话核实,预警已从别处收到', 'telephoned: the warning came another way'),
    ...(text ? [] : [say('电话核实,对方会重发', 'telephoned: they send it again')]),
  ]
  const verify = async (reason: string) => {
    setBusy(true)
    try {
      await post('/api/bulletins/verified', { bulletinIds: ids, reason })
      setOpen(false)
    } catch (error) {
      tell(error)
    }
    setBusy(false)
    readAgain('/api/desk')
    readAgain('/api/bulletins')
  }
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      trigger="click"
      placement="left"
      title={say('怎么核实的?(记入处置记录)', 'What did you find out? (goes into the journal)')}
      content={
        <div className="holdoff">
          {answers.map((answer) => (
            <Button key={answer} block loading={busy} onClick={() => void verify(answer)}>
              {answer}
            </Button>
          ))}
          <Input.Search
            value={own}
            onChange={(event) => setOwn(event.target.value)}
            placeholder={say('别的结果', 'another answer')}
            enterButton={say('已核实', 'Verified')}
            onSearch={(typed) => typed.trim() && void verify(typed.trim())}
          />
          <small className="muted">{say('是预警就不要按这里,请补录。', 'If it is a warning, enter it by hand instead.')}</small>
        </div>
      }
    >
      <Button size="small">{say('已核实', 'Verified')}</Button>
    </Popover>
  )
}
