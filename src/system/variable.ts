import type { Random } from "./random.ts";

/** A value of one option (hyper-parameter): plain JSON. */
export type OptionValue = string | number | boolean;
export type OptionValues = Readonly<Record<string, OptionValue>>;

/** One dimension of a search space. */
export type Dimension =
  | { readonly kind: "choice"; readonly values: readonly OptionValue[] }
  | {
      readonly kind: "range";
      readonly low: number;
      readonly high: number;
      readonly integer: boolean;
      readonly log: boolean;
      /** Distance of neighbouring values; absent for a continuous range. */
      readonly step?: number;
    };

/** Per-input model choice: for each input the model whose output the component's LRF prefers; `fallback` without LRF. */
export interface PerInputModel {
  readonly perInput: true;
  readonly fallback: string;
}

/** Adapter weights of a small trainable model: a folder, or null for the untouched base model. */
export interface Weights {
  readonly adapter: string | null;
}

/** What may be changed in a component (v_k): exactly one kind per component. */
export type Variable =
  | { readonly kind: "none" }
  | { readonly kind: "prompt"; readonly initial: string; readonly maxLength: number }
  | { readonly kind: "options"; readonly space: Readonly<Record<string, Dimension>>; readonly initial: OptionValues }
  | { readonly kind: "model"; readonly models: readonly string[]; readonly initial: string }
  | { readonly kind: "weights"; readonly base: string; readonly initial: Weights };

export type VariableKind = Variable["kind"];

/** The value of a variable in a configuration; `null` stands for "no variable". */
export type VariableValue = string | OptionValues | PerInputModel | Weights | null;

export function isPerInputModel(value: VariableValue): value is PerInputModel {
  return typeof value === "object" && value !== null && "perInput" in value && value.perInput === true;
}

/** The value the author wrote down. */
export function initialValue(variable: Variable): VariableValue {
  return variable.kind === "none" ? null : variable.initial;
}

/** All values of a dimension in order, or `undefined` when it is continuous. */
export function dimensionValues(dimension: Dimension): readonly OptionValue[] | undefined {
  if (dimension.kind === "choice") return dimension.values;
  const size = dimensionSize(dimension);
  return size === Infinity ? undefined : Array.from({ length: size }, (_, index) => valueAt(dimension, index));
}

/** Number of values of a dimension; Infinity when it is continuous. Counted, not listed: a range may hold millions. */
export function dimensionSize(dimension: Dimension): number {
  if (dimension.kind === "choice") return dimension.values.length;
  const step = stepOf(dimension);
  return step === undefined ? Infinity : Math.floor((dimension.high - dimension.low) / step + 1e-9) + 1;
}

/** Number of points of a search space; Infinity when a dimension is continuous. */
export function spaceSize(space: Readonly<Record<string, Dimension>>): number {
  return Object.values(space).reduce((size, dimension) => size * dimensionSize(dimension), 1);
}

/** Whether `value` belongs to the dimension; on a grid, up to the rounding of decimal steps. */
export function isInDimension(dimension: Dimension, value: unknown): boolean {
  if (dimension.kind === "choice") return dimension.values.some((allowed) => allowed === value);
  if (typeof value !== "number" || !Number.isFinite(value)) return false;
  if (stepOf(dimension) === undefined) return value >= dimension.low && value <= dimension.high;
  return Math.abs(nearestOnGrid(dimension, value) - value) <= 1e-9 * Math.max(1, Math.abs(value));
}

/** Every point of a finite search space, last dimension fastest. @throws RangeError when the space is continuous. */
export function gridPoints(space: Readonly<Record<string, Dimension>>): OptionValues[] {
  return Object.entries(space).reduce<OptionValues[]>(
    (points, [key, dimension]) => {
      const values = dimensionValues(dimension);
      if (values === undefined) throw new RangeError(`option "${key}" is continuous and has no grid`);
      return points.flatMap((point) => values.map((value) => ({ ...point, [key]: value })));
    },
    [{}],
  );
}

/** A random point: uniform over values, log-uniform where `log` is set. */
export function randomPoint(space: Readonly<Record<string, Dimension>>, random: Random): OptionValues {
  return Object.fromEntries(
    Object.entries(space).map(([key, dimension]) => [key, randomValue(dimension, random)] as const),
  );
}

function randomValue(dimension: Dimension, random: Random): OptionValue {
  if (dimension.kind === "choice") return random.pick(dimension.values);
  const { low, high } = dimension;
  const size = dimensionSize(dimension);
  if (size !== Infinity && !dimension.log) return valueAt(dimension, random.integer(size));
  const drawn = dimension.log ? low * (high / low) ** random.next() : low + (high - low) * random.next();
  return nearestOnGrid(dimension, drawn);
}

export type Range = Extract<Dimension, { kind: "range" }>;

/** Distance of neighbouring values; undefined for a continuous range. */
function stepOf(range: Range): number | undefined {
  return range.step ?? (range.integer ? 1 : undefined);
}

/** The value at `index` of a range with steps, without the tail that adding decimals leaves (0.30000000000000004). */
function valueAt(range: Range, index: number): number {
  // The lower end is the author's own number, to the last digit.
  if (index === 0) return range.low;
  const sum = range.low + index * (stepOf(range) ?? 0);
  return Math.min(range.high, Number.isInteger(sum) ? sum : Number(sum.toPrecision(12)));
}

/** The value of a range that lies nearest to `value`, which is `value` itself where the range is continuous. */
export function nearestOnGrid(range: Range, value: number): number {
  const step = stepOf(range);
  if (step === undefined) return Math.max(range.low, Math.min(range.high, value));
  const index = Math.round((value - range.low) / step);
  return valueAt(range, Math.max(0, Math.min(dimensionSize(range) - 1, index)));
}
