import type { LanguageModel } from "../models/languageModel.ts";
import type { Variable, VariableValue } from "./variable.ts";

/** Named values that flow between components: plain JSON. */
export type Fields = Readonly<Record<string, unknown>>;

/** How a field's value is checked when it enters or leaves a component. */
export interface Field<T> {
  /** An optional input may be absent, e.g. because the system's route skipped the component that writes it. */
  readonly optional: boolean;
  /** Undefined when the value is acceptable, otherwise what it must be ("text", "a list of numbers"). */
  readonly mismatch: (value: unknown) => string | undefined;
  /** Type only; never set. */
  readonly type?: T;
}

export type FieldMap = Readonly<Record<string, Field<unknown>>>;

/** A list of names declares text fields; an object declares fields of other types by `field<T>()`. */
export type FieldDeclaration = readonly string[] | FieldMap;

export type FieldValues<D extends FieldDeclaration> = D extends readonly (infer N extends string)[]
  ? { readonly [name in N]: string }
  : D extends FieldMap
    ? { readonly [name in keyof D]: D[name] extends Field<infer T> ? T : never }
    : never;

/** What a component gets besides its inputs. */
export interface ComponentContext<V = VariableValue> {
  /** The current value of the component's variable. */
  readonly variable: V;
  /** Aborted on cancel, budget end and time-out; pass it on to everything that waits. */
  readonly signal: AbortSignal;
  /** The run's language model; calls through it are counted for this component. */
  readonly model: LanguageModel;
  /** Set while candidate outputs are sampled: use it instead of the component's own temperature. */
  readonly temperature: number | undefined;
  /** Which of several repetitions of this call this is; give it to requests so that repetitions differ. */
  readonly sample: number;
}

/**
 * A step x_k -> y_k with named inputs and outputs (paper: C_k). Plain data plus one function, so that the engine, a
 * notebook and the editor can look at it without running it.
 */
export interface Component {
  readonly name: string;
  readonly description: string;
  readonly inputs: FieldMap;
  readonly outputs: FieldMap;
  readonly variable: Variable;
  /** Same input, variable and sample give the same output; then one rollout is enough and results may be reused. */
  readonly deterministic: boolean;
  /** Repeated calls differ when a temperature is given, so alternatives can be drawn by re-sampling. */
  readonly samples: boolean;
  /** Cost share of one execution before normalisation over the system; 1 by default. */
  readonly weight: number;
  readonly timeoutMs: number | undefined;
  /** The model that it asks, where it names one; what else it may ask nobody can know beforehand. */
  readonly model?: string | undefined;
  /** Most tokens of the answer that it asks a model for, once each time it runs; absent where nobody knows whether it asks. */
  readonly answerTokens?: number | undefined;
  readonly run: (inputs: Fields, context: ComponentContext) => Promise<Fields> | Fields;
}

/** Declares a field whose value is not text. `check` guards it at run time; without it any defined value passes. */
export function field<T>(
  options: { optional?: boolean; is?: string; check?: (value: unknown) => boolean } = {},
): Field<T> {
  const { check, is = "a valid value" } = options;
  return {
    optional: options.optional ?? false,
    mismatch: (value) => (value === undefined || (check && !check(value)) ? is : undefined),
  };
}

/** The field type of names declared in a list. */
export const textField: Field<string> = {
  optional: false,
  mismatch: (value) => (typeof value === "string" ? undefined : "text"),
};

export function fieldMap(declaration: FieldDeclaration): FieldMap {
  return isNameList(declaration)
    ? Object.fromEntries(declaration.map((name) => [name, textField] as const))
    : declaration;
}

function isNameList(declaration: FieldDeclaration): declaration is readonly string[] {
  return Array.isArray(declaration);
}

/** What a person sees of a value of the wrong type. */
export function typeName(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "number" && Number.isNaN(value)) return "NaN";
  return value === undefined ? "missing" : typeof value === "object" ? "an object" : `a ${typeof value}`;
}
