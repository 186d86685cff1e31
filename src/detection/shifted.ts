import type { TextSpan } from "./definition.ts";

/**
 * A copy of plain data in which every span lies further down the text. What lies on the first line keeps its column.
 * @param by offsets in UTF-16 code units
 */
export function shifted<T>(data: T, by: number, lines: number): T {
  const made = new Map<object, unknown>();
  const copy = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value;
    const known = made.get(value);
    if (known !== undefined) return known;
    if (isSpan(value)) {
      const { from, to, start, end } = value;
      const span: TextSpan = {
        from: from + by,
        to: to + by,
        start: { line: start.line + lines, character: start.character },
        end: { line: end.line + lines, character: end.character },
      };
      made.set(value, span);
      return span;
    }
    if (Array.isArray(value)) {
      const items = value.map(copy);
      made.set(value, items);
      return items;
    }
    const object: Record<string, unknown> = {};
    for (const [key, member] of Object.entries(value)) object[key] = copy(member);
    made.set(value, object);
    return object;
  };
  return copy(data) as T;
}

function isSpan(value: object): value is TextSpan {
  return "from" in value && "start" in value;
}
