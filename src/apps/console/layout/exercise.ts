import { useEffect, useSyncExternalStore } from 'react'

/** Whether what this screen shows is an exercise: then the whole window has a violet frame. */
let users = 0
const listeners = new Set<() => void>()
const tell = () => {
  for (const listener of listeners) listener()
}
export function useExerciseFrame(isExercise: boolean): void {
  useEffect(() => {
    if (!isExercise) return
    users += 1
    tell()
    return () => {
      users -= 1
      tell()
    }
  }, [isExercise])
}
export const useIsExercise = (): boolean =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => users > 0,
  )
