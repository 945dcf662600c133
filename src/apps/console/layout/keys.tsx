import { Modal } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { useSay } from '../../shared/language.js'
import { go } from '../router.js'
import { FindBox } from './find-box.js'

const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))

/** A screen with a search of its own is searched there. */
function findHere(): boolean {
  const own = document.querySelector<HTMLElement>('[data-find]')
  own?.focus()
  return own !== null
}

const places: Record<string, string> = {
  d: '/',
  a: '/alerts',
  m: '/map',
  e: '/evacuation',
  f: '/feeds',
  s: '/delivery',
  q: '/groups',
  n: '/notice',
  i: '/inbox',
  h: '/handover',
  x: '/drill',
  l: '/register',
}

/** g then a letter goes to a place; r the report; / finds; ? shows the keys; Enter (on the desk) opens the top need. */
export function Keys() {
  const [help, setHelp] = useState(false)
  const [find, setFind] = useState(false)
  const prefix = useRef(0)
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return
      if (document.querySelector('.ant-modal-wrap:not([style*="display: none"])')) return
      const afterG = Date.now() - prefix.current < 1200
      prefix.current = 0
      const place = places[event.key]
      if (afterG && place) go(place)
      else if (event.key === 'g') prefix.current = Date.now()
      else if (event.key === 'r') go('/report')
      else if (event.key === '?') setHelp(true)
      else if (event.key === '/') {
        if (!findHere()) setFind(true)
      } else return
      event.preventDefault()
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [])
  return (
    <>
      <KeyHelp open={help} close={() => setHelp(false)} />
      <FindBox open={find} close={() => setFind(false)} />
    </>
  )
}

function KeyHelp({ open, close }: { open: boolean; close: () => void }) {
  const say = useSay()
  const rows: [string, string][] = [
    ['↵', say('打开最急的一件', 'Open the most urgent need')],
    ['/', say('查找:网格、重点部位、安置点、页面(可用拼音)', 'Find a grid, point, shelter or page')],
    ['g d', say('值守台', 'Desk')],
    ['g a', say('处置', 'Alerts')],
    ['g m', say('地图', 'Map')],
    ['g e', say('转移', 'Moving people')],
    ['g s', say('通知到了吗', 'Who was reached')],
    ['g q', say('居民群', 'Resident groups')],
    ['g f', say('预警来源与报文', 'Feeds and bulletins')],
    ['g n', say('发通知', 'Write a notice')],
    ['g i', say('收件箱(模拟)', 'Simulated inbox')],
    ['g x', say('演练', 'Drill')],
    ['g l', say('名册', 'Register')],
    ['g h', say('交接班', 'Hand-over')],
    ['r', say('报送稿', 'Report')],
    ['Esc', say('关闭', 'Close')],
  ]
  return (
    <Modal open={open} onCancel={close} footer={null} title={say('按键', 'Keys')} width={460}>
      <dl className="keys">
        {rows.map(([key, words]) => (
          <div key={key}>
            <dt>
              {key.split(' ').map((part) => (
                <kbd key={part}>{part}</kbd>
              ))}
            </dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  )
}
