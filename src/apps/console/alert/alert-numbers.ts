import type { AlertDetail, AudienceNumbers } from '../../shared/api-types.js'

/** The numbers frozen with an alert. */
export const numbersOf = (alert: AlertDetail | undefined): AudienceNumbers | undefined => alert?.numbers
