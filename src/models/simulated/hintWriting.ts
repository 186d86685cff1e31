import type { Behaviour } from "./behaviour.ts";
import type { Noise } from "./noise.ts";
import { readQuestion } from "./question.ts";
import { type RankedSentence, rankSentences, titleStems } from "./relevance.ts";
import { nameSpans } from "./rewriting.ts";
import { readPassages, type Sentence } from "./textAnalysis.ts";

/** Hints for a question from passages. By default the first sentences, whatever they say. */
export function writeHints(question: string, evidence: string, behaviour: Behaviour, noise: Noise): string {
  const asked = readQuestion(question).sentence;
  const passages = readPassages(evidence, false);
  const ranked = rankSentences(asked, passages, { titles: true, bridge: behaviour.relevant && behaviour.bridge });
  const figured = behaviour.figures ? ranked.map(preferFigures) : ranked;
  const shaken = figured.map((item) => ({ ...item, score: item.score + noise.shake(0.12) }));
  const chosen = behaviour.relevant ? mostRelevant(shaken, behaviour.hintCount) : leading(shaken, behaviour.hintCount);
  if (behaviour.cover) addMissing(chosen, coverNames(asked, shaken));
  if (behaviour.introduce) addMissing(chosen, openings(chosen, ranked));
  const hints = chosen.map((item) => hintText(item, behaviour));
  if (behaviour.background) hints.push("In general, topics like this have a long history and are seen in many ways.");
  if (hints.length === 0) return "No hints.";
  return behaviour.labelled
    ? hints.join("\n")
    : behaviour.lines
      ? hints.map((hint) => `- ${hint}`).join("\n")
      : hints.join(" ");
}

/** The beginning of the first passage and the openings of the next two, however many there are. */
function leading(ranked: readonly RankedSentence[], count: number): RankedSentence[] {
  const first = ranked.filter((item) => item.passage === ranked[0]?.passage).slice(0, count);
  const next = ranked.filter((item) => item.index === 0 && item.passage !== ranked[0]?.passage).slice(0, 2);
  return [...first, ...next];
}

function mostRelevant(ranked: readonly RankedSentence[], count: number): RankedSentence[] {
  return [...ranked].sort((a, b) => b.score - a.score || a.order - b.order).slice(0, count);
}

function preferFigures(item: RankedSentence): RankedSentence {
  const has = item.sentence.spans.some((span) => span.kind === "date" || span.kind === "number");
  return has ? { ...item, score: item.score + 0.1 } : item;
}

/** The best sentence about each name of the question. */
function coverNames(asked: Sentence, ranked: readonly RankedSentence[]): RankedSentence[] {
  return nameSpans(asked).flatMap((name) => {
    const about = ranked.filter((item) => {
      const title = titleStems(item.passage);
      return title.size > 0 && name.stems.every((stem) => title.has(stem));
    });
    return mostRelevant(about, 1);
  });
}

/** Opening sentences of the passages that gave the first hints. */
function openings(chosen: readonly RankedSentence[], ranked: readonly RankedSentence[]): RankedSentence[] {
  const used = new Set(chosen.slice(0, 6).map((item) => item.passage));
  return ranked.filter((item) => item.index === 0 && used.has(item.passage));
}

function addMissing(chosen: RankedSentence[], more: readonly RankedSentence[]): void {
  const orders = new Set(chosen.map((item) => item.order));
  for (const item of more) if (!orders.has(item.order)) chosen.push(item);
}

function hintText(item: RankedSentence, behaviour: Behaviour): string {
  const words = item.sentence.text.split(/\s+/);
  const text = words.length > behaviour.clip ? `${words.slice(0, behaviour.clip).join(" ")} ...` : item.sentence.text;
  return behaviour.labelled && item.passage.title !== undefined ? `${item.passage.title}: ${text}` : text;
}
