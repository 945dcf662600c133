import { Button } from 'antd'
import { useState } from 'react'
import type { AlertAudience, AlertDetail, Listing } from '../../shared/api-types.js'
import type { Evacuation } from '../../shared/field-types.js'
import { HoldButton } from '../../shared/hold-button.js'
import { type Say, useSay } from '../../shared/language.js'
import { useServiceNow } from '../../shared/service-clock.js'
import { countdown, millis, minuteTime } from '../../shared/times.js'
import { useResource } from '../data/resources.js'
import { useMay, useSession } from '../data/session.js'
import { go } from '../router.js'
import { Countersign, callToCountersign } from './countersign.js'
import { EndDialog } from './end-dialog.js'
import { HoldOffButton } from './hold-off.js'
import { MoveDialog } from './move-dialog.js'
import { PhoneApproval } from './phone-approval.js'
import { planAction } from './plan-action.js'
import { useVerb } from './use-verb.js'
import { WordsDialog } from './words-dialog.js'

type Dialog = 'phone' | 'move' | 'countersign' | 'call-off' | 'all-clear' | 'words' | 'close' | null

/** These ask for more first; everything else is held on the bar itself. */
const opens = (act: string) => act === 'phone' || act === 'move' || act === 'countersign'

/** The bar at the bottom: the countdown, the one action, and the quieter ones. */
export function ActionBar({ alert, audience }: { alert: AlertDetail; audience: AlertAudience | undefined }) {
  const say = useSay()
  const may = useMay()
  const { me } = useSession()
  const [dialog, setDialog] = useState<Dialog>(null)
  const { busy, run } = useVerb(alert)
  const evacuations = useResource<Listing<Evacuation & { seriesId?: string }>>('/api/evacuations', { watch: /^(evacuation|household)/ })
  const evacuation = evacuations.data?.items.find((one) => one.seriesId === alert.seriesId || one.alertId === alert.id) ?? null
  const mine = alert.createdByName === me.name
  const call = may('alert.approve') ? callToCountersign(alert, me.name) : null
  const primary = planAction({
    alert,
    audience,
    evacuation,
    mine,
    toCountersign: call !== null,
    say,
    may: { issue: may('alert.issue'), approve: may('alert.approve'), order: may('evacuation.order') },
  })
  const close = () => setDialog(null)
  return (
    <footer className={`actionbar${alert.kind === 'exercise' ? ' actionbar-exercise' : ''}`}>
      <State alert={alert} />
      <div className="actionbar-quiet">
        <Quiet
          alert={alert}
          evacuation={evacuation}
          main={primary?.act ?? null}
          toCountersign={call !== null}
          open={setDialog}
          submit={() => void run('submit')}
        />
      </div>
      {primary && opens(primary.act) && (
        <Button
          type="primary"
          size="large"
          danger={primary.tone === 'danger'}
          className="actionbar-open"
          onClick={() => setDialog(primary.act as Dialog)}
        >
          {primary.words}
        </Button>
      )}
      {primary && !opens(primary.act) && (
        <HoldButton
          tone={primary.tone}
          busy={busy !== null}
          hint={busy ? say('正在提交…', 'working…') : say('按住 1 秒', 'hold for a second')}
          onHeld={() =>
            primary.act === 'all-clear' && !alert.allClear
              ? setDialog('all-clear')
              : void run(
                  primary.act as Parameters<typeof run>[0],
                  primary.act === 'issue' && alert.width ? { confirm: { audience: alert.width.audience } } : {},
                )
          }
        >
          {primary.words}
        </HoldButton>
      )}
      {dialog === 'phone' && <PhoneApproval alert={alert} audience={audience} close={close} />}
      {dialog === 'move' && <MoveDialog alert={alert} audience={audience} close={close} />}
      {dialog === 'countersign' && call && <Countersign alert={alert} call={call} close={close} />}
      {dialog === 'words' && <WordsDialog alert={alert} close={close} />}
      {(dialog === 'call-off' || dialog === 'all-clear' || dialog === 'close') && (
        <EndDialog verb={dialog} alert={alert} audience={audience} close={close} />
      )}
    </footer>
  )
}

/** Where it stands, with the countdown that an officer can stop. */
function State({ alert }: { alert: AlertDetail }) {
  const say = useSay()
  const now = useServiceNow(250)
  const due = millis(alert.issueAt)
  const may = useMay()
  if (due !== null)
    return (
      <div className="actionbar-state">
        <b className="actionbar-clock ys-tabular">{countdown(Math.max(0, due - now))}</b>
        <span>
          {alert.state === 'issued' ? say('后自动更新', 'then it updates itself') : say('后自动转发居民', 'then it relays itself')}
        </span>
        {may('alert.hold') && <HoldOffButton alert={alert} />}
      </div>
    )
  const words: Partial<Record<typeof alert.state, string>> = {
    draft: alert.width
      ? say('超出预警范围,不会自动发出:等您核对', 'Wider than the warning: waits for you, nothing goes out by itself')
      : say('等您处置;不按不会发出', 'Waits for you; nothing goes out by itself'),
    submitted: say('已提交请示,等待同意', 'Submitted, waits for approval'),
    approved: say('已同意,可以发出', 'Approved, may be sent'),
    held: say(`已暂缓:${alert.holdReason ?? '未写理由'}`, `On hold: ${alert.holdReason ?? 'no reason given'}`),
    issued: issuedWords(alert, say),
    'called-off': say('已撤回更正', 'Called off'),
    'all-clear': say('已解除;返回须逐户评估批准', 'All clear; return is approved household by household'),
    closed: say('已归档', 'Closed'),
  }
  return <div className="actionbar-state">{words[alert.state]}</div>
}

/** Who pressed, and when: the second officer sees at once that it is done. */
function issuedWords(alert: AlertDetail, say: Say): string {
  if (!alert.issuedAt) return say('已发出', 'Issued')
  const at = minuteTime(alert.issuedAt)
  const who = alert.issuedByName
  return who && who !== '寅时'
    ? say(`已发出 · ${at} ${who}`, `Issued · ${at} ${who}`)
    : say(`已发出 · ${at} 自动`, `Issued · ${at} by itself`)
}

interface QuietProps {
  /** What the big button does already. */
  main: string | null
  toCountersign: boolean
  alert: AlertDetail
  evacuation: Evacuation | null
  open: (dialog: Dialog) => void
  submit: () => void
}
function Quiet({ alert, main, toCountersign, evacuation, open, submit }: QuietProps) {
  const say = useSay()
  const may = useMay()
  const verbs = new Set(alert.verbs ?? [])
  if (!may('alert.issue')) return <span className="muted">{say('您的岗位只能查看', 'Your post may only look')}</span>
  const pending = alert.state === 'draft' || alert.state === 'submitted' || alert.state === 'approved'
  const buttons: [boolean, Dialog | 'submit' | 'evacuation', string][] = [
    [pending && verbs.has('submit') && Boolean(alert.approval?.needed), 'submit', say('提交请示', 'Submit')],
    [pending && verbs.has('approve'), 'phone', say('电话请示', 'Telephone approval')],
    [
      verbs.has('revise') && alert.origin !== 'order',
      'words',
      alert.state === 'issued' ? say('更新', 'Revise') : say('改措辞', 'Edit words'),
    ],
    [alert.state === 'issued' && alert.origin === 'relay' && !evacuation, 'move', say('组织转移', 'Order to move')],
    [toCountersign, 'countersign', say('补签', 'Countersign')],
    [Boolean(evacuation), 'evacuation', say('转移台账', 'Evacuation')],
    [verbs.has('call-off'), 'call-off', say('撤回更正', 'Call off')],
    [
      verbs.has('all-clear') && !alert.allClear,
      'all-clear',
      alert.origin === 'internal' && !alert.warningId ? say('结束提示', 'End the note') : say('解除', 'All clear'),
    ],
    [pending && verbs.has('close'), 'close', say('不发了', 'Do not send')],
  ]
  return (
    <>
      {alert.issueAt === null && pending && verbs.has('hold') && <HoldOffButton alert={alert} />}
      {buttons.map(
        ([shown, what, words]) =>
          shown &&
          what !== main && (
            <Button
              key={what}
              size="large"
              onClick={() =>
                what === 'submit' ? submit() : what === 'evacuation' ? go(`/evacuation/${evacuation?.id ?? ''}`) : open(what)
              }
            >
              {words}
            </Button>
          ),
      )}
    </>
  )
}
