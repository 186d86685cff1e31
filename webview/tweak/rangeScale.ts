import { dimensionSize, nearestOnGrid, type Range } from "../../src/system/variable.ts";

/** Positions of a slider over a range that is continuous, logarithmic or long. */
const FINE = 1000;
/** Digits of a value that a slider gives where the range itself has no steps. */
const DIGITS = 4;

/** How the positions of a slider, whole numbers from 0, stand for the values of a range. */
export class RangeScale {
  readonly range: Range;
  /** The last position. */
  readonly last: number;

  constructor(range: Range) {
    this.range = range;
    const size = dimensionSize(range);
    this.last = !range.log && size <= FINE + 1 ? Math.max(0, size - 1) : FINE;
  }

  /** The value at a position, on the range's grid. */
  valueAt(position: number): number {
    const { low, high, log } = this.range;
    if (position <= 0 || this.last === 0) return low;
    if (position >= this.last) return nearestOnGrid(this.range, high);
    const share = position / this.last;
    return this.#rounded(log ? low * (high / low) ** share : low + (high - low) * share);
  }

  /** The position nearest to a value; of values outside, the end. */
  positionOf(value: number): number {
    const { low, high, log } = this.range;
    if (!(value > low) || high <= low) return 0;
    // A grid need not end at the upper end of its range.
    const end = this.#isStepped && !log ? nearestOnGrid(this.range, high) : high;
    if (value >= end) return this.last;
    const share = log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (end - low);
    return Math.max(0, Math.min(this.last, Math.round(share * this.last)));
  }

  /** The value so many keystrokes away: a step of the grid each, and no less than a hundredth of the scale. */
  moved(value: number, strokes: number): number {
    const { range } = this;
    const from = Math.max(range.low, Math.min(range.high, value));
    const target = range.log
      ? from * (range.high / range.low) ** (strokes / 100)
      : from + strokes * (range.step ?? (range.integer ? 1 : (range.high - range.low) / 100));
    const reached = this.#rounded(target);
    if (reached !== from || strokes === 0) return reached;
    // On a logarithmic grid a hundredth may be less than a step.
    return nearestOnGrid(range, from + Math.sign(strokes) * (range.step ?? 1));
  }

  get #isStepped(): boolean {
    return this.range.step !== undefined || this.range.integer;
  }

  #rounded(value: number): number {
    const { low, high } = this.range;
    if (this.#isStepped) return nearestOnGrid(this.range, value);
    return Math.max(low, Math.min(high, Number(value.toPrecision(DIGITS))));
  }
}
