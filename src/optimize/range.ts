/** The least and the most that may come, and what is likely. */
export interface Range {
  readonly low: number;
  readonly expected: number;
  readonly high: number;
}

export const nothing: Range = { low: 0, expected: 0, high: 0 };

/** What is known to be so many. */
export function exactly(count: number): Range {
  return { low: count, expected: count, high: count };
}

export function product(a: Range, b: Range): Range {
  return { low: a.low * b.low, expected: a.expected * b.expected, high: a.high * b.high };
}

export function sum(a: Range, b: Range): Range {
  return { low: a.low + b.low, expected: a.expected + b.expected, high: a.high + b.high };
}
