/**
 * Shares of the worst case that runs came to, where a plan cannot know better: measured on runs of the example systems
 * with the simulated model.
 */
export const LIKELY = {
  /** Of the distinct outputs that may be drawn for an input, those that are. */
  distinct: 0.5,
  /** Of the inputs of an iteration, those that are not recorded as they would be now. */
  unrecorded: 0.35,
  /** Of the searches, those scored by running what lies behind. */
  global: 0.35,
  /** Of the iterations, those that come to the gate. */
  gated: 0.7,
  /** Of what lies behind a component, what a new value of it changes. */
  behind: 0.7,
} as const;
