/** What was started is stopped in the opposite order, each within its time, whatever the others do. */
export interface StopList {
  add(what: string, stop: () => unknown): void
  stopAll(): Promise<void>
}

export function createStopList(warn: (text: string) => void, msEach = 10_000): StopList {
  const list: { what: string; stop: () => unknown }[] = []
  return {
    add(what, stop) {
      list.push({ what, stop })
    },
    async stopAll() {
      for (let last = list.pop(); last; last = list.pop()) {
        const { what, stop } = last
        let timer: NodeJS.Timeout | undefined
        const late = new Promise((_, no) => {
          timer = setTimeout(() => no(new Error(`not stopped within ${msEach} ms`)), msEach)
        })
        await Promise.race([Promise.resolve().then(stop), late]).catch((e: Error) => warn(`stopping ${what}: ${e.message}`))
        clearTimeout(timer)
      }
    },
  }
}
