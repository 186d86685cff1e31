// The small face of Zod: this file is part of pages of the editor.
import * as z from "zod/mini";
import type { OptionAxis, OptionLine } from "./landscapeShown.ts";

/** What is wanted of one axis: numbers within any of the intervals, or values with one of the labels. */
export const optionRangeSchema = z.object({
  /** Name of the option; null for the reward. */
  key: z.nullable(z.string()),
  intervals: z.optional(z.array(z.tuple([z.number(), z.number()]))),
  labels: z.optional(z.array(z.string())),
});
export type OptionRange = Readonly<z.infer<typeof optionRangeSchema>>;

/** Whether a value lies in the ranges of all axes. Ranges of options that there is no axis of say nothing. */
export function isInRanges(
  ranges: readonly OptionRange[],
  axes: readonly OptionAxis[],
  { at, reward }: Pick<OptionLine, "at" | "reward">,
): boolean {
  return ranges.every((range) => {
    if (range.key === null) return isWithin(range, reward);
    const index = axes.findIndex(({ key }) => key === range.key);
    const [axis, value] = [axes[index], at[index]];
    if (axis === undefined || value === undefined) return true;
    if (axis.labels === null) return isWithin(range, value);
    return range.labels === undefined || range.labels.includes(axis.labels[value] ?? "");
  });
}

function isWithin({ intervals }: OptionRange, value: number): boolean {
  return intervals === undefined || intervals.some(([low, high]) => low <= value && value <= high);
}

/** What a person marked on an axis, as a range; undefined where nothing is marked. @param axis null for the reward's */
export function markedRange(
  axis: OptionAxis | null,
  marked: readonly (readonly [number, number])[],
): OptionRange | undefined {
  if (marked.length === 0) return undefined;
  const key = axis?.key ?? null;
  const labels = axis?.labels ?? null;
  if (labels === null) return { key, intervals: marked.map(([low, high]) => [low, high]) };
  return { key, labels: labels.filter((_, place) => marked.some(([low, high]) => low <= place && place <= high)) };
}

/** Where a range is marked on its axis: the inverse of `markedRange`. */
export function marksOf(
  { intervals, labels }: OptionRange,
  axis: OptionAxis | null,
): readonly (readonly [number, number])[] {
  const own = axis?.labels ?? null;
  if (own === null) return intervals ?? [];
  const marks: [number, number][] = [];
  own.forEach((label, place) => {
    if (labels?.includes(label) !== true) return;
    const last = marks.at(-1);
    if (last !== undefined && last[1] === place - 1) last[1] = place;
    else marks.push([place, place]);
  });
  return marks;
}
