import { Button, Form, Input, Segmented, TreeSelect } from 'antd'
import { useMemo, useState } from 'react'
import { post } from '../../shared/api.js'
import type { Alert } from '../../shared/api-types.js'
import { useLanguage } from '../../shared/language.js'
import { count } from '../../shared/times.js'
import { FitNote, OwnPhones, useOwnWords } from '../alert/own-words.js'
import { MissingWhy, previewLine, useDraftPreview } from '../alert/preview.js'
import { useTellError } from '../alert/use-verb.js'
import { readAgain } from '../data/resources.js'
import { ErrorBox, Page, Panel } from '../layout/parts.js'
import { type GridFeature, useGrids } from '../map/map-data.js'
import { go, useAddress } from '../router.js'

interface Sample {
  zh: string
  headline: string
  text: string
}
const samples: Sample[] = [
  { zh: '降雨提示', headline: '降雨温馨提示', text: '今天夜间到明天有暴雨到大暴雨,请关好门窗,低洼处和危旧房住户提前做好准备。' },
  { zh: '停水停电', headline: '停水通知', text: '因抢修,今天18:00至22:00停水,请提前储水。' },
  { zh: '道路管制', headline: '道路通知', text: '滨湖路积水,已封控,请绕行。' },
  { zh: '寻人', headline: '寻人启事', text: '一位老人今早走失,穿蓝色上衣,如有线索请联系值班电话。' },
]

const wordsOf = (headline: string, ownText: string, kind: 'actual' | 'exercise') => ({
  ...{ origin: 'notice', kind, event: headline || '通知', level: null, audience: 'residents', languages: ['zh'] },
  facts: { headline, ownText },
})

/** 通知 / 温馨提示: our own words, without a colour and without the word 预警. */
export function NoticePage() {
  const { say } = useLanguage()
  const tell = useTellError()
  const grids = useGrids()
  const [headline, setHeadline] = useState('')
  const [text, setText] = useState('')
  const [kind, setKind] = useState<'actual' | 'exercise'>('actual')
  const { query } = useAddress()
  const [places, setPlaces] = useState<string[]>(() => (query.get('grids') ?? '').split(',').filter(Boolean))
  const [busy, setBusy] = useState(false)
  const tree = useGridTree(grids.data?.features)
  const covered = useCovered(grids.data?.features, places)
  const forbidden = /预警/.test(headline + text)
  const colour = /(红|橙|黄|蓝)色/.test(headline + text)
  const ready = headline.trim() && text.trim() && places.length > 0 && !forbidden && !colour
  const written = {
    origin: 'notice',
    audience: 'residents',
    event: headline.trim(),
    grids: places,
    words: { headline: headline.trim(), ownText: text.trim() },
    ...(kind === 'exercise' ? { kind } : {}),
  }
  const reach = useDraftPreview(ready ? written : null)
  const spoken = useOwnWords(
    '/api/words/preview',
    text.trim() && !forbidden && !colour ? wordsOf(headline.trim(), text.trim(), kind) : null,
  )
  const draft = async () => {
    setBusy(true)
    try {
      const alert = await post<Alert>('/api/alerts', written)
      readAgain('/api/alerts')
      go(`/alerts/${alert.id}`)
    } catch (error) {
      tell(error)
    }
    setBusy(false)
  }
  return (
    <Page
      title={say('发通知', 'Write a notice')}
      sub={say(
        '自己的通知和温馨提示,署街道的名;不带颜色,不用“预警”二字——预警由谁发,就署谁的名。',
        'Our own notices in our own name: no colour and not the word “warning”, which belongs to the authority.',
      )}
    >
      <div className="notice-grid">
        <Panel title={say('写什么', 'What')}>
          <Form layout="vertical" className="pad-x">
            <div className="chips">
              {samples.map((one) => (
                <button
                  key={one.zh}
                  type="button"
                  className="chip-button"
                  onClick={() => {
                    setHeadline(one.headline)
                    setText(one.text)
                  }}
                >
                  {one.zh}
                </button>
              ))}
            </div>
            <Form.Item label={say('标题', 'Title')}>
              <Input value={headline} maxLength={60} onChange={(event) => setHeadline(event.target.value)} />
            </Form.Item>
            <Form.Item
              label={say('正文:时间、地点、做什么', 'Text: when, where, what to do')}
              validateStatus={forbidden || colour ? 'error' : ''}
              help={
                forbidden
                  ? say('通知里不能写“预警”。气象台发的请用“转发”。', 'A notice may not say “预警”; relay the station’s instead.')
                  : colour
                    ? say('通知不带颜色级别。', 'A notice bears no colour.')
                    : undefined
              }
            >
              <Input.TextArea rows={4} value={text} maxLength={500} showCount onChange={(event) => setText(event.target.value)} />
            </Form.Item>
            <FitNote found={spoken} take={setText} />
            <Form.Item label={say('发到哪些网格', 'To which grids')}>
              <TreeSelect
                treeData={tree}
                treeCheckable
                showCheckedStrategy={TreeSelect.SHOW_PARENT}
                value={places}
                onChange={(next: string[]) => setPlaces(next)}
                placeholder={say('选社区或网格,可输入查找', 'choose communities or grids')}
                treeNodeFilterProp="title"
                maxTagCount={6}
                loading={grids.loading}
                className="w-full"
              />
              <div className="notice-picks">
                <Button size="small" onClick={() => setPlaces(tree.map((one) => one.value))}>
                  {say('全街道', 'all')}
                </Button>
                <Button size="small" onClick={() => go(`/map?pick=${places.join(',')}`)}>
                  {say('在地图上选', 'pick on the map')}
                </Button>
                <span className="muted ys-tabular">
                  {say(
                    `${covered.grids} 个网格 · ${count(covered.households)} 户 ${count(covered.people)} 人`,
                    `${covered.grids} grids · ${count(covered.people)} people`,
                  )}
                </span>
              </div>
            </Form.Item>
            <Form.Item>
              <Segmented
                value={kind}
                onChange={setKind}
                options={[
                  { value: 'actual', label: say('正式', 'Actual') },
                  { value: 'exercise', label: say('演练(只到演练名单)', 'Exercise (allow-list)') },
                ]}
              />
            </Form.Item>
            {reach && (
              <div className="notice-reach">
                <p className="ys-tabular">{previewLine(reach, say)}</p>
                <MissingWhy data={reach} movedOut={reach.movedOut.people} />
              </div>
            )}
            {grids.error && <ErrorBox error={grids.error} again={grids.again} compact />}
            <Button type="primary" size="large" disabled={!ready} loading={busy} onClick={() => void draft()}>
              {say('生成草稿,下一页核对后发出', 'Make a draft, check it on the next page')}
            </Button>
          </Form>
        </Panel>
        <Panel title={say('手机上会是这样', 'As phones will show it')}>
          {text.trim() ? (
            <OwnPhones found={spoken} />
          ) : (
            <p className="muted pad">
              {say('写下正文,这里显示每个通道的样子和短信条数。', 'Write the text; each channel shows here, with SMS parts counted.')}
            </p>
          )}
        </Panel>
      </div>
    </Page>
  )
}

export interface TreeNode {
  value: string
  title: string
  children: { value: string; title: string }[]
}
export function useGridTree(features: GridFeature[] | undefined): TreeNode[] {
  return useMemo(() => {
    const found = new Map<string, TreeNode>()
    for (const { properties: grid } of features ?? []) {
      const place = grid.place.slice(0, 12)
      const node = found.get(place) ?? { value: place, title: /^(.+?(社区|村))/.exec(grid.name)?.[1] ?? place, children: [] }
      node.children.push({ value: grid.place, title: grid.name })
      found.set(place, node)
    }
    return [...found.values()]
  }, [features])
}
function useCovered(features: GridFeature[] | undefined, places: string[]) {
  return useMemo(() => {
    const inside = (features ?? []).filter((one) => places.some((place) => one.properties.place.startsWith(place)))
    return {
      grids: inside.length,
      households: inside.reduce((sum, one) => sum + one.properties.households, 0),
      people: inside.reduce((sum, one) => sum + one.properties.people, 0),
    }
  }, [features, places])
}
