import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { inProcessRewards } from "../../src/reward/inProcessRewards.ts";
import type { FitProgress, FitRequest, LocalRewards } from "../../src/reward/localRewards.ts";
import type { PreferencePair } from "../../src/reward/preferencePair.ts";
import { seededRandom } from "../../src/system/random.ts";
import { UserError } from "../../src/system/userError.ts";
import { taskPairs } from "./preferenceTasks.ts";

export const component = { name: "answerer", description: "Answers the question." };
export const never: AbortSignal = new AbortController().signal;

export function fitOf(pairs: readonly PreferencePair[], changes: Partial<FitRequest> = {}): FitRequest {
  return { component, pairs, stage: "converge", gapWeights: true, seed: 7, ...changes };
}

export function itemsOf(pairs: readonly PreferencePair[]) {
  return pairs.flatMap(({ input, chosen, rejected }) =>
    [chosen, rejected].map(({ output, options }) => ({ input, output, options })),
  );
}

/**
 * What every implementation of LocalRewards owes its callers, wherever it computes.
 * @param startHere the same rewards in this process
 */
export function describeLocalRewards(
  name: string,
  start: () => Promise<LocalRewards>,
  startHere: () => Promise<LocalRewards> = async () => inProcessRewards(),
): void {
  describe(name, () => {
    const pairs = taskPairs("short answers", 12, seededRandom("contract"));
    const items = itemsOf(pairs.slice(0, 10));
    const started: LocalRewards[] = [];
    let folder = "";

    const fresh = async (): Promise<LocalRewards> => {
      const rewards = await start();
      started.push(rewards);
      return rewards;
    };
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "optimas-rewards-"));
    });
    afterEach(async () => {
      await Promise.all(started.splice(0).map((rewards) => rewards.dispose()));
    });
    afterAll(() => rm(folder, { recursive: true }));

    it("ranks the chosen outputs higher after a fit and reports it", async () => {
      const rewards = await fresh();
      const progress: FitProgress[] = [];
      const report = await rewards.fit(fitOf(pairs), never, (step) => progress.push(step));
      expect(report).toMatchObject({ component: "answerer", pairs: pairs.length, heldOut: pairs.length });
      expect(report.alignment).toBeGreaterThan(0.7);
      expect(report.losses).toHaveLength(report.epochs);
      expect(report.losses.at(-1)).toBeLessThan(report.losses[0] ?? 0);
      expect(progress.map(({ epoch }) => epoch)).toEqual(progress.map((_, index) => index + 1));
      expect(progress.length).toBeGreaterThanOrEqual(report.epochs);
      const scores = await rewards.score(component, items, never);
      const right = scores.filter((score, index) => index % 2 === 0 && score > (scores[index + 1] ?? 0)).length;
      expect(right / (items.length / 2)).toBeGreaterThan(0.8);
    });

    it("says more of a fit where that is asked for, the same wherever it computes", async () => {
      const [rewards, here] = [await fresh(), await startHere()];
      const asked = fitOf(pairs, { diagnose: true });
      const { diagnosis } = await rewards.fit(asked, never);
      expect(diagnosis).toEqual((await here.fit(asked, never)).diagnosis);
      expect(diagnosis?.examples).toBe(12);
      expect(diagnosis?.mistakes.every(({ pair }) => pairs[pair] !== undefined)).toBe(true);
      expect(await rewards.fit(fitOf(pairs), never)).not.toHaveProperty("diagnosis");
    });

    it("scores in order, item by item, and nothing for nothing", async () => {
      const rewards = await fresh();
      await rewards.fit(fitOf(pairs), never);
      const scores = await rewards.score(component, items, never);
      expect(await rewards.score(component, items.toReversed(), never)).toEqual(scores.toReversed());
      expect(await rewards.score(component, items.slice(3, 4), never)).toEqual(scores.slice(3, 4));
      expect(await rewards.score(component, [], never)).toEqual([]);
    });

    it("gives a component without a fit reward 0 and leaves other components alone", async () => {
      const rewards = await fresh();
      await rewards.fit(fitOf(pairs), never);
      const before = await rewards.score(component, items, never);
      const other = { name: "rewriter", description: "" };
      expect(await rewards.score(other, items.slice(0, 2), never)).toEqual([0, 0]);
      const otherPairs = taskPairs("option value", 6, seededRandom("other")).map((pair) => ({
        ...pair,
        component: "rewriter",
      }));
      await rewards.fit(fitOf(otherPairs, { component: other }), never);
      expect(await rewards.score(component, items, never)).toEqual(before);
    });

    it("does not depend on the order of pairs nor on repeats among them", async () => {
      const shuffled = [...seededRandom("order").shuffle(pairs), ...pairs.slice(0, 5)];
      const [one, two] = [await fresh(), await fresh()];
      expect(await two.fit(fitOf(shuffled), never)).toEqual(await one.fit(fitOf(pairs), never));
      expect(await two.score(component, items, never)).toEqual(await one.score(component, items, never));
    });

    it("adapts in few epochs from the present weights", async () => {
      const rewards = await fresh();
      await rewards.fit(fitOf(pairs), never);
      const before = await rewards.score(component, items, never);
      const more = taskPairs("short answers", 4, seededRandom("more")).map((pair) => ({
        ...pair,
        exampleId: `more ${pair.exampleId}`,
      }));
      const report = await rewards.fit(fitOf(more, { stage: "adapt" }), never);
      expect(report.epochs).toBeLessThanOrEqual(8);
      expect(report.alignment).toBeGreaterThan(0.7);
      const after = await rewards.score(component, items, never);
      expect(after).not.toEqual(before);
      const drift = after.map((score, index) => Math.abs(score - (before[index] ?? 0)));
      const spread = Math.max(...before) - Math.min(...before);
      expect(Math.max(...drift)).toBeLessThan(spread / 2);
    });

    it("refuses to fit on no pairs", async () => {
      const rewards = await fresh();
      await expect(rewards.fit(fitOf([]), never)).rejects.toThrow(RangeError);
    });

    it("refuses a pair of another component and one whose chosen score is not higher, naming it", async () => {
      const rewards = await fresh();
      const [first, second] = pairs as [PreferencePair, PreferencePair];
      await expect(rewards.fit(fitOf([first, { ...second, component: "rewriter" }]), never)).rejects.toThrow(
        'pair 1 belongs to "rewriter"',
      );
      const turned = { ...second, chosen: second.rejected, rejected: second.chosen };
      await expect(rewards.fit(fitOf([first, turned]), never)).rejects.toThrow(/pair 1: chosen score .* is not above/);
    });

    it("rejects an aborted call with the signal's reason and changes nothing", async () => {
      const rewards = await fresh();
      await rewards.fit(fitOf(pairs), never);
      const before = await rewards.score(component, items, never);
      const reason = new Error("enough");
      await expect(rewards.score(component, items, AbortSignal.abort(reason))).rejects.toBe(reason);
      const controller = new AbortController();
      const other = taskPairs("random labels", 40, seededRandom("aborted"));
      await expect(rewards.fit(fitOf(other), controller.signal, () => controller.abort(reason))).rejects.toBe(reason);
      expect(await rewards.score(component, items, never)).toEqual(before);
    });

    it("saves and loads weights that score the same and adapt the same", async () => {
      const file = join(folder, `${name}.json`);
      const [one, two] = [await fresh(), await fresh()];
      await one.fit(fitOf(pairs), never);
      await one.save(file);
      await one.save(file);
      await two.load(file);
      expect(await two.score(component, items, never)).toEqual(await one.score(component, items, never));
      const more = fitOf(taskPairs("short answers", 5, seededRandom("again")), { stage: "adapt" });
      expect(await two.fit(more, never)).toEqual(await one.fit(more, never));
      expect(await two.score(component, items, never)).toEqual(await one.score(component, items, never));
    });

    it("refuses a broken, a newer and a missing file, and keeps its weights and the file", async () => {
      const rewards = await fresh();
      await rewards.fit(fitOf(pairs), never);
      const before = await rewards.score(component, items, never);
      const file = join(folder, `${name}-refused.json`);
      await rewards.save(file);
      const text = await readFile(file, "utf8");
      for (const [content, message] of [
        [text.slice(0, -30), /is damaged/],
        [text.replace(/"version":\d/, '"version":3'), /version 3 .* reads up to 2/],
        ['{"kind":"else"}', /holds no local rewards/],
      ] as const) {
        await writeFile(file, content);
        await expect(rewards.load(file)).rejects.toThrow(message);
        await expect(rewards.load(file)).rejects.toThrow(UserError);
        expect(await readFile(file, "utf8")).toBe(content);
      }
      await expect(rewards.load(join(folder, "missing.json"))).rejects.toThrow(UserError);
      expect(await rewards.score(component, items, never)).toEqual(before);
    });

    it("fails every call after it was disposed of, and may be disposed of twice", async () => {
      const rewards = await start();
      await rewards.dispose();
      await rewards.dispose();
      await expect(rewards.score(component, items, never)).rejects.toThrow(/disposed of/);
      await expect(rewards.fit(fitOf(pairs), never)).rejects.toThrow(/disposed of/);
    });
  });
}
