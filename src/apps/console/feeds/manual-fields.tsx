import { AutoComplete, Checkbox, Input, Segmented, Select, Tag } from 'antd'
import { type ReactNode, useState } from 'react'
import type { Level } from '../../shared/api-types.js'
import { useSay } from '../../shared/language.js'
import { LevelShape, levelWord } from '../../shared/level.js'
import { serviceNow } from '../../shared/service-clock.js'
import {
  acts,
  actWord,
  type Choices,
  type Draft,
  inputTime,
  isoTime,
  type ReadMessage,
  readTyped,
  sources,
  sourceWord,
} from './manual-draft.js'

type Change = (more: Partial<Draft>, touched: string) => void
interface FieldsProps {
  draft: Draft
  message: ReadMessage | undefined
  choices: Choices | undefined
  wrong: Record<string, string>
  /** What to look at again, by field: no error. */
  hints: Record<string, string>
  change: Change
}
const levels: Level[] = ['red', 'orange', 'yellow', 'blue']

/** What was read, to be corrected. How sure it is stands beside each label; what is wrong stands under its field. */
export function ManualFields({ draft, message, choices, wrong, hints, change }: FieldsProps) {
  const say = useSay()
  const sure = (name: 'issuedAt' | 'act' | 'event' | 'level' | 'until') =>
    draft.touched.includes(name) ? undefined : message?.[name]?.sure
  return (
    <div className="manual-fields">
      <Field
        name="issuers"
        label={say('谁发布的', 'Issued by')}
        wrong={wrong}
        sure={draft.touched.includes('issuers') ? undefined : message?.issuers[0]?.sure}
      >
        <Input
          value={draft.issuers}
          placeholder={say('开州区气象台;联合发布用“、”隔开', 'the station; several joined by 、')}
          onChange={(e) => change({ issuers: e.target.value }, 'issuers')}
        />
      </Field>
      <Field name="issuedAt" hint={hints.issuedAt} label={say('发布时间', 'Issued at')} wrong={wrong} sure={sure('issuedAt')}>
        <TimeInput value={draft.issuedAt} set={(issuedAt) => change({ issuedAt }, 'issuedAt')} label={say('发布时间', 'Issued at')} />
      </Field>
      <Field name="act" label={say('做什么', 'Act')} wrong={wrong} sure={sure('act')}>
        <Segmented
          value={draft.act}
          onChange={(act) => change({ act }, 'act')}
          options={acts.map((value) => ({ value, label: actWord(value, say) }))}
        />
      </Field>
      <Field name="event" label={say('灾害', 'Hazard')} wrong={wrong} sure={sure('event')}>
        <AutoComplete
          value={draft.event}
          options={(choices?.events ?? []).map((value) => ({ value }))}
          showSearch={{ filterOption: (typed, option) => (option?.value ?? '').includes(typed) }}
          onChange={(event) => change({ event }, 'event')}
          className="w-full"
        />
      </Field>
      <Field name="level" label={say('颜色', 'Colour')} wrong={wrong} sure={sure('level')} wide>
        <div className="level-pick" role="radiogroup" aria-label={say('颜色', 'Colour')}>
          {levels.map((level) => (
            // biome-ignore lint/a11y/useSemanticElements: a big button with a shape and a word, one of four.
            <button
              key={level}
              type="button"
              role="radio"
              aria-checked={draft.level === level}
              className={`level-choice level-choice-${level}${draft.level === level ? ' is-on' : ''}`}
              onClick={() => change({ level }, 'level')}
            >
              <LevelShape level={level} size={22} />
              <b>{levelWord(level, say)}</b>
            </button>
          ))}
        </div>
      </Field>
      <Where draft={draft} choices={choices} wrong={wrong} change={change} />
      {draft.act !== 'lift' && (
        <Field name="until" hint={hints.until} label={say('有效至', 'Until')} wrong={wrong} sure={sure('until')} wide>
          <div className="manual-row">
            <TimeInput value={draft.until} set={(until) => change({ until }, 'until')} label={say('有效至', 'Until')} />
            {[1, 3, 6, 12, 24].map((hours) => (
              <button
                key={hours}
                type="button"
                className="chip-button"
                disabled={!draft.issuedAt}
                onClick={() => change({ until: inputTime(+new Date(isoTime(draft.issuedAt)) + hours * 3_600_000) }, 'until')}
              >
                {say(`${hours} 小时`, `${hours} h`)}
              </button>
            ))}
            <button type="button" className={`chip-button${draft.until ? '' : ' is-on'}`} onClick={() => change({ until: '' }, 'until')}>
              {say('没有说', 'not said')}
            </button>
          </div>
        </Field>
      )}
      <Heard draft={draft} wrong={wrong} change={change} />
    </div>
  )
}

/** Towns as chips; what the gazetteer does not know is red until it is replaced or taken out. */
function Where({ draft, choices, wrong, change }: Omit<FieldsProps, 'message' | 'hints'>) {
  const say = useSay()
  const nameOf = (value: string) =>
    value.startsWith('?')
      ? value.slice(1)
      : (draft.towns.find((t) => t.code === value)?.name ?? choices?.towns.find((t) => t.code === value)?.name ?? value)
  const isWhole = draft.towns.length === 0 && draft.district !== null
  const home = choices?.district
  return (
    <Field name="towns" label={say('涉及哪里', 'Where')} wrong={wrong} wide>
      <div className="manual-row">
        {home && (
          <button
            type="button"
            className={`chip-button${isWhole ? ' is-on' : ''}`}
            aria-pressed={isWhole}
            onClick={() => change({ district: isWhole ? null : home.code, towns: [] }, 'towns')}
          >
            {say(`全${home.name.slice(-1)}(${home.name})`, `whole district (${home.name})`)}
          </button>
        )}
        <Select
          mode="multiple"
          className="manual-towns"
          placeholder={
            isWhole ? say('全区;要选乡镇街道就在这里选', 'the whole district; or choose towns here') : say('选乡镇、街道', 'choose towns')
          }
          value={draft.towns.map((t) => t.code ?? `?${t.name}`)}
          options={(choices?.towns ?? []).map((t) => ({ value: t.code ?? '', label: t.name }))}
          optionFilterProp="label"
          onChange={(values: string[]) =>
            change(
              { district: null, towns: values.map((value) => ({ name: nameOf(value), code: value.startsWith('?') ? null : value })) },
              'towns',
            )
          }
          tagRender={({ value, closable, onClose }) => {
            const unknown = String(value).startsWith('?')
            return (
              <Tag
                closable={closable}
                onClose={onClose}
                color={unknown ? 'red' : 'blue'}
                title={unknown ? say('地名库里没有', 'not in the gazetteer') : undefined}
              >
                {nameOf(String(value))}
                {unknown && say(' · 不认识', ' · unknown')}
              </Tag>
            )
          }}
        />
      </div>
    </Field>
  )
}

function Heard({ draft, wrong, change }: { draft: Draft; wrong: Record<string, string>; change: Change }) {
  const say = useSay()
  return (
    <fieldset className="manual-heard">
      <legend>{say('从哪里听到的(由您签字)', 'How you heard of it (you sign for it)')}</legend>
      <Field name="source" label={say('来路', 'By')} wrong={wrong}>
        <Segmented
          value={draft.source}
          onChange={(source) => change({ source }, 'source')}
          options={sources.map((value) => ({ value, label: sourceWord(value, say) }))}
        />
      </Field>
      <Field name="callerName" label={say('谁说的', 'Who said it')} wrong={wrong}>
        <Input
          value={draft.callerName}
          placeholder={say('值班人姓名', 'their name')}
          onChange={(e) => change({ callerName: e.target.value }, 'callerName')}
        />
      </Field>
      <Field name="heardAt" label={say('几时听到', 'Heard at')} wrong={wrong}>
        <TimeInput value={draft.heardAt} set={(heardAt) => change({ heardAt }, 'heardAt')} label={say('几时听到', 'Heard at')} />
      </Field>
      <Checkbox checked={draft.exercise} onChange={(e) => change({ exercise: e.target.checked }, 'exercise')}>
        <span className={draft.exercise ? 'exercise-word' : ''}>
          {say('这是演练(只到演练名单)', 'This is an exercise (allow-list only)')}
        </span>
      </Checkbox>
    </fieldset>
  )
}

/** 2026-07-12 03:26, or only 3:26 for today: typed, in 24 hours, whatever language the browser speaks. */
function TimeInput({ value, set, label }: { value: string; set: (value: string) => void; label: string }) {
  const [typed, setTyped] = useState<string | null>(null)
  const shown = typed ?? value.replace('T', ' ')
  return (
    <Input
      className="time-input ys-tabular"
      value={shown}
      aria-label={label}
      placeholder={inputTime(serviceNow()).replace('T', ' ')}
      status={shown && !readTyped(shown) ? 'error' : ''}
      onChange={(e) => {
        setTyped(e.target.value)
        set(readTyped(e.target.value) ?? '')
      }}
      onBlur={() => setTyped(readTyped(shown) || !shown ? null : shown)}
    />
  )
}

function Field({
  name,
  label,
  wrong,
  sure,
  hint,
  wide,
  children,
}: {
  name: string
  label: string
  wrong: Record<string, string>
  sure?: 'sure' | 'likely' | 'guess' | undefined
  hint?: string | undefined
  wide?: boolean
  children: ReactNode
}) {
  const say = useSay()
  return (
    <div className={`manual-field${wide ? ' is-wide' : ''}${wrong[name] ? ' is-wrong' : ''}`}>
      <span className="manual-label">
        <i className={`piece piece-${name}`} aria-hidden="true" />
        {label}
        {sure && sure !== 'sure' && (
          <small className="tone-warn">{sure === 'guess' ? say('猜的,请核对', 'a guess') : say('请核对', 'check')}</small>
        )}
      </span>
      {children}
      {hint && !wrong[name] && <small className="muted">{hint}</small>}
      {wrong[name] && (
        <small className="field-wrong" role="alert">
          {wrong[name]}
        </small>
      )}
    </div>
  )
}
