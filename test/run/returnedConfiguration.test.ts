import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readSaved, saveConfiguration } from "../../src/run/configurationFile.ts";
import { plannedReturn, returnTo } from "../../src/run/returnedConfiguration.ts";
import { configurationAfter } from "../../src/run/views/configurationAfter.ts";
import { emptyRunView, runView } from "../../src/run/views/reduce.ts";
import { workspace } from "../loader/workspace.ts";
import { finishedRun } from "./exampleEvents.ts";

const view = runView(finishedRun());
const start = view.header?.configuration ?? {};
const accepted = view.updates.filter(({ decision }) => decision === "accepted");
const place = () => join(workspace({}), "qa.optimas.json");

describe("the configuration after an iteration", () => {
  test("is the start with what was accepted by then", () => {
    expect(configurationAfter(view, 0)).toEqual(start);
    for (const { iteration, component, after } of accepted) {
      expect(configurationAfter(view, iteration)[component]).toEqual(after);
      expect(configurationAfter(view, iteration - 1)[component]).not.toEqual(after);
    }
    expect(configurationAfter(view, 1000)).toEqual({
      ...start,
      ...Object.fromEntries(accepted.map(({ component, after }) => [component, after])),
    });
  });

  test("is that of the iteration before where nothing was accepted", () => {
    const rejected = view.updates.find(({ decision }) => decision === "rejected")?.iteration ?? 0;
    expect(configurationAfter(view, rejected)).toEqual(configurationAfter(view, rejected - 1));
  });

  test("is none before the run has begun", () => {
    expect(() => configurationAfter(emptyRunView(), 0)).toThrow(/has not begun/);
  });
});

describe("a return to an update", () => {
  const [first] = accepted;
  const iteration = first?.iteration ?? 0;

  test("says which components get other values, and what they replace in the source", () => {
    const planned = plannedReturn(place(), view, iteration, start);
    expect(planned.changed).toEqual([first?.component]);
    expect(planned.saved).toMatchObject({
      configuration: configurationAfter(view, iteration),
      replaces: start,
      origin: { system: "hotpotqa", run: view.header?.runId, model: "simulated:reader (simulated model)" },
    });
    const { unoptimized, optimized } = planned.saved.origin?.validation ?? {};
    expect(unoptimized).toBe(view.incumbent[0]?.mean);
    expect(optimized).toBe(view.incumbent.find((point) => point.iteration === iteration)?.mean);
  });

  test("is measured by what the file says, where there is one", () => {
    const file = place();
    saveConfiguration(file, { configuration: configurationAfter(view, 1000) });
    const { changed } = plannedReturn(file, view, 0, start);
    expect([...changed].sort()).toEqual([...new Set(accepted.map(({ component }) => component))].sort());
    expect(plannedReturn(file, view, 1000, start).changed).toEqual([]);
  });

  test("keeps what was known of the source where it is not known now", () => {
    const file = place();
    saveConfiguration(file, { configuration: {}, replaces: { retriever: { k: 1 } } });
    expect(plannedReturn(file, view, iteration, {}).saved.replaces).toEqual({ retriever: { k: 1 } });
    expect(plannedReturn(file, view, iteration, { retriever: { k: 2 } }).saved.replaces).toEqual({
      retriever: { k: 2 },
    });
    expect(plannedReturn(place(), view, iteration, {}).saved.replaces).toBeUndefined();
  });

  test("is written, and taken back to the byte", () => {
    const file = place();
    const undoNew = returnTo(plannedReturn(file, view, iteration, start));
    expect(readSaved(file).configuration).toEqual(configurationAfter(view, iteration));
    undoNew();
    expect(existsSync(file)).toBe(false);
    const before = '{ "configuration": { "retriever": { "k": 1 } },\n  "format": 1 }';
    writeFileSync(file, before);
    const undo = returnTo(plannedReturn(file, view, iteration, start));
    expect(readSaved(file).configuration).toEqual(configurationAfter(view, iteration));
    undo();
    expect(readFileSync(file, "utf8")).toBe(before);
  });

  test("is not taken back over what was written since", () => {
    const file = place();
    const undo = returnTo(plannedReturn(file, view, iteration, start));
    saveConfiguration(file, { configuration: { retriever: { k: 3 } } });
    expect(undo).toThrow(/was changed since\. It is left as it is\./);
    expect(readSaved(file).configuration).toEqual({ retriever: { k: 3 } });
  });

  test.each(["{", '{ "format": 2, "configuration": {} }', "[]"])(
    "leaves a file alone that cannot be read: %s",
    (content) => {
      const file = join(workspace({ "qa.optimas.json": content }), "qa.optimas.json");
      expect(() => plannedReturn(file, view, iteration, start)).toThrow(file);
      const planned = plannedReturn(place(), view, iteration, start);
      expect(() => returnTo({ ...planned, file })).toThrow(file);
      expect(readFileSync(file, "utf8")).toBe(content);
    },
  );
});
