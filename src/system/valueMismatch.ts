import { type Dimension, isInDimension, isPerInputModel, type VariableValue } from "./variable.ts";

/** A variable as far as it says which values it may have: every `Variable` is one. */
export type VariableRange =
  | { readonly kind: "none" }
  | { readonly kind: "prompt"; readonly maxLength: number }
  | { readonly kind: "options"; readonly space: Readonly<Record<string, Dimension>> }
  | { readonly kind: "model"; readonly models: readonly string[] }
  | { readonly kind: "weights" };

/** Undefined when `value` belongs to the variable's search space, else how it does not ("must be ..."). */
export function valueMismatch(variable: VariableRange, value: VariableValue): string | undefined {
  switch (variable.kind) {
    case "none":
      return value === null ? undefined : "must be null: the component has no variable";
    case "prompt":
      if (typeof value !== "string" || value.trim() === "") return "must be a prompt, i.e. text that is not empty";
      return value.length > variable.maxLength ? `must have at most ${variable.maxLength} characters` : undefined;
    case "model": {
      const chosen = value !== null && typeof value === "object" && isPerInputModel(value) ? value.fallback : value;
      return typeof chosen === "string" && variable.models.includes(chosen)
        ? undefined
        : `must be one of ${variable.models.join(", ")}`;
    }
    case "weights":
      return value !== null && typeof value === "object" && "adapter" in value ? undefined : "must name an adapter";
    case "options":
      return optionsMismatch(variable, value);
  }
}

function optionsMismatch(
  { space }: Extract<VariableRange, { kind: "options" }>,
  value: VariableValue,
): string | undefined {
  if (value === null || typeof value !== "object") return "must be an object of options";
  const keys = Object.keys(space);
  const unknown = Object.keys(value).find((key) => !keys.includes(key));
  if (unknown !== undefined) return `has no option "${unknown}"; there are ${keys.join(", ")}`;
  for (const [key, dimension] of Object.entries(space)) {
    const option: unknown = (value as Readonly<Record<string, unknown>>)[key];
    if (!isInDimension(dimension, option)) return `must have "${key}" ${allowedText(dimension)}, not ${String(option)}`;
  }
  return undefined;
}

function allowedText(dimension: Dimension): string {
  if (dimension.kind === "choice") return `in ${dimension.values.join(", ")}`;
  const { low, high, integer, step = integer ? 1 : undefined } = dimension;
  return `from ${low} to ${high}${step === undefined ? "" : ` in steps of ${step}`}`;
}
