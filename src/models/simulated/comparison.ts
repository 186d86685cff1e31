import type { Comparison, Criterion, Question } from "./question.ts";
import type { RankedSentence } from "./relevance.ts";
import { titleStems } from "./relevance.ts";
import { isOrigin } from "./spans.ts";
import { analyseSentence } from "./textAnalysis.ts";

/** What the evidence says about one side of a comparison. */
interface Side {
  readonly name: string;
  readonly facts: readonly RankedSentence[];
}

/** Picks one of two options, by dates and numbers when they are weighed; undefined when the evidence decides nothing. */
export function choose(
  question: Question,
  comparison: Extract<Comparison, { kind: "choice" }>,
  ranked: readonly RankedSentence[],
  settings: { readonly labels: boolean; readonly weigh: boolean },
): string | undefined {
  const [left, right] = comparison.options.map((name) => side(name, ranked, settings.labels)) as [Side, Side];
  const decided = settings.weigh ? compareSides(left, right, comparison.criterion) : 0;
  if (decided !== 0) return decided < 0 ? left.name : right.name;
  const fitLeft = wordFit(question, left);
  const fitRight = wordFit(question, right);
  if (fitLeft === fitRight) return undefined;
  return fitLeft > fitRight ? left.name : right.name;
}

/** Answers a yes/no question; "yes" when the evidence does not speak against it. */
export function judge(
  question: Question,
  comparison: Extract<Comparison, { kind: "yesNo" }>,
  ranked: readonly RankedSentence[],
  labels: boolean,
): "yes" | "no" {
  const pair = comparison.options?.map((name) => side(name, ranked, labels)) as [Side, Side] | undefined;
  if (pair === undefined) return "yes";
  const [left, right] = pair;
  const text = question.sentence.text.toLowerCase();
  if (comparison.criterion !== "fit" && /\b(?:than|before|after|first)\b/.test(text)) {
    const decided = compareSides(left, right, comparison.criterion);
    if (decided !== 0) return decided < 0 ? "yes" : "no";
  }
  if (/\b(?:same|both|share|from|nationality|country)\b/.test(text)) {
    if (/\bnationalit|\bcountry|\bcitizen|\bnation\b/.test(text))
      return shares(origins(left), origins(right)) ? "yes" : "no";
    if (/\bsame\b|\bcommon\b|\bshare\b/.test(text)) return shares(kinds(left), kinds(right)) ? "yes" : "no";
  }
  const names = new Set([...analyseSentence(left.name).stems, ...analyseSentence(right.name).stems]);
  const wanted = [...question.sentence.stems].filter((stem) => !names.has(stem));
  if (wanted.length === 0) return "yes";
  return Math.min(share(wanted, left), share(wanted, right)) >= 0.5 ? "yes" : "no";
}

function side(name: string, ranked: readonly RankedSentence[], labels: boolean): Side {
  const stems = [...analyseSentence(name).stems];
  const within = (set: ReadonlySet<string>): number =>
    stems.filter((stem) => set.has(stem)).length / Math.max(1, stems.length);
  const about = labels
    ? ranked.filter((item) => titleStems(item.passage).size > 0 && within(titleStems(item.passage)) >= 0.99)
    : [];
  if (about.length > 0) return { name, facts: about };
  const best = Math.max(0, ...ranked.map((item) => within(item.sentence.stems)));
  return { name, facts: best < 0.5 ? [] : ranked.filter((item) => within(item.sentence.stems) === best) };
}

/** Below 0 when the left side wins, above 0 when the right one does, 0 when nothing decides. */
function compareSides(left: Side, right: Side, criterion: Criterion): number {
  if (criterion === "fit") return 0;
  const measure = criterion === "earlier" || criterion === "later" ? firstDate : largestNumber;
  const a = measure(left);
  const b = measure(right);
  if (a === undefined || b === undefined || a === b) return 0;
  return criterion === "earlier" || criterion === "smaller" ? a - b : b - a;
}

const monthOrder = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");

/** The earliest-standing date of a side as year plus fraction. */
function firstDate(subject: Side): number | undefined {
  for (const { sentence } of subject.facts) {
    for (const span of sentence.spans) {
      if (span.kind !== "date") continue;
      const year = /\b(?:1\d|20)\d\d/.exec(span.text)?.[0];
      if (year === undefined) continue;
      const month = monthOrder.findIndex((name) => span.text.toLowerCase().includes(name));
      const day = Number(/\b(\d{1,2})\b/.exec(span.text)?.[1] ?? 0);
      return Number(year) + Math.max(0, month) / 12 + day / 400;
    }
  }
  return undefined;
}

function largestNumber(subject: Side): number | undefined {
  const numbers = subject.facts.flatMap(({ sentence }) =>
    sentence.spans
      .filter((span) => span.kind === "number")
      .map((span) => Number.parseFloat(span.text.replace(/,/g, ""))),
  );
  const known = numbers.filter((value) => Number.isFinite(value));
  return known.length === 0 ? undefined : Math.max(...known);
}

function wordFit(question: Question, subject: Side): number {
  const names = analyseSentence(subject.name).stems;
  return share(
    [...question.sentence.stems].filter((stem) => !names.has(stem)),
    subject,
  );
}

function share(wanted: readonly string[], subject: Side): number {
  const stems = new Set(subject.facts.flatMap(({ sentence }) => [...sentence.stems]));
  return wanted.filter((stem) => stems.has(stem)).length / Math.max(1, wanted.length);
}

function origins(subject: Side): ReadonlySet<string> {
  const opening = subject.facts[0]?.sentence;
  return new Set(opening?.tokens.filter((token) => isOrigin(token)).map((token) => token.stem) ?? []);
}

function kinds(subject: Side): ReadonlySet<string> {
  const opening = subject.facts[0]?.sentence;
  return new Set(opening?.spans.filter((span) => span.kind === "kind").flatMap((span) => span.stems.slice(-1)) ?? []);
}

function shares(left: ReadonlySet<string>, right: ReadonlySet<string>): boolean {
  return [...left].some((item) => right.has(item));
}
