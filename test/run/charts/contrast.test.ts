import fc from "fast-check";
import { expect, test } from "vitest";
import { contrastOf, LEAST_CONTRAST, paler, standingOut } from "../../../src/run/charts/contrast.ts";
import { reportPalette } from "../../../src/run/charts/palette.ts";
import { testPalette } from "./drawnSvg.ts";

const colour = fc.integer({ min: 0, max: 0xffffff }).map((number) => `#${number.toString(16).padStart(6, "0")}`);

test("contrast is that of WCAG 2.2, whichever colour comes first", () => {
  expect(contrastOf("#000000", "#ffffff")).toBeCloseTo(21, 9);
  expect(contrastOf("#ffffff", "#ffffff")).toBe(1);
  // 4.54 is what checkers of contrast give for this grey, the lightest that text on white may have.
  expect(contrastOf("#ffffff", "#767676")).toBeCloseTo(4.54, 2);
  expect(contrastOf("var(--ink)", "#ffffff")).toBeUndefined();
  fc.assert(fc.property(colour, colour, (a, b) => contrastOf(a, b) === contrastOf(b, a)));
});

test("a colour stands out from every paper that its ink stands out from, and is left alone where it does already", () => {
  fc.assert(
    fc.property(colour, colour, colour, (wish, paper, ink) => {
      fc.pre((contrastOf(ink, paper) ?? 0) >= LEAST_CONTRAST.text);
      for (const least of Object.values(LEAST_CONTRAST)) {
        const found = standingOut(wish, { paper, ink }, least);
        expect(contrastOf(found, paper)).toBeGreaterThanOrEqual(least);
        if ((contrastOf(wish, paper) ?? 0) >= least) expect(found).toBe(wish);
      }
    }),
  );
});

test("what is paler is made out all the same", () => {
  fc.assert(
    fc.property(colour, colour, colour, fc.double({ min: 0, max: 1, noNaN: true }), (wish, paper, ink, share) => {
      fc.pre((contrastOf(ink, paper) ?? 0) >= LEAST_CONTRAST.graphics);
      const found = paler(wish, share, { ...testPalette, paper, ink });
      expect(contrastOf(found, paper)).toBeGreaterThanOrEqual(LEAST_CONTRAST.graphics);
    }),
  );
});

test("colours that are known only where they are drawn are left to whoever draws", () => {
  expect(standingOut("var(--line)", reportPalette, LEAST_CONTRAST.text)).toBe("var(--line)");
  expect(paler("var(--line)", 0.5, reportPalette)).toBe("color-mix(in srgb, var(--line) 50%, var(--paper))");
});
