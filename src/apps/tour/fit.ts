import { useEffect, useState } from 'react'

/** How the three screens share the window: the phones as tall as there is room, the desk gets the rest. */
export interface Fit {
  phoneScale: number
  phoneHeight: number
  deskScale: number
  deskWidth: number
}

export const phoneWidth = 360
const deskIdeal = 1240
const bezel = 20
const rowsAround = 48 + 68 + 84 + 28
const frameHead = 38
const gaps = 16 * 4

export function fitTo(width: number, height: number): Fit {
  const room = Math.max(360, height - rowsAround - frameHead)
  const byWidth = (Math.max(480, width * 0.405) - gaps / 2 - bezel * 2) / 2 / phoneWidth
  const byHeight = (room - bezel) / 720
  const phoneScale = Math.max(0.5, Math.min(1.05, byWidth, byHeight))
  const phoneHeight = Math.round(Math.max(640, Math.min(850, (room - bezel) / phoneScale)))
  const deskPixels = width - 2 * (phoneWidth * phoneScale + bezel) - gaps
  const deskWidth = Math.max(1100, Math.min(deskIdeal, deskPixels))
  return { phoneScale, phoneHeight, deskWidth, deskScale: deskPixels / deskWidth }
}

export function useFit(): Fit {
  const [fit, setFit] = useState(() => fitTo(window.innerWidth, window.innerHeight))
  useEffect(() => {
    const measure = () => setFit(fitTo(window.innerWidth, window.innerHeight))
    window.addEventListener('resize', measure)
    return () => window.removeEventListener('resize', measure)
  }, [])
  return fit
}
