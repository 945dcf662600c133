import { useState } from 'react'
import { useSay } from '../../shared/language.js'
import { countPeople } from '../../shared/plural.js'
import { minuteTime } from '../../shared/times.js'
import { spaced } from '../model/door-order.js'
import type { FieldDoor } from '../model/field-copy.js'
import { CallButton } from '../parts/call-button.js'
import { DoorChip } from '../parts/door-chip.js'
import { Empty } from '../parts/empty.js'
import { ageWords, needWords, tagWords } from '../parts/tag-words.js'
import { TopBar } from '../parts/top-bar.js'
import { useField } from '../state/field-context.js'
import { go } from '../state/route.js'
import { DoorActionsPanel } from './door-actions.js'
import { CorrectSheet } from './door-sheets.js'

/** Who lives here and why they must go: read at the door, in the dark. */
function DoorFactsCard({ door }: { door: FieldDoor & { pending: number } }) {
  const say = useSay()
  return (
    <section className="card">
      <div className="door-head">
        <h2>
          {door.head ?? say('住户', 'Household')} <span>{say(`${door.people} 人`, countPeople(door.people))}</span>
        </h2>
        <DoorChip door={door} />
      </div>
      {door.people !== door.peoplePlanned && door.planned && (
        <p className="small quiet">
          {say(
            `名单上 ${door.peoplePlanned} 人,现场更正为 ${door.people} 人`,
            `${door.peoplePlanned} on the list, corrected to ${door.people}`,
          )}
        </p>
      )}
      {!door.planned && <p className="small quiet">{say('不在名单,现场补录', 'On no list, added on the spot')}</p>}
      {door.members.length > 0 && (
        <ul className="members">
          {door.members.map((member) => (
            <li key={`${member.name}${member.age}`}>
              <b>{member.name}</b> {ageWords(member.age, say)}
              {member.needs.map((need) => (
                <span className="chip warn" key={need}>
                  {needWords(need, say)}
                </span>
              ))}
              {member.remark && <span className="small"> {member.remark}</span>}
            </li>
          ))}
        </ul>
      )}
      <p className="chips">
        {door.tags.map((tag) => (
          <span className="chip" key={tag}>
            {tagWords(tag, say)}
          </span>
        ))}
      </p>
      {door.because !== '' && (
        <p className="small">
          {say('为什么转移:', 'Why: ')}
          {door.because}
        </p>
      )}
      {door.shelterName !== null && (
        <p className="small">
          {say('去哪里:', 'Where to: ')}
          <b>{door.shelterName}</b> {door.shelterAddress}
        </p>
      )}
      {door.helperName !== null && (
        <p className="small">
          {say('责任人:', 'Responsible: ')}
          {door.helperName}
        </p>
      )}
    </section>
  )
}

function History({ door }: { door: FieldDoor }) {
  const say = useSay()
  const rows = [
    [say('已通知', 'Told'), door.toldAt, ''],
    [say('拒不转移', 'Refuses'), door.refusedAt, ''],
    [say('家中无人', 'Nobody in'), door.absentAt, ''],
    [say('需协助', 'Needs help'), door.helpAt, ''],
    [say('已离家', 'Left'), door.leftAt, door.leftPeople === null ? '' : say(`${door.leftPeople} 人`, `${door.leftPeople}`)],
    [
      say('到达(安置点核验)', 'Arrived, counted by the shelter'),
      door.arrivedAt,
      door.arrivedPeople === null ? '' : say(`${door.arrivedPeople} 人`, `${door.arrivedPeople}`),
    ],
    [say('已返回', 'Home again'), door.returnedAt, ''],
  ].filter((row) => row[1] !== null)
  if (rows.length === 0 && door.note === '') return null
  return (
    <section className="card plain">
      <ol className="history">
        {rows.map(([words, at, more]) => (
          <li key={words}>
            <time>{minuteTime(at)}</time> {words} {more}
          </li>
        ))}
      </ol>
      {door.note !== '' && <p className="small">{door.note}</p>}
    </section>
  )
}

export function DoorPage({ id }: { id: string }) {
  const say = useSay()
  const { doors } = useField()
  const [correcting, setCorrecting] = useState(false)
  const door = doors.find((each) => each.id === id)
  if (door === undefined)
    return (
      <>
        <TopBar title={say('这户不在清单上', 'Not on the list')} backTo="doors" />
        <main className="page">
          <Empty icon="doors" title={say('清单已更新', 'The list has changed')}>
            <p>{say('返回看最新的清单。', 'Go back to the newest list.')}</p>
          </Empty>
        </main>
      </>
    )
  return (
    <>
      <TopBar title={spaced(door.label)} under={door.placeName} backTo="doors" />
      <main className="page with-foot">
        {door.conflict !== null && (
          <p className="note grave">
            <b>{say('两人记录不一致', 'Two people noted different things')}</b>
            {door.conflict}
          </p>
        )}
        <DoorFactsCard door={door} />
        {door.phones.map((phone) => (
          <CallButton key={phone.number + phone.relation} phone={phone} householdId={door.householdId} />
        ))}
        <DoorActionsPanel door={door} />
        <div className="row">
          <button type="button" className="button link" onClick={() => setCorrecting(true)}>
            {say('人数不符? 改', 'Wrong number? Correct')}
          </button>
          <button type="button" className="button link" onClick={() => go('card')}>
            {say('我的工作证 ›', 'My work card ›')}
          </button>
        </div>
        <History door={door} />
        {correcting && <CorrectSheet door={door} onClose={() => setCorrecting(false)} />}
      </main>
    </>
  )
}
