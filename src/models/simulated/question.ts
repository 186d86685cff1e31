import type { SpanKind } from "./spans.ts";
import { analyseSentence, type Sentence, type Token } from "./textAnalysis.ts";
import {
  dateNouns,
  earlierCues,
  groupNouns,
  kindNouns,
  largerCues,
  laterCues,
  numberNouns,
  originNouns,
  personNouns,
  phraseEnds,
  placeNouns,
  smallerCues,
  workNouns,
} from "./vocabulary.ts";

/** What decides a comparison: the smaller or larger date, the smaller or larger number, or who fits the words better. */
export type Criterion = "earlier" | "later" | "larger" | "smaller" | "fit";

export type Comparison =
  | { readonly kind: "choice"; readonly options: readonly [string, string]; readonly criterion: Criterion }
  | { readonly kind: "yesNo"; readonly options: readonly [string, string] | undefined; readonly criterion: Criterion };

/** What a question asks for, read off its words. */
export interface Question {
  readonly sentence: Sentence;
  /** Kind of answer asked for; undefined where the words do not say. */
  readonly expects: SpanKind | undefined;
  /** Stem of the noun after "what" or "which" ("team" in "what NHL team"). */
  readonly noun: string | undefined;
  readonly comparison: Comparison | undefined;
  /** Asks for a year, not for a date. */
  readonly year: boolean;
}

const kindByNoun: readonly (readonly [ReadonlySet<string>, SpanKind])[] = [
  [placeNouns, "place"],
  [dateNouns, "date"],
  [numberNouns, "number"],
  [originNouns, "origin"],
  [kindNouns, "kind"],
  [groupNouns, "group"],
  [workNouns, "work"],
  [personNouns, "person"],
];

const auxiliaries = new Set(["is", "are", "was", "were", "do", "does", "did", "has", "have", "had"]);

export function readQuestion(text: string): Question {
  const stated = /\(expected answer: (?:an? |the )?([a-z /]+)\)/i.exec(text);
  const plain = text.replace(/\(expected answer:[^)]*\)/gi, "").trim();
  const sentence = analyseSentence(plain);
  const noun = stated?.[1] === undefined ? questionNoun(sentence.tokens) : undefined;
  return {
    sentence,
    noun,
    expects: stated?.[1] === undefined ? expectedKind(plain, noun) : statedKind(stated[1]),
    year: /\b(?:what|which) year\b/i.test(plain),
    comparison: readComparison(plain, sentence, stated?.[1]),
  };
}

/** How an expected kind is written into a question. */
export function kindName(kind: SpanKind): string {
  return kind === "kind" ? "kind of thing" : kind === "work" ? "title" : kind;
}

function statedKind(words: string): SpanKind | undefined {
  const kinds: readonly SpanKind[] = ["person", "place", "group", "work", "date", "number", "origin", "kind", "name"];
  return kinds.find((kind) => kindName(kind) === words.trim());
}

function expectedKind(text: string, noun: string | undefined): SpanKind | undefined {
  if (/\bhow (?:many|much|old|long|far|tall|large|big|high|wide)\b/i.test(text)) return "number";
  if (/\bwhen\b|\b(?:what|which) (?:year|date|decade|century|month|day)\b/i.test(text)) return "date";
  if (/\bwhere\b/i.test(text)) return "place";
  const fromNoun = noun === undefined ? undefined : kindByNoun.find(([nouns]) => nouns.has(noun))?.[1];
  if (fromNoun !== undefined) return fromNoun;
  if (/\bwho(?:m|se)?\b/i.test(text) && !/\b(?:what|which)\b/i.test(text.split(/\bwho/i)[0] ?? "")) return "person";
  if (/\bnationality\b/i.test(text)) return "origin";
  return noun !== undefined && /(?:er|or|ist|ian|man)$/.test(noun) ? "person" : undefined;
}

function questionNoun(tokens: readonly Token[]): string | undefined {
  const at = tokens.findIndex((token) => token.stem === "what" || token.stem === "which");
  if (at < 0) return undefined;
  let next = at + 1;
  // "What is the name of the city ...", "What was the nationality ...": step over to the noun itself.
  if (auxiliaries.has(tokens[next]?.stem ?? "") && ["the", "a", "an"].includes(tokens[next + 1]?.stem ?? "")) {
    next += 2;
    const named = ["name", "title"].includes(tokens[next]?.stem ?? "") && tokens[next + 1]?.stem === "of";
    if (named) next += 3;
  }
  let noun: string | undefined;
  for (; next < tokens.length && next < at + 8; next++) {
    const token = tokens[next];
    if (token === undefined || phraseEnds.has(token.stem) || (noun !== undefined && /(?:ed)$/.test(token.text))) break;
    noun = token.stem;
  }
  return noun;
}

function readComparison(text: string, sentence: Sentence, stated: string | undefined): Comparison | undefined {
  const tokens = sentence.tokens;
  const asksYesNo = auxiliaries.has(tokens[0]?.stem ?? "") || stated?.trim() === "yes or no";
  const choice = optionsAround(text, sentence, "or");
  const criterion = readCriterion(tokens);
  if (choice !== undefined && (stated === undefined || !asksYesNo))
    return { kind: "choice", options: choice, criterion };
  const pair = optionsAround(text, sentence, "and");
  if (asksYesNo)
    return { kind: "yesNo", options: pair ?? optionsAround(text, sentence, "before|after|than|the same"), criterion };
  const between =
    /\b(?:between|of the two|out of|which of)\b/i.test(text) ||
    (criterion !== "fit" && /,[^,]* and [^,]*\??$/.test(text));
  return between && pair !== undefined && criterion !== "fit"
    ? { kind: "choice", options: pair, criterion }
    : undefined;
}

function readCriterion(tokens: readonly Token[]): Criterion {
  const has = (cues: ReadonlySet<string>): boolean =>
    tokens.some((token) => !token.capitalised && (cues.has(token.text) || cues.has(token.stem)));
  if (has(largerCues)) return "larger";
  if (has(smallerCues)) return "smaller";
  if (has(laterCues)) return "later";
  return has(earlierCues) ? "earlier" : "fit";
}

/** The two things on both sides of a joining word, as the question writes them. */
function optionsAround(text: string, sentence: Sentence, join: string): readonly [string, string] | undefined {
  for (const match of text.matchAll(new RegExp(`\\s(?:${join})\\s`, "gi"))) {
    const at = match.index;
    const end = at + match[0].length;
    const spanText = (from: number, to: number): string =>
      text.slice(sentence.tokens[from]?.start ?? 0, sentence.tokens[to - 1]?.end ?? 0);
    const names = sentence.spans.filter(
      (span) => span.kind !== "date" && span.kind !== "number" && span.kind !== "kind",
    );
    const spanEnd = (to: number): number => sentence.tokens[to - 1]?.end ?? 0;
    const spanStart = (from: number): number => sentence.tokens[from]?.start ?? 0;
    const near = names.filter((span) => at - spanEnd(span.to) >= 0 && at - spanEnd(span.to) <= 14);
    const left = near.sort((a, b) => spanEnd(b.to) - spanEnd(a.to) || a.from - b.from)[0];
    const right = names
      .filter((span) => spanStart(span.from) - end >= -1 && spanStart(span.from) - end <= 16)
      .sort((a, b) => a.from - b.from || b.to - a.to)[0];
    const comma = /[,:]\s*([^,:]{2,60})$/.exec(text.slice(0, at))?.[1];
    const tail = /^([^,?]{2,60}?)\s*\??\s*$/.exec(text.slice(end))?.[1];
    const first = comma !== undefined && tail !== undefined ? comma : left && spanText(left.from, left.to);
    const second = comma !== undefined && tail !== undefined ? tail : right && spanText(right.from, right.to);
    if (first !== undefined && second !== undefined) return [tidy(first), tidy(second)];
  }
  return undefined;
}

function tidy(option: string): string {
  return option
    .trim()
    .replace(/^(?:either|both|between)\s+/i, "")
    .replace(/^["“](.*)["”]$/, "$1")
    .replace(/[\s.?!,]+$/, "");
}
