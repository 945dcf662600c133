/** A table asked with words from outside: "constructor" is no word of it, as it would be of a plain object. */
export const wordTable = <T>(words: Record<string, T>): Record<string, T> => Object.assign(Object.create(null), words)
