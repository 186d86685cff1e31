import { describe, expect, test } from "vitest";
import { fitTexts, loggedDiagnosis } from "../../src/optimize/fitDiagnosis.ts";
import { pursue } from "../../src/optimize/pursue.ts";
import type { FitDiagnosis } from "../../src/reward/fitDiagnosis.ts";
import { inProcessRewards } from "../../src/reward/inProcessRewards.ts";
import type { PreferencePair } from "../../src/reward/preferencePair.ts";
import { eventSchema } from "../../src/run/events.ts";
import { fitTextsSchema, LONGEST_TEXT } from "../../src/run/fitTexts.ts";
import { MemoryRecorder } from "../../src/run/memoryRecorder.ts";
import { eventsOf, toyRequest } from "./toySystem.ts";

const pair = (text: string, changes: Partial<PreferencePair> = {}): PreferencePair => ({
  component: "retriever",
  exampleId: "train-1",
  input: { question: "Who built the bridge?", hint: "a woman" },
  chosen: { output: { answer: text }, options: { k: 5, fast: true }, score: 0.9 },
  rejected: { output: { answer: `${text} or Bohr` }, score: 0.25 },
  ...changes,
});

const diagnosis: FitDiagnosis = {
  examples: 3,
  effectivePairs: 7.123456789,
  trainLosses: [0.65432198765, 0.1],
  heldOutLosses: [0.7],
  coinLoss: 0.4,
  wrong: 1,
  brier: 0.1234567891,
  calibration: [{ from: 0.5, pairs: 3, predicted: 0.52345678, right: 1 / 3 }],
  mistakes: [{ pair: 0, margin: -1.23456789 }],
  effects: [
    {
      change: "shorter",
      strength: 0.5,
      outputs: 1,
      mean: -0.123456789,
      deviation: 0,
      lower: 1,
      example: { pair: 0, difference: -0.123456789 },
    },
  ],
};

describe("what a run keeps of a fit", () => {
  test("in its log are figures of six digits, that older and newer readers take", () => {
    const logged = loggedDiagnosis(diagnosis, true);
    expect(logged).toMatchObject({
      effectivePairs: 7.12346,
      trainLosses: [0.654322, 0.1],
      brier: 0.123457,
      texts: true,
    });
    expect(JSON.stringify(logged)).not.toContain('example"');
    const event = {
      type: "rewards",
      iteration: 0,
      component: "retriever",
      backbone: "lexical-1",
      fit: { pairs: 4, heldOut: 4, alignment: 0.75, trainAlignment: 1, losses: [0.69], epochs: 1, diagnosis: logged },
      trusted: true,
      reason: "",
      seq: 3,
      at: 1,
      systemRuns: 0,
    };
    expect(eventSchema.parse(event)).toEqual(event);
    const { diagnosis: _, ...older } = event.fit;
    expect(eventSchema.parse({ ...event, fit: older })).toEqual({ ...event, fit: older });
    const unknown = { ...logged, effects: [{ ...logged.effects[0], change: "sung" }], more: 1 };
    expect(eventSchema.safeParse({ ...event, fit: { ...event.fit, diagnosis: unknown } }).success).toBe(true);
  });

  test("beside it are texts as people read them, with the options that made them", () => {
    const told = { component: "retriever", iteration: 2, seed: 7 };
    const kept = fitTexts(diagnosis, [pair("Marie Curie")], told);
    expect(fitTextsSchema.parse(kept)).toEqual(kept);
    expect(kept.mistakes).toEqual([
      {
        exampleId: "train-1",
        input: "question: Who built the bridge?\nhint: a woman",
        better: "Marie Curie\n[k = 5, fast = true]",
        preferred: "Marie Curie or Bohr",
        betterScore: 0.9,
        preferredScore: 0.25,
        margin: -1.23457,
      },
    ]);
    expect(kept.changed).toEqual([
      {
        change: "shorter",
        strength: 0.5,
        exampleId: "train-1",
        input: "question: Who built the bridge?\nhint: a woman",
        before: "Marie Curie",
        after: "Marie",
        difference: -0.123457,
      },
    ]);
  });

  test("is bounded however long the texts are, and cuts no character in two", () => {
    const told = { component: "retriever", iteration: 2, seed: 7 };
    const long = "👩‍🔬 ".repeat(5000);
    const kept = fitTexts(diagnosis, [pair(long, { input: { question: long } })], told);
    for (const text of [kept.mistakes[0]?.input, kept.mistakes[0]?.better, kept.changed[0]?.before]) {
      expect(text?.length).toBeLessThanOrEqual(LONGEST_TEXT + 1);
      expect(text?.endsWith("…")).toBe(true);
      expect(text).not.toMatch(/\p{Surrogate}/u);
    }
  });

  test("comes with every fit of a run, and a recorder without a folder keeps no texts", async () => {
    const request = await toyRequest({
      settings: { iterations: 2, stageOneInputs: 12, budgetRuns: 150, seed: 4 },
      request: { rewards: inProcessRewards() },
    });
    await pursue(request);
    const fits = eventsOf(request.recorder.events, "rewards");
    expect(fits.length).toBeGreaterThan(2);
    for (const { fit } of fits) {
      expect(fit.diagnosis?.texts).toBe(false);
      expect(fit.diagnosis?.trainLosses.slice(0, fit.epochs)).toHaveLength(fit.losses.length);
      expect(JSON.stringify(fit.diagnosis).length).toBeLessThan(6000);
    }
    expect(new MemoryRecorder("m", () => 0).keepFitTexts()).toBe(false);
  });
});
