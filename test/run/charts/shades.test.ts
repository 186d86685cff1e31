import { expect, test } from "vitest";
import { markStyle } from "../../../src/run/charts/candidateMarks.ts";
import type { Chart } from "../../../src/run/charts/chart.ts";
import {
  contrastOf,
  distanceOf,
  ground,
  LEAST_CONTRAST,
  LEAST_DISTANCE,
  scaleOf,
  standingOut,
  toldApart,
} from "../../../src/run/charts/contrast.ts";
import { optionGridChart } from "../../../src/run/charts/optionGridChart.ts";
import { optionLinesChart } from "../../../src/run/charts/optionLinesChart.ts";
import { editorSeries, mixed, type Palette, reportPalette } from "../../../src/run/charts/palette.ts";
import type { OptionGrid, OptionLines } from "../../../src/run/panel/landscapeShown.ts";
import { themes } from "../../webview/themes.ts";

/** Neighbours on a scale of five differ at least by so much, in CIELAB. */
const STEP = 8;
const shares = [0, 0.25, 0.5, 0.75, 1];
const rewards = ["local", "global"] as const;

/** The editor's palettes as a page makes them of its themes. */
const palettes = Object.entries(themes).map(([name, { variables }]): [string, Palette] => {
  const all: Readonly<Record<string, string>> = variables;
  const base = { paper: variables["--vscode-editor-background"], ink: variables["--vscode-foreground"] };
  const of = (colour: string) =>
    standingOut(all[`--vscode-charts-${colour}`] ?? base.ink, base, LEAST_CONTRAST.graphics);
  const series = toldApart(editorSeries.map(of), base);
  const grid = mixed(base.paper, base.ink, 0.22);
  const rest = { quiet: base.ink, line: of("blue"), accepted: of("green"), rejected: of("red") };
  return [name, { ...base, ...rest, grid, local: of("orange"), global: of("blue"), series }];
});

function distances(colours: readonly string[]): number[] {
  return colours.slice(1).map((colour, index) => distanceOf(colours[index] ?? "", colour) ?? 0);
}

function lines(reward: "local" | "global"): OptionLines {
  return {
    axes: [{ key: "k", labels: null, log: false }],
    lines: shares.map((share, index) => ({ at: [index], reward: share, iteration: index, mark: null, seq: index })),
    reward,
    total: shares.length,
    within: { count: shares.length, best: [] },
  };
}

/** Colours of a chart's lines, in the order of their rewards. */
function lineColours(chart: Chart | null): string[] {
  const data = chart?.option.series?.[0]?.data;
  return (Array.isArray(data) ? data : []).map((line: unknown) =>
    String(Reflect.get(Reflect.get(Object(line), "lineStyle"), "color")),
  );
}

test.each(palettes)(
  "lines of %s tell their rewards: five steps differ, the higher the further from the paper",
  (_, palette) => {
    for (const reward of rewards) {
      const colours = lineColours(optionLinesChart(lines(reward), palette));
      expect(colours).toHaveLength(shares.length);
      expect(Math.min(...distances(colours)), `${reward}: ${colours}`).toBeGreaterThanOrEqual(STEP);
      const contrasts = colours.map((colour) => contrastOf(colour, palette.paper) ?? 0);
      expect(contrasts).toEqual([...contrasts].sort((a, b) => a - b));
      expect(contrasts[0]).toBeGreaterThanOrEqual(LEAST_CONTRAST.graphics);
    }
  },
);

/** What a heat map of so many columns fills its cells with, the lowest first. */
function cellColours(columns: number, palette: Palette): string[] {
  const cells = Array.from({ length: columns }, (_, column) => ({
    column,
    row: 0,
    mean: column / (columns - 1),
    n: 1,
    current: false,
  }));
  const names = cells.map(({ column }) => String(column));
  const grid: OptionGrid = { x: "k", y: "on", reward: "global", columns: names, rows: ["true"], cells };
  const render: unknown = Reflect.get(Object(optionGridChart(grid, palette)?.option.series?.[0]), "renderItem");
  if (typeof render !== "function") throw new Error("no cells are drawn");
  const api = { coord: () => [0, 0], size: () => [60, 30] };
  return cells.map((_, dataIndex) => {
    const drawn: { children: { style: { fill: string } }[] } = render({ dataIndex }, api);
    return drawn.children[0]?.style.fill ?? "";
  });
}

test.each(palettes)(
  "cells of %s tell their rewards, with numbers that can be read on them and without",
  (_, palette) => {
    const few = cellColours(5, palette);
    expect(Math.min(...distances(few)), few.join()).toBeGreaterThanOrEqual(STEP);
    for (const colour of few)
      expect(contrastOf(colour, palette.ink), colour).toBeGreaterThanOrEqual(LEAST_CONTRAST.text);
    const many = cellColours(201, palette);
    expect(Math.min(...distances(shares.map((share) => many[share * 200] ?? "")))).toBeGreaterThanOrEqual(STEP);
  },
);

test.each(palettes)("candidates of %s tell their iterations: the later, the further from the paper", (_, palette) => {
  const colours = shares.map((share) => markStyle(null, palette, share).itemStyle.color);
  expect(Math.min(...distances(colours)), colours.join()).toBeGreaterThanOrEqual(STEP);
  const contrasts = colours.map((colour) => contrastOf(colour, palette.paper) ?? 0);
  expect(contrasts).toEqual([...contrasts].sort((a, b) => a - b));
});

test.each(palettes)("things of %s that only their colours tell apart differ", (_, palette) => {
  const { series, local, global, accepted, rejected } = palette;
  for (const group of [series, [local, global], [accepted, rejected]]) {
    for (const [index, one] of group.entries()) {
      for (const other of group.slice(index + 1))
        expect(distanceOf(one, other), `${one}, ${other}`).toBeGreaterThanOrEqual(LEAST_DISTANCE);
      expect(contrastOf(one, palette.paper)).toBeGreaterThanOrEqual(LEAST_CONTRAST.graphics);
    }
  }
});

test("colours that are known only where they are drawn are mixed there, on every scale", () => {
  const mixes = shares.map(scaleOf("var(--local)", reportPalette));
  expect(new Set(mixes).size).toBe(shares.length);
  expect(mixes[0]).toBe("color-mix(in srgb, var(--local) 40%, var(--paper))");
  expect(mixes.at(-1)).toBe("color-mix(in srgb, var(--ink) 75%, var(--local))");
  expect(ground("var(--global)", 1, reportPalette)).toBe("color-mix(in srgb, var(--global) 47%, var(--paper))");
});

test("lines through several axes pass behind the labels of these", () => {
  const chart = optionLinesChart(lines("local"), reportPalette);
  const axes = chart?.option.parallelAxis;
  expect(axes).toHaveLength(2);
  for (const axis of Array.isArray(axes) ? axes : []) {
    expect(axis.axisLabel).toMatchObject({ backgroundColor: reportPalette.paper, color: reportPalette.ink });
  }
});
