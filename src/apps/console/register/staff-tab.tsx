import type { StaffAnswer } from '../../../register/edit/thing-routes.js'
import type { Listing } from '../../shared/api-types.js'
import { useSay } from '../../shared/language.js'
import { useResource } from '../data/resources.js'
import { usePlaceNames } from '../map/map-data.js'
import { ThingTable } from './thing-table.js'

/** Who stands for a grid: post, number, and who is asked when they do not answer. */
export function StaffTab() {
  const say = useSay()
  const names = usePlaceNames()
  const staff = useResource<Listing<StaffAnswer>>('/api/register/staff', { watch: /^(staff|register)\./, everyMs: 0 })
  const nobody = say('没有替补', 'nobody')
  const phone = (s: StaffAnswer) => s.phone ?? say('没有号码', 'no number')
  const posts = [...new Set((staff.data?.items ?? []).map((s) => s.post))].map((value) => ({ value, label: value }))
  return (
    <ThingTable
      title={say('网格力量', 'Staff')}
      add={say('新登记一位', 'Add a person')}
      from={staff}
      path="/api/register/staff"
      teach={say('登记每个网格的网格长、网格员、指导员、楼栋长,预警时先叫应他们。', 'They are called first in a warning.')}
      columns={[
        { heading: say('姓名', 'Name'), words: (s) => s.name },
        { heading: say('岗位', 'Post'), words: (s) => s.post },
        { heading: say('网格或社区', 'Grid or community'), words: (s) => names.get(s.place) ?? say('全街道', 'all of the subdistrict') },
        {
          heading: say('电话', 'Phone'),
          words: phone,
          show: (s) => <span className={s.broken ? 'is-broken' : s.phone ? 'ys-tabular' : 'tone-bad'}>{phone(s)}</span>,
        },
        { heading: say('无人应答时找', 'Deputy'), words: (s) => s.deputy?.name ?? nobody },
        { heading: say('值班名单', 'On duty list'), words: (s) => (s.duty ? say('在', 'yes') : '') },
      ]}
      fields={[
        { name: 'name', label: say('姓名', 'Name'), as: 'text' },
        { name: 'post', label: say('岗位', 'Post'), as: 'choice', options: posts },
        { name: 'phone', label: say('电话(不改就留空)', 'Phone (leave empty to keep it)'), as: 'phone' },
        { name: 'deputyId', label: say('无人应答时找', 'Deputy'), as: 'staff', optional: true },
        { name: 'duty', label: say('列入值班名单', 'On the duty list'), as: 'yes' },
      ]}
      toForm={(s) => ({ deputyId: s.deputy?.id ?? null, masked: s.phone, phone: undefined })}
    />
  )
}
