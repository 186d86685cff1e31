import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { emptyHead, foldCount, type Head } from "../../src/reward/head.ts";
import { loadHeads, saveHeads } from "../../src/reward/rewardFile.ts";
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
  await saveHeads(file, "lexical-1", heads);
  expect(await loadHeads(file, "lexical-1")).toEqual(heads);
});

it("refuses a file of another backbone, naming both", async () => {
  await saveHeads(file, "lexical-1", new Map());
  await expect(loadHeads(file, "transformer-1")).rejects.toThrow(/"lexical-1", in use is "transformer-1"/);
});

it.each([
  ["weights that are too few", '"weights":{"dense":"', '"weights":{"dense":"","ignored":"', /ignored/],
  ["a number of features that does not match", '"size":2', '"size":3', /"answerer": 3 scales for 4 features/],
  ["a fold that does not exist", '["example 1",0]', '["example 1",9]', /folds/],
  ["a bias that is no number", '"bias":-0.1', '"bias":null', /bias/],
  ["text that is no base64", '"scales":"', '"scales":"!', /scales/],
])("refuses %s as damage, saying where", async (_name, from, to, message) => {
  await saveHeads(file, "lexical-1", new Map([["answerer", head]]));
  const text = await readFile(file, "utf8");
  expect(text).toContain(from);
  await writeFile(file, text.replace(from, to));
  const error = await loadHeads(file, "lexical-1").catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UserError);
  expect((error as Error).message).toMatch(/heads\.json is damaged/);
  expect((error as Error).message).toMatch(message);
});

it("refuses weights that are not finite", async () => {
  const broken = { ...head, weights: { dense: Float32Array.of(0, Number.NaN, 0), buckets: Float32Array.of(0) } };
  await saveHeads(file, "lexical-1", new Map([["answerer", broken]]));
  await expect(loadHeads(file, "lexical-1")).rejects.toThrow(/a weight is not a finite number/);
});
