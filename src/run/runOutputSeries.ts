import type { RunOutput } from "./runOutput.ts";
import { evenly, extremes } from "./thinning.ts";
import type { ComponentView, IncumbentPoint, UpdateView } from "./views/runView.ts";

/** Points of a picture a few hundred pixels wide: more could not be told apart. */
const MOST_REWARDS = 120;
const MOST_GATES = 100;

/**
 * The rewards in force as steps: points that only repeat the one before are left out, and where there are still too many,
 * each stretch of iterations keeps its lowest and its highest. First and last always stay.
 */
export function thinnedRewards(incumbent: readonly IncumbentPoint[]): RunOutput["rewards"] {
  const last = incumbent.length - 1;
  const steps = incumbent.filter(({ mean }, index) => index === last || mean !== incumbent[index - 1]?.mean);
  const kept = extremes(steps, MOST_REWARDS, [({ mean }) => mean]);
  return kept.map(({ iteration, mean }) => ({ iteration, mean: sixDigits(mean) }));
}

/** Accepted updates first, of each kind an even selection where there are too many; in the order of iterations. */
export function thinnedGates(updates: readonly UpdateView[]): RunOutput["gates"] {
  const measured = updates.flatMap(({ iteration, gate, decision }) =>
    gate === null ? [] : [{ iteration, after: sixDigits(gate.reached), accepted: decision === "accepted" }],
  );
  if (measured.length <= MOST_GATES) return measured;
  const accepted = evenly(
    measured.filter((gate) => gate.accepted),
    MOST_GATES / 2,
  );
  const rejected = evenly(
    measured.filter((gate) => !gate.accepted),
    MOST_GATES - accepted.length,
  );
  return [...accepted, ...rejected].sort((a, b) => a.iteration - b.iteration);
}

export function decisionCounts(
  components: readonly ComponentView[],
): Pick<RunOutput["updates"], "accepted" | "rejected" | "unchanged"> {
  const sum = (decision: "accepted" | "rejected" | "unchanged") =>
    components.reduce((total, component) => total + component[decision], 0);
  return { accepted: sum("accepted"), rejected: sum("rejected"), unchanged: sum("unchanged") };
}

/** Enough for any picture, and short. */
function sixDigits(value: number): number {
  return Number(value.toPrecision(6));
}
