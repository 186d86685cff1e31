import { analyseSentence, type Passage, type Sentence } from "./textAnalysis.ts";

/** A sentence of the evidence with how well it fits a question. */
export interface RankedSentence {
  readonly passage: Passage;
  readonly sentence: Sentence;
  /** Position in its passage, from 0. */
  readonly index: number;
  /** Position in the whole evidence, from 0. */
  readonly order: number;
  /** Share of the question's words found here, weighted by rarity; 0 or more, rarely above 2. */
  readonly score: number;
  /** What the sentence was raised by because it is about something that another fitting sentence names; 0 or more. */
  readonly bridged: number;
}

export interface RelevanceSettings {
  /** Count the words of a passage's title as words of its sentences. */
  readonly titles: boolean;
  /** Follow names from fitting sentences to the passages about them. */
  readonly bridge: boolean;
}

/** Scores every sentence of the evidence, in the order of the evidence. */
export function rankSentences(
  question: Sentence,
  passages: readonly Passage[],
  settings: RelevanceSettings,
): RankedSentence[] {
  const weights = rarity(question, passages);
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0) || 1;
  const ranked: RankedSentence[] = [];
  for (const passage of passages) {
    const title = settings.titles ? titleStems(passage) : noStems;
    const known = [...title].filter((stem) => weights.has(stem));
    // A title that the question spells out in full is most likely what the question starts from.
    const named = title.size > 0 && known.length === title.size ? 0.15 : 0;
    for (const [index, sentence] of passage.sentences.entries()) {
      let found = named * total;
      for (const [stem, weight] of weights) {
        if (sentence.stems.has(stem)) found += weight;
        else if (title.has(stem)) found += 0.6 * weight;
      }
      ranked.push({ passage, sentence, index, order: ranked.length, score: found / total, bridged: 0 });
    }
  }
  return settings.bridge ? followNames(question, ranked) : ranked;
}

const noStems: ReadonlySet<string> = new Set();

export function titleStems(passage: Passage): ReadonlySet<string> {
  if (passage.title === undefined) return noStems;
  // What stands in brackets tells two titles apart, it is not part of the name.
  return titles(passage.title.replace(/ \([^)]*\)$/, ""));
}

const knownTitles = new Map<string, ReadonlySet<string>>();

function titles(title: string): ReadonlySet<string> {
  const known = knownTitles.get(title);
  if (known !== undefined) return known;
  if (knownTitles.size > 10_000) knownTitles.clear();
  const stems = analyseTitle(title);
  knownTitles.set(title, stems);
  return stems;
}

function analyseTitle(title: string): ReadonlySet<string> {
  const { stems, tokens } = analyseSentence(title);
  return stems.size > 0 ? stems : new Set(tokens.map((token) => token.stem));
}

/** Weight of each of the question's words: rarer in the evidence counts more, names count more than other words. */
export function rarity(question: Sentence, passages: readonly Passage[]): ReadonlyMap<string, number> {
  const all = passages.flatMap((passage) => passage.sentences);
  const weights = new Map<string, number>();
  for (const token of question.tokens) {
    if (token.common || weights.has(token.stem)) continue;
    let count = 0;
    for (const sentence of all) if (sentence.stems.has(token.stem)) count++;
    const rare = Math.log(1 + (all.length + 1) / (count + 0.5)) + 0.2;
    weights.set(token.stem, token.capitalised ? rare * 1.3 : rare);
  }
  return weights;
}

/** Raises sentences of passages about a name that a well fitting sentence gives and the question does not. */
function followNames(question: Sentence, ranked: readonly RankedSentence[]): RankedSentence[] {
  const best = [...ranked].sort((a, b) => b.score - a.score || a.order - b.order).slice(0, 4);
  const asked = new Set(question.tokens.map((token) => token.stem));
  const raise = new Map<Passage, number>();
  const passages = [...new Set(ranked.map((item) => item.passage))].filter((passage) => passage.title !== undefined);
  for (const from of best) {
    for (const passage of passages) {
      if (passage === from.passage) continue;
      const title = titleStems(passage);
      if ([...title].every((stem) => asked.has(stem))) continue;
      if (![...title].every((stem) => from.sentence.stems.has(stem))) continue;
      raise.set(passage, Math.max(raise.get(passage) ?? 0, from.score));
    }
  }
  return ranked.map((item) => {
    const bridged = raise.get(item.passage) ?? 0;
    // The opening sentence says what the thing is; it carries the second hop more often than the rest.
    const share = item.index === 0 ? 0.6 : 0.4;
    return bridged === 0 ? item : { ...item, score: item.score + share * bridged, bridged };
  });
}
