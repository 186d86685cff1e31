/** Why a text cannot take the place of a template without losing a substitution. `index` counts from 0. */
export type SubstitutionProblem =
  /** What the substitutions evaluated to is not known: no known text of the template fits its parts, or in two ways. */
  | { readonly kind: "unknown"; readonly index: number }
  /** The new text no longer contains what the substitution evaluated to. */
  | { readonly kind: "gone"; readonly index: number; readonly text: string }
  /** The new text contains it at several places. */
  | { readonly kind: "ambiguous"; readonly index: number; readonly text: string };

/** A new text, cut where its substitutions stand: one part more than there are substitutions. */
export type Resubstituted =
  | { readonly kind: "parts"; readonly parts: readonly string[] }
  | { readonly kind: "problem"; readonly problem: SubstitutionProblem };

/**
 * Finds the substitutions of a template in a new text.
 * @param parts the texts between the substitutions, at least two
 * @param known texts that the whole template may have evaluated to, likeliest first
 * @param text what the template shall evaluate to
 */
export function resubstituted(parts: readonly string[], known: readonly string[], text: string): Resubstituted {
  const fitting = known.flatMap((before) => {
    const found = filledIn(parts, before);
    return found.length === 1 ? found.map((texts) => ({ before, texts })) : [];
  });
  const [likeliest] = fitting;
  if (likeliest === undefined) return { kind: "problem", problem: { kind: "unknown", index: 0 } };
  return placed(parts, likeliest.texts, text);
}

/** A text that is cut in more ways than these is ambiguous all the same. */
const ENOUGH = 2;

/** What the substitutions evaluate to where the whole template gives `whole`: at most two of the possible answers. */
function filledIn(parts: readonly string[], whole: string): string[][] {
  const [first = "", ...rest] = parts;
  if (!whole.startsWith(first)) return [];
  const last = rest.length - 1;
  const found: string[][] = [];
  const hopeless: number[] = [];
  const search = (index: number, from: number, texts: readonly string[]): void => {
    const part = rest[index] ?? "";
    if (index === last) {
      const end = whole.length - part.length;
      if (end >= from && whole.endsWith(part)) found.push([...texts, whole.slice(from, end)]);
      return;
    }
    // What cannot be cut from here on cannot be cut from further on either.
    if (from >= (hopeless[index] ?? Infinity)) return;
    const before = found.length;
    for (let at = whole.indexOf(part, from); at >= 0 && found.length < ENOUGH; at = whole.indexOf(part, at + 1)) {
      search(index + 1, at + part.length, [...texts, whole.slice(from, at)]);
      // Nothing is found again and again at the end.
      if (at >= whole.length) break;
    }
    if (found.length === before) hopeless[index] = from;
  };
  search(0, first.length, []);
  return found;
}

/** Cuts `text` where the texts of the substitutions stand. */
function placed(parts: readonly string[], texts: readonly string[], text: string): Resubstituted {
  const before = parts.reduce((whole, part, index) => whole + (texts[index - 1] ?? "") + part);
  const starts = startsOf(parts, texts);
  const ends = starts.map((start, index) => start + (texts[index]?.length ?? 0));
  const ahead = commonStart(before, text);
  const behind = Math.min(commonEnd(before, text), text.length - ahead, before.length - ahead);
  // What lies in the unchanged beginning or end stays where it is, however often its text occurs elsewhere.
  const shift = text.length - before.length;
  const inStart = ends.filter((end) => end <= ahead && staysApart(before, end, text, end)).length;
  const kept = starts.filter(
    (start) => start >= before.length - behind && staysApart(before, start, text, start + shift),
  );
  const inEnd = Math.min(starts.length - inStart, kept.length);
  const fixedEnd = starts.slice(starts.length - inEnd).map((start) => start + shift);
  const sought = texts.slice(inStart, texts.length - inEnd).map((part, index): Sought => {
    const [start = 0, end = 0] = [starts[inStart + index], ends[inStart + index]];
    return { text: part, glued: [isWithinWord(before, start), isWithinWord(before, end)] };
  });
  const ways = placements(text, sought, ends[inStart - 1] ?? 0, fixedEnd[0] ?? text.length);
  if (ways.kind !== "one") {
    const index = inStart + ways.index;
    return { kind: "problem", problem: { kind: ways.kind, index, text: texts[index] ?? "" } };
  }
  return { kind: "parts", parts: cutAt(text, [...starts.slice(0, inStart), ...ways.starts, ...fixedEnd], texts) };
}

interface Sought {
  readonly text: string;
  /** Whether its first and last character had a neighbour that belonged to the same word. */
  readonly glued: readonly [start: boolean, end: boolean];
}

type Placements =
  | { readonly kind: "one"; readonly starts: readonly number[] }
  | { readonly kind: "gone" | "ambiguous"; readonly index: number };

/** All ways to find the texts in order between `from` and `to`, if there is exactly one. */
function placements(text: string, sought: readonly Sought[], from: number, to: number): Placements {
  const found: number[][] = [];
  const hopeless: number[] = [];
  let furthest = 0;
  const search = (index: number, at: number, starts: readonly number[]): void => {
    furthest = Math.max(furthest, index);
    const next = sought[index];
    if (next === undefined) {
      found.push([...starts]);
      return;
    }
    // What cannot be placed from here on cannot be placed from further on either.
    if (at >= (hopeless[index] ?? Infinity)) return;
    const before = found.length;
    for (const start of occurrences(text, next, at, to)) {
      search(index + 1, start + next.text.length, [...starts, start]);
      if (found.length === ENOUGH) return;
    }
    if (found.length === before) hopeless[index] = at;
  };
  search(0, from, []);
  const [one, other] = found;
  if (one === undefined) return { kind: "gone", index: furthest };
  if (other === undefined) return { kind: "one", starts: one };
  return { kind: "ambiguous", index: one.findIndex((start, index) => start !== other[index]) };
}

/** Where the text stands as a whole: not as a part of a longer word, unless it was such a part before. */
function* occurrences(text: string, { text: part, glued }: Sought, from: number, to: number): Generator<number> {
  if (part === "") {
    // Nothing fits everywhere; two places stand for them all.
    yield* from === to ? [from] : [from, to];
    return;
  }
  for (let at = text.indexOf(part, from); at >= 0 && at + part.length <= to; at = text.indexOf(part, at + 1)) {
    if ((glued[0] || !isWithinWord(text, at)) && (glued[1] || !isWithinWord(text, at + part.length))) yield at;
  }
}

/** False where two words have become one. */
function staysApart(before: string, was: number, text: string, is: number): boolean {
  return isWithinWord(before, was) || !isWithinWord(text, is);
}

/** Whether the characters before and after a place belong to one word. */
function isWithinWord(text: string, at: number): boolean {
  return /[\p{L}\p{N}_]$/u.test(text.slice(Math.max(0, at - 2), at)) && /^[\p{L}\p{N}_]/u.test(text.slice(at, at + 2));
}

function startsOf(parts: readonly string[], texts: readonly string[]): number[] {
  let at = 0;
  return texts.map((text, index) => {
    const start = at + (parts[index]?.length ?? 0);
    at = start + text.length;
    return start;
  });
}

function cutAt(text: string, cuts: readonly number[], texts: readonly string[]): string[] {
  const ends = cuts.map((cut, index) => cut + (texts[index]?.length ?? 0));
  return [...cuts, text.length].map((cut, index) => text.slice(ends[index - 1] ?? 0, cut));
}

function commonStart(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}

function commonEnd(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a.at(-1 - length) === b.at(-1 - length)) length++;
  return length;
}
