import { describe, expect, test } from "vitest";
import { alignmentAt, alignmentChart } from "../../../src/run/charts/alignmentChart.ts";
import { calibrationChart } from "../../../src/run/charts/calibrationChart.ts";
import { changeName, effectName, effectsChart } from "../../../src/run/charts/effectsChart.ts";
import { lossChart } from "../../../src/run/charts/lossChart.ts";
import type { RunEvent } from "../../../src/run/events.ts";
import { translator } from "../../../src/run/l10n.ts";
import { alignmentModel } from "../../../src/run/panel/alignmentModel.ts";
import { alignmentRun } from "../alignmentEvents.ts";
import { finishedRun } from "../exampleEvents.ts";
import { drawnSvg, drawnTexts, testPalette } from "./drawnSvg.ts";

function shownOf(events: readonly RunEvent[]) {
  const state = alignmentModel.empty();
  for (const event of events) alignmentModel.add(state, event);
  return alignmentModel.shown(state, {});
}

const shown = shownOf(alignmentRun());
const { chosen } = shown;
if (chosen?.insight == null) throw new Error("no fit in depth");
const { insight, losses } = chosen;

describe("alignment over the run", () => {
  const chart = alignmentChart(shown, "iterations", testPalette);
  if (chart === null) throw new Error("no chart");

  test("says how each component's went, and what chance is", () => {
    expect(chart.summary).toBe(
      "Share of held-out pairs that each local reward orders rightly; 0.5 is chance. " +
        "question_rewriter: from 0.500 to 0.840 over 4 fits, on 236 held-out pairs in the end. " +
        "info_extractor: from 0.700 to 0.740 over 4 fits, on 252 held-out pairs in the end. " +
        "retriever: 0.740 on 72 held-out pairs. " +
        "hint_generator: from 0.780 to 0.720 over 4 fits, on 204 held-out pairs in the end. " +
        "answer_generator: from 0.820 to 0.780 over 4 fits, on 220 held-out pairs in the end. " +
        "Mean of the last fits of 5 components: 0.764. " +
        "Intervals of 95 % take into account that pairs of one example depend on each other.",
    );
    expect(alignmentChart(shownOf(finishedRun()), "pairs", testPalette)?.summary).toContain("too narrow");
  });

  test("is drawn with its names, chance and what is trusted", () => {
    const texts = drawnTexts(drawnSvg(chart));
    for (const text of ["question_rewriter", "retriever", "chance", "trusted from here"]) expect(texts).toContain(text);
    const without = alignmentChart({ ...shown, threshold: null }, "iterations", testPalette);
    expect(drawnTexts(drawnSvg(without ?? chart))).not.toContain("trusted from here");
  });

  test("has every fit in its table, and a hint on each point", () => {
    expect(chart.table.rows).toHaveLength(17);
    expect(chart.table.rows[0]?.slice(0, 5)).toEqual(["question_rewriter", 0, 48, 48, 0.5]);
    expect(chart.hint?.({ series: 0, item: 1 })).toEqual([
      "question_rewriter",
      "iteration 3",
      "alignment 0.680 on 108 held-out pairs of 108",
      expect.stringMatching(/^95 % interval 0\.\d{3} to 0\.\d{3}$/),
      "trusted",
    ]);
    expect(chart.hint?.({ series: 0, item: 0 })?.at(-1)).toBe("not trusted");
    expect(chart.hint?.({ series: 9, item: 0 })).toBeUndefined();
    expect(alignmentAt(shown.components, { series: 2, item: 0 })?.component).toBe("retriever");
  });

  test("over pairs stands where the pairs are", () => {
    const option = alignmentChart(shown, "pairs", testPalette)?.option;
    const [line] = option?.series ?? [];
    expect(line?.data).toMatchObject([
      { value: [48, 0.5] },
      { value: [108, 0.68] },
      { value: [172, 0.76] },
      { value: [236, 0.84] },
    ]);
  });

  test("is none before anything was measured, and leaves out what was not", () => {
    expect(alignmentChart({ components: [], threshold: null }, "pairs", testPalette)).toBeNull();
    const [curve] = shown.components;
    if (curve === undefined) throw new Error("no curve");
    const unmeasured = curve.points.map((point) => ({ ...point, alignment: null, low: null, high: null }));
    const none = [{ ...curve, points: unmeasured }];
    expect(alignmentChart({ components: none, threshold: null }, "pairs", testPalette)).toBeNull();
    const second = [...none, ...shown.components.slice(1, 2)];
    expect(alignmentAt(second, { series: 0, item: 0 })?.component).toBe("info_extractor");
  });

  test("speaks the reader's language", () => {
    const l10n = translator({ chance: "ZUFALL", "held-out pairs": "BEISEITE" });
    const other = alignmentChart(shown, "pairs", testPalette, l10n);
    expect(drawnTexts(drawnSvg(other ?? chart))).toContain("ZUFALL");
    expect(other?.table.columns).toContain("BEISEITE");
  });
});

describe("losses of a fit", () => {
  test("are drawn epoch by epoch, with the one that is used", () => {
    const chart = lossChart(losses, testPalette);
    if (chart === null) throw new Error("no chart");
    expect(chart.summary).toBe(
      "Epochs tried: 12. Loss of the pairs trained on: 0.690 nats after the first, 0.330 nats in use. " +
        "Loss of held-out pairs in use: 0.500 nats. A coin has 0.600 nats. " +
        "The weights after epoch 8 are used.",
    );
    expect(chart.table.rows[7]).toEqual([8, expect.closeTo(0.33, 2), 0.5, "used"]);
    expect(chart.hint?.({ series: 1, item: 7 })).toEqual(["epoch 8", "held-out pairs: 0.500 nats"]);
    expect(drawnTexts(drawnSvg(chart))).toContain("epoch whose weights are used");
  });

  test("are told without held-out ones where the log has none, and not at all without epochs", () => {
    const older = lossChart({ train: [0.69, 0.5], heldOut: [], chosen: 2, coin: null }, testPalette);
    expect(older?.summary).toContain("The log does not tell the loss of held-out pairs.");
    expect(older?.hint?.({ series: 1, item: 0 })).toBeUndefined();
    expect(lossChart({ train: [], heldOut: [], chosen: 0, coin: null }, testPalette)).toBeNull();
    expect(lossChart({ train: [0.4], heldOut: [0.5], chosen: 0, coin: null }, testPalette)?.summary).not.toContain(
      "are used",
    );
  });
});

describe("calibration of a local reward", () => {
  test("says in words how far it is off, and in which direction", () => {
    const bin = (predicted: number, right: number) => ({
      predicted,
      right,
      low: right - 0.1,
      high: right + 0.1,
      pairs: 10,
    });
    const sure = calibrationChart({ calibration: [bin(0.9, 0.6)], brier: 0.3, error: 0.3 }, testPalette);
    expect(sure?.summary).toBe(
      "How certain the local reward is of 10 held-out pairs, and how often it is right. " +
        "It is off by 0.300 on average, and mostly too certain (expected calibration error). " +
        "Brier score 0.300; a coin has 0.25, and 0 is perfect.",
    );
    const shy = calibrationChart({ calibration: [bin(0.6, 0.9)], brier: null, error: 0.3 }, testPalette);
    expect(shy?.summary).toContain("mostly less certain than it could be");
    expect(shy?.summary).not.toContain("Brier");
  });

  test("is drawn with a point for each bin, larger for more pairs", () => {
    const chart = calibrationChart(insight, testPalette);
    if (chart === null) throw new Error("no chart");
    expect(chart.table.rows).toHaveLength(8);
    expect(chart.hint?.({ series: 0, item: 0 })?.[0]).toMatch(/^predicted 0\.530, right 0\.\d{3}$/);
    expect(chart.hint?.({ series: 1, item: 0 })).toBeUndefined();
    expect(drawnTexts(drawnSvg(chart))).toContain("as certain as right");
    expect(calibrationChart({ calibration: [], brier: null, error: null }, testPalette)).toBeNull();
  });
});

describe("what a local reward prefers", () => {
  test("is told by what moves it most, either way", () => {
    const chart = effectsChart(insight.effects, testPalette);
    if (chart === null) throw new Error("no chart");
    expect(chart.summary).toBe(
      "What changing good outputs on purpose does to the local reward, over up to 9 outputs. " +
        "It falls most when an output is made: shorter, 50 % (-1.400). " +
        "It rises most when an output is made: without terms of its own, 50 % (+0.600); what is rewarded so, an optimizer will find.",
    );
    expect(chart.hint?.({ series: 0, item: 0 })).toEqual([
      "shorter, 50 %",
      "local reward -1.400",
      "95 % interval -1.707 to -1.093",
      "fell for 8 of 9 outputs",
    ]);
    const texts = drawnTexts(drawnSvg(chart));
    for (const { change, strength } of insight.effects) expect(texts).toContain(effectName({ change, strength }));
  });

  test("says why its intervals are wide, where they are", () => {
    const summaryOf = (outputs: number) => {
      const effect = { change: "shorter", strength: 0.5, outputs, mean: -1, low: -2, high: 0.5, lower: outputs };
      return effectsChart([effect], testPalette)?.summary;
    };
    expect(summaryOf(6)).toContain(
      "Intervals are wide because they stand on 6 outputs: a fit pays for as many as its size allows.",
    );
    expect(summaryOf(1)).toContain("One output has no interval; this fit was too small to pay for changing more.");
    expect(summaryOf(7)).not.toMatch(/wide|no interval/);
  });

  test("is nothing clear where all intervals hold 0, and for single outputs", () => {
    const effect = { change: "shorter", strength: 0.5, outputs: 1, mean: 4, low: null, high: null, lower: 0 };
    const chart = effectsChart([effect], testPalette);
    expect(chart?.summary).toContain("No change moves it clearly.");
    expect(chart?.hint?.({ series: 0, item: 0 })).toHaveLength(3);
    expect(effectsChart([], testPalette)).toBeNull();
  });

  test("says changes of later versions as they are, on one line, however long", () => {
    expect(changeName("sung\n\u001b[31m")).toBe("sung ␛[31m");
    expect(changeName("x".repeat(100_000)).length).toBeLessThan(300);
  });
});
