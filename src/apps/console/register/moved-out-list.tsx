import { App, Button, Table } from 'antd'
import type { MovedOutAnswer } from '../../../register/household-routes.js'
import { post } from '../../shared/api.js'
import type { Listing } from '../../shared/api-types.js'
import { useLanguage, useSay } from '../../shared/language.js'
import { dayTime } from '../../shared/times.js'
import { useTellError } from '../alert/use-verb.js'
import { readAgain, useResource } from '../data/resources.js'
import { useMay } from '../data/session.js'
import { Empty, Loaded, Panel } from '../layout/parts.js'
import { reasonWord } from './register-words.js'

/** Who was taken out of the register: found again by the old door, and taken back by one press. */
export function MovedOutList({ words, place }: { words: string; place: string }) {
  const say = useSay()
  const { language } = useLanguage()
  const may = useMay()
  const tell = useTellError()
  const { message } = App.useApp()
  const gone = useResource<Listing<MovedOutAnswer>>(`/api/households/moved-out?place=${place}&search=${encodeURIComponent(words)}`, {
    watch: /^household\./,
    everyMs: 0,
  })
  const back = async (id: string, label: string) => {
    try {
      await post(`/api/households/${encodeURIComponent(id)}/move-back`)
      readAgain('/api/households')
      readAgain('/api/register')
      void message.success(say(`${label} 已回到名册,以后的预警照常通知`, `${label} is in the register again and will be told`))
    } catch (error) {
      tell(error)
    }
  }
  return (
    <Panel title={say('已迁出', 'Moved out')} count={gone.data?.items.length}>
      <Loaded from={gone} rows={6}>
        {({ items }) => (
          <Table
            size="small"
            rowKey="id"
            dataSource={items}
            pagination={items.length > 20 ? { pageSize: 20, showSizeChanger: false } : false}
            locale={{
              emptyText: (
                <Empty title={words ? say('没有找到', 'Nothing found') : say('没有迁出的住户', 'Nobody has moved out')}>
                  {say('迁出的住户不再通知,记录都在,迁错了在这里撤销。', 'They are told no more; a mistake is undone here.')}
                </Empty>
              ),
            }}
            columns={[
              { title: say('网格', 'Grid'), dataIndex: 'gridName' },
              { title: say('门牌', 'Address'), dataIndex: 'label' },
              { title: say('人', 'People'), dataIndex: 'people', className: 'ys-tabular' },
              { title: say('为什么', 'Why'), render: (_, h) => reasonWord(h.reason, say) },
              { title: say('什么时候', 'When'), render: (_, h) => <span className="ys-tabular">{dayTime(h.at, language)}</span> },
              ...(may('register.edit')
                ? [
                    {
                      title: '',
                      render: (_: unknown, h: MovedOutAnswer) => (
                        <Button size="small" onClick={() => void back(h.id, h.label)}>
                          {say('撤销迁出', 'Take back')}
                        </Button>
                      ),
                    },
                  ]
                : []),
            ]}
          />
        )}
      </Loaded>
    </Panel>
  )
}
