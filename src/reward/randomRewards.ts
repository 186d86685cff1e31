import { seededRandom } from "../system/random.ts";
import { contentHash } from "./contentHash.ts";
import type { FitReport, LocalRewards } from "./localRewards.ts";
import { rankingAccuracy } from "./preferenceLoss.ts";

/**
 * Rewards that know nothing: standard normal, fixed by (seed, component, item) alone. What an optimizer reaches with
 * them it owes to the gate and to luck, which makes them the floor that real rewards are compared with.
 */
export function randomRewards(seed: number): LocalRewards {
  const rewardOf = (component: string, { input, output, options }: Parameters<LocalRewards["score"]>[1][number]) =>
    seededRandom(seed).derive(component, contentHash({ input, output, options })).normal();
  return {
    backbone: "random",
    async fit({ component, pairs }, signal): Promise<FitReport> {
      signal.throwIfAborted();
      if (pairs.length === 0) throw new RangeError(`no preference pairs for "${component.name}"`);
      const margins = pairs.map(
        ({ input, chosen, rejected }) =>
          rewardOf(component.name, { input, output: chosen.output, options: chosen.options }) -
          rewardOf(component.name, { input, output: rejected.output, options: rejected.options }),
      );
      const alignment = rankingAccuracy(margins) ?? 0.5;
      const { name } = component;
      // Nothing is trained, so every pair is held out.
      return {
        component: name,
        pairs: pairs.length,
        heldOut: pairs.length,
        alignment,
        trainAlignment: alignment,
        losses: [],
        epochs: 0,
      };
    },
    async score(component, items, signal) {
      signal.throwIfAborted();
      return items.map((item) => rewardOf(component.name, item));
    },
    async save() {},
    async load() {},
    async dispose() {},
  };
}
