import type { Stretch } from "./textLines.ts";

/**
 * A copy of plain facts in which every stretch lies further down the text.
 * @param by in UTF-16 code units
 */
export function shifted<T>(facts: T, by: number): T {
  // Only what names mean is shared, and by many names.
  const constants = new Map<object, unknown>();
  const copy = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) {
      const items: unknown[] = [];
      for (const item of value) items.push(copy(item));
      return items;
    }
    if (isStretch(value)) return { from: value.from + by, to: value.to + by };
    const isConstant = "kind" in value && value.kind === "constant";
    const known = isConstant ? constants.get(value) : undefined;
    if (known !== undefined) return known;
    const object: Record<string, unknown> = {};
    for (const key in value) object[key] = copy((value as Record<string, unknown>)[key]);
    if (isConstant) constants.set(value, object);
    return object;
  };
  return copy(facts) as T;
}

function isStretch(value: object): value is Stretch {
  return "from" in value && "to" in value;
}
