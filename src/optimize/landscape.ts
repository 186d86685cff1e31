import type { Component } from "../system/component.ts";
import { canonicalJson } from "../system/configuration.ts";
import type { Step } from "../system/trajectory.ts";
import { UserError } from "../system/userError.ts";
import {
  dimensionSize,
  dimensionValues,
  nearestOnGrid,
  type OptionValue,
  type OptionValues,
  type Range,
  type VariableValue,
} from "../system/variable.ts";
import { untilBudget } from "./budgetEnd.ts";
import { sigmoid } from "./localSearch.ts";
import type { Optimization } from "./optimization.ts";

/** Values shown of a range that is continuous or has more than `MOST_VALUES`. */
const SPREAD_POINTS = 9;
const MOST_VALUES = 64;
/** The key that stands for the model of a component with a model choice. */
const MODEL_KEY = "model";

/**
 * The values of one option, or the models of a model choice, with everything else as it is now.
 * @throws UserError naming the keys there are
 */
export function landscapeValues(component: Component, key: string, current: VariableValue): VariableValue[] {
  const { variable } = component;
  if (variable.kind === "model" && key === MODEL_KEY) return [...variable.models];
  if (variable.kind !== "options") {
    const kind = variable.kind === "none" ? "none" : `a ${variable.kind}`;
    const remedy = variable.kind === "model" ? `Its only key is "${MODEL_KEY}"` : "Name a component with options";
    throw new UserError(
      `A landscape goes over the values of an option, but the variable of "${component.name}" is ${kind}. ${remedy}.`,
    );
  }
  const dimension = variable.space[key];
  if (dimension === undefined) {
    const keys = Object.keys(variable.space).join(", ");
    throw new UserError(`"${component.name}" has no option "${key}"; there are ${keys}.`);
  }
  const values =
    dimension.kind === "range" && dimensionSize(dimension) > MOST_VALUES
      ? spread(dimension)
      : (dimensionValues(dimension) ?? []);
  return values.map((value) => ({ ...(current as OptionValues), [key]: value }));
}

/**
 * Local and global reward over a variable's values (the paper's Table 8): for each value the component and everything
 * behind it runs on the same validation rows.
 */
export async function drawLandscape(optimization: Optimization, component: Component, key: string): Promise<void> {
  await untilBudget(optimization, () => drawWithin(optimization, component, key));
}

async function drawWithin(optimization: Optimization, component: Component, key: string): Promise<void> {
  const { session, state, recorded } = optimization;
  const current = state.configuration[component.name] ?? null;
  const values = landscapeValues(component, key, current);
  const examples = optimization.gateExamples();
  const base = await recorded.refresh(examples, state.configuration, "landscape", session.sampleNumber("landscape"));
  for (const [index, value] of values.entries()) {
    const evaluation = await session.evaluate(
      { ...state.configuration, [component.name]: value },
      examples,
      "landscape",
      {
        sample: session.sampleNumber("landscape", index),
        from: session.deterministic ? { components: [component.name], trajectories: base } : undefined,
        label: `landscape of ${component.name}, value ${index + 1} of ${values.length}`,
        phase: "measuring",
      },
    );
    const steps = evaluation.trajectories.flatMap((trajectory) => trajectory.steps.get(component.name) ?? []);
    session.record({
      type: "landscape",
      component: component.name,
      key,
      value,
      local: await meanLocalReward(optimization, component, value, steps),
      global: evaluation.mean,
      inputs: examples.length,
      current: canonicalJson(value) === canonicalJson(current),
    });
  }
}

/** Null where the component has no local reward function. */
async function meanLocalReward(
  optimization: Optimization,
  component: Component,
  value: VariableValue,
  steps: readonly Step[],
): Promise<number | null> {
  const { session } = optimization;
  if (steps.length === 0 || optimization.standing(component.name).fit === undefined) return null;
  const options = component.variable.kind === "options" ? (value as OptionValues) : undefined;
  const items = steps.map(({ input, output }) => ({ input, output, options }));
  const rewards = await session.rewards.score(component, items, session.signal);
  return rewards.reduce((sum, reward) => sum + sigmoid(reward), 0) / rewards.length;
}

/** Values from end to end, evenly or, with `log`, over orders of magnitude; rounding may make some of them one. */
function spread(range: Range): OptionValue[] {
  const { low, high, log } = range;
  const values = Array.from({ length: SPREAD_POINTS }, (_, index) => {
    const share = index / (SPREAD_POINTS - 1);
    return nearestOnGrid(range, log ? low * (high / low) ** share : low + (high - low) * share);
  });
  return [...new Set(values)];
}
