/** Powers of ten up to here are whole numbers that a double holds exactly. */
export const HIGHEST_POWER = 22;
const POWERS = Array.from({ length: HIGHEST_POWER + 1 }, (_, power) => Number(`1e${power}`));
/** Splits a double into two of half the digits. */
const SPLITTER = 2 ** 27 + 1;
/** More than the relative error of the second part of a quotient. */
const DOUBT = 2 ** -50;

/**
 * The double that is nearest to (high × 10^lowDigits + low) ÷ 10^places: what `Number` gives for these digits.
 * @param high a whole number of at most 15 digits
 * @param low the digits behind it, at most 4
 * @param places of the decimal point, at most `HIGHEST_POWER`
 * @returns undefined where two doubles are too near alike to be told apart this way
 */
export function nearestDouble(high: number, low: number, lowDigits: number, places: number): number | undefined {
  const divisor = POWERS[places] ?? Number.NaN;
  // Both are exact, and the quotient of two exact numbers is rounded once.
  if (lowDigits === 0) return high / divisor;
  // All digits as the exact sum of two doubles.
  const scale = POWERS[lowDigits] ?? Number.NaN;
  const product = high * scale;
  const rest = productError(high, scale, product) + low;
  const whole = product + rest;
  const wholeRest = rest - (whole - product);
  // The quotient and what it leaves, which a double holds exactly.
  const quotient = whole / divisor;
  const back = quotient * divisor;
  const left = whole - back - productError(quotient, divisor, back) + wholeRest;
  const correction = left / divisor;
  const nearest = quotient + correction;
  const isCertain = quotient + correction * (1 + DOUBT) === nearest && quotient + correction * (1 - DOUBT) === nearest;
  return isCertain ? nearest : undefined;
}

/** What the rounded product of two doubles leaves out, after Dekker. */
function productError(a: number, b: number, product: number): number {
  const aSplit = a * SPLITTER;
  const aHigh = aSplit - (aSplit - a);
  const aLow = a - aHigh;
  const bSplit = b * SPLITTER;
  const bHigh = bSplit - (bSplit - b);
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}
