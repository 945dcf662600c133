import { useCallback, useEffect, useRef, useState } from 'react'
import type { DrillControl } from './drill-api.js'
import { chapterOf, currentChapter, type Leap, leapIsOver, leapTo } from './model/chapters.js'

export const speeds = ['auto', 1, 10, 60, 120] as const
export type Speed = (typeof speeds)[number]
const leapSpeed = 600
const firstPace = 60

export interface Pace {
  speed: Speed
  leaping: string | null
  choose: (speed: Speed) => void
  begin: () => void
  again: () => void
  playOrPause: () => void
  goTo: (chapter: string) => void
}

/** How fast the night goes: by hand, by the chapter's own pace, or as fast as it can towards a chapter that was asked for. */
export function usePace(control: DrillControl): Pace {
  const { drill, act } = control
  const [speed, setSpeed] = useState<Speed>('auto')
  const [leap, setLeap] = useState<Leap | null>(null)
  const chapter = currentChapter(drill)
  const wanted = leap !== null ? leapSpeed : speed === 'auto' ? (chapterOf(chapter)?.pace ?? firstPace) : speed
  const asked = useRef<number | null>(null)

  useEffect(() => {
    if (drill.state !== 'running') {
      asked.current = null
      return
    }
    if (drill.speed === wanted || asked.current === wanted) return
    asked.current = wanted
    void act('speed', { speed: wanted })
  }, [drill.state, drill.speed, wanted, act])

  // A restart takes a moment: until it is seen, the old position must not end the leap.
  const settled = useRef(true)
  useEffect(() => {
    if (leap !== null && settled.current && leapIsOver(leap, drill)) setLeap(null)
  }, [leap, drill])

  const start = useCallback(
    async (first: number) => {
      settled.current = false
      asked.current = null
      await act('start', { scenario: 'july-12', speed: first, cast: 'all' })
      settled.current = true
    },
    [act],
  )
  const begin = useCallback(() => void start(speed === 'auto' ? firstPace : speed), [start, speed])
  return {
    speed,
    leaping: leap?.until ?? null,
    choose: setSpeed,
    begin,
    again: begin,
    playOrPause: () => {
      if (drill.state === 'running') void act('pause')
      else if (drill.state === 'paused') void act('resume')
      else begin()
    },
    goTo: (target) => {
      const next = leapTo(target, drill)
      if (next === null) return
      setLeap(next)
      if (next.restart) void start(leapSpeed)
      else if (drill.state === 'paused') void act('resume')
    },
  }
}
