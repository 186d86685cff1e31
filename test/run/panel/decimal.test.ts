import fc from "fast-check";
import { expect, test } from "vitest";
import { HIGHEST_POWER, nearestDouble } from "../../../src/run/panel/decimal.ts";
import { JsonBytes } from "../../../src/run/panel/jsonBytes.ts";

/** The number at the beginning of a text, and what is left behind it. */
function read(text: string): { readonly value: number | undefined; readonly left: string } {
  const json = new JsonBytes();
  json.take(Buffer.from(`${text},\n`));
  const value = json.number();
  return { value, left: value === undefined ? text : text.slice(json.at) };
}

test("a number among bytes is the number that JSON reads, to the last bit", () => {
  const any = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.double({ min: 0, max: 1e6, noNaN: true }),
    fc.double({ min: 1e-9, max: 1e-3, noNaN: true }),
    fc.maxSafeInteger(),
  );
  fc.assert(
    fc.property(any, (number) => {
      const text = JSON.stringify(number);
      expect(read(text)).toEqual({ value: JSON.parse(text), left: "" });
    }),
    { numRuns: 5000 },
  );
});

test("digits that stand between two doubles go to the nearer one, or to nobody", () => {
  const digits = fc.record({
    high: fc.nat({ max: 999_999_999_999_999 }),
    low: fc.nat({ max: 9999 }),
    places: fc.nat({ max: HIGHEST_POWER }),
  });
  fc.assert(
    fc.property(digits, ({ high, low, places }) => {
      const value = nearestDouble(high, low, 4, places);
      if (value !== undefined) expect(value).toBe(Number(`${high}${String(low).padStart(4, "0")}e-${places}`));
    }),
    { numRuns: 5000 },
  );
  // 2^53 + 1 stands in the very middle.
  expect(read("9007199254740993").value).toBe(9007199254740992);
  expect(read("0.9007199254740993").value).toBe(0.9007199254740993);
});

test("what is no number of JSON is none", () => {
  for (const text of ["", "-", ".5", "5.", "01", "-01", "+1", "1e", "1e+", "0x1", "NaN", "Infinity", "1.e3", "1..2"]) {
    const { value, left } = read(text);
    expect(value === undefined || left !== "", text).toBe(true);
  }
});
