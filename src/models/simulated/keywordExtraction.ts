import type { Behaviour } from "./behaviour.ts";
import { firstSentence, nameSpans } from "./rewriting.ts";

const relatedWords: Readonly<Record<string, string>> = {
  older: "born",
  younger: "born",
  film: "movie",
  movie: "film",
  band: "group",
  founder: "founded",
  author: "writer",
  wrote: "author",
  city: "town",
  actor: "starring",
  singer: "vocalist",
  nationality: "citizen",
};

const broadTopics = ["history", "biography", "people", "culture", "overview"];

/** Search words for a question. By default all of its words. */
export function extractKeywords(text: string, behaviour: Behaviour): string {
  const sentence = firstSentence(text.replace(/\(expected answer:[^)]*\)/gi, ""));
  const names = nameSpans(sentence);
  const nameTexts = names.map((span) => span.text);
  const outside = sentence.tokens.filter((_, at) => names.every((span) => at < span.from || at >= span.to));
  const content = outside.filter((token) => !token.common).map((token) => token.text);
  const chosen = {
    whole: () => sentence.tokens.map((token) => token.text),
    content: () => sentence.tokens.filter((token) => !token.common).map((token) => token.text),
    names: () => (nameTexts.length > 0 ? nameTexts : content),
    both: () => [...nameTexts, ...content],
  }[behaviour.keywords]();
  const kept = chosen.slice(0, behaviour.keywordCount);
  if (behaviour.related) kept.push(...outside.flatMap((token) => relatedWords[token.text.toLowerCase()] ?? []));
  if (behaviour.broaden) kept.push(...broadTopics);
  return behaviour.keywords === "whole" ? kept.join(" ") : [...kept].join(", ");
}
