// A screenshot with 256 colours instead of 16 million: a third of the bytes, and nobody sees the difference on a screen of text.
// Plain Node: decodes what Chromium writes (8 bits, RGB or RGBA, not interlaced), cuts the colours by their median, encodes again.
import { crc32, deflateSync, inflateSync } from 'node:zlib'

const signature = Buffer.from('89504e470d0a1a0a', 'hex')

function chunksOf(png) {
  const chunks = []
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at)
    chunks.push({ type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) })
    at += 12 + length
  }
  return chunks
}

function paeth(a, b, c) {
  const [pa, pb, pc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)]
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c
}

function decode(png) {
  const chunks = chunksOf(png)
  const head = chunks[0].data
  const [width, height, bits, colour] = [head.readUInt32BE(0), head.readUInt32BE(4), head[8], head[9]]
  if (bits !== 8 || (colour !== 2 && colour !== 6) || head[12] !== 0) throw new Error('not a PNG as Chromium writes it')
  const size = colour === 2 ? 3 : 4
  const raw = inflateSync(Buffer.concat(chunks.filter((c) => c.type === 'IDAT').map((c) => c.data)))
  const stride = width * size
  const pixels = Buffer.alloc(stride * height)
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)]
    for (let x = 0; x < stride; x++) {
      const at = y * stride + x
      const a = x < size ? 0 : pixels[at - size]
      const b = y === 0 ? 0 : pixels[at - stride]
      const c = x < size || y === 0 ? 0 : pixels[at - stride - size]
      const guess = [0, a, b, (a + b) >> 1, filter === 4 ? paeth(a, b, c) : 0][filter]
      pixels[at] = raw[y * (stride + 1) + 1 + x] + guess
    }
  }
  return { width, height, size, pixels }
}

/** Boxes of colours, the one that holds the most spread is halved until there are 256. */
function cutColours(counts) {
  const box = (colours) => {
    const spread = [16, 8, 0].map((shift) => {
      const values = colours.map(([c]) => (c >> shift) & 255)
      return { shift, width: values.reduce((m, v) => Math.max(m, v), 0) - values.reduce((m, v) => Math.min(m, v), 255) }
    })
    const widest = spread.reduce((m, s) => (s.width > m.width ? s : m))
    const weight = colours.reduce((n, [, count]) => n + Math.sqrt(count), 0)
    return { colours, shift: widest.shift, rank: widest.width * weight }
  }
  const boxes = [box([...counts])]
  while (boxes.length < 256) {
    const fullest = boxes.reduce((m, b) => (b.rank > m.rank ? b : m))
    if (fullest.rank === 0) break
    const sorted = fullest.colours.sort(([a], [b]) => ((a >> fullest.shift) & 255) - ((b >> fullest.shift) & 255))
    const low = (sorted[0][0] >> fullest.shift) & 255
    const high = (sorted.at(-1)[0] >> fullest.shift) & 255
    const cut = sorted.findIndex(([c]) => ((c >> fullest.shift) & 255) > (low + high) / 2)
    boxes.splice(boxes.indexOf(fullest), 1, box(sorted.slice(0, cut)), box(sorted.slice(cut)))
  }
  return boxes
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const out = Buffer.alloc(body.length + 8)
  out.writeUInt32BE(data.length, 0)
  body.copy(out, 4)
  out.writeUInt32BE(crc32(body), body.length + 4)
  return out
}

export function toPalette(png) {
  const { width, height, size, pixels } = decode(png)
  const colourAt = (at) => (pixels[at] << 16) | (pixels[at + 1] << 8) | pixels[at + 2]
  const counts = new Map()
  for (let at = 0; at < pixels.length; at += size) counts.set(colourAt(at), (counts.get(colourAt(at)) ?? 0) + 1)
  const palette = Buffer.alloc(768)
  const indexOf = new Map()
  for (const [n, { colours }] of cutColours(counts).entries()) {
    // The commonest colour of a box stands for it: large areas keep their exact tone.
    const [common] = colours.reduce((m, c) => (c[1] > m[1] ? c : m))
    palette.writeUIntBE(common, n * 3, 3)
    for (const [colour] of colours) indexOf.set(colour, n)
  }
  const rows = Buffer.alloc((width + 1) * height)
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) rows[y * (width + 1) + 1 + x] = indexOf.get(colourAt((y * width + x) * size))
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, 3, 0, 0, 0], 8)
  return Buffer.concat([signature, chunk('IHDR', head), chunk('PLTE', palette), chunk('IDAT', deflateSync(rows, { level: 9, memLevel: 9 })), chunk('IEND', Buffer.alloc(0))])
}
