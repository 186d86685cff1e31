import type { Component, ComponentContext, FieldDeclaration, FieldValues } from "./component.ts";
import { fieldMap } from "./component.ts";
import { valueMismatch } from "./configuration.ts";
import { UserError } from "./userError.ts";
import { type Dimension, initialValue, type OptionValue, type Variable, type VariableValue } from "./variable.ts";

/** Longest prompt an optimizer may propose, in characters, where the component does not say otherwise. */
export const DEFAULT_PROMPT_LENGTH = 2000;

/** Values that a variable of type V takes, as `run` sees them. */
export type ValueOf<V> =
  V extends OptionsVariable<infer S>
    ? { readonly [key in keyof S]: S[key] extends TypedDimension<infer T> ? T : OptionValue }
    : V extends { readonly kind: "prompt" } | { readonly kind: "model" }
      ? string
      : V extends { readonly kind: "none" }
        ? null
        : VariableValue;

/** A dimension that remembers the type of its values. */
export type TypedDimension<T extends OptionValue> = Dimension & { readonly valueType?: T };
export type OptionsVariable<S> = Extract<Variable, { kind: "options" }> & { readonly spaceType?: S };

/** A dimension with listed values; the first is where the search starts unless `options` says otherwise. */
export function choice<const T extends OptionValue>(values: readonly T[]): TypedDimension<T> {
  if (values.length === 0) throw new UserError("choice([]) has no values; list at least one.");
  if (new Set(values).size < values.length) throw new UserError(`choice([${values.join(", ")}]) lists a value twice.`);
  return { kind: "choice", values };
}

/**
 * A numeric dimension from `low` to `high`, both included.
 * @param shape `integer` for whole numbers; `step` for a grid; `log` to search orders of magnitude (low > 0)
 */
export function range(
  low: number,
  high: number,
  shape: { readonly integer?: boolean; readonly log?: boolean; readonly step?: number } = {},
): TypedDimension<number> {
  const { integer = false, log = false, step } = shape;
  const written = `range(${low}, ${high})`;
  if (!Number.isFinite(low) || !Number.isFinite(high) || low >= high)
    throw new UserError(`${written} must go from a smaller to a larger number.`);
  if (log && low <= 0) throw new UserError(`${written} with log must start above 0.`);
  if (integer && !(Number.isInteger(low) && Number.isInteger(high)))
    throw new UserError(`${written} with integer must have whole bounds.`);
  if (step !== undefined && !(step > 0 && step <= (high - low) * (1 + 1e-9)))
    throw new UserError(`${written} must have a step above 0 and no longer than the range.`);
  if (integer && step !== undefined && !Number.isInteger(step))
    throw new UserError(`${written} with integer must have a whole step.`);
  return { kind: "range", low, high, integer, log, ...(step === undefined ? {} : { step }) };
}

/** Options (hyper-parameters) with their search space; `initial` defaults to the first value of each. */
export function options<const S extends Readonly<Record<string, Dimension>>>(
  space: S,
  initial: { readonly [key in keyof S]?: OptionValue } = {},
): OptionsVariable<S> {
  const unknown = Object.keys(initial).find((key) => !Object.hasOwn(space, key));
  if (unknown !== undefined) {
    throw new UserError(
      `options(...): the initial values have no option "${unknown}"; there are ${Object.keys(space).join(", ")}.`,
    );
  }
  refuseTaken("options(...): the option", Object.keys(space));
  const values = Object.fromEntries(
    Object.entries(space).map(([key, dimension]) => [key, initial[key] ?? firstValue(dimension)] as const),
  );
  const variable: Variable = { kind: "options", space, initial: values };
  refuseInitial("options(...)", variable);
  return variable;
}

/** A choice of model; the first is where the search starts. */
export function modelChoice(models: readonly string[], initial = models[0]): Extract<Variable, { kind: "model" }> {
  if (initial === undefined) throw new UserError("modelChoice([]) has no models; list at least one.");
  const repeated = models.find((model, index) => models.indexOf(model) < index);
  if (repeated !== undefined) throw new UserError(`modelChoice([...]) lists "${repeated}" twice.`);
  const variable: Variable = { kind: "model", models, initial };
  refuseInitial("modelChoice(...)", variable);
  return variable;
}

/** A prompt as a variable of a component that is not an `llm`. */
export function prompt(initial: string, maxLength = DEFAULT_PROMPT_LENGTH): Extract<Variable, { kind: "prompt" }> {
  const variable: Variable = { kind: "prompt", initial, maxLength };
  refuseInitial("prompt(...)", variable);
  return variable;
}

/** What `component` takes: names, the variable and the function; field names and the variable give `run` its types. */
export interface ComponentDeclaration<I extends FieldDeclaration, O extends FieldDeclaration, V extends Variable> {
  readonly name: string;
  readonly description: string;
  readonly inputs: I;
  readonly outputs: O;
  readonly variable?: V;
  /** False where equal calls may give different outputs, e.g. because a language model is asked. Default true. */
  readonly deterministic?: boolean;
  /** True where `context.temperature` makes repeated calls differ. Default: the opposite of `deterministic`. */
  readonly samples?: boolean;
  /** Cost of one execution relative to the other components. Default 1. */
  readonly weight?: number;
  /** Longest time one execution may take before the example fails, in milliseconds. */
  readonly timeoutMs?: number;
  readonly run: (
    inputs: FieldValues<I>,
    context: ComponentContext<ValueOf<V>>,
  ) => FieldValues<O> | Promise<FieldValues<O>>;
}

/** A component with its field names in the type, so that a system and its reward can be checked by the compiler. */
export type TypedComponent<I extends FieldDeclaration, O extends FieldDeclaration> = Component & {
  readonly fieldTypes?: { readonly inputs: FieldValues<I>; readonly outputs: FieldValues<O> };
};

/**
 * Declares a component.
 * @throws UserError when the name is no identifier, an output repeats an input, or a number is out of range.
 */
export function component<
  const I extends FieldDeclaration,
  const O extends FieldDeclaration,
  const V extends Variable = { readonly kind: "none" },
>(declaration: ComponentDeclaration<I, O, V>): TypedComponent<I, O> {
  const { name, description, weight = 1, timeoutMs, deterministic = true } = declaration;
  const where = `Component "${name}"`;
  if (!/^[A-Za-z_][\w-]*$/.test(name)) {
    throw new UserError(`${where} needs a name of letters, digits, "_" and "-" that starts with a letter or "_".`);
  }
  refuseTaken("Component", [name]);
  const inputs = fieldMap(declaration.inputs);
  const outputs = fieldMap(declaration.outputs);
  if (Object.keys(outputs).length === 0) throw new UserError(`${where} has no outputs; name at least one field.`);
  const both = Object.keys(outputs).find((output) => Object.hasOwn(inputs, output));
  if (both !== undefined) throw new UserError(`${where} reads and writes "${both}"; give the output another name.`);
  if (!(weight >= 0 && Number.isFinite(weight)))
    throw new UserError(`${where} must have a weight of 0 or more, not ${weight}.`);
  if (timeoutMs !== undefined && !(timeoutMs > 0))
    throw new UserError(`${where} must have a timeoutMs above 0, not ${timeoutMs}.`);
  const variable: Variable = declaration.variable ?? { kind: "none" };
  refuseInitial(where, variable);
  return {
    name,
    description,
    inputs,
    outputs,
    variable,
    deterministic,
    samples: declaration.samples ?? !deterministic,
    weight,
    timeoutMs,
    // The field checks around every call make the declared types true at run time.
    run: declaration.run as unknown as Component["run"],
  };
}

/** Objects have a use of their own for this name: a value under it would be lost where a file is read. */
function refuseTaken(what: string, names: readonly string[]): void {
  const taken = names.find((name) => name === "__proto__");
  if (taken === undefined) return;
  throw new UserError(`${what} "${taken}" has a name that JavaScript's objects use themselves; give it another one.`);
}

function refuseInitial(where: string, variable: Variable): void {
  const mismatch = valueMismatch(variable, initialValue(variable));
  if (mismatch !== undefined) throw new UserError(`${where}: the initial value ${mismatch}.`);
}

function firstValue(dimension: Dimension): OptionValue {
  return dimension.kind === "range" ? dimension.low : (dimension.values[0] ?? "");
}
