import type { Token } from "./textAnalysis.ts";
import { groupWords, months, originEnding, origins, placeWords } from "./vocabulary.ts";

export type SpanKind = "person" | "place" | "group" | "work" | "date" | "number" | "origin" | "kind" | "name";

/** A stretch of a sentence that could answer a question. */
export interface Span {
  readonly text: string;
  readonly kind: SpanKind;
  /** Token positions in the sentence, `to` exclusive. */
  readonly from: number;
  readonly to: number;
  /** Stems of its tokens. */
  readonly stems: readonly string[];
}

const connectors = new Set([
  "of",
  "the",
  "and",
  "de",
  "la",
  "von",
  "van",
  "for",
  "in",
  "on",
  "at",
  "to",
  "a",
  "du",
  "del",
]);
const placeCues = new Set(["in", "at", "from", "near", "to", "of"]);
const numberWords = new Set(
  "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen twenty thirty forty fifty".split(
    " ",
  ),
);

/** Dates, numbers, quoted titles, capitalised runs, adjectives of origin and the kind named after "is a". */
export function findSpans(text: string, tokens: readonly Token[]): Span[] {
  const spans = new Map<string, Span>();
  const add = (from: number, to: number, kind: SpanKind): void => {
    const first = tokens[from];
    const last = tokens[to - 1];
    if (first === undefined || last === undefined || to <= from) return;
    const key = `${from}-${to}`;
    if (spans.has(key)) return;
    spans.set(key, {
      text: text.slice(first.start, last.end),
      kind,
      from,
      to,
      stems: tokens.slice(from, to).map((token) => token.stem),
    });
  };
  addDates(tokens, add);
  addQuoted(text, tokens, add);
  addNames(text, tokens, add);
  addNumbers(text, tokens, add);
  addKinds(tokens, add);
  return [...spans.values()];
}

type Add = (from: number, to: number, kind: SpanKind) => void;

const isYear = (word: string): boolean => /^(?:1[0-9]|20)\d\d$/.test(word);
const isDay = (word: string): boolean => /^(?:[12]?\d|3[01])(?:st|nd|rd|th)?$/.test(word);

function addDates(tokens: readonly Token[], add: Add): void {
  for (const [at, token] of tokens.entries()) {
    const next = tokens[at + 1]?.text ?? "";
    const after = tokens[at + 2]?.text ?? "";
    if (months.has(token.stem) && token.capitalised) {
      const before = tokens[at - 1]?.text ?? "";
      if (isDay(before) && isYear(next)) add(at - 1, at + 2, "date");
      else if (isDay(next) && isYear(after)) add(at, at + 3, "date");
      else if (isYear(next)) add(at, at + 2, "date");
      else if (isDay(next)) add(at, at + 2, "date");
      else if (isDay(before)) add(at - 1, at + 1, "date");
    } else if (isYear(token.text) || /^(?:1[0-9]|20)\d0s$/.test(token.text)) {
      add(at, at + 1, "date");
    }
  }
}

function addNumbers(text: string, tokens: readonly Token[], add: Add): void {
  for (const [at, token] of tokens.entries()) {
    const isNumber = /^\d+(?:[.,]\d+)*(?:st|nd|rd|th)?$/.test(token.text) || numberWords.has(token.text.toLowerCase());
    if (!isNumber) continue;
    const from = at;
    let to = at + 1;
    // "1,500" is tokenised as two words; join them.
    while (/^,\d{3}$/.test(text.slice(tokens[to - 1]?.end ?? 0, tokens[to]?.end ?? 0))) to++;
    if (
      /^\d{1,3}$/.test(tokens[at - 1]?.text ?? "") &&
      text[tokens[at - 1]?.end ?? 0] === "," &&
      token.text.length === 3
    )
      continue;
    if (isYear(token.text) && to === at + 1) continue;
    add(from, to, "number");
    if (["million", "billion", "percent", "thousand"].includes(tokens[to]?.stem ?? "")) add(from, to + 1, "number");
  }
}

function addQuoted(text: string, tokens: readonly Token[], add: Add): void {
  for (const match of text.matchAll(/["“]([^"”]{2,80})["”]/g)) {
    const start = match.index + 1;
    const end = start + (match[1]?.length ?? 0);
    const from = tokens.findIndex((token) => token.start >= start);
    const to = tokens.findLastIndex((token) => token.end <= end) + 1;
    if (from >= 0) add(from, to, "work");
  }
}

function addNames(text: string, tokens: readonly Token[], add: Add): void {
  const gap = (at: number): string => text.slice(tokens[at]?.end ?? 0, tokens[at + 1]?.start ?? 0);
  const joins = (at: number): boolean => /^(?: |\. | & |-|–)$/.test(gap(at));
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at];
    if (token === undefined || !token.capitalised || (at === 0 && token.common)) continue;
    let end = at + 1;
    let resume: number | undefined;
    const ends: number[] = [];
    for (;;) {
      while (joins(end - 1) && tokens[end]?.capitalised) end++;
      ends.push(end);
      let link = end;
      while (link - end < 2 && joins(link - 1) && connectors.has(tokens[link]?.text ?? "")) link++;
      if (link === end || !joins(link - 1) || !tokens[link]?.capitalised) break;
      // "A and B" may be one name or two: offer the second by itself as well.
      if (tokens[end]?.text === "and") resume ??= link;
      end = link + 1;
    }
    for (const to of ends) add(at, to, nameKind(tokens, at, to));
    // "Boise, Idaho": a place with the larger place after it.
    if (gap(end - 1) === ", " && tokens[end]?.capitalised && placeCues.has(tokens[at - 1]?.text ?? "")) {
      let further = end + 1;
      while (joins(further - 1) && tokens[further]?.capitalised) further++;
      add(at, further, "place");
    }
    // An adjective of origin or a title in front of a name is no part of it: offer the rest as well.
    if (end - at > 1 && (isOrigin(token) || end - at > 2)) {
      add(at, at + 1, nameKind(tokens, at, at + 1));
      if (isOrigin(token)) add(at + 1, end, nameKind(tokens, at + 1, end));
    }
    at = (resume ?? end) - 1;
  }
}

export function isOrigin(token: Token): boolean {
  const word = token.text.toLowerCase();
  return token.capitalised && (origins.has(word) || (word.length > 5 && originEnding.test(word)));
}

function nameKind(tokens: readonly Token[], from: number, to: number): SpanKind {
  const inside = tokens.slice(from, to);
  const only = inside.length === 1 ? inside[0] : undefined;
  if (only !== undefined && isOrigin(only)) return "origin";
  if (inside.some((token) => groupWords.has(token.stem))) return "group";
  if (inside.some((token) => placeWords.has(token.stem))) return "place";
  const before = tokens[from - 1]?.text ?? "";
  if (["in", "at", "near", "from"].includes(before)) return "place";
  const plain = inside.every(
    (token) => token.capitalised && !/\d/.test(token.text) && !/^\p{Lu}{3,}$/u.test(token.text),
  );
  if (plain && inside.length >= 2 && inside.length <= 4 && before.toLowerCase() !== "the") return "person";
  return "name";
}

/** The noun phrase after "is a": "an American *film director* and *screenwriter*". */
function addKinds(tokens: readonly Token[], add: Add): void {
  const verb = tokens.findIndex((token, at) => {
    const next = tokens[at + 1]?.text ?? "";
    return ["is", "was", "are", "were"].includes(token.text) && ["a", "an", "the", "one"].includes(next);
  });
  if (verb < 0) return;
  let from = verb + 2;
  for (let at = from; at < Math.min(tokens.length, verb + 14); at++) {
    const token = tokens[at];
    if (token === undefined) return;
    if (token.capitalised) {
      from = at + 1;
    } else if (token.common || /(?:ed|ing)$/.test(token.text)) {
      if (at > from) add(Math.max(from, at - 2), at, "kind");
      if (at > from) add(at - 1, at, "kind");
      if (!["and", "or"].includes(token.text)) return;
      from = at + 1;
    }
  }
}
