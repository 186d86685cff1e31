import type { Random } from "../../system/random.ts";
import { type Phrase, phraseBank } from "./phraseBank.ts";

/** True for a message that asks for a new prompt between `<prompt>` and `</prompt>`. */
export function isProposalRequest(message: string): boolean {
  return /<prompt>[\s\S]*<\/prompt>/i.test(message) && !/^### /m.test(message);
}

interface Attempt {
  readonly score: number;
  readonly sentences: readonly string[];
}

/**
 * Writes a new prompt from the request's text alone: sentences of the prompts shown there, the better-scored ones
 * preferred, with sentences of the phrase bank added, swapped in or, now and then, some dropped.
 */
export function proposePrompt(message: string, random: Random): string {
  const attempts = readAttempts(message);
  const limit = Number(/at most (\d+) characters/i.exec(message)?.[1] ?? 2000);
  const fitting = fittingPhrases(message);
  const kept = dropSome(parentSentences(attempts, random), random);
  const borrowed = random.next() < 0.35 ? borrow(attempts, random) : [];
  const added = Array.from({ length: 1 + random.integer(attempts.length === 0 ? 3 : 2) }, () =>
    drawPhrase(fitting, random),
  );
  const sentences = unique([...kept, ...borrowed, ...added.map((phrase) => phrase.text)]);
  return `<prompt>\n${write(sentences, limit, random)}\n</prompt>`;
}

function readAttempts(message: string): Attempt[] {
  return [...message.matchAll(/<attempt score="(-?[\d.]+)">\n?([\s\S]*?)\n?<\/attempt>/g)].map((match) => ({
    score: Number(match[1]),
    sentences: sentencesOf(match[2] ?? ""),
  }));
}

/** Sentences of a prompt; a list item counts as one, without its bullet. */
export function sentencesOf(prompt: string): string[] {
  return prompt
    .split("\n")
    .map((line) => line.replace(/^\s*(?:[-*•]|\d{1,2}[.)])\s+/, "").trim())
    .flatMap((line) => line.split(/(?<=[.!?]["”)]?)\s+/))
    .filter((sentence) => sentence !== "");
}

/** The sentences of one attempt; each step up the ranking makes an attempt three times as likely to be the one. */
function parentSentences(attempts: readonly Attempt[], random: Random): readonly string[] {
  if (attempts.length === 0) return [];
  const ranked = [...attempts].sort((a, b) => a.score - b.score).slice(-8);
  return ranked[random.weighted(ranked.map((_, rank) => 3 ** rank))]?.sentences ?? [];
}

/** Now and then leaves a sentence out; never the first, which says what the task is. */
function dropSome(sentences: readonly string[], random: Random): string[] {
  if (random.next() < 0.5) return [...sentences];
  return sentences.filter((_, at) => at === 0 || random.next() < 0.75);
}

/** One or two sentences of other attempts, in proportion to the mean score of the attempts that have them. */
function borrow(attempts: readonly Attempt[], random: Random): string[] {
  const scores = new Map<string, number[]>();
  for (const { score, sentences } of attempts) {
    for (const sentence of sentences) scores.set(sentence, [...(scores.get(sentence) ?? []), score]);
  }
  const known = [...scores].map(([text, all]) => ({
    text,
    mean: all.reduce((sum, score) => sum + score, 0) / all.length,
  }));
  if (known.length === 0) return [];
  const lowest = Math.min(...known.map((item) => item.mean));
  const weights = known.map((item) => item.mean - lowest + 0.02);
  return Array.from({ length: 1 + random.integer(2) }, () => known[random.weighted(weights)]?.text ?? "");
}

/** Phrases about what the step is called and writes; the whole message where it does not say. */
function fittingPhrases(message: string): ReadonlySet<Phrase> {
  const called = /called (\w+)/i.exec(message)?.[1] ?? "";
  const writes = /writes ([^.\n]+)/i.exec(message)?.[1] ?? "";
  const subject = (called + writes === "" ? message : `${called} ${writes}`).toLowerCase();
  return new Set(phraseBank.filter((phrase) => phrase.about.some((word) => subject.includes(word))));
}

function drawPhrase(fitting: ReadonlySet<Phrase>, random: Random): Phrase {
  return phraseBank[random.weighted(phraseBank.map((phrase) => (fitting.has(phrase) ? 40 : 1)))] as Phrase;
}

function unique(sentences: readonly string[]): string[] {
  return [...new Set(sentences.filter((sentence) => sentence !== ""))];
}

/** As running text, or as a list under the first sentence; sentences that do not fit the limit are left out. */
function write(sentences: readonly string[], limit: number, random: Random): string {
  const asList = sentences.length > 2 && random.next() < 0.25;
  let text = "";
  for (const sentence of sentences) {
    const joined = text === "" ? sentence : asList ? `${text}\n- ${sentence}` : `${text} ${sentence}`;
    if (joined.length <= limit) text = joined;
  }
  return text;
}
