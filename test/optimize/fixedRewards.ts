import type { FitReport, LocalRewards, RewardItem } from "../../src/reward/localRewards.ts";

/** Local rewards that are what the test says from the first fit on: nothing is trained, and a fit takes no time. */
export function fixedRewards(
  rewardOf: (component: string, item: RewardItem) => number,
  given: { readonly alignment?: number | undefined; readonly heldOut?: number } = {},
): LocalRewards & { readonly fits: string[] } {
  const { alignment = 1, heldOut = 100 } = given;
  const fits: string[] = [];
  return {
    fits,
    backbone: "fixed",
    fit: async ({ component, pairs }, signal): Promise<FitReport> => {
      signal.throwIfAborted();
      fits.push(component.name);
      return {
        component: component.name,
        pairs: pairs.length,
        heldOut,
        alignment,
        trainAlignment: 1,
        losses: [],
        epochs: 0,
      };
    },
    score: async (component, items, signal) => {
      signal.throwIfAborted();
      return items.map((item) => rewardOf(component.name, item));
    },
    save: async () => {},
    load: async () => {},
    dispose: async () => {},
  };
}

/** How good an output of the toy is, as its reward would have it. */
export function toyLocalReward(_component: string, { output }: RewardItem): number {
  const text = Object.values(output).join(" ");
  const count = (word: string) => text.split(word).length - 1;
  const passages = count("passage") === 4 ? 1 : 0;
  return count("solid") + passages + (text.includes("large") ? 1 : 0) - 1;
}
