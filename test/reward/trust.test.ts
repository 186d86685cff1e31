import { expect, it } from "vitest";
import { isTrusted } from "../../src/reward/trust.ts";

it.each([
  [{ alignment: 0.7, heldOut: 100 }, true],
  [{ alignment: 0.55, heldOut: 100 }, true],
  [{ alignment: 0.549, heldOut: 100 }, false],
  [{ alignment: 1, heldOut: 19 }, false],
  [{ alignment: undefined, heldOut: 100 }, false],
])("%o is trusted: %s", (report, trusted) => {
  expect(isTrusted(report)).toBe(trusted);
});

it("takes another threshold and another least number of pairs", () => {
  expect(isTrusted({ alignment: 0.6, heldOut: 5 }, 0.6, 5)).toBe(true);
  expect(isTrusted({ alignment: 0.6, heldOut: 5 }, 0.61, 5)).toBe(false);
});
