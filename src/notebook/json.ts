import * as z from "zod";

type Json = z.infer<ReturnType<typeof z.json>>;

/**
 * Any JSON. Checked by hand, for `z.json()` takes half a second for a megabyte and would hold up the editor; without
 * recursion, for data may be nested deeper than the stack.
 */
export const jsonSchema = z.custom<Json>(isJson, "This is no JSON.");

/** Whether a value is what JSON can say, without cycles. */
export function isJson(value: unknown): value is Json {
  /** Values still to be looked at, and containers to be left once everything in them was. */
  const open: ({ readonly enter: unknown } | { readonly leave: object })[] = [{ enter: value }];
  const inside = new Set<object>();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if ("leave" in next) {
      inside.delete(next.leave);
      continue;
    }
    const { enter } = next;
    if (enter === null || typeof enter === "string" || typeof enter === "boolean" || Number.isFinite(enter)) continue;
    if (typeof enter !== "object" || !isContainer(enter) || inside.has(enter)) return false;
    inside.add(enter);
    open.push({ leave: enter });
    // The iterator of an array also gives its holes.
    for (const item of Array.isArray(enter) ? enter : Object.values(enter)) open.push({ enter: item });
  }
  return true;
}

function isContainer(value: object): boolean {
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || isForeignObjectPrototype(prototype);
}

/** Plain objects of another realm have a prototype of their own, which is the end of its chain. */
function isForeignObjectPrototype(prototype: unknown): boolean {
  return typeof prototype === "object" && prototype !== null && Object.getPrototypeOf(prototype) === null;
}
