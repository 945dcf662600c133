import type { AreaMatch } from '../../matching/area-match.js'
import type { Channel, Language } from '../../messages/channel.js'
import type { Role } from '../../people/permissions.js'
import type { Relation } from '../../register/register.js'
import type { Level, Warning } from '../../warnings/warning.js'

import type { Evacuation, FieldTask, WatchedPoint } from './field-types.js'

/** The service's answers as the screens read them. A field that may be missing is marked so: an older or thinner answer never breaks a screen. */
export type { AreaMatch, Channel, Language, Level, Relation, Role, Warning }

export interface Listing<T> {
  items: T[]
  nextCursor?: string | null
}
export interface Instance {
  name: string
  register: 'sample' | 'live' | 'none'
  sampleLogins?: boolean
  accounts?: { username: string; roleName: string; roleNameEn: string }[]
  now?: string
  speed?: number
  store?: string
  doorbell?: string
  version?: string
  publicUrl?: string
}
export interface Me {
  account: string
  name: string
  role: Role
  scope: string
  verbs: string[]
}

export interface Progress {
  planned: number
  waiting: number
  accepted: number
  delivered: number
  answered: number
  failed: number
  unknown: number
  expired: number
  calledOff: number
  unreachable: number
  people: number
  grades?: { delivered: number; opened: number; listened: number; pressed: number; stated: number }
  byChannel?: Partial<Record<Channel, Partial<ChannelProgress>>>
  firstAcceptedAt?: string | null
  lastAcceptedAt?: string | null
  /** Households of which somebody at home answered. */
  householdsAnswered?: number
  /** A count of very many rows is not made anew for every question. */
  countedAt?: string | null
  groups?: { total: number; posted: number; byRobot?: number; waiting?: number }
  called?: StaffCalled | null
}
export type ChannelProgress = Omit<Progress, 'byChannel' | 'people' | 'groups' | 'called'>
export interface StaffCalled {
  total: number
  answered: number
  notAnswered: number
  /** Without a usable contact: there is nobody to ring up, only a door to knock at. */
  unreachable?: number
  unknown?: number
  waiting?: number
  knocks?: { sent: number; pending: number }
}

export type NeedKind =
  | 'flood'
  | 'downgrade'
  | 'auto-issue'
  | 'too-wide'
  | 'approve'
  | 'decide'
  | 'help'
  | 'unplaced'
  | 'unreadable'
  | 'text'
  | 'feed'
  | 'station'
  | 'carrier'
  | 'named-elsewhere'
  | 'all-clear'
  | 'return'
  | 'countersign'
  | 'reply'
  | 'reply-help'
export interface Need {
  kind: NeedKind
  title: string
  titleEn?: string
  level?: Level | null
  revision?: number | null
  alertId?: string | null
  warningId?: string | null
  taskId?: string | null
  evacuationId?: string | null
  dueAt?: string | null
  place?: string | null
  bulletinIds?: string[]
}
export interface FeedBrief {
  id: string
  name: string
  standing: 'authority' | 'mirror' | 'reference'
  /** partial: something of it could not be read; stuck: it answers with old content. */
  state: 'good' | 'partial' | 'stuck' | 'failing' | 'silent' | string
  lastGoodAt: string | null
}
export interface Desk {
  now: string
  speed: number
  place: string
  placeName?: string
  register: 'sample' | 'live' | 'none'
  store?: 'embedded' | 'postgres'
  doorbell?: 'in-process' | 'redis'
  carriers?: Partial<Record<string, string>>
  /** Carriers that are not spoken to as usual; stopped: nobody does their work meanwhile. */
  troubles?: { channel: string; carrier: string; cause: 'failing' | 'account'; since: string; stopped: boolean }[]
  onDuty?: { commander?: string | null; officer?: string | null }
  warnings: Warning[]
  needs: Need[]
  seriesId?: string | null
  staffAlertId?: string | null
  residentsAlertId?: string | null
  staffCalled?: StaffCalled | null
  residents?: Progress | null
  evacuation?: Evacuation | null
  points?: WatchedPoint[]
  helpTasks?: FieldTask[]
  groups?: { total: number; posted: number } | null
  feeds?: FeedBrief[]
  responseLevel?: { level: string; at: string; source: string } | null
}
export type AlertState = 'draft' | 'submitted' | 'approved' | 'issued' | 'held' | 'called-off' | 'all-clear' | 'closed'
export type Origin = 'relay' | 'order' | 'notice' | 'internal'
export interface AlertWords {
  channel: Channel
  relation: Relation
  language: Language
  text: string
  segments?: number
  characters?: number
  /** What did not fit and was shortened. */
  cut?: string[]
}
/** Whether what an officer writes can leave as a filed SMS; closest: what can, if it cannot. */
export interface WordsFit {
  variable: string | null
  used: number
  most: number
  characters: number
  segments: number
  problems: { code: string; zh: string; en: string }[]
  closest: { ownText: string; text: string; characters: number; segments: number } | null
}
export interface OwnWords {
  items: AlertWords[]
  fit: WordsFit | null
}
/** A text of templates/, with made-up values. */
export interface TemplateText {
  id: string
  file: string
  name: string
  nameEn: string
  note: string
  audience: 'staff' | 'residents'
  channels: Channel[]
  language: Language
  origins: string[]
  purpose: string
  exercise: boolean
  filed: { channel: 'sms' | 'voice'; text: string; variables: string[]; code: string | null } | null
  example: { text: string; characters: number; segments: number }
}
export interface AudienceNumbers {
  households: number
  people: number
  contacts: number
  unreachable: number
  move: { households: number; people: number }
}
export type AlertVerb = 'submit' | 'approve' | 'hold' | 'resume' | 'issue' | 'revise' | 'call-off' | 'all-clear' | 'close'
export interface Alert {
  id: string
  seriesId: string
  warningId: string | null
  kind: 'actual' | 'exercise'
  origin: Origin
  audience: 'staff' | 'residents'
  state: AlertState
  level: Level | null
  revision: number
  identifier?: string
  title: string
  event: string
  place: string
  placeName: string
  numbers?: AudienceNumbers
  issueAt?: string | null
  clockSpeed?: number
  expiresAt?: string | null
  issuedAt?: string | null
  createdAt?: string | null
  createdBy?: string
  createdByName?: string
  issuedByName?: string | null
  holdReason?: string | null
  /** The authority's warning ended: the officer is asked to press 解除. */
  allClear?: { basis: string; at: string } | null
  /** A newer warning of the same hazard waits to be passed on. */
  update?: { warningId: string; level: Level; at: string; unconfirmed?: 'downgrade' } | null
  /** Drafted without calling anybody: a first poll, or too many at once. */
  calm?: { why: 'baseline' | 'flood'; feedId: string | null } | null
  /** Wider than the warning it cites: the issue confirms the number of people. */
  width?: AlertPreview['width']
  /** Outside the warning now, and not told so yet: part-clear passes the all-clear on to them. */
  dropped?: { households: number; people: number } | null
  /** What may be pressed from this state. */
  verbs?: AlertVerb[]
}
export interface Approval {
  by: 'app' | 'phone'
  whom: string
  at: string
  note?: string
  revision?: number
  person?: string
  countersignedAt?: string | null
}
/** The warning as an alert quotes it. */
export interface QuotedWarning {
  id: string
  event: string
  level: Level
  headline: string
  station: string
  state: string
  standing: string
  sent: string
  expires: string | null
  /** 按惯例至: the authority named no end. */
  assumedUntil?: string | null
}
export interface AlertDetail extends Alert {
  warning?: QuotedWarning | null
  match?: AreaMatch | null
  grids?: string[]
  ownText?: string | null
  words?: AlertWords[]
  approval?: { needed: boolean; asked?: string | null; approvals: Approval[] }
  revisions?: { revision: number; purpose: string; hash: string; issuedAt: string; issuedByName: string }[]
}
/** Whom an alert, or a rule, would reach: told and missing together are everybody inside. */
export interface PreviewCount extends Heads {
  contacts: number
  told: Heads
  missing: (Heads & { cause: string; why: string; whyEn: string })[]
  notCalled: Heads
  away: Heads
  grids: (Heads & { place: string; name: string; reason: string; of: number; told: number })[]
  tags: (Heads & { tag: string; name: string; nameEn: string })[]
  relations: { relation: string; contacts: number }[]
  points: number
  move: Heads & { deadline: { at: string; basis: string; basisEn: string } | null }
}
interface Heads {
  households: number
  people: number
}
export interface AlertPreview extends PreviewCount {
  movedOut: Heads
  channels: { channel: Channel; messages: number; segments: number; minutes: number; yuan: number; seconds: number | null }[]
  cost: { messages: number; segments: number; minutes: number; yuan: number }
  neighbours: (Heads & { place: string; name: string })[]
  width: { audience: number; warned: number; outside: { place: string; name: string }[] } | null
  budget: null
}
/** What the policy would do now for an event and a colour. */
export interface PolicyPreview extends PreviewCount {
  called: number
  channels: { channel: Channel; messages: number }[]
}
export interface AlertHome {
  householdId: string
  label: string
  place: string
  gridName: string
  people: number
  head: string | null
  told: { relation: string; channels: Channel[] }[]
  missing: string | null
  move: boolean
  why: { zh: string; en: string }[]
}
export interface AlertAudience {
  households: number
  people: number
  contacts?: number
  /** of: of so many homes; set where only the homes inside the line are told. */
  grids: { place: string; name: string; reason: string; households: number; people: number; of?: number }[]
  /** The first rows; unreachableCount and moveCount (grid by grid) are all of them. */
  unreachable: { householdId: string | null; staffId: string | null; label: string; place?: string; people?: number; why?: string }[]
  unreachableCount: { households: number; people: number }
  /** Of staff: who takes whose turn tonight. */
  standIns: { name: string; insteadOf: string; post: string }[]
  /** Of staff: grids without anybody on duty, by the post above that is called for them (empty: none). */
  unmanned: { called: string; grids: string[] }[]
  move: { householdId: string; label: string; people: number; because: string; becauseEn: string; place?: string; reason?: string }[]
  moveCount: { place: string; households: number; people: number }[]
  points: { id: string; name: string; kind?: string; number?: number }[]
}
export interface Delivery {
  id: string
  channel: Channel
  contactId?: number
  to: string
  name?: string | null
  place: string
  placeName?: string
  state: string
  grade?: string | null
  reason?: string | null
  at: string | null
}
export interface TimelineEntry {
  position: number | string
  at: string
  event: string
  text: string
  textEn?: string
  person?: string | null
}

export interface Feed extends FeedBrief {
  dialect: string
  host?: string
  source?: string
  silentSince?: string | null
  everySeconds?: number
  lastAskedAt?: string | null
  lastNewAt?: string | null
  failures?: number
  lastError?: string | null
  silentAfterSeconds?: number
  changesWithinSeconds?: number | null
  changedAt?: string | null
  stuckSince?: string | null
  nextDueAt?: string | null
  breaker?: 'closed' | 'open' | 'half-open'
  requests?: number
  unchanged?: number
  trouble?: FeedTrouble | null
  contact?: string | null
  phone?: string | null
  /** Polls of the last day by quarters of an hour. */
  ticks?: { at: string; good: number; bad: number; fresh: number }[]
}
export interface FeedTrouble {
  cause: string
  what: Both
  likely: Both
  todo: Both
  detail: Both
}
export interface FeedFetched {
  good: boolean
  unchanged: boolean
  trouble: FeedTrouble | null
  brought: { bulletinId: string; outcome: Bulletin['outcome'] }[]
}
export interface FeedLogLine {
  at: string
  tone: 'bad' | 'warn' | 'good'
  what: Both
  detail: Both | null
  likely: Both | null
  todo: Both | null
  contact: string | null
  phone: string | null
  bulletinId: string | null
}
export interface LineTest {
  bulletinId: string
  verdict: 'running' | 'good' | 'failed'
  startedAt: string
  tookMs: number | null
  stages: {
    key: 'kept' | 'read' | 'opened' | 'matched' | 'issued' | 'planned' | 'accepted' | 'ended'
    state: 'done' | 'waiting' | 'failed'
    at: string | null
    afterMs: number | null
    note: string | null
    noteEn: string | null
  }[]
}
export interface BulletinProblem {
  code?: string
  severity: 'remark' | 'error'
  message: string
  messageEn?: string
  line?: number
  column?: number
  path?: string
}
export interface Bulletin {
  id: string
  feedId: string | null
  feedName?: string | null
  via: string
  dialect: string
  standing: string
  receivedAt: string
  size?: number
  contentType?: string | null
  outcome: 'accepted' | 'duplicate' | 'refused' | 'unreadable'
  reason?: string | null
  reasonEn?: string | null
  hint?: string | null
  hintEn?: string | null
  summary?: string | null
  problems: BulletinProblem[]
  warningIds: string[]
  verified?: { at: string; reason: string } | null
}
export interface IngestAnswer {
  bulletinId: string
  outcome: Bulletin['outcome']
  warningIds: string[]
  problems: BulletinProblem[]
  reason?: string
}

export interface SandboxMessage {
  id: string
  channel: Channel
  to: string
  name?: string | null
  relation?: Relation | null
  text: string
  alertId: string
  revision: number
  exercise: boolean
  at: string
  answered?: string | null
}
interface Both {
  zh: string
  en: string
}
export interface Drill {
  state: 'idle' | 'running' | 'paused' | 'finished' | 'failed'
  scenario: string | null
  title: Both | null
  at: string
  speed: number
  cast: 'feed' | 'all'
  takenOver: string[]
  chapter: { n: number; of: number; id: string; title: Both; tell: Both } | null
  chapters: { id: string; title: Both; at: string }[]
  figures: Record<string, unknown> | null
  problem: string | null
}
