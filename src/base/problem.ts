/**
 * Errors as values people can act on. Inside, a Problem has a kind from the closed list below; outward it becomes
 * application/problem+json (RFC 9457). One place maps kind to HTTP status (here), one maps Postgres codes (store/postgres-problem.ts).
 */
export const statusOfKind = {
  malformed: 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  'stale-revision': 409,
  'approval-needed': 409,
  'audience-too-wide': 409,
  'too-large': 413,
  unreadable: 422,
  'too-many': 429,
  internal: 500,
  unavailable: 503,
} as const
export type ProblemKind = keyof typeof statusOfKind

/** Where the fault is: a JSON path of the request, or a line and column of an uploaded document (both 1-based). */
export interface ProblemPlace {
  path?: string
  line?: number
  column?: number
  message: string
}

export class Problem extends Error {
  constructor(
    readonly kind: ProblemKind,
    readonly title: string,
    readonly detail = '',
    readonly errors: ProblemPlace[] = [],
    /** More members of the problem document, e.g. the current revision of a stale press. */
    readonly more: Record<string, unknown> = {},
  ) {
    super(detail ? `${title}: ${detail}` : title)
    this.name = 'Problem'
  }

  get status(): number {
    return statusOfKind[this.kind]
  }

  toJSON(): Record<string, unknown> {
    const { kind, title, status, detail, errors, more } = this
    return { ...more, type: `urn:yinshi:problem:${kind}`, title, status, detail, errors }
  }
}

export const notFound = (what: string, id: string) =>
  new Problem('not-found', `没有找到 ${what}`, `no ${what} with id ${id}, or it is outside your area`)
