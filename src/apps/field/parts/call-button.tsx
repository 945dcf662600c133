import { useState } from 'react'
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

export function CallButton({ phone }: { phone: FieldPhone }) {
  const say = useSay()
  const { sample } = useSession()
  const [told, setTold] = useState(false)
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
  return (
    <>
      <button type="button" className="button call" onClick={() => setTold(true)}>
        {words}
      </button>
      {told && (
        <Sheet title={say('没有拨出', 'Nothing was dialled')} onClose={() => setTold(false)}>
          <p>
            {sample
              ? say(
                  '这是演练数据,号码都是虚构的。用真实名册时,这里会直接拨出。',
                  'This is sample data and the numbers are invented. With a real register this dials at once.',
                )
              : say('您的岗位看不到完整号码。请值班室代为联系。', 'Your post does not see the full number. Ask the duty desk to call.')}
          </p>
        </Sheet>
      )}
    </>
  )
}
