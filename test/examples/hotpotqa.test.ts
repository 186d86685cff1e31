import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { encyclopediaRows } from "../../examples/hotpotqa/encyclopedia.ts";
import { paragraphSearch } from "../../examples/hotpotqa/paragraphSearch.ts";
import type { QuestionRow } from "../../examples/hotpotqa/questionRow.ts";
import { questionAnswering } from "../../examples/hotpotqa/system.ts";
import { tokenF1 } from "../../src/data/rewards/tokenF1.ts";
import { ask } from "../models/request.ts";
import { sharedData } from "../sharedData.ts";

interface Prompts {
  readonly rewriter: string;
  readonly extractor: string;
  readonly k: number;
  readonly hints: string;
  readonly answerer: string;
}

const plain: Prompts = {
  rewriter: "Rephrase the question.",
  extractor: "List search keywords.",
  k: 1,
  hints: "Write hints.",
  answerer: "Answer the question.",
};
const good: Prompts = {
  rewriter: "Rephrase it as a clear question. Keep every name exactly as it is written.",
  extractor: "List the named entities and the other specific terms, without filler words.",
  k: 25,
  hints:
    "Copy sentences word for word. Select the sentences that mention the question's terms. Connect the facts. " +
    'Cover every name in the question. Give eight hints. Write each hint as "entity: fact".',
  answerer:
    "Answer with only the name or date. Use the labelled facts. Copy the exact words from the hints. Connect the facts. " +
    "Match the type of answer the question asks for. Answer yes or no when asked. When two things are compared, " +
    "name one of them. Check that the answer is not in the question.",
};

/** Mean token F1 of the five steps with these prompts. */
async function score(rows: readonly QuestionRow[], prompts: Prompts): Promise<number> {
  const search = paragraphSearch();
  search.index(rows);
  let sum = 0;
  for (const { question, answer } of rows) {
    const rewritten_query = await ask(prompts.rewriter, { question }, "rewritten_query");
    const search_keywords = await ask(prompts.extractor, { rewritten_query }, "search_keywords");
    const passages = search.passages(search_keywords, prompts.k);
    const hints = await ask(prompts.hints, { rewritten_query, passages }, "hints");
    sum += tokenF1(await ask(prompts.answerer, { rewritten_query, hints }, "answer"), answer);
  }
  return sum / rows.length;
}

function checkLandscape(rows: () => readonly QuestionRow[], lowest: number, highest: number): void {
  test("plain prompts score low and good ones high", async () => {
    expect(await score(rows(), plain)).toBeLessThan(lowest);
    expect(await score(rows(), good)).toBeGreaterThan(highest);
  });

  test.each(["rewriter", "k", "hints", "answerer"] as const)("the good configuration needs its %s", async (part) => {
    const worse = await score(rows(), { ...good, [part]: plain[part] });
    expect((await score(rows(), good)) - worse).toBeGreaterThan(0.02);
  });

  test("more passages help much more where the hints are selected", async () => {
    const gain = async (prompts: Prompts): Promise<number> =>
      (await score(rows(), prompts)) - (await score(rows(), { ...prompts, k: 1 }));
    const selected = await gain(good);
    expect(selected).toBeGreaterThan(0.1);
    expect(await gain({ ...good, hints: plain.hints })).toBeLessThan(0.6 * selected);
  });
}

describe("on the invented encyclopedia", () => {
  checkLandscape(() => encyclopediaRows().train.slice(0, 160), 0.2, 0.38);
});

const real = sharedData("hotpotqa");
describe.skipIf(real === undefined)("on HotpotQA rows", () => {
  let rows: readonly QuestionRow[] = [];
  beforeAll(() => {
    const text = readFileSync(join(real ?? "", "train.jsonl"), "utf8");
    rows = text
      .trimEnd()
      .split("\n")
      .slice(0, 200)
      .map((line) => JSON.parse(line) as QuestionRow);
  });
  checkLandscape(() => rows, 0.2, 0.3);
});

test("the system is wired as it is described", () => {
  expect(questionAnswering.components.map((component) => component.name)).toEqual([
    "question_rewriter",
    "info_extractor",
    "retriever",
    "hint_generator",
    "answer_generator",
  ]);
});

test("a row without paragraphs is named", () => {
  expect(() => paragraphSearch().index([{ id: "r7", question: "?", answer: "!" }])).toThrow(
    /Row "r7" has no usable "context"/,
  );
});

test("equal paragraphs of several rows are found once", () => {
  const context = [{ title: "Pell", sentences: ["Pell is a town.", " It has a mill."] }];
  const search = paragraphSearch();
  search.index([
    { id: "a", context },
    { id: "b", context },
  ]);
  expect(search.passages("mill", 25)).toBe("Pell | Pell is a town. It has a mill.");
});
