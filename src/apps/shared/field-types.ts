/** What people do outside, as the screens read it: evacuation, points, calls for help, groups. */
export interface Evacuation {
  id: string
  alertId: string
  grids: string[]
  households: {
    planned: number
    total: number
    told: number
    left: number
    arrived: number
    refused: number
    absent: number
    needHelp: number
  }
  people: { planned: number; total: number; told: number; left: number; arrived: number }
  state?: string
  deadline?: string | null
  deadlineBasis?: string
  deadlineBasisEn?: string
  orderedAt?: string | null
  orderedBy?: string | null
  closedAt?: string | null
  basis?: string
  unverified?: { households: number; people: number }
  returned?: { approved: number; households: number; people: number }
  conflicts?: number
}
export interface WatchedPoint {
  id: string
  kind: string
  number?: number
  name: string
  place?: string
  lastLookedAt: string | null
  nextDueAt: string | null
  overdue: boolean
  finding?: string | null
}
export interface FieldTask {
  id: string
  kind: string
  state?: string
  place: string
  placeName?: string | null
  title?: string | null
  note?: string | null
  openedAt?: string | null
  dueAt?: string | null
  overdue?: boolean
  ownerName?: string | null
  householdId?: string | null
  label?: string | null
  doneAt?: string | null
  outcome?: string | null
  people?: number | null
  /** How often they asked. */
  asked?: number | null
  /** Masked. */
  phones?: { number: string; relation: string }[]
  /** Who said on the phone that they are on it. */
  takenBy?: string | null
  /** Who the one that asked was told is coming. */
  toldName?: string | null
}
export interface FieldBoard {
  evacuation?: Evacuation | null
  points?: WatchedPoint[]
  helpTasks?: FieldTask[]
  groups?: { total: number; posted: number; byRobot?: number; items?: GroupPost[] } | GroupPost[]
  knocks?: { total?: number; sent?: number; pending?: number; staff?: { total: number; pending: number }; items?: FieldTask[] }
  /** The doors of the evacuation, counted by grid. */
  grids?: { place: string; name: string; households: Evacuation['households']; people: Evacuation['people'] }[]
  incidents?: FieldTask[]
}
export interface GroupPost {
  id?: string
  groupId?: string
  name: string
  place: string
  placeName?: string
  ownerName?: string | null
  members?: number
  robot?: boolean
  posted: boolean
  postedAt?: string | null
}

export interface Door {
  id: string
  householdId: string | null
  place: string
  placeName: string
  label: string
  head: string | null
  phone: string | null
  phoneRelation?: string | null
  people: number
  peoplePlanned?: number
  planned: boolean
  state: string
  because?: string
  shelterId?: string | null
  shelterName?: string | null
  helperName?: string | null
  toldAt?: string | null
  leftAt?: string | null
  arrivedAt?: string | null
  returnedAt?: string | null
  leftPeople?: number | null
  arrivedPeople?: number | null
  conflict?: string | null
  returnApproved?: boolean
  note?: string
  at?: string | null
}
export interface ShelterFill {
  id: string
  name: string
  place?: string
  address?: string
  lon?: number
  lat?: number
  capacity: number
  arrived: number
  free: number
}
