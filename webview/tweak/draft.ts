import type { TrialOutputOf } from "../../src/run/trialOutput.ts";
import { valueMismatch } from "../../src/system/valueMismatch.ts";
import { isPerInputModel, type OptionValue, type OptionValues, type VariableValue } from "../../src/system/variable.ts";

export type Offer = TrialOutputOf<"offer">;
export type OfferedComponent = Offer["components"][number];
export type OfferedVariable = OfferedComponent["variable"];
export type OfferedDimension = Extract<OfferedVariable, { kind: "options" }>["space"][string];

/** Place of a mistake that belongs to no single option. */
export const WHOLE = "";

/** The options of a value; none of what is no options. */
export function optionsOf(value: VariableValue): OptionValues {
  return value !== null && typeof value === "object" && !isPerInputModel(value) && !("adapter" in value) ? value : {};
}

/** The same options with another value for one of them. */
export function withOption(value: VariableValue, key: string, option: OptionValue): OptionValues {
  return { ...optionsOf(value), [key]: option };
}

/**
 * The value to go on with: the one that was being worked on, as far as it still fits what the component offers.
 * @param kept undefined where nothing was worked on
 */
export function draftFor({ variable, current }: OfferedComponent, kept: VariableValue | undefined): VariableValue {
  if (kept === undefined) return current;
  switch (variable.kind) {
    case "prompt":
      return typeof kept === "string" ? kept : current;
    case "model":
      return valueMismatch(variable, kept) === undefined ? kept : current;
    case "options": {
      const [options, inForce] = [optionsOf(kept), optionsOf(current)];
      const entries = Object.keys(variable.space).flatMap((key) => {
        const option = options[key] ?? inForce[key];
        return option === undefined ? [] : [[key, option] as const];
      });
      return Object.fromEntries(entries);
    }
    case "none":
    case "weights":
      return current;
  }
}

/** How a value does not belong to what is offered, by the option that is wrong; nothing where it belongs. */
export function mistakesIn(variable: OfferedVariable, value: VariableValue): ReadonlyMap<string, string> {
  const mistakes = new Map<string, string>();
  if (variable.kind === "options") {
    const options = optionsOf(value);
    for (const [key, dimension] of Object.entries(variable.space)) {
      const option = options[key];
      const alone = option === undefined ? {} : { [key]: option };
      const mismatch = valueMismatch({ kind: "options", space: { [key]: dimension } }, alone);
      if (mismatch !== undefined) mistakes.set(key, mismatch);
    }
  }
  const whole = mistakes.size === 0 ? valueMismatch(variable, value) : undefined;
  return whole === undefined ? mistakes : new Map([[WHOLE, whole]]);
}

/** Whether two values are the same, whatever the order of their options. */
export function isSame(a: VariableValue, b: VariableValue): boolean {
  return sorted(a) === sorted(b);
}

function sorted(value: VariableValue): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  return JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}
