import type { ColumnType, Generated } from 'kysely'

/**
 * The rows of every table, as code sees them (migrations/001-first.ts says the same in SQL).
 * place is the place code a row hangs on: 6 digits district, 9 subdistrict, 12 community, 15 grid.
 */
type Time = Date
type Defaulted<T> = ColumnType<T, T | undefined, T>
// A jsonb column is written as JSON text (an array given as it is would become a Postgres array) and read as a value.
type Json<T> = ColumnType<T, string, string>
type JsonDefaulted<T> = ColumnType<T, string | undefined, string>

export interface Tables {
  clock: { id: number; real_at: Time; virtual_at: Time; speed: number; stops_at: Time | null }
  fact: { key: string; value: Json<unknown> }
  journal: {
    position: Generated<number>
    at: Defaulted<Time>
    written_at: Generated<Time>
    event: string
    person: string
    place: string
    thing_type: string
    thing_id: string
    series_id: string | null
    data: JsonDefaulted<Record<string, unknown>>
  }
  todo: {
    id: Generated<number>
    kind: string
    subject: string
    payload: JsonDefaulted<Record<string, unknown>>
    due_at: Defaulted<Time>
    attempts: Defaulted<number>
    lease_until: Time | null
    last_error: string | null
    created_at: Generated<Time>
  }
  place: { place: string; name: string; level: string; aliases: Defaulted<string[]> }
  person: {
    id: string
    username: string
    password_hash: string
    name: string
    role: string
    place: string
    active: Defaulted<boolean>
    created_at: Generated<Time>
  }
  session: {
    token_hash: Buffer
    person_id: string
    place: string
    via: string
    created_at: Generated<Time>
    seen_at: Generated<Time>
    expires_at: Time
  }
  ingest_key: { id: string; name: string; key_hash: Buffer; scope: string; place: string; active: Defaulted<boolean> }
  grid: {
    place: string
    community: string
    number: number
    name: string
    geometry: Json<GridGeometry>
    households: Defaulted<number>
    people: Defaulted<number>
  }
  shelter: {
    id: string
    place: string
    name: string
    address: string
    lon: number
    lat: number
    capacity_day: number
    capacity_night: number
    keeper_id: string | null
    version: Defaulted<number>
  }
  hazard_point: {
    id: string
    place: string
    kind: string
    number: number
    name: string
    lon: number
    lat: number
    radius_m: number
    grade: string | null
    keeper_id: string | null
    version: Defaulted<number>
  }
  contact: {
    id: Generated<number>
    place: string
    kind: string
    blind: Buffer
    allow_listed: Defaulted<boolean>
    broken: string | null
    broken_at: Time | null
  }
  staff: {
    id: string
    place: string
    name: string
    post: string
    duty: Defaulted<boolean>
    deputy_id: string | null
    contact_id: number | null
    person_id: string | null
    version: Defaulted<number>
  }
  duty_shift: {
    id: string
    place: string
    post: string
    kind: string
    staff_id: string | null
    instead_of: string | null
    starts_at: Time
    ends_at: Time
    note: Defaulted<string>
    created_by: string
    created_at: Defaulted<Time>
    removed_at: Time | null
    removed_by: string | null
  }
  grid_group: {
    id: string
    place: string
    name: string
    platform: string
    owner_id: string
    robot_contact_id: number | null
    members: Defaulted<number>
    /** Which grids it speaks to; none named: all under its place. */
    grids: Defaulted<string[]>
    version: Defaulted<number>
  }
  household: {
    id: string
    place: string
    building: string
    unit: number
    floor: number
    room: string
    lon: number | null
    lat: number | null
    people: number
    tags: Defaulted<string[]>
    at_home: Defaulted<boolean>
    point_id: string | null
    shelter_id: string | null
    helper_id: string | null
    version: Defaulted<number>
    removed_at: Time | null
    removed_reason: string | null
  }
  household_contact: { household_id: string; contact_id: number; place: string; relation: string }
  sealed_block: { place: string; version: number; data: Buffer }
  register_version: { place: string; kind: string; version: number }
  consent: { household_id: string; place: string; extra: string; given_at: Time }
  feed: {
    id: string
    place: string
    name: string
    dialect: string
    url: string
    standing: string
    every_seconds: number
    source: Defaulted<string>
    etag: string | null
    last_modified: string | null
    next_due: Defaulted<Time>
    lease_until: Time | null
    last_asked: Time | null
    last_good: Time | null
    last_new: Time | null
    failures: Defaulted<number>
    last_error: string | null
    last_error_en: Defaulted<string | null>
    unchanged_count: Defaulted<number>
    requests: Defaulted<number>
    allow_private: Defaulted<boolean>
    silent_after_seconds: Defaulted<number>
    silent_at: Time | null
    settings: JsonDefaulted<unknown>
    watch: JsonDefaulted<unknown>
    baseline_at: Defaulted<Time | null>
    body_hash: Defaulted<Buffer | null>
    content_mark: Defaulted<string | null>
    changed_at: Defaulted<Time | null>
    stuck_at: Defaulted<Time | null>
    breaker: Defaulted<string>
    trouble: Defaulted<number>
    cause: Defaulted<string | null>
    told_cause: Defaulted<string | null>
  }
  feed_entry: { feed_id: string; entry: string; updated: string; warning_ids: Defaulted<string[]> }
  feed_tick: { feed_id: string; slot: Time; good: Defaulted<number>; bad: Defaulted<number>; fresh: Defaulted<number> }
  bulletin: {
    id: string
    place: string
    feed_id: string | null
    via: string
    dialect: string
    standing: string
    received_at: Defaulted<Time>
    content_type: string | null
    raw: Buffer
    sha256: Buffer
    outcome: string
    reason: string | null
    hint: string | null
    summary: string | null
    problems: JsonDefaulted<unknown[]>
    warning_ids: Defaulted<string[]>
  }
  observation: {
    id: Generated<number>
    place: string
    feed_id: string | null
    bulletin_id: string | null
    kind: string
    unit: string
    value: number | null
    at: Time
    forecast: Defaulted<boolean>
    station: string | null
    station_id: string | null
    quality: Defaulted<string>
    seconds: Defaulted<number>
    said_value: number | null
    said_unit: string | null
    received_at: Defaulted<Time>
  }
  station: {
    id: string
    place: string
    places: string[]
    name: string
    kind: string
    source: string
    code: string | null
    lon: number
    lat: number
    every_seconds: number
    last_at: Time | null
    offline_at: Time | null
    retired: Defaulted<boolean>
    expected_at: Defaulted<Time>
  }
  threshold_state: {
    rule_id: string
    station_id: string
    place: string
    crossed: Defaulted<boolean>
    since: Time | null
    value: number | null
    missing: Defaulted<number>
    at: Time | null
    series_id: string | null
    checkpoint: Json<unknown>
  }
  warning: {
    id: string
    place: string
    bulletin_id: string
    identifier: string
    sender: string
    sent: Time
    part: Defaulted<string>
    status: string
    msg_type: string
    scope: string
    event: string
    event_code: string | null
    level: string
    level_basis: string
    headline: string
    state: string
    superseded_by: string | null
    ended_at: Time | null
    standing: string
    effective: Time | null
    onset: Time | null
    expires: Time | null
    received_at: Defaulted<Time>
    infos: Json<unknown[]>
    areas: Json<unknown[]>
    refs: JsonDefaulted<unknown[]>
    sources: JsonDefaulted<unknown[]>
    problems: JsonDefaulted<unknown[]>
    issuer: Defaulted<string>
    digest: JsonDefaulted<unknown>
    joined_to: Defaulted<string | null>
    expires_assumed: Defaulted<boolean>
    muted: JsonDefaulted<unknown[]>
  }
  tombstone: {
    sender: string
    identifier: string
    sent: Time
    bulletin_id: string
    standing: string
    status: string
    ended_as: string
    refs: JsonDefaulted<unknown[]>
    part: Defaulted<string>
    issuer: Defaulted<string>
    event: Defaulted<string>
    level: Defaulted<string>
    digest: JsonDefaulted<unknown>
    headline: Defaulted<string>
  }
  alert: {
    id: string
    series_id: string
    place: string
    warning_id: string | null
    kind: string
    origin: string
    audience: string
    state: string
    level: string | null
    event: string
    title: string
    identifier: string
    revision: Defaulted<number>
    areas: JsonDefaulted<unknown[]>
    grids: Defaulted<string[]>
    words: JsonDefaulted<Record<string, unknown>>
    summary: JsonDefaulted<Record<string, unknown>>
    hash: string | null
    created_by: string
    created_at: Defaulted<Time>
    issued_at: Time | null
    issued_by: string | null
    issue_at: Time | null
    stop_reason: string | null
    expires_at: Time | null
  }
  alert_revision: {
    id: Generated<number>
    alert_id: string
    place: string
    revision: number
    purpose: string
    words: Json<Record<string, unknown>>
    hash: string
    issued_at: Defaulted<Time>
    issued_by: string
    planned: number | null
    unreachable: number | null
    people: number | null
    plan_done: Defaulted<boolean>
  }
  approval: {
    id: string
    alert_id: string
    place: string
    revision: number
    by_means: string
    whom: string
    at: Time
    note: Defaulted<string>
    person: string
    countersigned_at: Time | null
  }
  message: {
    id: Generated<number>
    place: string
    revision_id: number
    channel: number
    language: string
    relation: string
    template: string
    text: string
    parameters: JsonDefaulted<Record<string, string>>
  }
  delivery_chunk: {
    id: Generated<number>
    key: string
    turn: Defaulted<number>
    place: string
    revision_id: number
    alert_id: string
    revision: number
    channel: number
    lane: number
    size: number
    open: number
    attempts: Defaulted<number>
    not_before: Defaulted<Time>
    lease_until: Time | null
    owner: string | null
    sending: Defaulted<boolean>
    sent_at: Time | null
    done: Defaulted<boolean>
    /** How often the carrier was asked since for the receipts that did not come. */
    asked: Defaulted<number>
  }
  callback: {
    id: Generated<number>
    carrier: string
    kind: string
    sealed: Buffer
    tries: Defaulted<number>
    received_at: Defaulted<Time>
    due_at: Defaulted<Time>
  }
  reply: {
    id: Generated<number>
    place: string
    contact_id: number | null
    sealed: Buffer
    source: Buffer
    meaning: string
    alerts: Defaulted<string[]>
    at: Defaulted<Time>
    settled_at: Time | null
    settled_by: string | null
    settled_as: string | null
  }
  /** id: the chunk's * 1000 + its number in it (delivery/delivery.ts). */
  delivery: {
    id: number
    revision_id: number
    contact_id: number
    message_id: number
    channel: number
    purpose: number
    state: Defaulted<number>
    grade: Defaulted<number>
    attempts: Defaulted<number>
    place: string
    carrier_id: string | null
    reason: string | null
    at: Time | null
  }
  answer: {
    id: Generated<number>
    place: string
    delivery_id: number | null
    alert_id: string | null
    contact_id: number
    grade: string
    value: Defaulted<string>
    at: Defaulted<Time>
  }
  escalation: {
    id: Generated<number>
    place: string
    alert_id: string
    staff_id: string
    step: Defaulted<number>
    state: string
    started_at: Defaulted<Time>
    answered_at: Time | null
    answer: string | null
    grade: string | null
  }
  /** Who was called in the place of somebody who does not answer. */
  escalation_call: {
    id: Generated<number>
    place: string
    escalation_id: number
    staff_id: string
    step: number
    every_one: Defaulted<boolean>
    called_at: Defaulted<Time>
    answered_at: Time | null
    answer: string | null
    grade: string | null
  }
  carrier_trouble: {
    channel: string
    carrier: string
    cause: string
    reason: string
    since: Defaulted<Time>
  }
  sandbox_message: {
    id: Generated<number>
    place: string
    channel: number
    contact_id: number
    out_id: string
    alert_id: string
    revision: number
    text: string
    exercise: boolean
    at: Defaulted<Time>
    answered: string | null
  }
  evacuation: {
    id: string
    place: string
    alert_id: string
    series_id: string
    grids: string[]
    ordered_by: string
    ordered_at: Defaulted<Time>
    deadline: Time | null
    deadline_basis: Defaulted<string>
    deadline_basis_en: Defaulted<string>
    state: Defaulted<string>
    closed_at: Time | null
    basis: Defaulted<string>
  }
  evacuation_household: {
    id: string
    place: string
    evacuation_id: string
    household_id: string | null
    planned: boolean
    label: string
    people_planned: number
    people: number
    reason: Defaulted<string>
    shelter_id: string | null
    helper_id: string | null
    told_at: Time | null
    left_at: Time | null
    arrived_at: Time | null
    returned_at: Time | null
    refused_at: Time | null
    absent_at: Time | null
    help_at: Time | null
    return_approved_at: Time | null
    return_approved_by: string | null
    note: Defaulted<string>
    added_by: string | null
    left_people: number | null
    arrived_people: number | null
    conflict: string | null
    version: Defaulted<number>
    changed_at: Defaulted<Time>
  }
  task: {
    id: string
    place: string
    kind: string
    alert_id: string | null
    evacuation_id: string | null
    series_id: string | null
    point_id: string | null
    household_id: string | null
    group_id: string | null
    staff_id: string | null
    assignee_id: string | null
    title: string
    data: JsonDefaulted<Record<string, unknown>>
    opened_at: Defaulted<Time>
    due_at: Time | null
    last_done_at: Time | null
    done_at: Time | null
    result: string | null
    version: Defaulted<number>
    changed_at: Defaulted<Time>
  }
  field_edit: {
    id: string
    place: string
    device: string
    seq: number
    person: string
    target_type: string
    target_id: string
    verb: string
    value: JsonDefaulted<Record<string, unknown>>
    at: Time
    received_at: Generated<Time>
    outcome: string
    problem: string | null
    /** Version of the target after this edit: what a later edit must have seen. */
    version: Defaulted<number>
  }
  photo: {
    id: string
    place: string
    person: string
    content_type: string
    size: number
    received: Defaulted<number>
    data: Defaulted<Buffer>
    task_id: string | null
    evacuation_household_id: string | null
  }
  register_import: {
    id: string
    thing: Defaulted<ImportThing>
    place: string
    state: Defaulted<string>
    person: string
    datum: string
    encoding: string
    counts: Json<ImportCounts>
    problems: JsonDefaulted<unknown[]>
    tried_at: Defaulted<Time>
    applied_at: Time | null
    undone_at: Time | null
  }
  register_import_block: { import_id: string; place: string; incoming: Buffer; before: Buffer | null }
}

export type ImportThing = 'households' | 'grids' | 'staff' | 'points' | 'shelters' | 'groups'

/** What an import would do, or did: numbers only. */
export interface ImportCounts {
  rows: number
  taken: number
  leftOut: number
  problems: number
  added: number
  changed: number
  unchanged: number
  /** In the register and in a grid of the file, but not in the file: told, never removed. */
  gone: number
  /** Of those gone: somebody is being moved out of there, or is to knock. */
  kept?: number
  /** Of those gone: taken out of the register, when that was wanted. */
  removed?: number
}

/** GeoJSON, WGS-84, longitude first. */
export interface GridGeometry {
  type: 'Polygon'
  coordinates: [number, number][][]
}
