/**
 * "lat,lon lat,lon …" in one pass over the characters, since outlines are most of a long bulletin. null: something in it is not written
 * plainly, and whoever asks must look closer (and tell what).
 */
export function scanRing(text: string): [number, number][] | null {
  const ring: [number, number][] = []
  let at = 0
  /** A plain decimal of at most 15 digits: dividing two exact numbers rounds as Number() does. NaN: not plain. */
  const scanNumber = (): number => {
    const sign = text.charCodeAt(at)
    if (sign === minus || sign === plus) at++
    let whole = 0
    let digits = 0
    let behindDot = -1
    for (; ; at++) {
      const code = text.charCodeAt(at)
      if (code >= zero && code <= nine) {
        whole = whole * 10 + code - zero
        digits++
        if (behindDot >= 0) behindDot++
      } else if (code === dot && behindDot < 0) behindDot = 0
      else break
    }
    if (digits === 0 || digits > 15) return Number.NaN
    const value = behindDot > 0 ? whole / powers[behindDot]! : whole
    return sign === minus ? -value : value
  }
  for (;;) {
    while (isBlank(text.charCodeAt(at))) at++
    if (at >= text.length) return ring
    const lat = scanNumber()
    if (text.charCodeAt(at++) !== comma) return null
    const lon = scanNumber()
    // NaN is in no range either. Beyond ±180 a longitude may still be meant.
    if (!(Math.abs(lat) <= 90 && Math.abs(lon) <= 360) || (at < text.length && !isBlank(text.charCodeAt(at)))) return null
    ring.push([lon, lat])
  }
}

const [zero, nine, dot, comma, minus, plus] = [48, 57, 46, 44, 45, 43]
const isBlank = (code: number) => code === 32 || (code >= 9 && code <= 13)
const powers = Array.from({ length: 16 }, (_, i) => 10 ** i)
