import type { ReadinessBoard } from '../../../matching/readiness/readiness-routes.js'
import { useLanguage, useSay } from '../../shared/language.js'
import { clockTime, count } from '../../shared/times.js'
import { useResource } from '../data/resources.js'
import { ExportButton } from '../layout/export-button.js'
import { Empty, Loaded, Panel } from '../layout/parts.js'
import { go, Link, useAddress } from '../router.js'
import { checkWords } from './readiness-words.js'

type Check = ReadinessBoard['checks'][number]
const watch = /^(duty|household|contact|register|drill)/
const most = 5000
/** What would go wrong tonight stands first, what is well last. */
const urgency = (c: Check): number => (c.count === 0 ? 2 : c.weight === 'danger' ? 0 : 1)

/** 名册检查: what would go wrong tonight, found before the storm, each with the place where it is mended. */
export function ReadinessTab() {
  const say = useSay()
  const { query } = useAddress()
  const board = useResource<ReadinessBoard>('/api/register/readiness?limit=0', { watch, everyMs: 60_000 })
  return (
    <Loaded from={board} rows={10} waiting={say('正在检查名册…', 'Looking through the register …')}>
      {({ checks: all, builtAt }) => {
        const checks = [...all].sort((a, b) => urgency(a) - urgency(b))
        const open = checks.find((c) => c.key === query.get('check')) ?? checks[0]!
        return (
          <div className="ready">
            <Checks checks={checks} open={open} builtAt={builtAt} />
            <Findings key={open.key} check={open} />
          </div>
        )
      }}
    </Loaded>
  )
}

function Checks({ checks, open, builtAt }: { checks: Check[]; open: Check; builtAt: string }) {
  const { say, language } = useLanguage()
  const word = language === 'zh' ? 0 : 1
  const bad = checks.filter((c) => c.count > 0).length
  return (
    <Panel
      title={bad === 0 ? say('都正常', 'All fine') : say(`${bad} 项要处理`, `${bad} to put right`)}
      extra={<span className="muted">{say(`按 ${clockTime(builtAt)} 的名册`, `the register of ${clockTime(builtAt)}`)}</span>}
    >
      <ul className="ready-list">
        {checks.map((check) => (
          <li key={check.key}>
            <button
              type="button"
              aria-pressed={check.key === open.key}
              onClick={() => go(`/register/readiness?check=${check.key}`, { replace: true })}
            >
              <span className={`ready-count ys-tabular ready-${check.count === 0 ? 'good' : check.weight}`}>
                {check.count === 0 ? '✓' : count(check.count)}
              </span>
              <span>
                <b>{checkWords[check.key].title[word]}</b>
                <small>{checkWords[check.key].why[word]}</small>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </Panel>
  )
}

function Findings({ check }: { check: Check }) {
  const { say, language } = useLanguage()
  const word = language === 'zh' ? 0 : 1
  const words = checkWords[check.key]
  const list = useResource<ReadinessBoard>(check.count === 0 ? null : `/api/register/readiness?check=${check.key}&limit=${most}`, { watch })
  if (check.count === 0)
    return (
      <Panel title={words.title[word]}>
        <Empty title={say('没有', 'None')}>{words.why[word]}</Empty>
      </Panel>
    )
  return (
    <Panel title={words.title[word]} count={check.count} extra={<ExportFindings check={list.data?.checks[0]} title={words.title[word]} />}>
      <p className="muted small">{words.why[word]}</p>
      <Loaded from={list} rows={8}>
        {({ checks }) => (
          <ul className="plain-list">
            {checks[0]!.findings.slice(0, 300).map((f) => (
              <li key={`${f.id} ${f.label}`}>
                <span>
                  {f.label} <small className="muted">{language === 'zh' ? f.zh : f.en}</small>
                </span>
                <Link to={words.to(f)}>{words.act[word]}</Link>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
      {check.count > 300 && (
        <p className="muted small">
          {say(`先显示 300 条,全部 ${count(check.count)} 条请导出。`, `The first 300 of ${count(check.count)}; export them for all.`)}
        </p>
      )}
    </Panel>
  )
}

function ExportFindings({ check, title }: { check: Check | undefined; title: string }) {
  const { say, language } = useLanguage()
  if (!check) return null
  return (
    <ExportButton
      name={title}
      head={[say('代码', 'Code'), say('哪里', 'What'), say('问题', 'Finding')]}
      rows={() => check.findings.map((f) => [f.place, f.label, language === 'zh' ? f.zh : f.en])}
    />
  )
}

/** One line for the desk: how many things are to be put right, and the way to them. */
export function ReadinessLine() {
  const say = useSay()
  const board = useResource<ReadinessBoard>('/api/register/readiness?limit=0', { watch, everyMs: 120_000 })
  if (!board.data) return null
  const bad = board.data.checks.filter((c) => c.count > 0 && c.weight === 'danger')
  return (
    <p className="small">
      <Link to="/register/readiness">
        {bad.length === 0
          ? say('名册检查:没有要紧的问题', 'The register: nothing urgent')
          : say(`名册检查:${bad.length} 项今晚会误事`, `The register: ${bad.length} things would go wrong tonight`)}
      </Link>
    </p>
  )
}
