import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { emptyHead, foldCount, type Head } from "../../src/reward/head.ts";
import type { FitRequest } from "../../src/reward/localRewards.ts";
import { loadRewards, savedOrigin, saveRewards } from "../../src/reward/rewardFile.ts";
import { UserError } from "../../src/system/userError.ts";

let folder = "";
let file = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "optimas-heads-"));
  file = join(folder, "heads.json");
});
afterAll(() => rm(folder, { recursive: true }));

const weights = { dense: Float32Array.of(0.1, -2, 3e-20), buckets: Float32Array.of(5) };
const head: Head = {
  layout: {
    blocks: [
      { name: "output", size: 2 },
      { name: "option.k", size: 1 },
    ],
    scales: Float32Array.of(1, 0.25, 7),
    buckets: Uint32Array.of(131071),
  },
  weights,
  foldWeights: Array.from({ length: foldCount }, () => weights),
  folds: new Map([
    ["example 1", 0],
    ["__proto__", 4],
  ]),
  bias: -0.1,
};

it("restores every number of every head to the bit", async () => {
  const heads = new Map([
    ["answerer", head],
    ["empty", emptyHead],
  ]);
  await saveRewards(file, "lexical-1", { heads });
  expect((await loadRewards(file, "lexical-1")).heads).toEqual(heads);
});

it("names the commit of the hub that its backbone came from, and none where it came from elsewhere", async () => {
  const origin = { repository: "acme/small", commit: "1f".repeat(20), asked: ["main"] };
  await saveRewards(file, "transformer-1", { heads: new Map(), origin });
  expect(await savedOrigin(file)).toEqual(origin);
  await loadRewards(file, "transformer-1");
  await saveRewards(file, "lexical-1", { heads: new Map() });
  expect(await savedOrigin(file)).toBeUndefined();
});

it("refuses a file of another backbone, naming both", async () => {
  await saveRewards(file, "lexical-1", { heads: new Map() });
  await expect(loadRewards(file, "transformer-1")).rejects.toThrow(/"lexical-1", in use is "transformer-1"/);
});

it.each([
  ["weights that are too few", '"weights":{"dense":"', '"weights":{"dense":"","ignored":"', /ignored/],
  ["a number of features that does not match", '"size":2', '"size":3', /"answerer": 3 scales for 4 features/],
  ["a fold that does not exist", '["example 1",0]', '["example 1",9]', /folds/],
  ["a bias that is no number", '"bias":-0.1', '"bias":null', /bias/],
  ["text that is no base64", '"scales":"', '"scales":"!', /scales/],
])("refuses %s as damage, saying where", async (_name, from, to, message) => {
  await saveRewards(file, "lexical-1", { heads: new Map([["answerer", head]]) });
  const text = await readFile(file, "utf8");
  expect(text).toContain(from);
  await writeFile(file, text.replace(from, to));
  const error = await loadRewards(file, "lexical-1").catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UserError);
  expect((error as Error).message).toMatch(/heads\.json is damaged/);
  expect((error as Error).message).toMatch(message);
});

it("refuses weights that are not finite", async () => {
  const broken = { ...head, weights: { dense: Float32Array.of(0, Number.NaN, 0), buckets: Float32Array.of(0) } };
  await saveRewards(file, "lexical-1", { heads: new Map([["answerer", broken]]) });
  await expect(loadRewards(file, "lexical-1")).rejects.toThrow(/a weight is not a finite number/);
});

it("restores an adapter to the bit, and what the heads were fitted on", async () => {
  const values = new Map([
    ["layer.0.lora_A.weight", Float32Array.of(1e-20, -3)],
    ["layer.0.lora_B.weight", Float32Array.of(0.1)],
  ]);
  const adapter = { settings: { rank: 1, alpha: 16, targets: ["query"] }, values };
  const fit: FitRequest = {
    component: { name: "answerer", description: "Answers." },
    pairs: [
      {
        component: "answerer",
        exampleId: "one",
        input: { question: "why" },
        chosen: { output: { answer: "so" }, score: 1 },
        rejected: { output: { answer: "no" }, options: { k: 3 }, score: 0.5 },
      },
    ],
    stage: "converge",
    gapWeights: false,
    seed: 3,
  };
  const saved = { heads: new Map([["answerer", head]]), adapter, fits: new Map([["answerer", fit]]) };
  await saveRewards(file, "small-1", saved);
  expect(await loadRewards(file, "small-1")).toEqual(saved);
});

it("writes what has no adapter in the form that earlier programs read", async () => {
  await saveRewards(file, "lexical-1", { heads: new Map([["answerer", head]]) });
  expect(JSON.parse(await readFile(file, "utf8"))).toMatchObject({ version: 1 });
});
