import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { isJson, jsonSchema } from "../../src/notebook/json.ts";

describe("JSON", () => {
  test("is what JSON.parse gives", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(isJson(JSON.parse(text))).toBe(true);
      }),
    );
  });

  test("is what zod takes for it, whatever the value", () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withSparseArray: true }), (value) => {
        expect(isJson(value)).toBe(z.json().safeParse(value).success);
      }),
    );
  });

  test("has no cycles, but may hold one thing twice", () => {
    const shared = { a: 1 };
    expect(isJson([shared, shared])).toBe(true);
    const circle: unknown[] = [];
    circle.push({ circle });
    expect(isJson(circle)).toBe(false);
  });

  test("may be nested deeper than the stack", () => {
    let deep: unknown = 1;
    for (let level = 0; level < 200_000; level++) deep = [deep];
    expect(isJson(deep)).toBe(true);
  });

  test("is refused with a message where it is something else", () => {
    expect(jsonSchema.safeParse(new Date(0)).error?.issues).toMatchObject([{ message: "This is no JSON." }]);
    for (const value of [undefined, Number.NaN, () => 1, 1n, Symbol("a"), new Map()]) expect(isJson(value)).toBe(false);
  });
});
