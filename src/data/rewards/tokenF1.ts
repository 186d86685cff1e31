import { answerText, goldTexts } from "./answerText.ts";

/** Answers to closed questions: nearly right does not exist for them. */
const CLOSED = new Set(["yes", "no", "noanswer"]);

/**
 * The form in which answers are compared (SQuAD, HotpotQA): lower case, ASCII punctuation deleted rather than replaced
 * by a space ("well-known" becomes "wellknown"), the words a, an and the deleted, white space collapsed.
 */
export function normalizeAnswer(text: string): string {
  return (
    text
      .toLowerCase()
      .replace(/[!-/:-@[-`{-~]/g, "")
      // Word boundaries of Unicode: \b would find the article "a" in "cão a" and also inside "caña".
      .replace(/(?<![\p{L}\p{N}])(?:a|an|the)(?![\p{L}\p{N}])/gu, " ")
      .replace(/\p{White_Space}+/gu, " ")
      .trim()
  );
}

/**
 * Token F1 of an answer against the gold answer, in [0, 1]; with several gold answers, the best. Tokens are the words of
 * the normalized texts, counted with multiplicity. When either side is exactly yes, no or noanswer, only equality
 * counts; an answer without tokens scores 0.
 * @throws TypeError when the answer is no text; UserError when the gold answer is no text
 */
export function tokenF1(answer: unknown, gold: unknown): number {
  const normalized = normalizeAnswer(answerText("tokenF1", answer));
  return Math.max(...goldTexts("tokenF1", gold).map((text) => normalizedF1(normalized, normalizeAnswer(text))));
}

/** 1 when the normalized texts are equal, else 0; with several gold answers, any will do. Errors as of `tokenF1`. */
export function exactMatch(answer: unknown, gold: unknown): number {
  const normalized = normalizeAnswer(answerText("exactMatch", answer));
  return goldTexts("exactMatch", gold).some((text) => normalizeAnswer(text) === normalized) ? 1 : 0;
}

/**
 * 1 when answer and gold are written exactly alike, else 0: no trimming, no normalization, so "2." is not "2". Numbers
 * count as their decimal text. For labels and indices. Errors as of `tokenF1`.
 */
export function verbatimMatch(answer: unknown, gold: unknown): number {
  const written = answerText("verbatimMatch", numberText(answer));
  const golds = Array.isArray(gold) ? gold.map(numberText) : numberText(gold);
  return goldTexts("verbatimMatch", golds).includes(written) ? 1 : 0;
}

function numberText(value: unknown): unknown {
  return typeof value === "number" && Number.isFinite(value) ? String(value) : value;
}

function normalizedF1(answer: string, gold: string): number {
  if (answer !== gold && (CLOSED.has(answer) || CLOSED.has(gold))) return 0;
  const answerTokens = tokens(answer);
  const goldTokens = tokens(gold);
  const left = new Map<string, number>();
  for (const token of goldTokens) left.set(token, (left.get(token) ?? 0) + 1);
  let shared = 0;
  for (const token of answerTokens) {
    const count = left.get(token) ?? 0;
    if (count === 0) continue;
    left.set(token, count - 1);
    shared++;
  }
  // 2pr / (p + r) with p = shared / |answer| and r = shared / |gold|, written without the divisions by 0.
  return shared === 0 ? 0 : (2 * shared) / (answerTokens.length + goldTokens.length);
}

function tokens(normalized: string): string[] {
  return normalized === "" ? [] : normalized.split(" ");
}
