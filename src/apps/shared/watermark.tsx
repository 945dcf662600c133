import { useMemo } from 'react'
import { useSay } from './language.js'

const escapeXml = (text: string) => text.replace(/[<>&"]/g, (c) => `&#${c.charCodeAt(0)};`)

/** 演练数据 across the whole page; with the viewer's name where households are shown. */
export function Watermark({ viewer }: { viewer?: string | undefined }) {
  const say = useSay()
  const words = say('演练数据', 'Sample data') + (viewer ? ` · ${viewer}` : '')
  const image = useMemo(() => {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="320" height="200"><text x="20" y="130" transform="rotate(-24 160 100)" font-size="30" font-weight="700" font-family="sans-serif" fill="#7f8ea0">${escapeXml(words)}</text></svg>`
    return `url("data:image/svg+xml,${encodeURIComponent(svg)}")`
  }, [words])
  return <div className="ys-watermark" aria-hidden="true" style={{ backgroundImage: image }} />
}
