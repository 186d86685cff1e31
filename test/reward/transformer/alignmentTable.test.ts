import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { encodeModel } from "../../../src/onnx/proto.ts";
import type { PreferencePair } from "../../../src/reward/preferencePair.ts";
import { seededRandom } from "../../../src/system/random.ts";
import {
  adaptersOn,
  alignmentOf,
  backbones,
  gainOf,
  measure,
  rewardShares,
  smallTransformer,
  tableOf,
} from "../../bench/alignmentTable.ts";
import { tasks } from "../../bench/realPairs.ts";
import { scratchFolder } from "../../data/scratchFolder.ts";
import { randomBert } from "./randomBert.ts";
import { vocabularySize, wordTokenizerJson } from "./wordTokenizer.ts";

const small = smallTransformer({ layers: 1, width: 8, length: 32, passes: 1 }, 1);
const parts = { parts: 2, seed: 1 };
const lines = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).join("\n");
const animals = "otter heron lynx adder finch newt".split(" ");

/** Made-up rows in the form of each dataset. */
const datasets: Readonly<Record<string, (row: number) => object>> = {
  amazon: (row) => ({
    id: `item-${row}`,
    session: [`toy ${animals[row % 6]}`, `book of the ${animals[row % 6]}`],
    candidates: [0, 1, 2, 3].map((at) => `${at === row % 4 ? animals[row % 6] : "plain"} lamp ${at}`),
    answer: row % 4,
  }),
  pubmedqa: (row) => ({
    id: `question-${row}`,
    question: `Does the ${animals[row % 6]} sleep?`,
    context: ["It was watched.", row % 2 === 0 ? "It slept." : "It ran."],
    answer: row % 2 === 0 ? "yes" : "no",
  }),
  hotpotqa: (row) => ({
    id: `hop-${row}`,
    question: `Where does the ${animals[row % 6]} live in year ${1900 + row}?`,
    answer: "by the river",
    type: "bridge",
    level: "hard",
    context: animals.map((title) => ({
      title,
      sentences: [`The ${title} lives by the river.`, ` A ${title} is shy.`],
    })),
    supporting_facts: [{ title: animals[row % 6], sentence: 0 }],
  }),
};

describe("the table of alignment on real rows", () => {
  test("has each dataset's pairs, each pair ranked by rewards that have not seen its row", async () => {
    for (const [name, { dataset, pairsOf }] of Object.entries(tasks)) {
      const rowOf = datasets[dataset];
      if (rowOf === undefined) throw new Error(`no rows of ${dataset}`);
      const rows = Array.from({ length: 12 }, (_, row) => rowOf(row));
      const folder = join(
        scratchFolder({ "d/train.jsonl": lines(rows), "d/validation.jsonl": lines([rowOf(12), rowOf(13)]) }),
        "d",
      );
      const task = await pairsOf(folder, 14);
      expect(task.pairs.length, name).toBeGreaterThan(10);
      for (const { chosen, rejected } of task.pairs) expect(chosen.score).toBeGreaterThan(rejected.score);
      const margins = await measure(task, parts, small);
      for (const backbone of backbones) {
        expect(margins[backbone], `${name} ${backbone}`).toHaveLength(task.pairs.length);
        expect(margins[backbone].every(Number.isFinite), `${name} ${backbone}`).toBe(true);
      }
      const table = tableOf([[task, margins]]);
      expect(table.split("\n")).toHaveLength(3);
      expect(table).toContain(`| ${task.pairs.length} |`);
      if (name === "collected") expect(table).toContain("simulated model");
    }
  });

  test("takes the transformer of a folder, too, with adapters as runs train them", async () => {
    const { pairsOf } = tasks.pubmedqa ?? {};
    const rows = Array.from({ length: 40 }, (_, row) => JSON.stringify(datasets.pubmedqa?.(row)));
    const words = ["yes", "no", "maybe", "slept", "ran", ...animals];
    const sizes = { layers: 1, width: 8, heads: 2, feedForward: 8, places: 48, spread: 0.2 };
    const model = randomBert({ ...sizes, vocabulary: vocabularySize(words), random: seededRandom("folder") });
    const folder = scratchFolder({
      "train.jsonl": rows.slice(1).join("\n"),
      "validation.jsonl": rows[0] ?? "",
      "tokenizer.json": JSON.stringify(wordTokenizerJson(words)),
      "model.onnx": encodeModel(model),
    });
    const task = await pairsOf?.(folder, 40);
    if (task === undefined) throw new Error("there is no such task");
    const margins = await measure(task, parts, adaptersOn(folder, 48, 1));
    for (const backbone of backbones) expect(margins[backbone].every(Number.isFinite), backbone).toBe(true);
    expect(alignmentOf(task.pairs, margins.transformer).share).toBeGreaterThan(0.5);
  });

  test("bounds alignment by rows, for the pairs of one row tell little more than one", () => {
    const pairs = Array.from({ length: 40 }, (_, at) => pairOf(`row ${at >> 2}`));
    const margins = pairs.map((_, at) => (at < 32 ? 1 : -1));
    const { share, low, high, rows } = alignmentOf(pairs, margins);
    expect({ share, rows }).toEqual({ share: 0.8, rows: 10 });
    // Wilson's interval of 8 of 10, not of 32 of 40.
    expect(low).toBeCloseTo(0.49, 1);
    expect(high).toBeCloseTo(0.94, 1);
    const gain = gainOf(
      pairs,
      margins.map((margin) => -margin),
      margins,
      seededRandom("gain"),
    );
    expect(gain.gain).toBeCloseTo(0.6, 9);
    expect(gain.low).toBeLessThan(0.4);
    expect(gain.high).toBeGreaterThan(0.75);
  });

  test("sums rewards by what each is worth on pairs that neither has learned from", () => {
    const random = seededRandom("shares");
    const [truth, noise] = [0, 1].map((one) =>
      Array.from({ length: 400 }, () => random.normal() + (one === 0 ? 1 : 0)),
    );
    const [first, second] = rewardShares(noise as number[], truth as number[]);
    expect(Math.abs(first)).toBeLessThan(0.2 * second);
    const [only, none] = rewardShares(truth as number[], noise as number[]);
    expect(Math.abs(none)).toBeLessThan(0.2 * only);
  });
});

function pairOf(exampleId: string): PreferencePair {
  const output = (text: string, score: number) => ({ output: { text }, score });
  return { component: "writer", exampleId, input: {}, chosen: output("a", 1), rejected: output("b", 0) };
}
