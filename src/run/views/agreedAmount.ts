/** Whether something is tried outside of any run: many small steps, of which nobody wants to be asked about each. */
export function isTrial(what: string): boolean {
  return what === "value" || what === "check" || what === "rows";
}

/**
 * US dollars that a person is asked to agree to, for something that may cost `mostUsd` in all: exactly that for a run that
 * begins; for what goes on in steps, the next multiple of the amount above which they want to be asked, so that not each
 * further step asks again.
 */
export function agreedUpTo(given: {
  readonly mostUsd: number;
  readonly spentUsd: number;
  /** US dollars up to which nobody is asked. */
  readonly askAbove: number;
  readonly isTrial: boolean;
}): number {
  const { mostUsd, spentUsd, askAbove, isTrial: tries } = given;
  if (askAbove <= 0 || (!tries && spentUsd === 0)) return mostUsd;
  return Math.max(mostUsd, (Math.floor(mostUsd / askAbove) + 1) * askAbove);
}
