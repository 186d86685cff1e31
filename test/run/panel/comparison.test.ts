import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RunEvent } from "../../../src/run/events.ts";
import { compareModel, type MeasuredRows, type RunBrief } from "../../../src/run/panel/compareModel.ts";
import { comparedFolders, MOST_COMPARED, plainCompareQuery } from "../../../src/run/panel/compareQuery.ts";
import { COMPONENTS_LISTED, type ComparedSource, comparison } from "../../../src/run/panel/comparison.ts";
import { pairedRows } from "../../../src/run/panel/pairedRows.ts";
import { effectiveEvents } from "../../../src/run/views/effectiveEvents.ts";
import { finishedRun, interruptedRun, stageOne } from "../exampleEvents.ts";
import { allHostile, unreadable } from "../hostileTexts.ts";

function brief(events: readonly RunEvent[]): RunBrief {
  const state = compareModel.empty();
  for (const event of effectiveEvents(events)) compareModel.add(state, event);
  const shown = compareModel.shown(state, undefined);
  if (shown === null) throw new Error("the run has not begun");
  return shown;
}

function source(id: string, read: RunBrief | null | "reading" | Error, live = false): ComparedSource {
  const folder = `/w/.optimas/runs/${id}`;
  if (read === "reading") return { folder, id, live, read: { state: "reading" } };
  if (read instanceof Error) return { folder, id, live, read: { state: "unreadable", problem: read.message } };
  return { folder, id, live, read: { state: "read", brief: read } };
}

const one = brief(finishedRun());
const other = brief(finishedRun({ seed: 8, iterations: 9, budgetRuns: 900 }));

describe("runs side by side", () => {
  test("have a letter each, figures, a curve and their scores", () => {
    const shown = comparison([source("one", one), source("two", other)], plainCompareQuery);
    expect(shown.runs.map(({ letter, id }) => [letter, id])).toEqual([
      ["A", "one"],
      ["B", "two"],
    ]);
    expect(shown.curves.map(({ letter }) => letter)).toEqual(["A", "B"]);
    expect(shown.runs[1]?.figures).toMatchObject({ seed: 8, iteration: 9, iterations: 9, budgetRuns: 900 });
    const { splits } = shown;
    expect(splits.map(({ split }) => split)).toEqual(["validation", "test"]);
    expect(splits[0]?.runs[0]?.against).toEqual({ kind: "reference" });
    expect(JSON.parse(JSON.stringify(shown))).toEqual(shown);
  });

  test("are compared with the one that is asked for", () => {
    const sources = [source("one", one), source("two", other)];
    const shown = comparison(sources, { ...plainCompareQuery, reference: sources[1]?.folder });
    expect(shown.reference).toBe(1);
    const [from] = comparison(sources, plainCompareQuery).splits.map(({ runs }) => runs[1]?.against);
    const [to] = shown.splits.map(({ runs }) => runs[0]?.against);
    if (from?.kind !== "paired" || to?.kind !== "paired") throw new Error("both are on the same rows");
    expect(to.change).toBeCloseTo(-from.change, 12);
    expect([to.wins, to.losses, to.ties]).toEqual([from.losses, from.wins, from.ties]);
  });

  test("tell what they were started with that differs, and nothing that does not", () => {
    const names = comparison([source("one", one), source("two", other)], null).settings.map(({ what }) =>
      "fact" in what ? what.fact : what.setting,
    );
    expect(names).toEqual(["seed", "iterations"]);
    expect(comparison([source("one", one), source("two", one)], null).settings).toEqual([]);
  });

  test("are of one experiment, however its path was given", () => {
    const given = (experiment: string, file?: string) => ({ ...source("run", { ...one, experiment }), file });
    const told = (...sources: ComparedSource[]) => comparison(sources, null).settings;
    expect(told(given("qa/system.ts"), given("/w/qa/system.ts"))).toEqual([]);
    expect(told(given("system.ts", "/w/a/system.ts"), given("system.ts", "/w/b/system.ts"))).toEqual([
      { what: { fact: "experiment" }, values: ["a/system.ts", "b/system.ts"] },
    ]);
  });

  test("tell why one of them tells nothing", () => {
    const shown = comparison(
      [
        source("one", one),
        source("two", "reading", true),
        source("three", new Error("line 3 is damaged")),
        source("four", null),
      ],
      plainCompareQuery,
    );
    expect(shown.runs.map(({ silent }) => silent)).toEqual([
      null,
      { state: "reading" },
      { state: "unreadable", problem: "line 3 is damaged" },
      { state: "not begun" },
    ]);
    expect(shown.splits[0]?.runs.slice(1)).toEqual([null, null, null]);
    expect(shown.settings).toEqual([]);
    expect(shown.components.differing).toBe(0);
  });

  test("fall back to the first where the one to compare with is not read", () => {
    const sources = [source("one", one), source("two", "reading")];
    expect(comparison(sources, { ...plainCompareQuery, reference: sources[1]?.folder }).reference).toBe(0);
  });

  test("come out the same from a query that is none", () => {
    const sources = [source("one", one), source("two", other)];
    expect(comparison(sources, { runs: "x" })).toEqual(comparison(sources, plainCompareQuery));
  });
});

describe("values side by side", () => {
  const shown = comparison([source("one", one), source("two", brief(stageOne().events))], plainCompareQuery);

  test("are the reference's own, and word by word what differs from it", () => {
    const rewriter = shown.components.listed.find(({ name }) => name === "answer_generator");
    expect(rewriter?.differs).toBe(one.configuration.answer_generator !== "Answer the question.");
    const retriever = shown.components.listed.find(({ name }) => name === "retriever");
    expect(retriever?.values[0]).toMatchObject({
      isSame: true,
      changed: true,
      parts: [{ kind: "same", text: "k = 10" }],
    });
    expect(retriever?.values[1]).toMatchObject({ isSame: false, changed: false });
    expect(retriever?.values[1]?.parts.map(({ kind, text }) => [kind, text.trim()])).toEqual([
      ["removed", "k = 10"],
      ["added", "k = 5"],
    ]);
  });

  test("can be narrowed to those that differ", () => {
    const sources = [source("one", one), source("two", brief(stageOne().events))];
    const only = comparison(sources, { ...plainCompareQuery, differingOnly: true });
    expect(only.components.meant).toBe(shown.components.differing);
    expect(only.components.listed.every(({ differs }) => differs)).toBe(true);
  });

  test("are none where a run does not have the component", () => {
    const components = one.components.slice(1);
    const fewer = { ...one, components };
    const found = comparison([source("one", one), source("two", fewer)], plainCompareQuery).components.listed[0];
    expect(found).toMatchObject({ name: "question_rewriter", differs: true });
    expect(found?.values[1]).toBeNull();
    // What only another run has is told after those of the reference.
    const last = comparison([source("one", fewer), source("two", one)], plainCompareQuery).components.listed.at(-1);
    expect(last?.name).toBe("question_rewriter");
    expect(last?.values[1]).toMatchObject({ isSame: false });
  });

  test("are bounded however many and long they are", () => {
    const components = Array.from({ length: 40 }, (_, index) => ({ ...one.components[0], name: `c${index}` }) as never);
    const configuration = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [`c${index}`, `${index} word `.repeat(20_000)]),
    );
    const huge = { ...one, components, configuration };
    const changed = {
      ...huge,
      configuration: Object.fromEntries(Object.keys(configuration).map((name) => [name, "x".repeat(90_000)])),
    };
    const listed = comparison([source("a", huge), source("b", changed)], { ...plainCompareQuery, from: 12 }).components;
    expect(listed.listed).toHaveLength(COMPONENTS_LISTED);
    expect(listed.from).toBe(12);
    expect(listed.listed[0]?.values.every((value) => value?.shortened === true)).toBe(true);
    expect(JSON.stringify(listed).length).toBeLessThan(200_000);
  });
});

describe("scores side by side", () => {
  const withRows = (base: RunBrief, rows: MeasuredRows, hash = base.validation.data.hash): RunBrief => ({
    ...base,
    validation: { data: { ...base.validation.data, hash }, start: rows, result: rows },
  });
  const againstOf = (first: RunBrief, second: RunBrief) =>
    comparison([source("a", first), source("b", second)], null).splits[0];

  test("are paired on the rows that both have", () => {
    const a = withRows(one, { exampleIds: ["x", "y", "z"], scores: [0, 0.5, 1] });
    const b = withRows(one, { exampleIds: ["z", "w", "y"], scores: [1, 0, 1] });
    expect(againstOf(a, b)).toMatchObject({
      sameRows: false,
      runs: [
        { against: { kind: "reference" } },
        { against: { kind: "paired", n: 2, change: 0.25, wins: 1, losses: 0, ties: 1 } },
      ],
    });
  });

  test("are not compared row by row where the rows are others", () => {
    const rows = { exampleIds: ["x", "y"], scores: [0, 1] };
    const a = withRows(one, rows);
    expect(againstOf(a, withRows(one, rows, "another"))?.runs[1]?.against).toEqual({
      kind: "apart",
      reason: "other data",
    });
    const others = withRows(one, { exampleIds: ["u", "v"], scores: [0, 1] });
    expect(againstOf(a, others)?.runs[1]?.against).toEqual({ kind: "apart", reason: "no common row" });
    const none: RunBrief = { ...one, validation: { ...one.validation, start: null, result: null } };
    expect(againstOf(none, a)?.runs[1]?.against).toEqual({ kind: "apart", reason: "not measured" });
  });

  test("pair each row once, and turn round with the order", () => {
    const rows = fc
      .uniqueArray(fc.tuple(fc.string({ maxLength: 3 }), fc.double({ min: 0, max: 1, noNaN: true })), {
        selector: ([id]) => id,
        maxLength: 12,
      })
      .map((all): MeasuredRows => ({ exampleIds: all.map(([id]) => id), scores: all.map(([, score]) => score) }));
    fc.assert(
      fc.property(rows, rows, (first, second) => {
        const common = first.exampleIds.filter((id) => second.exampleIds.includes(id));
        const [there, back] = [pairedRows(first, second), pairedRows(second, first)];
        expect(there?.n ?? 0).toBe(common.length);
        if (there === null || back === null) return;
        expect(there.wins + there.losses + there.ties).toBe(there.n);
        expect(there.change).toBeCloseTo(-back.change, 9);
        expect(there.low).toBeLessThanOrEqual(there.change + 1e-9);
        expect(there.high).toBeGreaterThanOrEqual(there.change - 1e-9);
      }),
    );
  });
});

describe("which runs are meant", () => {
  test("is each once, without the panel's own, and at most six together", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("/a", "/b", "/c", "/d", "/e", "/f", "/g", "/h")), (runs) => {
        const folders = comparedFolders({ runs }, "/a");
        expect(new Set(folders).size).toBe(folders.length);
        expect(folders).not.toContain("/a");
        expect(folders.length).toBeLessThan(MOST_COMPARED);
      }),
    );
  });
});

test("texts from outside are readable and bounded", () => {
  const hostile = brief(finishedRun({ text: () => allHostile }));
  const shown = comparison([source(allHostile.slice(0, 200), hostile), source("b", brief(interruptedRun()))], null);
  const names = {
    ...shown,
    components: { ...shown.components, listed: shown.components.listed.map(({ name }) => name) },
  };
  expect(JSON.stringify(names)).not.toMatch(unreadable);
  expect(JSON.stringify(shown).length).toBeLessThan(400_000);
});
