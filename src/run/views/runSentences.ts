import { retelling } from "../retelling.ts";

/** Sentences that runs write into their logs, and outputs into notebooks, as messages for translators. */
export const runSentences = [
  // What a step is doing.
  "measuring the start",
  "collecting preferences, {0}",
  "collecting fresh preferences, {0}",
  "fitting the local reward of {0} (epoch {1} of {2}, loss {3}, alignment {4})",
  "fitting the local reward of {0} (epoch {1} of {2}, loss {3})",
  "fitting the local reward of {0}",
  "putting the update to the gate",
  "landscape of {0}, value {1} of {2}",
  "unoptimized system on the test rows",
  "optimized system on the test rows",
  // Why an update was accepted or not.
  "no candidate beat the current value's local reward",
  "no candidate beat the current value's local reward clearly enough",
  "no candidate beat the current value's global reward",
  "no candidate beat the current value's global reward clearly enough",
  "no candidate beat the current value's random reward",
  "no candidate beat the current value's random reward clearly enough",
  "the mean on {0, plural, one {# validation row} other {# validation rows}} did not change",
  "the mean on {0, plural, one {# validation row} other {# validation rows}} rose by {1} ({2} better, {3} worse)",
  "the mean on {0, plural, one {# validation row} other {# validation rows}} fell by {1} ({2} better, {3} worse)",
  "given up early: the mean on the first {0} of {1, plural, one {# validation row} other {# validation rows}} did not change",
  "given up early: the mean on the first {0} of {1, plural, one {# validation row} other {# validation rows}} fell by {2} ({3} better, {4} worse)",
  // Why a local reward is trusted or not.
  "its alignment could not be measured",
  "alignment {0} on {1, plural, one {# held-out pair} other {# held-out pairs}} is below {2}",
  "alignment {0} on {1, plural, one {# held-out pair} other {# held-out pairs}} are too few to trust it",
  "alignment {0} on {1, plural, one {# held-out pair} other {# held-out pairs}}",
  "the settings leave the last component to the global reward",
  // Why a run stopped.
  "the cell was interrupted",
  "it was stopped",
  "its process ended",
  // Why a row of a run cannot be run again.
  "Since run {0} was started {1} changed, so that its rows cannot be run again as they were. Undo the change, or start a new run.",
  'No validation or training row is called "{0}".',
  // Warnings.
  "A budget of {0, plural, one {# system run} other {# system runs}} is too small to collect preferences first; components are optimized on the global reward, and local rewards learn from what that shows.",
  "The budget of {0, plural, one {# system run} other {# system runs}} does not pay for preferences on a single input; components are optimized on the global reward.",
  "{0} ran for none of the inputs that its candidates would be scored on; it is left as it is.",
] as const;

/** A sentence of a run's log in the reader's language; English where it is none that is known. */
export const toldSentence = retelling(runSentences);
