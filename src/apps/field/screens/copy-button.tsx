import { useState } from 'react'
import { useSay } from '../../shared/language.js'

/** The clipboard API needs https and a newer browser; the old way works inside every WebView. */
async function copyText(text: string): Promise<boolean> {
  try {
    if (navigator.clipboard !== undefined && window.isSecureContext) {
      await navigator.clipboard.writeText(text)
      return true
    }
  } catch {
    // Refused by the WebView: the old way follows.
  }
  const box = document.createElement('textarea')
  box.value = text
  box.readOnly = true
  box.style.position = 'fixed'
  box.style.opacity = '0'
  document.body.appendChild(box)
  box.select()
  box.setSelectionRange(0, text.length)
  const done = document.execCommand('copy')
  box.remove()
  return done
}

export function CopyButton({ text }: { text: string }) {
  const say = useSay()
  const [state, setState] = useState<'idle' | 'done' | 'failed'>('idle')
  return (
    <button
      type="button"
      className={`button primary${state === 'done' ? ' go' : ''}`}
      onClick={() => void copyText(text).then((done) => setState(done ? 'done' : 'failed'))}
    >
      {state === 'done'
        ? say('已复制,去群里粘贴', 'Copied: now paste it in the group')
        : state === 'failed'
          ? say('没能复制:请长按上面的文字', 'Not copied: hold the text above')
          : say('复制文字', 'Copy the words')}
    </button>
  )
}
