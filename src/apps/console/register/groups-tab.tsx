import type { GroupAnswer } from '../../../register/edit/thing-routes.js'
import type { Listing } from '../../shared/api-types.js'
import { useSay } from '../../shared/language.js'
import { useResource } from '../data/resources.js'
import { usePlaceNames } from '../map/map-data.js'
import { ThingTable } from './thing-table.js'

/** The chats of residents, each with the grid it speaks to and the person who posts. */
export function GroupsTab() {
  const say = useSay()
  const names = usePlaceNames()
  const groups = useResource<Listing<GroupAnswer>>('/api/register/groups', { watch: /^(group|staff|register)\./, everyMs: 0 })
  const platform = (p: string) => (p === 'wecom' ? say('企业微信', 'WeCom') : say('微信', 'WeChat'))
  const nobody = say('没有群主', 'nobody')
  return (
    <ThingTable
      title={say('居民群', 'Residents’ groups')}
      add={say('新登记一个群', 'Add a group')}
      from={groups}
      path="/api/register/groups"
      teach={say('登记每个网格的居民群和群主,预警时群主一分钟内收到要转的文字。', 'The owner gets the words to post within a minute.')}
      columns={[
        { heading: say('群名', 'Group'), words: (g) => g.name },
        { heading: say('网格或社区', 'Grid or community'), words: (g) => names.get(g.place) ?? g.place },
        { heading: say('平台', 'Platform'), words: (g) => platform(g.platform) },
        { heading: say('怎么发', 'Posted by'), words: (g) => (g.robot ? say('机器人', 'robot') : say('群主转发', 'its owner')) },
        {
          heading: say('群主', 'Owner'),
          words: (g) => g.owner?.name ?? nobody,
          show: (g) => g.owner?.name ?? <span className="tone-bad">{nobody}</span>,
        },
        { heading: say('人数', 'Members'), words: (g) => String(g.members) },
      ]}
      fields={[
        { name: 'name', label: say('群名', 'Group'), as: 'text' },
        {
          name: 'platform',
          label: say('平台', 'Platform'),
          as: 'choice',
          options: ['wechat', 'wecom'].map((value) => ({ value, label: platform(value) })),
        },
        { name: 'ownerId', label: say('群主', 'Owner'), as: 'staff' },
        { name: 'members', label: say('人数', 'Members'), as: 'number' },
      ]}
      toForm={(g) => ({ ownerId: g.owner?.id ?? null })}
    />
  )
}
