/** How much the officer should trust it: written so · taken from what was left out · a guess. */
export type Sure = 'sure' | 'likely' | 'guess'

/** What was read, and the characters it was read from; without a place it was assumed. */
export interface Piece<T> {
  value: T
  at: number | null
  end: number | null
  sure: Sure
}
export const piece = <T>(value: T, from: { at: number; end: number } | null, sure: Sure = 'sure'): Piece<T> => ({
  value,
  at: from?.at ?? null,
  end: from?.end ?? null,
  sure,
})
