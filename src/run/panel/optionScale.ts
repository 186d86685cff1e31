import type { OptionValue, OptionValues } from "../../system/variable.ts";
import { visibleLine } from "../views/visibleText.ts";

/** Values of an option that stand for themselves; of more numbers than that, neighbours stand together. */
const MOST_PLACES = 24;
const STRETCHES = 12;
const LABEL_LENGTH = 48;

/** The values that one option took, in order, at places from 0. */
export interface OptionScale {
  readonly key: string;
  readonly labels: readonly string[];
  /** Different values. */
  readonly values: number;
  /** Null where all values are numbers: lowest and highest. */
  readonly range: { readonly low: number; readonly high: number } | null;
  /** Undefined where the option is not among them, or is no value of this scale. */
  placeOf(options: OptionValues): number | undefined;
}

/** @param tried of one component, each with its options */
export function optionScale(key: string, tried: readonly OptionValues[]): OptionScale {
  const found = new Set<OptionValue>();
  for (const options of tried) {
    const value = ownOption(options, key);
    if (value !== undefined) found.add(value);
  }
  const values = [...found];
  const plain = values.filter((value) => typeof value === "number");
  if (plain.length < values.length) return placesScale(key, values.sort(byKindAndName));
  const numbers = [...Float64Array.from(plain).sort()];
  return numbers.length <= MOST_PLACES ? placesScale(key, numbers) : stretchesScale(key, numbers);
}

/** The value of an option; undefined for what every object has. */
export function ownOption(options: OptionValues, key: string): OptionValue | undefined {
  return Object.hasOwn(options, key) ? options[key] : undefined;
}

function placesScale(key: string, values: readonly OptionValue[]): OptionScale {
  // Of more names than can be shown, the last ones share a place.
  const shown = values.slice(0, MOST_PLACES);
  const rest = values.length - shown.length;
  const places = new Map(values.map((value, index) => [value, Math.min(index, MOST_PLACES)]));
  return {
    key,
    labels: [...shown.map(optionText), ...(rest > 0 ? [`+${rest}`] : [])],
    values: values.length,
    range: rangeOf(values),
    placeOf: (options) => {
      const value = ownOption(options, key);
      return value === undefined ? undefined : places.get(value);
    },
  };
}

/** Stretches of equally many values each. @param numbers different and rising */
function stretchesScale(key: string, numbers: readonly number[]): OptionScale {
  const starts = Array.from(
    { length: STRETCHES },
    (_, stretch) => numbers[Math.floor((numbers.length * stretch) / STRETCHES)] ?? 0,
  );
  const labels = starts.map((start, stretch) => {
    const next = Math.floor((numbers.length * (stretch + 1)) / STRETCHES);
    return `${shortNumber(start)} – ${shortNumber(numbers[next - 1] ?? start)}`;
  });
  return {
    key,
    labels,
    values: numbers.length,
    range: rangeOf(numbers),
    placeOf: (options) => {
      const value = ownOption(options, key);
      if (typeof value !== "number") return undefined;
      const after = starts.findIndex((start) => start > value);
      return after === -1 ? STRETCHES - 1 : Math.max(0, after - 1);
    },
  };
}

function rangeOf(values: readonly OptionValue[]): OptionScale["range"] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (typeof value !== "number") return null;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low <= high ? { low, high } : null;
}

/** Values of several kinds in one option: no, yes, numbers, names. */
function byKindAndName(a: OptionValue, b: OptionValue): number {
  const kinds = ["boolean", "number", "string"];
  if (typeof a !== typeof b) return kinds.indexOf(typeof a) - kinds.indexOf(typeof b);
  return a < b ? -1 : a > b ? 1 : 0;
}

export function optionText(value: OptionValue): string {
  if (typeof value === "number") return shortNumber(value);
  const line = visibleLine(String(value).slice(0, 4 * LABEL_LENGTH));
  return line.length > LABEL_LENGTH ? `${line.slice(0, LABEL_LENGTH - 1)}…` : line;
}

function shortNumber(value: number): string {
  return String(Number(value.toPrecision(6)));
}
