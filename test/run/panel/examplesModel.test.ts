import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RunEvent } from "../../../src/run/events.ts";
import { examplesModel } from "../../../src/run/panel/examplesModel.ts";
import { type ExamplesQuery, plainExamplesQuery, rowFilters, rowSorts } from "../../../src/run/panel/examplesQuery.ts";
import { COLUMNS_SHOWN, ROWS_SHOWN } from "../../../src/run/panel/examplesShown.ts";
import { effectiveEvents } from "../../../src/run/views/effectiveEvents.ts";
import { runView } from "../../../src/run/views/reduce.ts";
import { finishedRun, LogWriter, resumedRun, started } from "../exampleEvents.ts";
import { withTexts } from "../exampleTrajectories.ts";
import { allHostile, unreadable } from "../hostileTexts.ts";

function added(events: readonly RunEvent[]) {
  const state = examplesModel.empty();
  for (const event of events) examplesModel.add(state, event);
  return state;
}
const shown = (events: readonly RunEvent[], query: unknown = undefined) => examplesModel.shown(added(events), query);
const asked = (change: Partial<ExamplesQuery>): ExamplesQuery => ({ ...plainExamplesQuery, ...change });
const finished = withTexts(finishedRun());

interface Gate {
  readonly decision?: "accepted" | "rejected";
  readonly ids?: readonly string[];
  readonly before?: readonly number[];
  readonly after: readonly number[];
}

/** A run whose start and gates gave these rewards. */
function gridRun(start: readonly number[], gates: readonly Gate[] = []): RunEvent[] {
  const all = start.map((_, row) => `row ${row}`);
  const log = new LogWriter().add(started()).add({
    type: "evaluation",
    of: "unoptimized",
    split: "validation",
    mean: 0,
    n: start.length,
    exampleIds: all,
    scores: [...start],
    failures: start.flatMap((score, row) =>
      score === 0 ? [{ exampleId: `row ${row}`, at: "retriever", kind: "threw", message: "no index" } as const] : [],
    ),
    texts: all.map((id) => `text of ${id}`),
  });
  for (const [index, { decision = "accepted", ids = all, before = start, after }] of gates.entries()) {
    log.add({
      type: "update",
      iteration: index + 1,
      component: "retriever",
      decision,
      reason: "because",
      before: { k: index },
      after: { k: index + 1 },
      scorer: "local",
      rewardBefore: 0,
      rewardAfter: 1,
      validation: { before: [...before], after: [...after], exampleIds: [...ids] },
    });
  }
  return log.events;
}
const names = (events: readonly RunEvent[], change: Partial<ExamplesQuery>) =>
  shown(events, asked(change)).rows.map(({ example }) => example);

describe("the examples of a run", () => {
  test("are the gate's rows under the start and every accepted configuration", () => {
    const { columns, rows, total, meant, accepted, rejected, simulated } = shown(finished);
    const updates = runView(finished).updates.filter(({ gate }) => gate !== null);
    expect([total, meant, rows.length, accepted, rejected, simulated]).toEqual([60, 60, ROWS_SHOWN, 3, 6, true]);
    expect(columns[0]).toMatchObject({ iteration: 0, kind: "start", component: null, rows: 60, inForce: false });
    const kept = updates.filter(({ decision }) => decision === "accepted");
    expect(columns.slice(1).map(({ iteration, component, mean }) => [iteration, component, mean.toFixed(9)])).toEqual(
      kept.map(({ iteration, component, gate }) => [iteration, component, gate?.after.toFixed(9)]),
    );
    expect(columns.map(({ inForce }) => inForce)).toEqual([false, false, false, true]);
    expect(rows[0]?.text).toBe(`Who wrote the ${rows[0]?.example} chapter?`);
    expect(shown(finished, asked({ rejected: true })).columns.map(({ iteration }) => iteration)).toEqual([
      0,
      ...updates.map(({ iteration }) => iteration),
    ]);
  });

  test("have no reward where a challenger was given up early", () => {
    const events = gridRun([0.5, 0.5, 0.5], [{ decision: "rejected", ids: ["row 2", "row 0"], after: [0.2, 0.1] }]);
    const cells = (change: Partial<ExamplesQuery>) =>
      shown(events, asked({ rejected: true, ...change })).rows.map(({ example, cells }) => [example, ...cells]);
    expect(cells({})).toEqual([
      ["row 0", 0.5, 0.1],
      ["row 1", 0.5, null],
      ["row 2", 0.5, 0.2],
    ]);
    expect(cells({ complete: true }).map(([name]) => name)).toEqual(["row 0", "row 2"]);
  });

  test("are told apart by what became of them", () => {
    const events = gridRun([0.2, 0.9, 0.5, 0.5], [{ after: [0.8, 0.1, 0.5, 0.5] }]);
    expect(names(events, { rows: "changed" })).toEqual(["row 0", "row 1"]);
    expect(names(events, { rows: "better" })).toEqual(["row 0"]);
    expect(names(events, { rows: "worse" })).toEqual(["row 1"]);
    expect(names(events, { low: 0.5 })).toEqual(["row 0", "row 2", "row 3"]);
    expect(names(events, { low: 0.2, high: 0.5 })).toEqual(["row 2", "row 3"]);
    expect(names(events, { text: "TEXT OF row 3" })).toEqual(["row 3"]);
    expect(names(events, { text: "row", rows: "worse" })).toEqual(["row 1"]);
    const many = gridRun(Array.from({ length: 300 }, (_, row) => (row % 100) / 100));
    expect(names(many, { rows: "worst" })).toHaveLength(30);
    expect(
      shown(many, asked({ rows: "worst", sort: { by: "configuration", iteration: 0, descending: true } })).rows[0],
    ).toMatchObject({ cells: [0.09] });
  });

  test("are sorted by what was asked for; what was not measured stands last either way", () => {
    const events = gridRun(
      [0.3, 0.1, 0.2],
      [{ after: [0.3, 0.9, 0.1] }, { decision: "rejected", ids: ["row 0", "row 2"], after: [0.6, 0.7] }],
    );
    const by = (by: ExamplesQuery["sort"]["by"], descending: boolean, iteration: number | null = null) =>
      names(events, { rejected: true, sort: { by, iteration, descending } });
    expect(by("order", true)).toEqual(["row 2", "row 1", "row 0"]);
    expect(by("example", true)).toEqual(["row 2", "row 1", "row 0"]);
    expect(by("change", true)).toEqual(["row 1", "row 0", "row 2"]);
    expect(by("mean", false)).toEqual(["row 2", "row 0", "row 1"]);
    expect(by("spread", true)).toEqual(["row 1", "row 2", "row 0"]);
    expect(by("configuration", false, 2)).toEqual(["row 0", "row 2", "row 1"]);
    expect(by("configuration", true, 2)).toEqual(["row 2", "row 0", "row 1"]);
  });

  test("come page by page, rows and configurations", () => {
    const start = Array.from({ length: 120 }, (_, row) => row / 120);
    const events = gridRun(
      start,
      Array.from({ length: 70 }, () => ({ after: start })),
    );
    const first = shown(events);
    expect([first.rows.length, first.columns.length, first.configurations]).toEqual([ROWS_SHOWN, COLUMNS_SHOWN, 71]);
    const last = shown(events, asked({ from: 1_000_000, fromColumn: 60 }));
    expect([last.from, last.rows.length, last.fromColumn, last.columns.length]).toEqual([100, 20, 50, 21]);
    expect(last.rows[0]?.cells).toHaveLength(21);
  });

  test("can be looked at one cell at a time, with the whole configuration that made it", () => {
    const events = gridRun([0, 0.4], [{ after: [0.2, 0.4] }, { decision: "rejected", after: [0.1, 0.1] }]);
    const start = shown(events, asked({ selected: { row: 0, iteration: 0 } })).selected;
    expect(start).toMatchObject({
      exampleId: "row 0",
      text: "text of row 0",
      reward: 0,
      failure: { at: "retriever", message: "no index" },
    });
    expect(shown(events).rows.map(({ failed }) => failed)).toEqual([[0], []]);
    const accepted = shown(events, asked({ selected: { row: 1, iteration: 1 } })).selected;
    expect(accepted?.configuration.retriever).toEqual({ k: 1 });
    expect(accepted?.others.map(({ iteration, reward }) => [iteration, reward])).toEqual([
      [0, 0.4],
      [2, 0.1],
    ]);
    // A rejected value was tried in the place of the one in force, and of no other.
    const rejected = shown(events, asked({ selected: { row: 1, iteration: 2 } })).selected;
    expect(rejected?.configuration).toEqual({ ...accepted?.configuration, retriever: { k: 2 } });
    expect(accepted?.components.map(({ name }) => name)).toEqual(started().system.components.map(({ name }) => name));
    for (const selected of [
      { row: 9, iteration: 0 },
      { row: 0, iteration: 7 },
    ])
      expect(shown(events, asked({ selected })).selected).toBeNull();
  });

  test("tell of other rewards of the same cell, where a system does not do the same twice", () => {
    const gates = [{ after: [0.7, 0.7] }, { decision: "rejected" as const, before: [0.6, 0.7], after: [0, 0] }];
    const events = gridRun([0.5, 0.5], gates);
    const cell = (row: number) => shown(events, asked({ selected: { row, iteration: 1 } })).selected;
    expect(cell(0)).toMatchObject({ reward: 0.7, again: [{ iteration: 2, reward: 0.6 }] });
    expect(shown(events, asked({ selected: { row: 0, iteration: 0 } })).selected?.again).toEqual([]);
  });

  test("are compared on a scale from 0 to 1, or from the lowest to the highest reward", () => {
    expect(shown(gridRun([0.2, 0.3])).scale).toEqual({ low: 0, high: 1 });
    expect(shown(gridRun([-2, 7])).scale).toEqual({ low: -2, high: 7 });
    expect(shown([]).scale).toEqual({ low: 0, high: 1 });
  });

  test("never count test rows, nor what a resumption took back", () => {
    const ids = shown(finished).rows.map(({ example }) => example);
    expect(ids.every((id) => id.startsWith("validation"))).toBe(true);
    const resumed = effectiveEvents(resumedRun());
    const kept = runView(resumed).updates.filter(({ decision }) => decision === "accepted");
    expect(shown(resumed).columns.map(({ iteration }) => iteration)).toEqual([
      0,
      ...kept.map(({ iteration }) => iteration),
    ]);
    // A run without a checkpoint begins anew in the same log.
    expect(shown([...gridRun([0.1]), ...gridRun([0.2, 0.3])])).toMatchObject({ total: 2, configurations: 1 });
  });

  test("are written to a file whole, as far as they are meant", () => {
    const state = added(gridRun([0.5, 0.25], [{ decision: "rejected", ids: ["row 1"], after: [1] }]));
    const csv = examplesModel.exported?.(state, asked({ rejected: true }), "csv");
    expect(csv).toBe(
      'example,text,start,"iteration 1 (retriever, rejected)"\r\nrow 0,text of row 0,0.5,\r\nrow 1,text of row 1,0.25,1\r\n',
    );
    const jsonl = examplesModel.exported?.(state, asked({ text: "row 1" }), "jsonl");
    expect(jsonl).toBe('{"example":"row 1","text":"text of row 1","start":0.25}\n');
    expect(examplesModel.exported?.(added([]), "no query", "csv")).toBe("example,text\r\n");
  });

  test("are read from logs that tell no texts", () => {
    const { rows } = shown(finishedRun());
    expect(rows[0]).toMatchObject({ text: "" });
    expect(names(finishedRun(), { text: rows[3]?.example ?? "" })).toContain(rows[3]?.example);
  });

  test("can be read, whatever ids and texts hold", () => {
    const events = withTexts(
      finished.map((event) =>
        event.type === "evaluation" && event.split === "validation"
          ? { ...event, exampleIds: event.exampleIds.map((_, row) => `${allHostile}${row}`) }
          : event,
      ),
      () => allHostile,
    );
    const { rows, selected } = shown(events, asked({ selected: { row: 0, iteration: 0 } }));
    for (const { example, text } of rows) {
      expect([example.length, text.length].every((length) => length <= 2000)).toBe(true);
      expect(unreadable.exec(`${example}${text}`)).toBeNull();
    }
    expect(unreadable.exec(`${selected?.example}${selected?.text}`)).toBeNull();
  });

  test("are the same one by one as from scratch, whatever is asked in between", () => {
    const queries = fc.record({
      text: fc.constantFrom("", "1", "chapter"),
      rows: fc.constantFrom(...rowFilters),
      complete: fc.boolean(),
      low: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
      high: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
      rejected: fc.boolean(),
      sort: fc.record({
        by: fc.constantFrom(...rowSorts),
        iteration: fc.option(fc.nat(12)),
        descending: fc.boolean(),
      }),
      from: fc.nat(70),
      fromColumn: fc.nat(60),
      selected: fc.option(fc.record({ row: fc.nat(70), iteration: fc.nat(12) })),
    });
    fc.assert(
      fc.property(
        fc.array(fc.nat(finished.length), { maxLength: 5 }),
        fc.tuple(queries, queries),
        (stops, [other, query]) => {
          const state = examplesModel.empty();
          for (const [place, event] of finished.entries()) {
            if (stops.includes(place)) examplesModel.shown(state, other);
            examplesModel.add(state, event);
          }
          expect(examplesModel.shown(state, query)).toEqual(shown(finished, query));
        },
      ),
      { numRuns: 40 },
    );
  });

  test("stay bounded and quick with 10,000 rows under 50 configurations", () => {
    const start = Array.from({ length: 10_000 }, (_, row) => (row % 97) / 97);
    const state = added(
      gridRun(
        start,
        Array.from({ length: 50 }, (_, at) => ({ after: start.map((one) => (one + at / 50) % 1) })),
      ),
    );
    const lastSort = "configuration";
    expect(rowSorts.at(-1)).toBe(lastSort);
    for (const by of rowSorts) {
      const told = examplesModel.shown(state, asked({ rows: "changed", sort: { by, iteration: 3, descending: true } }));
      expect(JSON.stringify(told).length).toBeLessThan(100_000);
    }
    // Asked for again with nothing new, nothing is sorted again.
    const { order } = state;
    examplesModel.shown(
      state,
      asked({ rows: "changed", sort: { by: lastSort, iteration: 3, descending: true }, from: 50 }),
    );
    expect(state.order).toBe(order);
  });

  test("are turned to a cell that is sought from its update, whatever the order, beyond the first pages", () => {
    const many = Array.from({ length: 2 * ROWS_SHOWN + 7 }, (_, row) => row / 200);
    const gates = Array.from({ length: COLUMNS_SHOWN + 5 }, () => ({ after: many.map((reward) => reward / 2) }));
    // The gate has its rows in another order than the run.
    const ids = many.map((_, row) => `row ${row}`).toReversed();
    const events = gridRun(many, [...gates, { decision: "rejected", ids, after: ids.map((_, at) => at) }]);
    const seq = events.at(-1)?.seq ?? -1;
    const sort = { by: "example", iteration: null, descending: true } as const;
    const found = shown(events, asked({ sought: { seq, at: 3 }, rejected: true, sort }));
    expect(found.selected).toMatchObject({ exampleId: ids[3], reward: 3, under: { kind: "rejected", seq } });
    expect(found.rows.map(({ example }) => example)).toContain(ids[3]);
    expect(found.columns.map((column) => column.seq)).toContain(seq);
    // Where there is no such update or row, nothing is looked at instead.
    expect(shown(events, asked({ sought: { seq: 0, at: 3 } })).selected).toBeNull();
    expect(shown(events, asked({ sought: { seq, at: 9999 } })).selected).toBeNull();
  });
});
