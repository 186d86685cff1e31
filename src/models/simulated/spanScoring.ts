import type { Question } from "./question.ts";
import { type RankedSentence, rarity, titleStems } from "./relevance.ts";
import type { Span, SpanKind } from "./spans.ts";
import type { Passage } from "./textAnalysis.ts";

/** A span that could be the answer, with where it stands. */
export interface Candidate {
  readonly span: Span;
  readonly source: RankedSentence;
  readonly score: number;
}

export interface SpanSettings {
  /** How much it counts that a span is of the kind that the question asks for, from 0 to 1. */
  readonly typed: number;
  /** Use what the evidence says each passage is about. */
  readonly labels: boolean;
  /** Prefer sentences reached by following names. */
  readonly bridge: boolean;
  /** Of overlapping spans prefer the longer (full names and dates). */
  readonly full: boolean;
  /** Avoid what the question itself says. */
  readonly check: boolean;
}

/** Weight of each feature, fitted once on training questions by expected token F1. */
export const featureNames = [
  "sentence",
  "first",
  "position",
  "bridged",
  "near",
  "asked",
  "partlyAsked",
  "kind",
  "otherKind",
  "nounInside",
  "nounBeside",
  "isNoun",
  "isTitle",
  "ownTitle",
  "titleAsked",
  "repeated",
  "long",
  "single",
  "early",
  "cueFits",
  "name",
  "date",
  "number",
  "originKind",
  "kindKind",
  "work",
  "aboutScore",
  "support",
  "aboutPerson",
  "unexpected",
  "bridgedTitle",
  "strictMiss",
  "placeMiss",
  "dateUnasked",
  "numberUnasked",
  "kindUnasked",
  "originUnasked",
] as const;

export type FeatureName = (typeof featureNames)[number];
export type Features = Readonly<Record<FeatureName, number>>;

const compatible: Readonly<Record<SpanKind, readonly SpanKind[]>> = {
  person: ["person"],
  place: ["place", "name"],
  group: ["group", "name"],
  work: ["work", "name"],
  date: ["date"],
  number: ["number"],
  origin: ["origin"],
  kind: ["kind"],
  name: ["name", "group", "place", "work", "person"],
};

const cues: Readonly<Partial<Record<SpanKind, ReadonlySet<string>>>> = {
  person: new Set(["by", "with", "and", "starring", "director", "writer", "author", "to"]),
  place: new Set(["in", "at", "from", "near", "of"]),
  date: new Set(["in", "on", "since", "until", "from", "born", "of"]),
  group: new Set(["the", "for", "by", "with", "of", "on"]),
  number: new Set(["of", "about", "over", "has", "with", "approximately"]),
};

export function spanFeatures(
  question: Question,
  source: RankedSentence,
  span: Span,
  evidence: Evidence,
  settings: SpanSettings,
): Features {
  const { tokens } = source.sentence;
  const content = span.stems.filter((_, at) => !tokens[span.from + at]?.common);
  const askedCount = content.filter((stem) => evidence.asked.has(stem)).length;
  const share = content.length === 0 ? 1 : askedCount / content.length;
  let near = 0;
  for (const [at, token] of tokens.entries()) {
    const weight = evidence.weights.get(token.stem);
    if (weight === undefined || (at >= span.from && at < span.to)) continue;
    const distance = at < span.from ? span.from - at : at - span.to + 1;
    near += weight / (1 + distance);
  }
  const noun = question.noun;
  const beside = noun !== undefined && (tokens[span.from - 1]?.stem === noun || tokens[span.to]?.stem === noun);
  const expects = settings.typed > 0 ? question.expects : undefined;
  const fits = expects !== undefined && compatible[expects].includes(span.kind);
  const key = content.join(" ");
  const subject = settings.labels ? source.passage : undefined;
  const title = subject === undefined ? undefined : titleStems(subject);
  const about = settings.labels ? evidence.about.get(key) : undefined;
  const before = tokens[span.from - 1]?.text.toLowerCase() ?? "";
  return {
    sentence: source.score,
    first: evidence.best === source ? 1 : 0,
    position: 1 / (1 + source.order),
    bridged: settings.bridge ? source.bridged : 0,
    near: Math.min(near / 4, 1.5),
    asked: share === 1 ? 1 : 0,
    partlyAsked: share < 1 ? share : 0,
    kind: fits ? settings.typed * (span.kind === expects ? 1 : 0.6) : 0,
    otherKind: expects !== undefined && !fits ? settings.typed : 0,
    nounInside: noun !== undefined && span.stems.includes(noun) && content.length > 1 ? settings.typed : 0,
    nounBeside: beside ? settings.typed : 0,
    isNoun: noun !== undefined && about?.sentences[0]?.stems.has(noun) ? settings.typed : 0,
    isTitle: about !== undefined ? 1 : 0,
    ownTitle: title !== undefined && title.size > 0 && content.every((stem) => title.has(stem)) ? 1 : 0,
    titleAsked: title !== undefined && title.size > 0 && [...title].every((stem) => evidence.asked.has(stem)) ? 1 : 0,
    repeated: Math.log2(evidence.counts.get(key) ?? 1),
    long: Math.min(span.to - span.from, 6) / 3,
    single: span.to - span.from === 1 ? 1 : 0,
    early: 1 - span.from / Math.max(1, tokens.length),
    cueFits: expects !== undefined && cues[expects]?.has(before) ? settings.typed : 0,
    name: ["name", "person", "place", "group"].includes(span.kind) ? 1 : 0,
    date: span.kind === "date" ? 1 : 0,
    number: span.kind === "number" ? 1 : 0,
    originKind: span.kind === "origin" ? 1 : 0,
    kindKind: span.kind === "kind" ? 1 : 0,
    work: span.kind === "work" ? 1 : 0,
    aboutScore: about === undefined ? 0 : (evidence.scoreAbout.get(about) ?? 0),
    support: evidence.support.get(key) ?? 0,
    aboutPerson: expects === "person" && about !== undefined && isPerson(about) ? settings.typed : 0,
    unexpected:
      expects === undefined && question.noun === undefined
        ? span.kind === "kind" || span.kind === "number"
          ? 1
          : 0
        : 0,
    bridgedTitle:
      settings.bridge && title !== undefined && source.bridged > 0 && !content.some((stem) => title.has(stem)) ? 1 : 0,
    strictMiss: (expects === "date" || expects === "number") && !fits ? settings.typed : 0,
    placeMiss:
      expects === "place" && ["date", "number", "kind", "origin", "work"].includes(span.kind) ? settings.typed : 0,
    dateUnasked: span.kind === "date" && expects !== "date" ? 1 : 0,
    numberUnasked: span.kind === "number" && expects !== "number" ? 1 : 0,
    kindUnasked: span.kind === "kind" && expects !== "kind" ? 1 : 0,
    originUnasked: span.kind === "origin" && expects !== "origin" ? 1 : 0,
  };
}

/** What all spans of one request share. */
export interface Evidence {
  readonly ranked: readonly RankedSentence[];
  readonly best: RankedSentence | undefined;
  readonly asked: ReadonlySet<string>;
  readonly weights: ReadonlyMap<string, number>;
  /** Sentences that hold a span, by the span's words. */
  readonly counts: ReadonlyMap<string, number>;
  /** Sum of the two best scores of sentences that hold a span, by the span's words. */
  readonly support: ReadonlyMap<string, number>;
  /** Best score of a sentence of a passage. */
  readonly scoreAbout: ReadonlyMap<Passage, number>;
  /** The passage about a name, by the name's words. */
  readonly about: ReadonlyMap<string, Passage>;
}

export function gatherEvidence(question: Question, ranked: readonly RankedSentence[]): Evidence {
  const passages = [...new Set(ranked.map((item) => item.passage))];
  const counts = new Map<string, number>();
  const held = new Map<string, number[]>();
  const scoreAbout = new Map<Passage, number>();
  for (const { sentence, score, passage } of ranked) {
    scoreAbout.set(passage, Math.max(score, scoreAbout.get(passage) ?? 0));
    const keys = new Set(sentence.spans.map((span) => spanKey(sentence.tokens, span)));
    for (const key of keys) {
      counts.set(key, (counts.get(key) ?? 0) + 1);
      held.set(key, [...(held.get(key) ?? []), score]);
    }
  }
  const support = new Map(
    [...held].map(
      ([key, scores]) =>
        [
          key,
          scores
            .sort((a, b) => b - a)
            .slice(0, 2)
            .reduce((a, b) => a + b, 0),
        ] as const,
    ),
  );
  const about = new Map<string, Passage>();
  for (const passage of passages) {
    const key = [...titleStems(passage)].join(" ");
    if (key !== "" && !about.has(key)) about.set(key, passage);
  }
  let best: RankedSentence | undefined;
  for (const item of ranked) if (best === undefined || item.score > best.score) best = item;
  return {
    ranked,
    best,
    asked: new Set(question.sentence.tokens.map((token) => token.stem)),
    weights: rarity(question.sentence, passages),
    counts,
    support,
    scoreAbout,
    about,
  };
}

function isPerson(about: Passage): boolean {
  return /\((?:born|[^)]*\b\d{4}\s*[–-])|\bborn\b/.test(about.sentences[0]?.text ?? "");
}

function spanKey(tokens: RankedSentence["sentence"]["tokens"], span: Span): string {
  return span.stems.filter((_, at) => !tokens[span.from + at]?.common).join(" ");
}

const weights: Features = {
  sentence: 1.05,
  first: -0.27,
  position: 1.16,
  bridged: 1.09,
  near: 1.39,
  asked: -1.77,
  partlyAsked: 1.0,
  kind: 1.09,
  otherKind: -0.64,
  nounInside: 0.89,
  nounBeside: 0.74,
  isNoun: 0.67,
  isTitle: 1.2,
  ownTitle: -1.03,
  titleAsked: 0.17,
  repeated: -0.09,
  long: 0.28,
  single: -0.52,
  early: 0.18,
  cueFits: 0.79,
  name: -0.09,
  date: -0.1,
  number: 0.06,
  originKind: 0.46,
  kindKind: 0.04,
  work: -0.38,
  aboutScore: 1.56,
  support: 0.3,
  aboutPerson: 0.13,
  unexpected: 0.12,
  bridgedTitle: 0.8,
  strictMiss: -1.9,
  placeMiss: -0.41,
  dateUnasked: -1.25,
  numberUnasked: -0.68,
  kindUnasked: -0.1,
  originUnasked: -0.69,
};

/** All spans of the evidence with their scores, in the order of the evidence. */
export function scoreSpans(question: Question, ranked: readonly RankedSentence[], settings: SpanSettings): Candidate[] {
  const evidence = gatherEvidence(question, ranked);
  const candidates: Candidate[] = [];
  for (const source of ranked) {
    for (const span of source.sentence.spans) {
      const features = spanFeatures(question, source, span, evidence, settings);
      let score = (settings.full ? 0 : -0.35 * features.long) + (settings.check ? 0 : 0.5 * features.asked);
      for (const name of featureNames) score += weights[name] * features[name];
      candidates.push({ span, source, score });
    }
  }
  return candidates;
}
