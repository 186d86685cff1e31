import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import hotpotqa from "../../examples/hotpotqa/experiment.ts";
import { dataDirectory } from "../../src/data/dataDirectory.ts";
import { readSplits } from "../../src/data/splits.ts";
import { languageModel } from "../../src/models/modelRegistry.ts";
import { pursue } from "../../src/optimize/pursue.ts";
import { parseSettings } from "../../src/optimize/settings.ts";
import type { LocalRewards, RewardComponent } from "../../src/reward/localRewards.ts";
import { type PreferencePair, preferencePairs } from "../../src/reward/preferencePair.ts";
import { randomRewards } from "../../src/reward/randomRewards.ts";
import { MemoryRecorder } from "../../src/run/memoryRecorder.ts";
import { seededRandom } from "../../src/system/random.ts";

/** Preference pairs of some components, made of the rows of a dataset. */
export interface PairTask {
  readonly title: string;
  /** What is preferred to what, and where both come from. */
  readonly pairsAre: string;
  readonly components: readonly RewardComponent[];
  readonly pairs: readonly PreferencePair[];
}

const itemRow = z.object({
  id: z.string(),
  session: z.array(z.string()),
  candidates: z.array(z.string()),
  answer: z.number(),
});
const questionRow = z.object({
  id: z.string(),
  question: z.string(),
  context: z.array(z.string()),
  answer: z.enum(["yes", "no", "maybe"]),
});
const paragraphSchema = z.object({ title: z.string(), sentences: z.array(z.string()) });
const paragraphRow = z.object({
  id: z.string(),
  question: z.string(),
  context: z.array(paragraphSchema),
  supporting_facts: z.array(z.object({ title: z.string() })),
});

/** Rows of both files of a dataset. */
function readRows<T>(folder: string, schema: z.ZodType<T>, most: number): T[] {
  return ["train.jsonl", "validation.jsonl"]
    .flatMap((file) => readFileSync(join(folder, file), "utf8").trimEnd().split("\n"))
    .slice(0, most)
    .map((line) => schema.parse(JSON.parse(line)));
}

/** Items of a session that its text shows: the newest say most. */
const SHOWN_ITEMS = 3;

/** Amazon: the item that a customer looked at next, against the three others that the row names. */
export function nextItems(folder: string, most: number): PairTask {
  const component = { name: "next_item", description: "Names the item that a customer looks at next." };
  const rows = readRows(folder, itemRow, most);
  const pairs = rows.flatMap(({ id, session, candidates, answer }) =>
    preferencePairs(
      component.name,
      id,
      { seen: session.slice(-SHOWN_ITEMS).reverse().join("\n") },
      candidates.map((item, index) => ({ output: { item }, score: index === answer ? 1 : 0 })),
      "all",
    ),
  );
  return {
    title: "Amazon, next item",
    pairsAre: "the item that was looked at next, against each of the row's three others",
    components: [component],
    pairs,
  };
}

/** PubMedQA: the right one of yes, no and maybe, against both others. */
export function answers(folder: string, most: number): PairTask {
  const component = { name: "reader", description: "Answers a question of medicine from an abstract." };
  const pairs = readRows(folder, questionRow, most).flatMap(({ id, question, context, answer }) =>
    preferencePairs(
      component.name,
      id,
      // The end of an abstract has its results, and is what is cut off last.
      { question, abstract: context.toReversed().join(" ") },
      ["yes", "no", "maybe"].map((text) => ({ output: { answer: text }, score: text === answer ? 1 : 0 })),
      "all",
    ),
  );
  return {
    title: "PubMedQA, answer",
    pairsAre: "the right one of yes, no and maybe, against each of the two others",
    components: [component],
    pairs,
  };
}

/** Paragraphs of each kind that a row gives, at most. */
const PARAGRAPHS = { supporting: 2, other: 3 };

/** HotpotQA: paragraphs that the answer stands on, against others that were found for the question. */
export function paragraphs(folder: string, most: number): PairTask {
  const component = { name: "paragraph_finder", description: "Finds a paragraph that helps to answer the question." };
  const chance = seededRandom("paragraphs");
  const rows = readRows(folder, paragraphRow, most);
  const shown = ({ title, sentences }: z.infer<typeof paragraphSchema>) => ({
    paragraph: `${title}: ${sentences.join("")}`,
  });
  const pairs = rows.flatMap(({ id, question, context, supporting_facts: facts }) => {
    const supports = ({ title }: { title: string }) => facts.some((fact) => fact.title === title);
    const of = (wanted: boolean, count: number) =>
      chance
        .derive(id, String(wanted))
        .sample(context, context.length)
        .filter((paragraph) => supports(paragraph) === wanted)
        .slice(0, count);
    const both = [...of(true, PARAGRAPHS.supporting), ...of(false, PARAGRAPHS.other)];
    const candidates = both.map((paragraph) => ({ output: shown(paragraph), score: supports(paragraph) ? 1 : 0 }));
    return preferencePairs(component.name, id, { question }, candidates, "all");
  });
  return {
    title: "HotpotQA, paragraph",
    pairsAre: "a paragraph that the answer stands on, against three others of the row",
    components: [component],
    pairs,
  };
}

/** Rows that the example's system runs on, and system runs that this is given for each. */
const [COLLECTED_INPUTS, RUNS_PER_INPUT] = [150, 25];

/**
 * HotpotQA: what the system of the example gave for the rows, all five components, as stage 1 collects it with the simulated
 * model: outputs of several prompts and options, each scored by the answer's F1.
 */
export async function collected(folder: string, most: number): Promise<PairTask> {
  const signal = new AbortController().signal;
  const inputs = Math.min(most, COLLECTED_INPUTS);
  const settings = parseSettings({
    ...hotpotqa.settings,
    seed: 1,
    budgetRuns: RUNS_PER_INPUT * inputs,
    stageOneShare: 0.9,
    stageOneInputs: inputs,
    validationRows: 10,
  });
  const splits = await readSplits(dataDirectory(folder), { baseDirectory: process.cwd(), signal, seed: 1 });
  await hotpotqa.prepare?.(
    { train: splits.train.examples, validation: splits.validation.examples, test: splits.test?.examples ?? [] },
    signal,
  );
  const model = languageModel("simulated:text");
  const seen: { component: RewardComponent; pairs: readonly PreferencePair[] }[] = [];
  const rewards: LocalRewards = {
    ...randomRewards(1),
    async fit(request, aborted) {
      seen.push({ component: request.component, pairs: request.pairs });
      return randomRewards(1).fit(request, aborted);
    },
  };
  await pursue({
    goal: { kind: "rewards" },
    experiment: hotpotqa,
    experimentPath: "examples/hotpotqa/experiment.ts",
    splits,
    settings,
    model,
    proposer: model,
    rewards,
    recorder: new MemoryRecorder(
      "alignment",
      () => 0,
      () => {},
    ),
    signal,
  });
  return {
    title: "HotpotQA, five components, **simulated model**",
    pairsAre: "outputs that the example's components gave with the simulated model, by the F1 that came of each",
    components: seen.map(({ component }) => component),
    pairs: seen.flatMap(({ pairs }) => pairs),
  };
}

/** The measurements by name: the dataset that each needs, and what makes its pairs of so many rows at most. */
export const tasks: Readonly<
  Record<
    string,
    { readonly dataset: string; readonly pairsOf: (folder: string, most: number) => PairTask | Promise<PairTask> }
  >
> = {
  amazon: { dataset: "amazon", pairsOf: nextItems },
  pubmedqa: { dataset: "pubmedqa", pairsOf: answers },
  hotpotqa: { dataset: "hotpotqa", pairsOf: paragraphs },
  collected: { dataset: "hotpotqa", pairsOf: collected },
};
