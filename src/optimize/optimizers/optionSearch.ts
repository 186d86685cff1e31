import { canonicalJson } from "../../system/configuration.ts";
import { gridPoints, type OptionValues, randomPoint, spaceSize, type Variable } from "../../system/variable.ts";
import type { Settings } from "../settings.ts";
import { bestOf, type Optimizer, type ScoredValue, type SearchTask } from "./optimizer.ts";

type OptionsVariable = Extract<Variable, { kind: "options" }>;

/** Random points that successive halving starts with. */
const HALVING_POINTS = 64;
/** Share of the points that each round of successive halving keeps. */
const KEPT = 1 / 4;

/**
 * Search over options: the whole grid up to `gridLimit` points (Appendix D of the paper), else seeded random points with
 * successive halving (arXiv 1502.07943): few inputs for all points, then more inputs for the best quarter, and so on.
 */
export const optionSearch: Optimizer<OptionsVariable> = {
  name: "option search",
  kind: "options",
  evaluations: (variable, inputs, settings) =>
    isGrid(variable, settings)
      ? spaceSize(variable.space) * inputs
      : inputs + rounds(inputs).reduce((sum, round) => sum + round.points * round.inputs, 0),
  search: (task) => (isGrid(task.variable, task.settings) ? searchGrid(task) : searchByHalving(task)),
};

function isGrid(variable: OptionsVariable, settings: Settings): boolean {
  return spaceSize(variable.space) <= settings.gridLimit;
}

async function searchGrid(task: SearchTask<OptionsVariable>) {
  const now = task.current as OptionValues;
  // The current value keeps its own spelling: 0.1 + 0.2 is the grid's 0.3.
  const points = gridPoints(task.variable.space).map((point) => (isSamePoint(point, now) ? now : point));
  const scored = await task.score(points);
  const current = scored.find(({ value }) => value === now);
  if (current === undefined) throw new Error(`the current options ${canonicalJson(now)} are not on the grid`);
  return { current, best: bestOf(current, scored) };
}

async function searchByHalving(task: SearchTask<OptionsVariable>) {
  const [current] = await task.score([task.current]);
  if (current === undefined) throw new Error(`the current options of ${task.component.name} were not scored`);
  let points = distinctPoints(task);
  let scored: ScoredValue[] = [];
  for (const round of rounds(task.inputs)) {
    scored = await task.score(points.slice(0, round.points), round.inputs);
    scored.sort((a, b) => rank(b) - rank(a));
    points = scored.map(({ value }) => value as OptionValues);
  }
  return { current, best: bestOf(current, scored) };
}

/** A reward that is no number ranks last; compared as it is, it would leave the order to chance. */
function rank({ reward }: ScoredValue): number {
  return Number.isNaN(reward) ? Number.MIN_SAFE_INTEGER : reward;
}

function isSamePoint(one: OptionValues, other: OptionValues): boolean {
  return Object.entries(one).every(([key, value]) => {
    const same = other[key];
    if (typeof value !== "number" || typeof same !== "number") return value === same;
    return Math.abs(value - same) <= 1e-9 * Math.max(1, Math.abs(value));
  });
}

function distinctPoints(task: SearchTask<OptionsVariable>): OptionValues[] {
  const points = new Map<string, OptionValues>();
  for (let draw = 0; draw < HALVING_POINTS; draw++) {
    const point = randomPoint(task.variable.space, task.random);
    points.set(canonicalJson(point), point);
  }
  return [...points.values()];
}

/** Points and inputs of each round; the last round uses all inputs. */
function rounds(inputs: number): { readonly points: number; readonly inputs: number }[] {
  const plan = [];
  for (let points = HALVING_POINTS, share = KEPT ** 2; points >= 1 && share <= 1; points *= KEPT, share /= KEPT) {
    plan.push({ points: Math.ceil(points), inputs: Math.max(1, Math.ceil(inputs * share)) });
  }
  return plan;
}
