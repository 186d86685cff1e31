import { isPerInputModel, type VariableValue } from "../../system/variable.ts";

/** A variable's value as lines of text: prompts as they are, options one per line. */
export function valueText(value: VariableValue): string {
  return typeof value === "string" ? value : valueLines(value).join("\n");
}

/** The parts of a value that is no prompt, one per line, in the order of their names. */
export function valueLines(value: Exclude<VariableValue, string>): string[] {
  if (value === null) return ["none"];
  if (isPerInputModel(value)) return [`model chosen per input, otherwise ${value.fallback}`];
  if ("adapter" in value && (value.adapter === null || typeof value.adapter === "string")) {
    return [value.adapter === null ? "base model" : `adapter ${value.adapter}`];
  }
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, option]) => `${name} = ${option}`);
}

/** The one value that a landscape point varies: "k = 5". */
export function landscapeValueText({ key, value }: { readonly key: string; readonly value: VariableValue }): string {
  if (value === null || typeof value !== "object") return valueText(value);
  const option = Object.entries(value).find(([name]) => name === key);
  return option === undefined ? valueText(value) : `${key} = ${String(option[1])}`;
}
