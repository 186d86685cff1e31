import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { EventOf, RunEvent } from "../../../src/run/events.ts";
import { EXAMPLES_LISTED } from "../../../src/run/panel/exampleScores.ts";
import { MOST_POINTS } from "../../../src/run/panel/panelModel.ts";
import { UPDATES_LISTED, updatesModel } from "../../../src/run/panel/updatesModel.ts";
import { plainUpdatesQuery, type UpdatesQuery } from "../../../src/run/panel/updatesQuery.ts";
import { effectiveEvents } from "../../../src/run/views/effectiveEvents.ts";
import { runView } from "../../../src/run/views/reduce.ts";
import { finishedRun, iterate, LogWriter, resumedRun, stageOne, started } from "../exampleEvents.ts";
import { hostileTexts, unreadable } from "../hostileTexts.ts";
import { shownBy } from "./shownBy.ts";

function shown(events: readonly RunEvent[], query: unknown = undefined) {
  return shownBy(updatesModel, events, query);
}

const asked = (change: Partial<UpdatesQuery>): UpdatesQuery => ({ ...plainUpdatesQuery, ...change });
const examples = (change: Partial<UpdatesQuery["examples"]>) => ({
  examples: { ...plainUpdatesQuery.examples, ...change },
});
const finished = finishedRun();
const updates = runView(finished).updates;

/** An update whose gate compared these rows. */
function gated(
  before: readonly number[],
  after: readonly number[],
  given: Partial<EventOf<"update">> = {},
): RunEvent[] {
  const exampleIds = before.map((_, row) => `row ${row}`);
  return new LogWriter()
    .add(started())
    .add({ type: "iteration", iteration: 1, of: 1, component: "retriever", probability: 1 }, { runs: 100 })
    .add(
      {
        type: "update",
        iteration: 1,
        component: "retriever",
        decision: "accepted",
        reason: "it rose",
        before: { k: 5 },
        after: { k: 10 },
        scorer: "local",
        rewardBefore: 0.4,
        rewardAfter: 0.5,
        validation: { before: [...before], after: [...after], exampleIds },
        ...given,
      },
      { runs: 12.5 },
    ).events;
}

describe("the updates of a run", () => {
  test("are listed with what the gate measured, the last first", () => {
    const { listed, counts, meant, components, simulated } = shown(finished);
    expect(listed.map(({ iteration }) => iteration)).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(counts).toEqual({ accepted: 3, rejected: 6, unchanged: 3 });
    expect([meant, components.length, simulated]).toEqual([12, 5, true]);
    for (const { iteration, component, decision, scores } of listed) {
      const update = updates.find((one) => one.iteration === iteration);
      expect([component, decision]).toEqual([update?.component, update?.decision]);
      const { before, after, n, rows, wins, losses, ties } = update?.gate ?? {};
      if (scores === null) expect(update?.gate).toBeNull();
      else expect(scores).toMatchObject({ before, after, n, rows, wins, losses, ties });
    }
  });

  test("have an interval around their change that depends on the run alone", () => {
    const [first, again] = [shown(finished), shown(finished)];
    expect(again.listed).toEqual(first.listed);
    for (const { scores } of first.listed) {
      if (scores === null) continue;
      expect(scores.change).toBeCloseTo(scores.after - scores.before, 12);
      expect(scores.low).toBeLessThan(scores.change);
      expect(scores.high).toBeGreaterThan(scores.change);
    }
    // Every row rose by the same: no sample can be another.
    const [even] = shown(gated([0, 0.25, 0.5], [0.25, 0.5, 0.75])).listed;
    expect(even?.scores).toMatchObject({ change: 0.25, low: 0.25, high: 0.25, wins: 3, losses: 0, ties: 0 });
  });

  test("cost the system runs of their iteration", () => {
    expect(shown(gated([0], [1])).listed[0]?.cost).toBe(12.5);
    expect(shown(finished).listed.map(({ cost }) => cost)).toEqual(
      [12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1].map((iteration) => (iteration % 4 === 0 ? 22.5 : 82.5)),
    );
  });

  test("can be told apart by decision and component", () => {
    const accepted = shown(finished, asked({ decisions: ["accepted"] }));
    expect(accepted.listed.every(({ decision }) => decision === "accepted")).toBe(true);
    expect([accepted.meant, accepted.counts.rejected]).toEqual([3, 6]);
    const place = accepted.components.indexOf("retriever");
    const own = shown(finished, asked({ component: place }));
    expect(own.meant).toBe(updates.filter(({ component }) => component === "retriever").length);
    expect(own.listed.every(({ component }) => component === "retriever")).toBe(true);
    expect(shown(finished, asked({ decisions: [] })).listed).toEqual([]);
    expect(shown(finished, asked({ component: 99 })).meant).toBe(0);
  });

  test("are sorted by what was asked for; those that were not measured stand last", () => {
    const changes = (descending: boolean) =>
      shown(finished, asked({ sort: { by: "change", descending } })).listed.map(({ scores }) => scores?.change);
    const measured = (descending: boolean) => changes(descending).filter((change) => change !== undefined);
    expect(measured(true)).toEqual(measured(true).toSorted((a, b) => b - a));
    expect(measured(false)).toEqual(measured(true).toReversed());
    for (const descending of [true, false])
      expect(changes(descending).slice(-3)).toEqual([undefined, undefined, undefined]);
  });

  test("come page by page", () => {
    const log = stageOne();
    for (let iteration = 1; iteration <= 60; iteration++) iterate(log, iteration);
    const { events } = log;
    expect(shown(events).listed).toHaveLength(UPDATES_LISTED);
    const second = shown(events, asked({ from: UPDATES_LISTED + 3 }));
    expect(second).toMatchObject({ from: UPDATES_LISTED, meant: 60 });
    expect(second.listed[0]?.iteration).toBe(60 - UPDATES_LISTED);
    expect(shown(events, asked({ from: 1_000_000 }))).toMatchObject({ from: 50, meant: 60 });
  });

  test("are those that count", () => {
    const resumed = effectiveEvents(resumedRun());
    const iterations = shown(resumed).listed.map(({ iteration }) => iteration);
    expect(new Set(iterations).size).toBe(iterations.length);
    expect(iterations).toHaveLength(12);
  });

  test("are none before there is one", () => {
    expect(shown([])).toMatchObject({ listed: [], selected: null, meant: 0 });
    expect(shown(stageOne().events)).toMatchObject({ listed: [], selected: null, from: 0 });
  });
});

describe("one update", () => {
  const seqOf = (iteration: number) =>
    finished.find((event) => event.type === "update" && event.iteration === iteration)?.seq ?? -1;

  test("is told with its reason and what it changed, word by word", () => {
    const { selected } = shown(finished, asked({ selected: seqOf(1) }));
    expect(selected).toMatchObject({ iteration: 1, decision: "accepted", reason: "the validation score rose" });
    const text = (left: "removed" | "added") =>
      selected?.diff.parts
        .filter(({ kind }) => kind !== left)
        .map((part) => part.text)
        .join("");
    expect(text("added")).toBe("Answer the question.");
    expect(text("removed")).toMatch(/^Answer the question in as few words/);
    expect(selected?.diff.shortened).toBe(false);
  });

  test("is the first that is listed, unless another is looked at", () => {
    expect(shown(finished).selected?.iteration).toBe(12);
    expect(shown(finished, asked({ decisions: ["accepted"] })).selected?.decision).toBe("accepted");
    const other = shown(finished, asked({ decisions: ["accepted"], selected: seqOf(2) }));
    expect(other.selected?.iteration).toBe(2);
    expect(shown(finished, asked({ selected: 0 })).selected?.iteration).toBe(12);
  });

  test("has the scores of its rows, those that changed by themselves", () => {
    const events = gated([0, 0.5, 1, 0.5], [0.5, 0.5, 0, 1]);
    const all = shown(events).selected?.examples;
    expect(all).toMatchObject({ total: 4, changed: 3, meant: 4, from: 0 });
    expect(all?.listed.map(({ example }) => example)).toEqual(["row 0", "row 3", "row 1", "row 2"]);
    const changed = shown(events, asked(examples({ changedOnly: true, sort: { by: "example", descending: false } })));
    expect(changed.selected?.examples).toMatchObject({ total: 4, changed: 3, meant: 3 });
    expect(changed.selected?.examples?.listed).toEqual([
      { at: 0, example: "row 0", before: 0, after: 0.5 },
      { at: 2, example: "row 2", before: 1, after: 0 },
      { at: 3, example: "row 3", before: 0.5, after: 1 },
    ]);
  });

  test("has one point for all rows with the same scores", () => {
    const points = shown(gated([0, 0, 0, 1, 0.5], [1, 1, 1, 0, 0.5])).selected?.examples?.points;
    expect(points).toEqual([
      { before: 0, after: 1, rows: 3, at: 0, examples: ["row 0", "row 1", "row 2"] },
      { before: 1, after: 0, rows: 1, at: 3, examples: ["row 3"] },
      { before: 0.5, after: 0.5, rows: 1, at: 4, examples: ["row 4"] },
    ]);
  });

  test("has no rows where nothing was put to the gate", () => {
    expect(shown(gated([], [], { decision: "unchanged", validation: null })).selected).toMatchObject({
      scores: null,
      examples: null,
    });
  });
});

describe("what is shown of updates", () => {
  test("is of a size that does not grow with the run", () => {
    const many = Array.from({ length: 20_000 }, (_, row) => (row * 7919) % 10_007);
    const events = gated(
      many.map((score) => score / 10_007),
      many.map((score) => (score * 31) % 1),
    );
    const all = shown(events).selected?.examples;
    expect(all?.points.length).toBeLessThanOrEqual(MOST_POINTS);
    expect(all?.points.reduce((sum, { rows }) => sum + rows, 0)).toBe(20_000);
    expect(all?.listed).toHaveLength(EXAMPLES_LISTED);
    const huge = "word ".repeat(100_000);
    const long = gated([0], [1], { component: huge, reason: huge, before: huge, after: `${huge} and more` });
    const answer = shown(long);
    expect(answer.selected?.diff.shortened).toBe(true);
    expect(JSON.stringify(answer).length).toBeLessThan(200_000);
  });

  test.each(hostileTexts)("is text that can be read, of $name", ({ text }) => {
    const events = gated([0], [1], { component: text, reason: text, before: text, after: `${text}!` });
    const answer = shown(
      events.map((event) =>
        event.type === "update" && event.validation !== null
          ? { ...event, validation: { ...event.validation, exampleIds: [text] } }
          : event,
      ),
    );
    const strings: string[] = [];
    JSON.stringify(answer, (_, value: unknown) => {
      if (typeof value === "string") strings.push(value);
      return value;
    });
    for (const string of strings) expect(string).not.toMatch(unreadable);
    expect(JSON.stringify(answer).length).toBeLessThan(400_000);
  });

  test("answers what is no question like none at all", () => {
    const plain = JSON.stringify(shown(finished));
    for (const query of [null, 7, "x", {}, { decisions: ["none"] }, asked({ from: -1 })]) {
      expect(JSON.stringify(shown(finished, query))).toBe(plain);
    }
  });

  test("is the same however often it was asked for in between", () => {
    const queries = fc.record({
      decisions: fc.subarray(["accepted", "rejected", "unchanged"] as const),
      component: fc.option(fc.nat(6)),
      sort: fc.record({
        by: fc.constantFrom("iteration", "component", "change", "cost" as const),
        descending: fc.boolean(),
      }),
      from: fc.nat(30),
      selected: fc.option(fc.nat(100)),
    });
    fc.assert(
      fc.property(fc.array(fc.nat(finished.length), { maxLength: 5 }), queries, (stops, change) => {
        const query = { ...plainUpdatesQuery, ...change };
        const state = updatesModel.empty();
        for (const [place, event] of finished.entries()) {
          if (stops.includes(place)) updatesModel.shown(state, query);
          updatesModel.add(state, event);
        }
        expect(updatesModel.shown(state, query)).toEqual(shown(finished, query));
      }),
      { numRuns: 30 },
    );
  });
});
