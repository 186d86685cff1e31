import type { Behaviour } from "./behaviour.ts";
import { kindName, readQuestion } from "./question.ts";
import type { Span } from "./spans.ts";
import { analyseSentence, type Sentence } from "./textAnalysis.ts";

const openings =
  /^(?:in |on |at |of |for |by |to |with |from )?(?:who(?:se|m)?|what|which|why)\b\s*(?:is|are|was|were|did|does|do|has|have|had)?\s*/i;
const auxiliary = /^(?:is|are|was|were|do|does|did|has|have|had|can|could)\s+/i;

/** Rewrites a question. By default it becomes polite and loses its capitals. */
export function rewrite(text: string, behaviour: Behaviour): string {
  const question = text.trim().replace(/\s+/g, " ");
  const read = readQuestion(question);
  let rewritten = question;
  if (behaviour.generalise) rewritten = withoutNames(rewritten, read.sentence);
  if (behaviour.shorten) rewritten = firstPart(rewritten);
  if (behaviour.form === "polite") rewritten = `Could you please tell me: ${rewritten}`;
  if (behaviour.form === "statement") rewritten = statement(rewritten);
  if (!behaviour.keepNames) rewritten = rewritten.charAt(0) + rewritten.slice(1).toLowerCase();
  if (behaviour.background) rewritten += " Consider the general history and background of the topic as well.";
  if (behaviour.stateKind) {
    const expected = read.comparison?.kind === "yesNo" ? "yes or no" : read.expects && kindName(read.expects);
    if (expected !== undefined) rewritten += ` (expected answer: ${expected})`;
  }
  return rewritten;
}

function statement(question: string): string {
  const rest = question
    .replace(/\s*\?+\s*$/, "")
    .replace(openings, "")
    .replace(auxiliary, "");
  // Question words in the middle of the sentence go as well.
  const plain = rest.replace(/\b(?:what|which|who|whom)\b\s*/gi, "");
  return `Information about ${plain.trim()}.`;
}

function firstPart(question: string): string {
  const words = question.split(" ");
  const kept = words.slice(0, Math.max(4, Math.ceil((words.length * 2) / 3))).join(" ");
  return question.endsWith("?") ? `${kept.replace(/[?.,;]+$/, "")}?` : kept;
}

function withoutNames(question: string, sentence: Sentence): string {
  return nameSpans(sentence).reduce((text, span) => text.replace(span.text, `this ${generalWord(span)}`), question);
}

const generalWord = (span: Span): string => (span.kind === "name" || span.kind === "group" ? "subject" : span.kind);

/** Names, titles and dates of a sentence, the longest of those that overlap, in order. */
export function nameSpans(sentence: Sentence): Span[] {
  const chosen: Span[] = [];
  const wanted = sentence.spans.filter((span) => span.kind !== "kind" && span.kind !== "number");
  for (const span of [...wanted].sort((a, b) => b.to - b.from - (a.to - a.from) || a.from - b.from)) {
    if (chosen.every((other) => span.to <= other.from || span.from >= other.to)) chosen.push(span);
  }
  return chosen.sort((a, b) => a.from - b.from);
}

export function firstSentence(text: string): Sentence {
  return analyseSentence(text.trim().replace(/\s+/g, " "));
}
