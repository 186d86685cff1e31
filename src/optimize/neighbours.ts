import {
  type Dimension,
  dimensionSize,
  dimensionValues,
  nearestOnGrid,
  type OptionValue,
  type OptionValues,
  type Variable,
  type VariableValue,
} from "../system/variable.ts";

/** A value that differs from another in one place, and by as little as the search space allows. */
export interface Neighbour {
  /** The option that differs; undefined for a choice of model. */
  readonly key: string | undefined;
  readonly value: VariableValue;
}

/** A choice of so few values is shown whole: they have no order that would make two of them nearest. */
const FEW = 8;
/** Share of a continuous range that counts as one step. */
const STEP_SHARE = 0.1;

/**
 * What lies beside a value: for options, per key the other values of a short choice, or the next ones of a range; for a
 * choice of model, the other models. Prompts have no neighbours.
 */
export function neighbours(variable: Variable, value: VariableValue): Neighbour[] {
  if (variable.kind === "model") {
    return variable.models.filter((model) => model !== value).map((model) => ({ key: undefined, value: model }));
  }
  if (variable.kind !== "options" || value === null || typeof value !== "object") return [];
  const options = value as OptionValues;
  return Object.entries(variable.space).flatMap(([key, dimension]) =>
    besides(dimension, options[key]).map((option) => ({ key, value: { ...options, [key]: option } })),
  );
}

function besides(dimension: Dimension, value: OptionValue | undefined): OptionValue[] {
  const size = dimensionSize(dimension);
  if (dimension.kind === "choice" || size <= FEW) {
    const values = dimensionValues(dimension) ?? [];
    if (values.length <= FEW) return values.filter((other) => other !== value);
    const at = value === undefined ? -1 : values.indexOf(value);
    return [values[at - 1], values[at + 1]].flatMap((other) => other ?? []);
  }
  if (typeof value !== "number") return [];
  const { low, high, log } = dimension;
  const stepped = (direction: 1 | -1) => {
    if (size !== Number.POSITIVE_INFINITY && !log) {
      const step = dimension.step ?? 1;
      return nearestOnGrid(dimension, value + direction * step);
    }
    const target = log
      ? value * (high / low) ** (direction * STEP_SHARE)
      : value + direction * STEP_SHARE * (high - low);
    const near = nearestOnGrid(dimension, target);
    // On a coarse grid a tenth of the range may be less than a step.
    return near === value ? nearestOnGrid(dimension, value + direction * (dimension.step ?? 1)) : near;
  };
  return [...new Set([stepped(-1), stepped(1)])].filter((other) => other !== value);
}
