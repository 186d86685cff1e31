import { copyFileSync, existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import * as runtime from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { inProcessRewards, localRewards } from "../../../src/reward/inProcessRewards.ts";
import type { FitProgress, FitRequest, LocalRewards } from "../../../src/reward/localRewards.ts";
import { loadRewards } from "../../../src/reward/rewardFile.ts";
import { readBackbone } from "../../../src/reward/transformer/backbone.ts";
import { readTokenizer } from "../../../src/reward/transformer/textTokens.ts";
import { TrainingMemory } from "../../../src/reward/transformer/trainingMemory.ts";
import { type TransformerLearning, transformerMethod } from "../../../src/reward/transformer/transformerMethod.ts";
import { UserError } from "../../../src/system/userError.ts";
import { scratchFolder } from "../../data/scratchFolder.ts";
import { sharedFixtures } from "../../sharedData.ts";
import { describeLocalRewards, itemsOf } from "../localRewardsContract.ts";
import { orderPairs } from "./orderPairs.ts";

const never = new AbortController().signal;
const folder = sharedFixtures("onnx");
const component = (name: string) => ({ name, description: "Writes." });
const fitOf = (name: string, examples: number, changes: Partial<FitRequest> = {}): FitRequest => ({
  component: component(name),
  pairs: orderPairs(name, examples),
  stage: "converge",
  gapWeights: false,
  seed: 5,
  ...changes,
});

if (folder !== undefined) {
  const rewardsOn = async (learning: Partial<TransformerLearning> = {}): Promise<LocalRewards> => {
    const model = scratchFolder({});
    copyFileSync(join(folder, "tokenizer-encoder.json"), join(model, "tokenizer.json"));
    const backbone = await readBackbone(runtime, join(folder, "encoder-dynamo.onnx"));
    const reading = { name: "tiny", tokenizer: readTokenizer(model, 64), pooling: "mean", threads: 1 } as const;
    const lora = { rank: 8, alpha: 16, targets: "all-linear" } as const;
    const given = { lora, online: "adapter", memory: new TrainingMemory(null), checkpoints: undefined } as const;
    return localRewards(await transformerMethod({ runtime, backbone, reading }, { ...given, ...learning }));
  };
  const items = itemsOf(orderPairs("writer", 12));

  describeLocalRewards(
    "on a transformer",
    () => rewardsOn(),
    () => rewardsOn(),
  );

  describe("an adapter that all components share", () => {
    test("learns what neither heads nor words can tell", async () => {
      const request = fitOf("writer", 200);
      const lexical = await inProcessRewards().fit(request, never);
      const progress: FitProgress[] = [];
      const rewards = await rewardsOn();
      const report = await rewards.fit(request, never, (one) => progress.push(one));
      expect(lexical.alignment).toBeLessThan(0.7);
      expect(report.alignment).toBeGreaterThan(0.85);
      // What is said on the way is of pairs that are not trained on.
      const last = progress.at(-1);
      expect(last?.alignment).toBeGreaterThan(0.85);
      expect(last?.step).toBe(last?.steps);
      const fresh = orderPairs("fresh", 100);
      const scores = await rewards.score(component("writer"), itemsOf(fresh), never);
      const right = fresh.filter((_, pair) => (scores[2 * pair] ?? 0) > (scores[2 * pair + 1] ?? 0));
      expect(right.length).toBeGreaterThan(80);
    });

    test("is measured on a fifth of the examples alone, which train it in no component", async () => {
      const rewards = await rewardsOn();
      const file = join(scratchFolder({}), "rewards.json");
      expect((await rewards.fit(fitOf("writer", 120), never)).heldOut).toBe(24);
      await rewards.fit(fitOf("checker", 120), never);
      await rewards.save(file);
      const { heads } = await loadRewards(file, "tiny");
      expect(heads.get("checker")?.folds).toEqual(heads.get("writer")?.folds);
    });

    test("does not depend on the order of pairs nor on repeats among them", async () => {
      const request = fitOf("writer", 120);
      const [one, other] = [await rewardsOn(), await rewardsOn()];
      await one.fit(request, never);
      await other.fit({ ...request, pairs: [...request.pairs.toReversed(), ...request.pairs.slice(0, 9)] }, never);
      const scores = await one.score(component("writer"), items, never);
      expect(await other.score(component("writer"), items, never)).toEqual(scores);
    });

    test("stands still where too little is held out to tell what it is worth", async () => {
      const rewards = await rewardsOn();
      const file = join(scratchFolder({}), "rewards.json");
      // Few pairs, and many pairs of few examples.
      const few = fitOf("writer", 40);
      const alike = orderPairs("writer", 120).map((pair, index) => ({ ...pair, exampleId: `example ${index % 10}` }));
      for (const request of [few, { ...few, pairs: alike }]) {
        expect((await rewards.fit(request, never)).heldOut).toBe(request.pairs.length);
        await rewards.save(file);
        expect((await loadRewards(file, "tiny")).adapter).toBeUndefined();
      }
    });

    test("moves in iterations as is set: with the head, or not at all", async () => {
      for (const online of ["adapter", "head"] as const) {
        const rewards = await rewardsOn({ online });
        const file = join(scratchFolder({}), "rewards.json");
        const adapter = async () => {
          await rewards.save(file);
          return (await loadRewards(file, "tiny")).adapter;
        };
        await rewards.fit(fitOf("writer", 120), never);
        const before = await adapter();
        expect(before).toBeDefined();
        await rewards.fit(fitOf("writer", 140, { stage: "adapt" }), never);
        if (online === "head") expect(await adapter()).toEqual(before);
      }
    });

    test("leaves other components' rewards as good as they were", async () => {
      const rewards = await rewardsOn();
      await rewards.fit(fitOf("writer", 150), never);
      const backwards = orderPairs("checker", 150).map((pair) => ({
        ...pair,
        chosen: { ...pair.rejected, score: 1 },
        rejected: { ...pair.chosen, score: 0 },
      }));
      const checker = await rewards.fit(fitOf("checker", 150, { pairs: backwards }), never);
      expect(checker.alignment).toBeGreaterThan(0.8);
      const fresh = orderPairs("fresh", 100);
      const scores = await rewards.score(component("writer"), itemsOf(fresh), never);
      const right = fresh.filter((_, pair) => (scores[2 * pair] ?? 0) > (scores[2 * pair + 1] ?? 0));
      expect(right.length).toBeGreaterThan(75);
    });

    test("is saved and loaded to the bit, with all that the next fit goes on from", async () => {
      const [one, other] = [await rewardsOn(), await rewardsOn()];
      const file = join(scratchFolder({}), "rewards.json");
      await one.fit(fitOf("writer", 120), never);
      await one.save(file);
      await other.load(file);
      expect(await other.score(component("writer"), items, never)).toEqual(
        await one.score(component("writer"), items, never),
      );
      const next = fitOf("checker", 120);
      expect(await other.fit(next, never)).toEqual(await one.fit(next, never));
      expect(await other.score(component("writer"), items, never)).toEqual(
        await one.score(component("writer"), items, never),
      );
    });

    test("ends between two micro-batches when it is stopped, and changes nothing", async () => {
      const rewards = await rewardsOn();
      await rewards.fit(fitOf("writer", 40), never);
      const before = await rewards.score(component("writer"), items, never);
      const controller = new AbortController();
      const steps: FitProgress[] = [];
      const fit = rewards.fit(fitOf("writer", 120), controller.signal, (one) => {
        steps.push(one);
        if (steps.length === 3) controller.abort(new Error("enough"));
      });
      await expect(fit).rejects.toThrow("enough");
      expect(steps).toHaveLength(3);
      expect(await rewards.score(component("writer"), items, never)).toEqual(before);
    });

    test("goes on in the midst of an epoch after a stop, and comes to the same values", async () => {
      const undisturbed = await rewardsOn();
      const request = fitOf("writer", 120);
      const told: FitProgress[] = [];
      await undisturbed.fit(request, never, (one) => told.push(one));
      const checkpoints = join(scratchFolder({}), "trainer");
      // Time flies, more quickly all the while: every step is written.
      let now = 1_000;
      const clock = { now: () => (now *= 100), after: () => () => undefined };
      const stopped = await rewardsOn({ checkpoints, clock });
      const controller = new AbortController();
      let count = 0;
      await expect(
        stopped.fit(request, controller.signal, () => ++count === 13 && controller.abort(new Error("killed"))),
      ).rejects.toThrow("killed");
      expect(readdirSync(checkpoints)).toEqual(["adapter-fit.safetensors"]);
      const again = await rewardsOn({ checkpoints, clock });
      const toldAgain: FitProgress[] = [];
      await again.fit(request, never, (one) => toldAgain.push(one));
      expect(toldAgain).toEqual(told.slice(told.length - toldAgain.length));
      expect(told.length - toldAgain.length).toBeGreaterThan(8);
      expect(told[told.length - toldAgain.length]?.step).toBeGreaterThan(1);
      expect(await again.score(component("writer"), items, never)).toEqual(
        await undisturbed.score(component("writer"), items, never),
      );
      expect(existsSync(join(checkpoints, "adapter-fit.safetensors"))).toBe(false);
      // A file of another fit is of no use to this one.
      await expect(stopped.fit(fitOf("writer", 119), controller.signal, () => undefined)).rejects.toThrow("killed");
    });

    test("is trained to its end where a disk takes nothing of what it comes to", async () => {
      const checkpoints = join(scratchFolder({ file: "no folder" }), "file", "trainer");
      let now = 1_000;
      const clock = { now: () => (now *= 100), after: () => () => undefined };
      const request = fitOf("writer", 120);
      const report = await (await rewardsOn({ checkpoints, clock })).fit(request, never);
      expect(report).toEqual(await (await rewardsOn()).fit(request, never));
    });

    test("is refused with what to do where it would need more memory than is allowed", async () => {
      const memory = new TrainingMemory(100, { held: () => 99.9 * 2 ** 20, available: () => 2 ** 40, total: 2 ** 40 });
      const rewards = await rewardsOn({ memory });
      const fit = rewards.fit(fitOf("writer", 120), never);
      await expect(fit).rejects.toThrow(UserError);
      await expect(fit).rejects.toThrow(
        /needs about \d+ MiB, and the trainer holds 100 of 100 MiB that `rewards.memoryMb` allows\. Raise/,
      );
    });
  });
}
