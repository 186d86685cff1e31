import type { Fields } from "../system/component.ts";
import type { Random } from "../system/random.ts";

/**
 * Ways to spoil an output on purpose, by which one sees what a local reward looks at (paper, Figure 6):
 * - `shorter`: the end is cut off
 * - `longer`: its own beginning is said again at the end
 * - `echoing`: words of the input are added at the end
 * - `reordered`: some words change places with one another
 * - `without input terms`: terms that it shares with the input are left out
 * - `without own terms`: terms that the input does not have are left out
 */
export const changes = [
  "shorter",
  "longer",
  "echoing",
  "reordered",
  "without input terms",
  "without own terms",
] as const;
export type Change = (typeof changes)[number];

/**
 * Share of an output that a change is made to: of its words, or of its terms of the kind. One share and not several: for
 * what a second one costs, twice as many outputs can be looked at.
 */
export const strengths: readonly number[] = [0.5];

/** What an input says, read once for all changes of its outputs. */
export interface InputWords {
  /** In their order. */
  readonly words: readonly string[];
  readonly terms: ReadonlySet<string>;
}

export function inputWords(input: Fields): InputWords {
  const words = wordsIn(textsIn(input).join(" "));
  return { words, terms: termsOf(words) };
}

/**
 * The output, changed in all of its texts and lists. The same for the same output, change, strength and chance.
 * @param strength share of the output that is changed, in (0, 1]
 * @returns undefined where there is nothing of the kind to change, or nothing comes out otherwise
 */
export function perturb(
  output: Fields,
  { words, terms }: InputWords,
  change: Change,
  strength: number,
  random: Random,
): Fields | undefined {
  const task: Task = { change, strength, words, terms, random };
  let changed = false;
  const fields = Object.entries(output).map(([name, value]) => {
    const made = changedValue(value, { ...task, random: random.derive(name) });
    changed ||= made !== value && JSON.stringify(made) !== JSON.stringify(value);
    return [name, made] as const;
  });
  return changed ? Object.fromEntries(fields) : undefined;
}

interface Task extends InputWords {
  readonly change: Change;
  readonly strength: number;
  readonly random: Random;
}

/** A list of several things is changed as a text is, thing by thing instead of word by word, but for its terms. */
function changedValue(value: unknown, task: Task): unknown {
  if (typeof value === "string") return changedText(value, task);
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    const ofItems = items.length > 1 && !ofTerms(task.change) && task.change !== "echoing";
    return ofItems ? changedUnits(items, task) : items.map((item) => changedValue(item, task));
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, changedValue(item, task)]));
}

function ofTerms(change: Change): boolean {
  return change === "without input terms" || change === "without own terms";
}

function changedText(text: string, task: Task): string {
  // Each word with the white space after it: lines and paragraphs are to stay what they are.
  const words = text.match(/\S+\s*/g) ?? [];
  if (words.length === 0) return text;
  switch (task.change) {
    case "shorter":
      return changedUnits(words, task).join("").trimEnd();
    case "longer":
      return joined(text, repeated(words, share(words.length, task.strength)).join("").trimEnd());
    case "echoing":
      return joined(text, repeated(task.words, share(words.length, task.strength)).join(" "));
    case "reordered": {
      const moved = changedUnits(
        words.map((word) => word.trimEnd()),
        task,
      );
      return words.map((word, place) => (moved[place] ?? "") + word.slice(word.trimEnd().length)).join("");
    }
    case "without input terms":
    case "without own terms":
      return withoutTerms(words, task);
    default:
      throw new Error(`unknown change ${task.change satisfies never}`);
  }
}

function joined(text: string, more: string): string {
  return more === "" || /\s$/.test(text) ? text + more : `${text} ${more}`;
}

function changedUnits<T>(units: readonly T[], { change, strength, random }: Task): T[] {
  const count = share(units.length, strength);
  switch (change) {
    case "shorter":
      // Never to nothing: that an empty output is worse is known without asking.
      return units.slice(0, Math.max(1, units.length - count));
    case "longer":
      return [...units, ...repeated(units, count)];
    case "reordered":
      return reordered(units, Math.max(2, count), random);
    default:
      return [...units];
  }
}

/** Some of the units, turned round among their places: each of them stands where another one stood. */
function reordered<T>(units: readonly T[], count: number, random: Random): T[] {
  if (units.length < 2) return [...units];
  const places = random
    .sample(
      units.map((_, place) => place),
      count,
    )
    .sort((a, b) => a - b);
  const result = [...units];
  for (const [index, place] of places.entries()) {
    const from = places[(index + 1) % places.length] ?? place;
    result[place] = units[from] as T;
  }
  return result;
}

function withoutTerms(words: readonly string[], { change, strength, terms, random }: Task): string {
  const meant = [...termsOf(words)].filter((term) => terms.has(term) === (change === "without input terms")).sort();
  if (meant.length === 0) return words.join("");
  const dropped = new Set(random.sample(meant, share(meant.length, strength)));
  // Where a line ends, it ends all the same.
  const kept = words.map((word) => (dropped.has(termOf(word)) ? word.replace(/[^\n]/g, "") : word)).join("");
  return kept.replace(/[ \t]+(?=\n|$)/g, "");
}

/** At least one. */
function share(count: number, strength: number): number {
  return Math.max(1, Math.round(count * strength));
}

/** So many units, begun again from the first when there are no more. */
function repeated<T>(units: readonly T[], count: number): T[] {
  if (units.length === 0) return [];
  return Array.from({ length: count }, (_, index) => units[index % units.length] as T);
}

function wordsIn(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}

function termsOf(words: readonly string[]): Set<string> {
  return new Set(words.map(termOf).filter((term) => term !== ""));
}

/** What a word says, without case and punctuation; "" for short words without digits, which mostly say little. */
function termOf(word: string): string {
  const bare = word.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
  return bare.length > 3 || /\p{N}/u.test(bare) ? bare : "";
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}
