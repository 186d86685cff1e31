import { dimensionSize, nearestOnGrid, type Range } from "../../src/system/variable.ts";

/** Positions of a slider over a range that is continuous, logarithmic or long. */
const FINE = 1000;
/** Digits, at least, of a value that a slider gives where the range itself has no steps. */
const DIGITS = 4;

/** How the positions of a slider, whole numbers from 0, stand for the values of a range. */
export class RangeScale {
  readonly range: Range;
  /** The last position. */
  readonly last: number;
  /** The largest value: a grid need not end at the upper end of its range. */
  readonly end: number;

  constructor(range: Range) {
    const size = dimensionSize(range);
    this.range = range;
    this.last = !range.log && size <= FINE + 1 ? Math.max(0, size - 1) : FINE;
    this.end = nearestOnGrid(range, range.high);
  }

  /** The value at a position. */
  valueAt(position: number): number {
    const { low, log } = this.range;
    if (position <= 0 || this.last === 0) return low;
    if (position >= this.last) return this.end;
    const share = position / this.last;
    return this.#rounded(log ? low * (this.end / low) ** share : low + (this.end - low) * share);
  }

  /** The position nearest to a value; of values outside, the end. */
  positionOf(value: number): number {
    const { low, log } = this.range;
    if (value >= this.end) return this.last;
    if (!(value > low)) return 0;
    const share = log ? Math.log(value / low) / Math.log(this.end / low) : (value - low) / (this.end - low);
    return Math.round(share * this.last);
  }

  /** The value so many keystrokes away: a step of the grid each, and no less than a hundredth of the scale. */
  moved(value: number, strokes: number): number {
    const { low, high, log, integer, step = integer ? 1 : undefined } = this.range;
    const from = Math.max(low, Math.min(this.end, value));
    const reached = this.#rounded(
      log ? from * (high / low) ** (strokes / 100) : from + strokes * (step ?? (high - low) / 100),
    );
    // On a logarithmic grid a hundredth may be less than a step.
    return reached === from ? nearestOnGrid(this.range, from + Math.sign(strokes) * (step ?? 0)) : reached;
  }

  #rounded(value: number): number {
    const { low, high, integer, step } = this.range;
    if (step !== undefined || integer) return nearestOnGrid(this.range, value);
    // A range that is narrow for its numbers tells its values apart only far behind the point.
    const narrowness = Math.log10(Math.max(Math.abs(low), Math.abs(high)) / (high - low));
    const digits = Math.min(15, DIGITS + Math.max(0, Math.ceil(narrowness)));
    return Math.max(low, Math.min(high, Number(value.toPrecision(digits))));
  }
}
