import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RunEvent } from "../../../src/run/events.ts";
import { alignmentModel } from "../../../src/run/panel/alignmentModel.ts";
import type { AlignmentShown } from "../../../src/run/panel/alignmentShown.ts";
import { MOST_POINTS } from "../../../src/run/panel/panelModel.ts";
import { shareInterval } from "../../../src/run/statistics.ts";
import { effectiveEvents } from "../../../src/run/views/effectiveEvents.ts";
import { alignmentRun, lastFit } from "../alignmentEvents.ts";
import { finishedRun, LogWriter, started } from "../exampleEvents.ts";
import { shownBy } from "./shownBy.ts";

const whole = alignmentRun();

function shownOf(events: readonly RunEvent[], query: unknown = undefined): AlignmentShown {
  return shownBy(alignmentModel, events, query);
}

/** A run of one fit after the other. */
function manyFits(count: number, components = 1): RunEvent[] {
  const log = new LogWriter();
  const start = started();
  const [first] = start.system.components;
  if (first === undefined) throw new Error("no component");
  const named = Array.from({ length: components }, (_, place) => ({ ...first, name: `component ${place}` }));
  log.add({ ...start, system: { ...start.system, components: named } });
  const template = whole.find((event) => event.type === "rewards");
  if (template?.type !== "rewards") throw new Error("no fit");
  const events = [...log.events];
  for (let fit = 0; fit < count; fit++) {
    events.push({ ...template, iteration: fit, component: `component ${fit % components}`, seq: fit + 1 });
  }
  return events;
}

describe("the alignment of a run's local rewards", () => {
  test("is known fit by fit, for each component in the order of the system", () => {
    const { components, simulated, threshold } = shownOf(whole);
    expect(components.map(({ component, fits }) => [component, fits])).toEqual([
      ["question_rewriter", 4],
      ["info_extractor", 4],
      ["retriever", 1],
      ["hint_generator", 4],
      ["answer_generator", 4],
    ]);
    expect(
      components[0]?.points.map(({ iteration, pairs, alignment, trusted }) => [iteration, pairs, alignment, trusted]),
    ).toEqual([
      [0, 48, 0.5, false],
      [3, 108, 0.68, true],
      [7, 172, 0.76, true],
      [11, 236, 0.84, true],
    ]);
    expect([simulated, threshold]).toEqual([true, 0.55]);
  });

  test("has intervals over examples where the log knows them, else over pairs", () => {
    const [point] = shownOf(whole).components[0]?.points ?? [];
    const { low, high } = shareInterval(0.5, 48 * 0.6);
    expect(point).toMatchObject({ low, high, byExample: true });
    const [older] = shownOf(finishedRun()).components[1]?.points ?? [];
    expect(older).toMatchObject({ ...shareInterval(older?.alignment ?? 0, 15), byExample: false });
  });

  test("shows the last fit of the first component in depth, and any other that is asked for", () => {
    expect(shownOf(whole).chosen).toMatchObject({ component: "question_rewriter", iteration: 11, pairs: 236 });
    expect(shownOf(whole, { component: "retriever" }).chosen).toMatchObject({ component: "retriever", iteration: 0 });
    const seq = whole.find((event) => event.type === "rewards" && event.iteration === 3)?.seq;
    expect(shownOf(whole, { fit: seq }).chosen).toMatchObject({ iteration: 3, seq });
    expect(shownOf(whole, { component: "hint_generator" }).chosen?.seq).toBe(lastFit(whole, "hint_generator"));
  });

  test("tells losses, calibration and effects with their intervals", () => {
    const { chosen } = shownOf(whole);
    expect(chosen?.losses).toMatchObject({ chosen: 8, train: { length: 12 }, heldOut: { length: 12 } });
    const { insight } = chosen ?? {};
    expect(insight).toMatchObject({ examples: 59, wrong: 38, brier: 0.19, hasTexts: true });
    for (const { right, low, high, pairs } of insight?.calibration ?? []) {
      expect({ low, high }).toEqual(shareInterval(right, pairs));
    }
    // Student's t with 8 degrees of freedom: 2.306 · 0.4 / 3.
    const [effect] = insight?.effects ?? [];
    expect((effect?.high ?? 0) - (effect?.mean ?? 0)).toBeCloseTo(0.3075, 3);
    expect(insight?.error).toBeGreaterThan(0);
  });

  test("says of older logs that they do not tell more", () => {
    const { chosen } = shownOf(finishedRun());
    expect(chosen).toMatchObject({ insight: null, losses: { train: [0.69, 0.52, 0.44], heldOut: [], chosen: 3 } });
  });

  test("is nothing before the first fit", () => {
    expect(shownOf([])).toEqual({ simulated: false, threshold: null, components: [], chosen: null });
    expect(shownOf(whole.slice(0, 3))).toMatchObject({ components: [], chosen: null });
  });

  test.each([null, 7, "x", { fit: "last" }, { component: 3 }, { fit: 1e9 }, { component: "no such" }])(
    "answers %j like no query",
    (query) => expect(shownOf(whole, query)).toEqual(shownOf(whole)),
  );

  test("does not count what a resumption did again", () => {
    const checkpoint = whole.findIndex((event) => event.type === "checkpoint" && event.iteration === 2);
    const until = whole.findIndex((event) => event.type === "update" && event.iteration === 3);
    const log = new LogWriter();
    const add = (events: readonly RunEvent[]) => {
      for (const { seq: _, at: __, systemRuns: ___, ...body } of events) log.add(body);
    };
    add(whole.slice(0, until));
    log.resume(whole[checkpoint]?.seq ?? 0, 1000);
    add(whole.slice(checkpoint + 1));
    const told = (events: readonly RunEvent[]) =>
      shownOf(effectiveEvents(events)).components.map(({ fits, points }) => [
        fits,
        points.map((point) => point.alignment),
      ]);
    expect(told(log.events)).toEqual(told(whole));
  });

  test("is the same one by one as at once, at every event", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.length }), fc.boolean(), (until, asks) => {
        const state = alignmentModel.empty();
        for (const event of whole.slice(0, until)) {
          alignmentModel.add(state, event);
          if (asks) alignmentModel.shown(state, {});
        }
        expect(alignmentModel.shown(state, {})).toEqual(shownOf(whole.slice(0, until)));
      }),
      { numRuns: 30 },
    );
  });

  test("stays bounded, whatever the number of fits and components", () => {
    for (const [fits, components] of [
      [20_000, 1],
      [20_000, 30],
      [3000, 1500],
    ] as const) {
      const shown = shownOf(manyFits(fits, components));
      const points = shown.components.reduce((sum, curve) => sum + curve.points.length, 0);
      expect(points).toBeLessThanOrEqual(MOST_POINTS);
      expect(JSON.stringify(shown).length).toBeLessThan(1_000_000);
      expect(shown.components[0]?.fits).toBe(Math.ceil(fits / components));
    }
  });

  test("takes figures that cannot be for what they are: nothing", () => {
    const [fit] = whole.filter((event) => event.type === "rewards");
    if (fit?.type !== "rewards" || fit.fit.diagnosis === undefined) throw new Error("no fit");
    const diagnosis = {
      ...fit.fit.diagnosis,
      effectivePairs: -1,
      calibration: [
        { from: 2, pairs: 0, predicted: 3, right: -4 },
        { from: 0.5, pairs: 3, predicted: 0.6, right: 1 },
      ],
    };
    const odd = { ...fit, fit: { ...fit.fit, alignment: 7, diagnosis } };
    const { chosen } = shownOf([whole[0] as RunEvent, odd]);
    expect(chosen).toMatchObject({ low: null, high: null, insight: { calibration: { length: 1 } } });
  });
});
