import { Button, Input, Segmented, Table } from 'antd'
import { useState } from 'react'
import type { Alert } from '../../shared/api-types.js'
import { useLanguage } from '../../shared/language.js'
import { LevelBadge } from '../../shared/level.js'
import { count, dayTime } from '../../shared/times.js'
import { useAlerts } from '../data/desk.js'
import { originWord, stateWord } from '../data/words.js'
import { alertTitle } from '../desk/warning-words.js'
import { Empty, Loaded, Page } from '../layout/parts.js'
import { go } from '../router.js'

const done = new Set(['closed', 'called-off', 'all-clear'])

export function AlertsPage() {
  const { say, language } = useLanguage()
  const alerts = useAlerts()
  const [query, setQuery] = useState('')
  const [which, setWhich] = useState<'open' | 'all'>('open')
  return (
    <Page
      title={say('处置', 'Alerts')}
      sub={say(
        '我们决定说的话:转发预警、转移通知、通知。一条预警对应责任人、居民两条。',
        'What we decided to say: relays, orders and notices. A warning opens one for staff and one for residents.',
      )}
      extra={
        <>
          <Input
            allowClear
            value={query}
            onChange={(event) => setQuery(event.target.value)}
            placeholder={say('找标题', 'find')}
            className="w-200"
          />
          <Segmented
            value={which}
            onChange={setWhich}
            options={[
              { value: 'open', label: say('未结', 'Open') },
              { value: 'all', label: say('全部', 'All') },
            ]}
          />
          <Button type="primary" onClick={() => go('/notice')}>
            {say('发通知', 'Write a notice')}
          </Button>
        </>
      }
    >
      <Loaded from={alerts}>
        {({ items }) => {
          const shown = items.filter((one) => (which === 'all' || !done.has(one.state)) && one.title.includes(query.trim()))
          return (
            <Table<Alert>
              size="small"
              rowKey="id"
              dataSource={shown}
              pagination={{ pageSize: 50, hideOnSinglePage: true }}
              rowClassName="row-link"
              onRow={(alert) => ({
                tabIndex: 0,
                onClick: () => go(`/alerts/${alert.id}`),
                onKeyDown: (event) => event.key === 'Enter' && go(`/alerts/${alert.id}`),
              })}
              locale={{
                emptyText: (
                  <Empty title={say('没有未结的处置', 'Nothing is open')}>
                    {say(
                      '预警一到就会出现在这里;也可以自己写一条通知。',
                      'They appear when a warning comes; a notice can be written by hand.',
                    )}
                  </Empty>
                ),
              }}
              columns={[
                {
                  title: say('级别', 'Level'),
                  width: 110,
                  render: (_, a) => (a.level ? <LevelBadge level={a.level} /> : <span className="chip">{say('通知', 'Notice')}</span>),
                },
                {
                  title: say('标题', 'Title'),
                  render: (_, a) => (
                    <>
                      {a.kind === 'exercise' && <em className="exercise-word">{say('【演练】', 'EXERCISE ')}</em>}
                      <b>{alertTitle(a, say)}</b>
                    </>
                  ),
                },
                { title: say('类别', 'Kind'), render: (_, a) => originWord(a.origin, say) },
                {
                  title: say('对象', 'To'),
                  render: (_, a) => (a.audience === 'staff' ? say('责任人', 'Staff') : say('居民', 'Residents')),
                },
                {
                  title: say('人数', 'People'),
                  align: 'right',
                  className: 'ys-tabular',
                  render: (_, a) => count(a.audience === 'staff' ? a.numbers?.contacts : a.numbers?.people),
                },
                {
                  title: say('状态', 'State'),
                  render: (_, a) => <span className={`alert-state alert-state-${a.state}`}>{stateWord(a.state, say)}</span>,
                },
                { title: say('发出', 'Issued'), className: 'ys-tabular', render: (_, a) => dayTime(a.issuedAt, language) },
                { title: say('经手', 'By'), render: (_, a) => a.issuedByName ?? a.createdByName ?? '' },
              ]}
            />
          )
        }}
      </Loaded>
    </Page>
  )
}
