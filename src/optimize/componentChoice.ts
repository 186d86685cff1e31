import type { Random } from "../system/random.ts";

/** What the choice of the next component looks at. */
export interface Choosable {
  readonly name: string;
  /** Mean score gap of the component's present preference pairs, in [0, 1] for rewards in [0, 1]; 0 without pairs. */
  readonly averageGap: number;
  /** Iteration of the last accepted update, from 1. */
  readonly lastAccepted: number | undefined;
}

export interface ChosenComponent {
  readonly name: string;
  readonly probability: number;
}

/**
 * Draws the component to improve in `iteration` (from 1): uniformly (Algorithm 1, line 4) or by softmax of the current
 * average gaps. A component rests for `cooldown` iterations after an accepted update, unless all of them rest.
 * @throws RangeError when there is no component
 */
export function chooseComponent(
  components: readonly Choosable[],
  rule: "uniform" | "gap",
  cooldown: number,
  iteration: number,
  random: Random,
): ChosenComponent {
  if (components.length === 0) throw new RangeError("there is no component to choose from");
  const awake = components.filter(
    ({ lastAccepted }) => lastAccepted === undefined || iteration - lastAccepted > cooldown,
  );
  const eligible = awake.length > 0 ? awake : components;
  const probabilities =
    rule === "uniform"
      ? eligible.map(() => 1 / eligible.length)
      : softmax(eligible.map(({ averageGap }) => averageGap));
  const index = random.weighted(probabilities);
  const chosen = eligible[index];
  if (chosen === undefined) throw new Error(`drew component ${index} of ${eligible.length}`);
  return { name: chosen.name, probability: probabilities[index] ?? 0 };
}

/** exp(x_i) / sum exp(x_j), shifted by the maximum so that large inputs stay finite. */
export function softmax(values: readonly number[]): number[] {
  const top = Math.max(...values);
  const powers = values.map((value) => Math.exp(value - top));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}
