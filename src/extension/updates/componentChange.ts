import type { ComponentDefinition, SourceLocation, TextSpan, ValueSource } from "../../detection/definition.ts";
import type { EditRefusal, ValueChange } from "../../detection/valueEdit.ts";
import type { OptionValue, VariableValue } from "../../system/variable.ts";

/** The update of a run that a value comes from. */
export interface UpdateOrigin {
  /** Absolute path of the run's folder. */
  readonly run: string;
  readonly iteration: number;
  /** Found with the simulated model. */
  readonly simulated: boolean;
}

/** A value that a component of the workspace is to get. */
export interface ComponentChange {
  /** Id of the component's definition. */
  readonly definition: string;
  readonly value: VariableValue;
  readonly origin?: UpdateOrigin;
  /** Values that the source may have had when the new one was found, likeliest first. */
  readonly known?: readonly VariableValue[];
}

/** Why a component's value cannot be written to its source. */
export type ChangeRefusal =
  | EditRefusal
  /** The definition is in the workspace no longer. */
  | { readonly kind: "gone" }
  /** Its file or cell cannot be opened; `why` as the editor says it. */
  | { readonly kind: "unreadable"; readonly why: string }
  /** The value is no value of this kind of variable: the component was changed after the run. */
  | { readonly kind: "other variable" }
  /** The best model is chosen for each input anew, which is no one value. */
  | { readonly kind: "per input" };

export interface Refused {
  readonly change: ComponentChange;
  readonly refusal: ChangeRefusal;
  /** Where the user may look. */
  readonly at: SourceLocation | undefined;
  readonly span: TextSpan | undefined;
}

/** What must be written for a component to get a value, place by place. */
export type ValueChanges =
  | { readonly kind: "changes"; readonly changes: readonly ValueChange[] }
  | { readonly kind: "refused"; readonly refusal: ChangeRefusal; readonly span: TextSpan | undefined };

export function valueChanges({ variable }: ComponentDefinition, { value, known = [] }: ComponentChange): ValueChanges {
  switch (variable.kind) {
    case "computed":
      return refused({ kind: "computed", why: variable.why }, variable.span);
    case "none":
      return refused({ kind: "other variable" });
    case "prompt":
    case "model":
      if (typeof value === "string") return { kind: "changes", changes: single(variable.value, value, known) };
      return refused(isPerInput(value) ? { kind: "per input" } : { kind: "other variable" });
    case "options": {
      if (!isOptions(value)) return refused({ kind: "other variable" });
      const entries = Object.entries(value);
      if (entries.some(([key]) => !Object.hasOwn(variable.values, key))) return refused({ kind: "other variable" });
      const changes = entries.flatMap(([key, option]) => {
        const source = variable.values[key];
        const before = known.flatMap((one) => (isOptions(one) ? (one[key] ?? []) : []));
        return source === undefined || staysComputed(source, option, before)
          ? []
          : [{ source, key, value: option, known: before.filter((text) => typeof text === "string") }];
      });
      return { kind: "changes", changes };
    }
  }
}

/**
 * True where the source says something else than anything it may have said during the run: its author has written another
 * value since.
 */
export function isEditedSince({ origin, known = [] }: ComponentChange, changes: readonly ValueChange[]): boolean {
  if (origin === undefined) return false;
  return changes.some(({ source, key }) => {
    if (source.kind === "computed" || source.value === undefined) return false;
    const before = known.flatMap((value) => optionOf(value, key) ?? []);
    return before.length > 0 && !before.includes(source.value);
  });
}

/** The place of one value of a component: of an option by its key, else of the whole variable. */
export function sourceOf({ variable }: ComponentDefinition, key: string | undefined): ValueSource | undefined {
  if (variable.kind === "prompt" || variable.kind === "model") return key === undefined ? variable.value : undefined;
  if (variable.kind !== "options" || key === undefined || !Object.hasOwn(variable.values, key)) return undefined;
  return variable.values[key];
}

function single(source: ValueSource, value: string, known: readonly VariableValue[]): ValueChange[] {
  const texts = known.filter((text) => typeof text === "string");
  return staysComputed(source, value, texts) ? [] : [{ source, key: undefined, value, known: texts }];
}

/** A computed value need not be written where it is to be what it was. */
function staysComputed(source: ValueSource, value: OptionValue, known: readonly OptionValue[]): boolean {
  return source.kind === "computed" && known[0] === value;
}

function refused(refusal: ChangeRefusal, span?: TextSpan): ValueChanges {
  return { kind: "refused", refusal, span };
}

function optionOf(value: VariableValue, key: string | undefined): OptionValue | undefined {
  if (key === undefined) return typeof value === "string" ? value : undefined;
  return isOptions(value) ? value[key] : undefined;
}

function isPerInput(value: VariableValue): boolean {
  return typeof value === "object" && value !== null && "perInput" in value && value.perInput === true;
}

function isOptions(value: VariableValue): value is Readonly<Record<string, OptionValue>> {
  return (
    typeof value === "object" &&
    value !== null &&
    !isPerInput(value) &&
    Object.values(value).every((option) => ["string", "number", "boolean"].includes(typeof option))
  );
}
