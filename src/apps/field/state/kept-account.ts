import type { Account } from './field-context.js'

const key = 'yinshi.field.account'

export function keepAccount(account: Account): void {
  try {
    window.localStorage.setItem(key, JSON.stringify(account))
  } catch {
    // Then the phone asks the service who it is at every start.
  }
}
export function keptAccount(): Account | null {
  try {
    const found = window.localStorage.getItem(key)
    return found === null ? null : (JSON.parse(found) as Account)
  } catch {
    return null
  }
}
export function forgetAccount(): void {
  try {
    window.localStorage.removeItem(key)
  } catch {
    // Nothing was kept.
  }
}
