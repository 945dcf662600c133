import { useEffect, useState } from 'react'
import { call } from '../../shared/api.js'
import { useSay } from '../../shared/language.js'

const width = 1080

/** WeChat saves only real pictures on a long press: the server's SVG is drawn on a canvas and shown as PNG. */
async function drawCard(url: string): Promise<string> {
  const svg = await call<string>('GET', url, undefined, { accept: 'image/svg+xml' })
  const image = new Image()
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`
  await new Promise((resolve, reject) => {
    image.onload = resolve
    image.onerror = reject
  })
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = Math.round((width * image.naturalHeight) / Math.max(1, image.naturalWidth))
  const pen = canvas.getContext('2d')
  if (pen === null) return image.src
  pen.drawImage(image, 0, 0, canvas.width, canvas.height)
  return canvas.toDataURL('image/png')
}

export function GroupCard({ url }: { url: string }) {
  const say = useSay()
  const [picture, setPicture] = useState<string | null>(null)
  const [failed, setFailed] = useState(false)
  useEffect(() => {
    let gone = false
    drawCard(url).then(
      (drawn) => {
        if (!gone) setPicture(drawn)
      },
      () => {
        if (!gone) setFailed(true)
      },
    )
    return () => {
      gone = true
    }
  }, [url])
  if (failed)
    return <p className="note warn">{say('图片要有网络才能取。文字可以先发。', 'The picture needs the network. Post the words first.')}</p>
  if (picture === null) return <div className="group-card waiting" aria-hidden="true" />
  return <img className="group-card" src={picture} alt={say('图片卡,长按保存', 'picture card, hold to save')} />
}
