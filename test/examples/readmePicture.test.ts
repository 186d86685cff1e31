import { expect, test } from "vitest";
import experiment from "../../examples/hotpotqa/experiment.ts";
import { readSplits } from "../../src/data/splits.ts";
import { simulatedModel } from "../../src/models/simulated/simulatedModel.ts";
import { pursue } from "../../src/optimize/pursue.ts";
import { parseSettings } from "../../src/optimize/settings.ts";
import { inProcessRewards } from "../../src/reward/inProcessRewards.ts";
import type { Palette } from "../../src/run/charts/palette.ts";
import { rewardCurveChart } from "../../src/run/charts/rewardCurveChart.ts";
import { MemoryRecorder } from "../../src/run/memoryRecorder.ts";
import { picture } from "../../src/run/report/picture.ts";
import { emptyCurve, growCurve } from "../../src/run/views/rewardCurve.ts";

const palette: Palette = {
  ink: "#1f2328",
  quiet: "#59636e",
  grid: "#d1d9e0",
  paper: "#ffffff",
  line: "#0969da",
  accepted: "#1a7f37",
  rejected: "#9a6700",
  local: "#0969da",
  global: "#8250df",
  series: ["#0969da", "#8250df", "#1a7f37", "#9a6700"],
};

/** A picture that stands alone: on paper of its own, and saying what made it. */
function standalone(svg: string): string {
  const note = `<text x="852" y="372" text-anchor="end" font-family="sans-serif" font-size="11" fill="${palette.quiet}">simulated model</text>`;
  return `${svg.replace(/^<svg [^>]*>/, (tag) => `${tag}<rect width="100%" height="100%" fill="${palette.paper}"/>`).replace(/<\/svg>$/, `${note}</svg>`)}\n`;
}

test("the picture in the example's README is its run, as it comes out today (vitest -u draws it anew)", async () => {
  const signal = new AbortController().signal;
  const splits = await readSplits(experiment.data, { baseDirectory: ".", signal, seed: 1 });
  const rows = {
    train: splits.train.examples,
    validation: splits.validation.examples,
    test: splits.test?.examples ?? [],
  };
  await experiment.prepare?.(rows, signal);
  const model = simulatedModel();
  const recorder = new MemoryRecorder("picture", () => 0);
  const summary = await pursue({
    goal: { kind: "optimize" },
    experiment,
    experimentPath: "examples/hotpotqa/experiment.ts",
    splits,
    settings: parseSettings(experiment.settings),
    model,
    proposer: model,
    rewards: inProcessRewards(),
    recorder,
    signal,
  });
  expect(summary.optimized.test?.mean).toBeGreaterThan(summary.unoptimized.test?.mean ?? 1);
  const curve = emptyCurve();
  for (const event of recorder.events) growCurve(curve, event);
  const chart = rewardCurveChart(curve, palette);
  if (chart === null) throw new Error("the run has nothing to draw");
  await expect(standalone(picture(chart, "readme").markup)).toMatchFileSnapshot("../../media/hotpotqa-run.svg");
});
