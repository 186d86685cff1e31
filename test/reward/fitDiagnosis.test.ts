import { describe, expect, it } from "vitest";
import { differences } from "../../src/reward/differences.ts";
import type { Encoder, Features } from "../../src/reward/encoder.ts";
import { emptyLayout, extendLayout } from "../../src/reward/featureLayout.ts";
import { mistakesKept, mistakesOfExample, perturbedOutput } from "../../src/reward/fitDiagnosis.ts";
import { fitHead } from "../../src/reward/headFit.ts";
import { lexicalEncoder } from "../../src/reward/lexicalEncoder.ts";
import type { FitRequest } from "../../src/reward/localRewards.ts";
import type { PreferencePair } from "../../src/reward/preferencePair.ts";
import { seededRandom } from "../../src/system/random.ts";
import { fitOf, never } from "./localRewardsContract.ts";
import { taskPairs } from "./preferenceTasks.ts";

const encoder = lexicalEncoder();

async function diagnosed(pairs: readonly PreferencePair[], changes: Partial<FitRequest> = {}) {
  const request = fitOf(pairs, { gapWeights: false, diagnose: true, ...changes });
  const { report } = await fitHead(encoder, undefined, request, never);
  const { diagnosis } = report;
  if (diagnosis === undefined) throw new Error("no diagnosis");
  return { report, diagnosis };
}

describe("what a fit says of itself", () => {
  const pairs = taskPairs("overlap with input", 30, seededRandom("diagnosed"), 0.05);

  it("is nothing that was not asked for, and changes nothing", async () => {
    const [plain, asked] = await Promise.all(
      [false, true].map((diagnose) =>
        fitHead(encoder, undefined, fitOf(pairs, { gapWeights: false, diagnose }), never),
      ),
    );
    expect(plain?.report).not.toHaveProperty("diagnosis");
    const { diagnosis: _, ...rest } = asked?.report ?? {};
    expect(rest).toEqual(plain?.report);
    expect(asked?.head.weights).toEqual(plain?.head.weights);
  });

  it("agrees with its alignment: as many wrong pairs, the same share in all bins", async () => {
    const { report, diagnosis } = await diagnosed(pairs);
    const { alignment = 0, heldOut } = report;
    expect(diagnosis.wrong).toBe(Math.round((1 - alignment) * heldOut));
    const right = diagnosis.calibration.reduce((sum, bin) => sum + bin.pairs * bin.right, 0);
    expect(right / heldOut).toBeCloseTo(alignment, 9);
    expect(diagnosis.examples).toBe(30);
    expect(diagnosis.effectivePairs).toBeLessThanOrEqual(heldOut);
    expect(diagnosis.brier).toBeGreaterThan(0.05);
    expect(diagnosis.brier).toBeLessThan(0.25);
  });

  it("has the losses of every epoch that was tried, those in use among them", async () => {
    const { report, diagnosis } = await diagnosed(pairs);
    const { trainLosses, heldOutLosses } = diagnosis;
    expect(trainLosses.slice(0, report.epochs)).toEqual(report.losses);
    expect(heldOutLosses).toHaveLength(trainLosses.length);
    expect(diagnosis.coinLoss).toBeCloseTo(Math.LN2, 12);
    const weighted = (await diagnosed(pairs, { gapWeights: true })).diagnosis.coinLoss;
    expect(weighted).toBeLessThan(Math.LN2);
    expect(weighted).toBeGreaterThan(0);
    expect(Math.min(...heldOutLosses)).toBeCloseTo(heldOutLosses[report.epochs - 1] ?? 0, 9);
  });

  it("lists wrong pairs by their places in the request, the most certain first, few of one example", async () => {
    const { diagnosis } = await diagnosed(pairs);
    const { mistakes } = diagnosis;
    expect(mistakes.length).toBeGreaterThan(3);
    expect(mistakes.length).toBeLessThanOrEqual(mistakesKept);
    expect(mistakes.map(({ margin }) => margin)).toEqual(mistakes.map(({ margin }) => margin).sort((a, b) => a - b));
    const examples = mistakes.map(({ pair }) => pairs[pair]?.exampleId);
    expect(examples.every((id) => examples.filter((other) => other === id).length <= mistakesOfExample)).toBe(true);
    const shuffled = seededRandom("order").shuffle(pairs);
    const again = (await diagnosed(shuffled)).diagnosis.mistakes;
    expect(again.map(({ pair }) => shuffled[pair])).toEqual(mistakes.map(({ pair }) => pairs[pair]));
  });

  it("shows what was learnt: echoing the input pays where overlap with it does, leaving its terms out costs", async () => {
    const { effects } = (await diagnosed(pairs)).diagnosis;
    const of = (change: string) => effects.find((effect) => effect.change === change && effect.strength === 0.5);
    expect(of("echoing")?.mean).toBeGreaterThan(0.5);
    expect(of("without input terms")?.mean).toBeLessThan(-0.5);
    expect(of("without input terms")?.lower).toBe(of("without input terms")?.outputs);
    expect(Math.abs(of("reordered")?.mean ?? 9)).toBeLessThan(0.6);
    const short = (await diagnosed(taskPairs("short answers", 30, seededRandom("short")))).diagnosis.effects;
    const ofShort = (change: string) => short.find((effect) => effect.change === change && effect.strength === 0.5);
    expect(ofShort("shorter")?.mean).toBeGreaterThan(0.5);
    expect(ofShort("longer")?.mean).toBeLessThan(-0.2);
  });

  it("names an output of each change, which can be changed so again", async () => {
    const { effects } = (await diagnosed(pairs)).diagnosis;
    for (const { change, strength, example, mean, deviation, outputs } of effects) {
      const pair = pairs[example.pair];
      if (pair === undefined) throw new Error("no such pair");
      expect(perturbedOutput(pair, change, strength, 7)).not.toEqual(pair.chosen.output);
      expect(Math.abs(example.difference)).toBeGreaterThanOrEqual(Math.abs(mean) - 1e-9);
      expect(Number.isFinite(deviation) && outputs > 0).toBe(true);
    }
  });

  it("is told also of a single example, as far as it goes", async () => {
    const { diagnosis } = await diagnosed(taskPairs("short answers", 1, seededRandom("one")));
    expect(diagnosis).toMatchObject({ examples: 1, effectivePairs: 0, wrong: 0, calibration: [], mistakes: [] });
    expect(diagnosis.heldOutLosses).toEqual([]);
    expect(diagnosis.brier).toBeUndefined();
  });

  it("changes few outputs where these are long, and the short ones among long ones", async () => {
    const lengthened = (given: readonly PreferencePair[], isLong: (example: string) => boolean) =>
      given.map((pair) => {
        const longer = (side: PreferencePair["chosen"]) => ({
          ...side,
          output: { text: `${String(side.output.text)} `.repeat(60) },
        });
        return isLong(pair.exampleId)
          ? { ...pair, chosen: longer(pair.chosen), rejected: longer(pair.rejected) }
          : pair;
      });
    const outputs = async (given: readonly PreferencePair[]) =>
      Math.max(0, ...(await diagnosed(given)).diagnosis.effects.map((effect) => effect.outputs));
    const ids = [...new Set(pairs.map(({ exampleId }) => exampleId))];
    const few = pairs.filter(({ exampleId }) => ids.indexOf(exampleId) < 20);
    const plain = await outputs(few);
    expect(plain).toBeGreaterThanOrEqual(3);
    expect(await outputs(lengthened(few, () => true))).toBeLessThan(plain);
    const mixed = lengthened(few, (id) => ids.indexOf(id) % 2 === 0);
    const { effects } = (await diagnosed(mixed)).diagnosis;
    expect(Math.max(...effects.map((effect) => effect.outputs))).toBeGreaterThanOrEqual(3);
    for (const { example } of effects) expect(ids.indexOf(mixed[example.pair]?.exampleId ?? "") % 2).toBe(1);
  });

  it.each([1, 2, 3, 5, 8, 16, 40, 120])(
    "of %i examples has the encoder read a twentieth of the fit's work at most",
    async (examples) => {
      for (const times of [1, 12]) {
        const given = taskPairs("overlap with input", examples, seededRandom(`cost ${examples}`), 0.05).map((pair) => {
          const longer = (side: PreferencePair["chosen"]) => ({
            ...side,
            output: { text: `${String(side.output.text)} `.repeat(times) },
          });
          return { ...pair, chosen: longer(pair.chosen), rejected: longer(pair.rejected) };
        });
        const [plain, asked] = await Promise.all([false, true].map((diagnose) => workOf(given, diagnose)));
        if (plain === undefined || asked === undefined) throw new Error("not fitted");
        expect(2 * (asked.read - plain.read)).toBeLessThanOrEqual(0.05 * (plain.read + 0.3 * plain.learntFrom));
        if (examples === 40 && times === 1) expect(asked.read - plain.read).toBeGreaterThan(0);
      }
    },
  );
});

/** Characters that a fit has the encoder read, and differences that its epochs learn from. */
async function workOf(pairs: readonly PreferencePair[], diagnose: boolean) {
  let read = 0;
  const encoded = new Map<string, Features>();
  const counting: Encoder = {
    ...encoder,
    encode: async (items, signal, component) => {
      const features = await encoder.encode(items, signal, component);
      const inputs = new Set(items.map(({ input }) => JSON.stringify(input)));
      for (const text of [...inputs, ...items.map(({ output }) => JSON.stringify(output))]) read += text.length;
      items.forEach(({ input, output }, index) => {
        const [one] = features.slice(index);
        if (one !== undefined) encoded.set(JSON.stringify([input, output]), one);
      });
      return features;
    },
  };
  let epochs = 0;
  await fitHead(counting, undefined, fitOf(pairs, { gapWeights: false, diagnose }), never, () => epochs++);
  const featuresOf = (pair: PreferencePair, side: "chosen" | "rejected"): Features => {
    const features = encoded.get(JSON.stringify([pair.input, pair[side].output]));
    if (features === undefined) throw new Error("an output was not read");
    return features;
  };
  const sides = pairs.map((pair) => ({
    exampleId: pair.exampleId,
    chosen: featuresOf(pair, "chosen"),
    rejected: featuresOf(pair, "rejected"),
  }));
  const { indices } = differences(extendLayout(emptyLayout, sides), sides, 1);
  return { read, learntFrom: indices.length * epochs };
}
