import { retelling } from "../retelling.ts";

/** How values do not belong to what a variable may have, as the room of systems writes it. */
export const valueSentences = [
  "must be null: the component has no variable",
  "must be a prompt, i.e. text that is not empty",
  "must have at most {0} characters",
  "must be one of {0}",
  "must name an adapter",
  "must be an object of options",
  'has no option "{0}"; there are {1}',
  'must have "{0}" in {1}, not {2}',
  'must have "{0}" from {1} to {2} in steps of {3}, not {4}',
  'must have "{0}" from {1} to {2}, not {3}',
] as const;

/** Why a value is refused, in the reader's language. */
export const toldMismatch = retelling(valueSentences);
