import { seededRandom } from "optimas";
import { type Article, writeArticles } from "./encyclopedia/articles.ts";
import { inventQuestions, type MultiHopQuestion } from "./encyclopedia/questions.ts";
import { inventWorld } from "./encyclopedia/world.ts";
import type { QuestionRow } from "./questionRow.ts";

export interface Splits {
  readonly train: readonly QuestionRow[];
  readonly validation: readonly QuestionRow[];
  readonly test: readonly QuestionRow[];
}

/**
 * A small invented encyclopedia with multi-hop questions, in HotpotQA's fields: over 400 paragraphs, 400 questions, none
 * of it from anywhere. Equal seeds give equal rows.
 */
export function encyclopediaRows(seed = "encyclopedia"): Splits {
  const world = inventWorld(`${seed}/world`);
  const articles = writeArticles(world, `${seed}/articles`);
  const questions = inventQuestions(world, articles, `${seed}/questions`, 400);
  const random = seededRandom(`${seed}/contexts`);
  const all = [...articles.values()];
  const rows = questions.map((question, at): QuestionRow => {
    const titles = [...new Set(question.facts.map(([title]) => title))];
    const gold = titles.flatMap((title) => articles.get(title) ?? []);
    return {
      id: `encyclopedia-${String(at + 1).padStart(4, "0")}`,
      question: question.question,
      answer: question.answer,
      type: question.type,
      level: "hard",
      context: random
        .shuffle([...gold, ...distractors(gold, all, 10 - gold.length, random)])
        .map(({ title, sentences }) => ({ title, sentences })),
      supporting_facts: supportingFacts(question, articles),
    };
  });
  return { train: rows.slice(0, 240), validation: rows.slice(240, 320), test: rows.slice(320) };
}

function supportingFacts(
  question: MultiHopQuestion,
  articles: ReadonlyMap<string, Article>,
): QuestionRow["supporting_facts"] {
  return question.facts.map(([title, fact]) => ({ title, sentence: articles.get(title)?.facts[fact] ?? 0 }));
}

/** Articles of the same kinds first: they are the ones that mislead. */
function distractors(
  gold: readonly Article[],
  all: readonly Article[],
  count: number,
  random: ReturnType<typeof seededRandom>,
): Article[] {
  const kinds = new Set(gold.map((article) => article.kind));
  const others = random.shuffle(all.filter((article) => !gold.includes(article)));
  const alike = others.filter((article) => kinds.has(article.kind));
  return [...alike.slice(0, count - 2), ...others.filter((article) => !kinds.has(article.kind))].slice(0, count);
}
