import type { BulletinProblem } from './bulletin.js'

/** What to do about a bulletin that was not taken, by what is wrong with it: the dialects say it in Chinese. */
const todo: Record<string, string> = {
  encoding: 'Ask them to export it again in UTF-8',
  'web-page': 'Telephone and ask what is in force; have the address checked',
  'malformed-xml': 'Ask them to send it again, and telephone to verify what it says',
  'malformed-json': 'Ask them to send it again, and telephone to verify what it says',
  'not-cap': 'Make sure it is the warning and not another file; ask them for CAP 1.2',
  'no-identity': 'Ask them to add number, sender and time, and telephone to verify',
  'too-big': 'Check that it is the right file; if it is, split it',
  'index-only': 'Send the CAP file of one warning; to receive them for good, set the address of the list as a source',
  'not-actual': 'Nothing to do: nobody is told, it is kept',
  'message-type': 'Nothing to do: nobody is told, it is kept',
  scope: 'Handle it as confidential; ask the sender whether it may be passed on',
  conflict: 'Telephone them: which of the two holds? They should send it again under a new number',
  'dialect-not-built': 'Ask for CAP instead; if it is urgent, telephone and type it in by hand',
  'source-refused': 'Ask them for a new key and have it installed',
  'source-says-no': 'Ask them for a new key and have it installed',
}
const anythingElse = 'Telephone the sender to verify; if there is a warning, type it in by hand'

interface NotTaken {
  reason: string | null
  hint: string | null
  problems: BulletinProblem[]
}

/** Why a bulletin was not taken and what to do, for who does not read Chinese. */
export function inEnglish({ reason, hint, problems }: NotTaken): { reasonEn: string | null; hintEn: string | null } {
  const errors = problems.filter((p) => p.severity === 'error')
  const named = errors.find((p) => p.message === reason) ?? errors.find((p) => p.messageEn)
  const step = errors.map((p) => todo[p.code]).find(Boolean) ?? anythingElse
  return { reasonEn: reason === null ? null : (named?.messageEn ?? 'it was not taken'), hintEn: hint === null ? null : step }
}
