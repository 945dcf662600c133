import { useState } from 'react'
import { read } from '../../shared/api.js'
import { useSay } from '../../shared/language.js'
import type { FieldPhone } from '../model/field-copy.js'
import { useSession } from '../state/field-context.js'
import { Sheet } from './sheet.js'

const relations: Record<string, { zh: string; en: string }> = {
  self: { zh: '本人', en: 'themselves' },
  'family-away': { zh: '外地家人', en: 'family away' },
  emergency: { zh: '紧急联系人', en: 'emergency contact' },
  helper: { zh: '结对邻居', en: 'paired neighbour' },
  desk: { zh: '值班室', en: 'duty desk' },
}
const dialable = (number: string) => /^[+\d][\d -]{5,}$/.test(number)

interface OpenedHousehold {
  contacts: { relation: string; kind: string; address: string }[]
}

/** The number is masked in the phone's copy; pressing asks the service for it, which writes down who looked. */
async function dial(householdId: string, phone: FieldPhone): Promise<void> {
  const opened = await read<OpenedHousehold>(`/api/households/${encodeURIComponent(householdId)}?see=sealed`)
  const tail = phone.number.slice(-4)
  const contact = opened.contacts.find((c) => c.kind === 'phone' && c.relation === phone.relation && c.address.endsWith(tail))
  if (contact === undefined) throw new Error('no such number any more')
  window.location.href = `tel:${contact.address}`
}

export function CallButton({ phone, householdId }: { phone: FieldPhone; householdId: string | null }) {
  const say = useSay()
  const { sample } = useSession()
  const [told, setTold] = useState<'sample' | 'unreachable' | null>(null)
  const relation = relations[phone.relation]
  const words = (
    <>
      ☎ {say('拨打', 'Call')} {phone.number}
      {relation !== undefined && <small className="quiet"> {say(relation.zh, relation.en)}</small>}
    </>
  )
  if (!sample && dialable(phone.number))
    return (
      <a className="button call" href={`tel:${phone.number.replace(/[ -]/g, '')}`}>
        {words}
      </a>
    )
  const press = () => {
    if (sample) return setTold('sample')
    if (householdId === null) return setTold('unreachable')
    dial(householdId, phone).catch(() => setTold('unreachable'))
  }
  return (
    <>
      <button type="button" className="button call" onClick={press}>
        {words}
      </button>
      {told !== null && (
        <Sheet title={say('没有拨出', 'Nothing was dialled')} onClose={() => setTold(null)}>
          <p>
            {told === 'sample'
              ? say(
                  '这是演练数据,号码都是虚构的。用真实名册时,这里会直接拨出。',
                  'This is sample data and the numbers are invented. With a real register this dials at once.',
                )
              : say(
                  '现在取不到完整号码(没有信号,或您的岗位看不到)。请值班室代为联系。',
                  'The full number cannot be had now (no signal, or your post does not see it). Ask the duty desk to call.',
                )}
          </p>
        </Sheet>
      )}
    </>
  )
}
