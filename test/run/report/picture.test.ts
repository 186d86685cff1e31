import { describe, expect, test } from "vitest";
import type { Chart } from "../../../src/run/charts/chart.ts";
import { comparedRewardsChart } from "../../../src/run/charts/comparedRewardsChart.ts";
import { reportPalette } from "../../../src/run/charts/palette.ts";
import { systemChart } from "../../../src/run/charts/systemChart.ts";
import { picture } from "../../../src/run/report/picture.ts";
import { drawnTexts } from "../charts/drawnSvg.ts";

function svgOf(chart: Chart | null): string {
  if (chart === null) throw new Error("there is no chart");
  return picture(chart, "it").markup;
}

const point = { iteration: 0, mean: 0.5, low: null, high: null, n: 9, spentRuns: 9, calls: 1, tokens: 1, usd: null };
const curves = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    letter: String.fromCharCode(65 + index),
    id: `20260315-101500-hotpotqa-p2wd${index}`,
    points: [{ ...point, elapsedMs: 1 }],
  }));
const heightOf = (svg: string) => Number(/viewBox="0 0 \d+ (\d+)"/.exec(svg)?.[1]);

describe("a picture on paper", () => {
  test("has its whole legend, and more room for more lines of it", () => {
    const [few, many] = [2, 9].map((count) => svgOf(comparedRewardsChart(curves(count), "iteration", reportPalette)));
    const texts = drawnTexts(many ?? "");
    for (const { letter, id } of curves(9))
      expect(texts.some((text) => text.startsWith(`${letter} ${id.slice(0, 20)}`))).toBe(true);
    expect(texts.filter((text) => /^\d+\/\d+$/.test(text))).toEqual([]);
    expect(heightOf(many ?? "")).toBeGreaterThan(heightOf(few ?? ""));
  });

  test("keeps what stands on a card within it, however wide its letters are", () => {
    const name = "W".repeat(200);
    const component = {
      ...{
        name,
        kind: "prompt" as const,
        inputs: [name],
        outputs: ["answer"],
        localReward: null,
        localRewardBefore: null,
      },
      ...{ alignment: null, heldOut: 0, trusted: null, last: null, changed: false, working: false },
    } as const;
    const svg = svgOf(systemChart({ components: [component], outputs: ["answer"] }, reportPalette));
    expect(svg.match(/<clipPath /g)?.length).toBeGreaterThanOrEqual(2);
    const long = drawnTexts(svg).filter((text) => text.startsWith("WWW"));
    expect(long.length).toBeGreaterThan(0);
    for (const text of long) expect(text.length).toBeLessThanOrEqual(80);
    expect(svg).toContain("clip-path=");
  });
});
