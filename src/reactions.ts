/**
 * The whole stream on one page: when the left is written in the journal, the right happens, each in a transaction of its own
 * and not before it is committed. wiring.ts gives every name its function; a name without one does not compile.
 */
export const reactions = {
  // What a gauge of ours says is weighed against the thresholds; over one of them the staff get a hint, and hear when it has fallen.
  'observations.received': ['judgeThresholds'],
  'threshold.crossed': ['openHint'],
  'threshold.ended': ['endHint'],

  // A feed that is silent or stuck is told to the people named for it, once; so is that it is well again.
  'feed.silent': ['tellFeedIll'],
  'feed.stuck': ['tellFeedIll'],
  'feed.recovered': ['tellFeedWell'],
  'feed.refreshed': ['tellFeedWell'],

  // A channel that has stopped is told to whoever can press, on the others.
  'carrier.failed': ['tellCarrierFailed'],

  // What the authority said becomes what we decide to say.
  'warning.opened': ['openAlerts'],
  'warning.superseded': ['reviseAlerts'],
  'warning.lifted': ['proposeAllClear'],
  'warning.cancelled': ['proposeAllClear'],
  'warning.expired': ['proposeAllClear'],

  // What we decided becomes deliveries, calls, posts and watches.
  'alert.issued': ['planDeliveries', 'openLadders', 'openGroupPosts', 'openWatches'],
  'alert.revised': ['planDeliveries', 'openGroupPosts', 'openWatches'],
  // Wider than the warning: it did not go out by itself, and whoever can press is told so.
  'alert.kept-waiting': ['tellKeptWaiting'],
  'alert.resumed': ['wakeDeliveries'],
  'alert.called-off': ['planDeliveries', 'openGroupPosts', 'withdrawKnocks', 'endWatches'],
  'alert.all-cleared': ['planDeliveries', 'openGroupPosts', 'withdrawKnocks'],
  // Who is inside no warning any more hears so, while the rest stays warned.
  'alert.part-cleared': ['planDeliveries'],
  'alert.closed': ['endWatches'],

  // Whom no message can reach, and who does not answer, gets a knock on the door.
  // …and how many were told, were not, or may have been, is counted for the report.
  'deliveries.planned': ['openKnocks', 'countReach'],
  'ladder.exhausted': ['openStaffKnock'],
  'ladder.answered': ['endStaffKnock'],

  // A number that no carrier knows is corrected at the door; whoever had only that one is knocked for now.
  'contact.broken': ['openCorrections', 'knockBroken'],
  'household.changed': ['closeCorrections'],
  'household.moved-out': ['closeCorrections'],
  'staff.changed': ['closeCorrections'],
  'register.imported': ['closeCorrections'],
  'register.import-undone': ['closeCorrections'],

  // Answers stop the calling; a cry for help becomes a named task with a clock.
  'answer.received': ['answerLadder', 'openHelpTask'],
  'household.asked-help': ['openFieldHelp'],
  'task.done': ['openFieldHelp', 'wakeSleeper'],
  'household.helped': ['endFieldHelp'],
  'task.taken': ['tellWhoComes'],

  // Relatives who can do nothing but wait hear that theirs are safe.
  'household.arrived': ['tellFamily'],

  // When the last family is home again the evacuation is over.
  'household.returned': ['closeEvacuation'],
} as const satisfies Record<string, readonly string[]>

export type ReactionName = (typeof reactions)[keyof typeof reactions][number]
