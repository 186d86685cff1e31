import type { Behaviour } from "./behaviour.ts";
import { choose, judge } from "./comparison.ts";
import type { Noise } from "./noise.ts";
import { type Question, readQuestion } from "./question.ts";
import { type RankedSentence, rankSentences } from "./relevance.ts";
import { type Candidate, scoreSpans } from "./spanScoring.ts";
import type { Span } from "./spans.ts";
import { readPassages } from "./textAnalysis.ts";

/** Answers a question from evidence. By default with the sentence that holds the most likely span. */
export function answer(text: string, evidence: string, behaviour: Behaviour, noise: Noise): string {
  const question = readQuestion(text);
  const passages = readPassages(evidence, behaviour.useLabels);
  const ranked = rankSentences(question.sentence, passages, { titles: behaviour.useLabels, bridge: behaviour.bridge });
  if (ranked.length === 0) return "unknown";
  const best = bestSpan(question, ranked, behaviour, noise);
  const decided = decide(question, ranked, behaviour);
  if (behaviour.abstain && (best === undefined || best.score < thin)) return "unknown";
  const year = question.year && behaviour.typed === 1 ? /\b\d{4}\b/.exec(best?.span.text ?? "")?.[0] : undefined;
  return putInWords(decided ?? year, best, ranked, behaviour);
}

/** Below this score the evidence counts as thin; about a third of all answers are. */
const thin = 2.5;

/** The answer that a comparison gives, where the question is one and the prompt asks to treat it so. */
function decide(question: Question, ranked: readonly RankedSentence[], behaviour: Behaviour): string | undefined {
  const { comparison } = question;
  if (comparison === undefined || behaviour.hasty) return undefined;
  if (comparison.kind === "choice") {
    return choose(question, comparison, ranked, { labels: behaviour.useLabels, weigh: behaviour.compare });
  }
  if (!behaviour.yesNo) return undefined;
  return behaviour.compare ? judge(question, comparison, ranked, behaviour.useLabels) : "yes";
}

function bestSpan(
  question: Question,
  ranked: readonly RankedSentence[],
  behaviour: Behaviour,
  noise: Noise,
): Candidate | undefined {
  const candidates = scoreSpans(question, ranked, {
    typed: behaviour.typed,
    labels: behaviour.useLabels,
    bridge: behaviour.bridge,
    full: behaviour.full,
    check: behaviour.check,
  });
  let best: Candidate | undefined;
  for (const candidate of candidates) {
    const hurry = behaviour.hasty ? -1.5 * candidate.source.order : 0;
    const shaken = { ...candidate, score: candidate.score + hurry + noise.shake(0.8) };
    if (best === undefined || shaken.score > best.score) best = shaken;
  }
  return best;
}

/** Puts the answer into words of the wanted length. */
function putInWords(
  decided: string | undefined,
  best: Candidate | undefined,
  ranked: readonly RankedSentence[],
  behaviour: Behaviour,
): string {
  const source = best?.source ?? ranked[0];
  const sentence = source?.sentence.text ?? "";
  const core = decided ?? (best === undefined ? sentence : behaviour.verbatim ? best.span.text : shortened(best.span));
  const steps = behaviour.showSteps && (behaviour.length === "sentence" || behaviour.length === "clause");
  const length = steps ? "explained" : behaviour.length;
  let text: string;
  if (length === "span") text = core;
  else if (length === "phrase") text = decided === undefined && best ? around(best, 1, 2, core) : `likely ${core}`;
  else if (length === "clause") text = decided === undefined && best ? around(best, 3, 4, core) : `That is ${core}.`;
  else if (length === "sentence")
    text = decided === undefined ? sentence : `Going by the hints, the answer to the question is ${core}.`;
  else
    text = `To answer this, consider what is known. ${sentence} Taking this together with the question, it follows that the answer is most likely ${core}, as stated above.`;
  if (behaviour.background) text += " In general, opinions on topics like this differ.";
  if (behaviour.cite && source !== undefined) text += ` (supported by: ${sentence})`;
  return behaviour.markdown ? `**Answer to the question:** ${text}` : text;
}

/** The span with some of the words on its sides. */
function around(candidate: Candidate, ahead: number, behind: number, core: string): string {
  const { tokens } = candidate.source.sentence;
  const { from, to } = candidate.span;
  const before = tokens.slice(Math.max(0, from - ahead), from).map((token) => token.text);
  const after = tokens.slice(to, to + behind).map((token) => token.text);
  return [...before, core, ...after].join(" ");
}

/** How people shorten when nobody asks for the exact wording: dates without their day, names without what surrounds them. */
function shortened(span: Span): string {
  const words = span.text.split(" ");
  if (span.kind === "date" && words.length === 3)
    return /^\d/.test(span.text) ? words.slice(1).join(" ") : `${words[0]} ${words[2]}`;
  if (span.kind === "place") return span.text.split(", ")[0] ?? span.text;
  return words.length > 2 && span.kind !== "date" ? words.slice(-2).join(" ") : span.text;
}
