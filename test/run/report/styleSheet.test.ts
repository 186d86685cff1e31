import { describe, expect, test } from "vitest";
import { editorSeries, reportPalette } from "../../../src/run/charts/palette.ts";
import { ALL_PURPOSES } from "../../../src/run/panel/budgetModel.ts";
import { styleSheet } from "../../../src/run/report/styleSheet.ts";

/** Text colour and what it stands on. */
const texts = [
  ["ink", "paper"],
  ["ink", "panel"],
  ["quiet", "paper"],
  ["quiet", "panel"],
  ["accepted", "paper"],
  ["rejected", "paper"],
  ["added-ink", "added"],
  ["removed-ink", "removed"],
  ["notice-ink", "notice"],
] as const;

const schemes = [...styleSheet.matchAll(/:root \{(.*?)\}/gs)].map(
  ([, block = ""]) =>
    new Map([...block.matchAll(/--([a-z-]+): (#[0-9a-f]{6})/g)].map(([, name, color]) => [name, color])),
);

test("light, dark and print define the same colours", () => {
  expect(schemes).toHaveLength(3);
  for (const scheme of schemes) expect([...scheme.keys()]).toEqual([...(schemes[0]?.keys() ?? [])]);
});

describe.each(texts)("%s on %s", (text, background) => {
  test("can be read in every scheme", () => {
    for (const scheme of schemes) {
      expect(contrast(scheme.get(text), scheme.get(background))).toBeGreaterThanOrEqual(4.5);
    }
  });
});

describe("what has no colour of its own", () => {
  const names = reportPalette.series.map((colour) => /^var\(--([a-z]+)\)$/.exec(colour)?.[1] ?? colour);

  test("gets another one for each purpose of system runs, here and in the panel", () => {
    for (const series of [names, editorSeries]) {
      expect(new Set(series).size).toBe(series.length);
      expect(series.length).toBeGreaterThanOrEqual(ALL_PURPOSES.length);
    }
  });

  test("stands out from the page in every scheme, in colours that are told apart", () => {
    for (const scheme of schemes) {
      for (const name of names) expect(contrast(scheme.get(name), scheme.get("paper")), name).toBeGreaterThanOrEqual(3);
      expect(new Set(names.map((name) => scheme.get(name))).size).toBe(names.length);
    }
  });
});

/** Contrast ratio of WCAG 2.2, 1 to 21. */
function contrast(one = "", other = ""): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const channel = Number.parseInt(color.slice(start, start + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
