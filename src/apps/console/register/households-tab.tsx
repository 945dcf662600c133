import type { Listing } from '../../shared/api-types.js'
import { useSay } from '../../shared/language.js'
import { useResource } from '../data/resources.js'
import { Empty, Loaded, Panel } from '../layout/parts.js'

/** Every door of the area. */
export function HouseholdsTab() {
  const say = useSay()
  const found = useResource<Listing<{ id: string; gridName: string; label: string; people: number }>>('/api/households?limit=50')
  return (
    <Panel title={say('住户', 'Households')}>
      <Loaded from={found} rows={8}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={say('名册里还没有住户', 'The register has no households yet')} />
          ) : (
            <ul className="plain-list">
              {items.map((door) => (
                <li key={door.id}>
                  {door.gridName} {door.label}
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Panel>
  )
}
