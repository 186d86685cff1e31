import type { PreferencePair } from "../../../src/reward/preferencePair.ts";
import type { Random } from "../../../src/system/random.ts";

/** Steps of work whose order counts: each first one before each second one. */
const firsts = ["measure", "prime", "mark"];
const seconds = ["cut", "paint", "drill"];
/** Other steps, at any place: those of plans that are trained on, and those of plans that are held out. */
const others = {
  trained: "sweep rest clamp fetch light call check turn lift hold dust count label stack wipe sort".split(" "),
  "held out": "tidy note oil dry bend tape glue rinse shake press weigh fold trim align vent scrub".split(" "),
} as const;

export const planner = { name: "planner", description: "Lists the steps of a job." };

/**
 * Plans of ten steps, in pairs: one marker of `firsts` and one of `seconds`, both drawn, with other steps before, between
 * and behind them. Chosen is the plan that has the first one first; rejected the same plan with the two exchanged.
 *
 * What a text is made of says nothing, for both have the same words; nor do neighbours, for whichever words stand beside
 * a marker in one plan, they stand as often beside it on the other side of others.
 */
export function orderPairs(part: keyof typeof others, examples: number, random: Random): PreferencePair[] {
  return Array.from({ length: examples }, (_, example) => {
    const [first, second] = [random.pick(firsts), random.pick(seconds)];
    const steps = random.sample(others[part], 10);
    const [early, late] = placesApart(random);
    const plan = (one: string, other: string) => ({
      text: steps.map((step, at) => (at === early ? one : at === late ? other : step)).join(" "),
    });
    return {
      component: planner.name,
      exampleId: `${part} ${example}`,
      input: { job: "shelf" },
      chosen: { output: plan(first, second), score: 1 },
      rejected: { output: plan(second, first), score: 0 },
    };
  });
}

/** Two places that are neither beside each other nor at an end of a plan of ten steps. */
function placesApart(random: Random): [number, number] {
  const early = 1 + random.integer(6);
  const late = early + 2 + random.integer(7 - early);
  return [early, late];
}
