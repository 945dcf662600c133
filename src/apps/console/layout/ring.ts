/**
 * The duty room's bell. A browser lets a page sound only after somebody has touched it once, so the first touch opens the
 * sound and the status bar says whether it is ready. Two falling tones, repeated until somebody acknowledges.
 */
let context: AudioContext | null = null
let timer = 0
const listeners = new Set<() => void>()
const tell = () => {
  for (const listener of listeners) listener()
}
export const soundReady = (): boolean => context?.state === 'running'
export const ringing = (): boolean => timer !== 0
export function onBell(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function openSoundOnFirstTouch(): () => void {
  const open = () => {
    try {
      context ??= new AudioContext()
      void context.resume().then(tell)
    } catch {
      // A machine without sound: the status bar goes on saying so.
    }
  }
  window.addEventListener('pointerdown', open)
  window.addEventListener('keydown', open)
  return () => {
    window.removeEventListener('pointerdown', open)
    window.removeEventListener('keydown', open)
  }
}

function tone(frequency: number, start: number, length: number): void {
  if (!context) return
  const oscillator = context.createOscillator()
  const gain = context.createGain()
  oscillator.type = 'triangle'
  oscillator.frequency.value = frequency
  gain.gain.setValueAtTime(0.0001, start)
  gain.gain.exponentialRampToValueAtTime(0.5, start + 0.02)
  gain.gain.exponentialRampToValueAtTime(0.0001, start + length)
  oscillator.connect(gain).connect(context.destination)
  oscillator.start(start)
  oscillator.stop(start + length + 0.05)
}
export function ringOnce(): void {
  if (!context) return
  const at = context.currentTime + 0.02
  for (let beat = 0; beat < 3; beat++) {
    tone(988, at + beat * 0.5, 0.24)
    tone(740, at + beat * 0.5 + 0.24, 0.24)
  }
}
export function startRinging(): void {
  if (timer) return
  ringOnce()
  timer = window.setInterval(ringOnce, 2600)
  tell()
}
export function stopRinging(): void {
  window.clearInterval(timer)
  timer = 0
  tell()
}
