import { describe, expect, test } from "vitest";
import { branching, resumption } from "../../src/extension/runs/editorRunResumption.ts";
import { RememberedGoals } from "../../src/extension/runs/rememberedGoals.ts";
import type { RunEvent } from "../../src/run/events.ts";
import { memory } from "./memory.ts";

const folder = "/w/.optimas/runs/20260314-1";
const info = {
  experiment: { path: "/w/exp.ts", given: "/w/exp.ts" },
  system: "qa",
  settings: { iterations: 5, components: ["a"], seed: 3 },
  asked: undefined,
};
const event = (body: object): RunEvent => ({ seq: 0, at: 0, systemRuns: 0, ...body }) as RunEvent;
const phase = (plan?: { from: number; of: number }) =>
  event({ type: "phase", phase: "iterating", ...(plan && { plan }) });
const nothing = () => [];

describe("an interrupted run", () => {
  test("goes on with what is remembered of it, under the settings that it had", () => {
    const goal = { kind: "landscape", component: "a", key: "k" } as const;
    const remembered = { folder, goal, exported: { by: "name", name: "tuned" }, name: "first" } as const;
    expect(resumption(folder, info, remembered, nothing)).toEqual({
      by: "editor",
      plan: {
        file: "/w/exp.ts",
        exported: { by: "name", name: "tuned" },
        name: "first",
        out: "/w/.optimas/runs",
        goal,
        resume: { folder, settings: info.settings },
      },
    });
  });

  test("takes what memory its fits may have from the experiment as it is by now", () => {
    const settings = { iterations: 5, rewards: { backbone: "./small", memoryMb: 500 } };
    const found = resumption(folder, { ...info, settings }, undefined, nothing);
    expect(found).toMatchObject({
      plan: { resume: { settings: { iterations: 5, rewards: { backbone: "./small" } } } },
    });
    expect(JSON.stringify(found)).not.toContain("memoryMb");
  });

  test.each([
    ["the iterations of its settings", info.settings, [], { kind: "optimize", components: ["a"], iterations: 5 }],
    [
      "the end that it was on its way to",
      { iterations: 5 },
      [phase({ from: 2, of: 9 })],
      { kind: "optimize", components: undefined, iterations: 7 },
    ],
    ["an evaluation", { iterations: 0 }, [phase()], { kind: "evaluate" }],
    [
      "a landscape",
      { iterations: 0 },
      [event({ type: "landscape", component: "a", key: "k" })],
      { kind: "landscape", component: "a", key: "k" },
    ],
  ])("of which nothing is remembered goes on to %s", (_, settings, events, goal) => {
    const found = resumption(folder, { ...info, settings }, undefined, () => events);
    expect(found).toMatchObject({ by: "editor", plan: { goal, exported: { by: "system", system: "qa" }, name: "qa" } });
  });

  test("of the command line or of a notebook is left to these", () => {
    const asked = {
      goal: { kind: "optimize" },
      dataDirectory: null,
      configuration: null,
      startedFromFile: true,
    } as const;
    expect(resumption(folder, { ...info, asked }, undefined, nothing)).toEqual({ by: "command line" });
    for (const path of ["", "/w/exp.optnb", "/w/exp.ipynb"]) {
      expect(resumption(folder, { ...info, experiment: { path, given: path } }, undefined, nothing)).toEqual({
        by: "notebook",
      });
    }
  });
});

describe("remembered goals", () => {
  const plan = {
    file: "/w/exp.ts",
    exported: { by: "name", name: "default" },
    name: "first",
    out: "/w",
    goal: { kind: "evaluate" },
  } as const;

  test("last until they are forgotten, the latest of a folder", async () => {
    const goals = new RememberedGoals(memory());
    await goals.remember("/r/1", plan);
    await goals.remember("/r/1", { ...plan, name: "second" });
    expect(goals.of("/r/1")?.name).toBe("second");
    await goals.forget("/r/1");
    expect(goals.of("/r/1")).toBeUndefined();
  });

  test("do not grow without end", async () => {
    const goals = new RememberedGoals(memory());
    for (let at = 0; at < 60; at++) await goals.remember(`/r/${at}`, plan);
    expect(goals.of("/r/9")).toBeUndefined();
    expect(goals.of("/r/10")?.name).toBe("first");
  });
});

describe("a run that branches off from another", () => {
  const start = { a: "Answer." };

  test("is asked for the same, from the values that it is given", () => {
    const goal = { kind: "optimize", components: ["a"], iterations: 4 } as const;
    const remembered = { folder, goal, exported: { by: "name", name: "tuned" }, name: "first" } as const;
    expect(branching(folder, info, remembered, nothing, start)).toEqual({
      by: "editor",
      plan: {
        file: "/w/exp.ts",
        exported: { by: "name", name: "tuned" },
        name: "first",
        out: "/w/.optimas/runs",
        goal,
        settings: info.settings,
        start,
      },
    });
    const known = branching(folder, info, undefined, nothing, start);
    expect(known).toMatchObject({ plan: { goal: { iterations: 5, components: ["a"] }, exported: { by: "system" } } });
  });

  test("optimizes, whatever the older one was asked for", () => {
    const goal = { kind: "landscape", component: "a", key: "k" } as const;
    const remembered = { folder, goal, exported: { by: "name", name: "tuned" }, name: "first" } as const;
    expect(branching(folder, info, remembered, nothing, start)).toMatchObject({ plan: { goal: { kind: "optimize" } } });
  });

  test("also begins where the older one was the command line's, unless that was given other data", () => {
    const asked = { goal: { kind: "optimize" }, configuration: null, startedFromFile: true } as const;
    const of = (dataDirectory: string | null) =>
      branching(folder, { ...info, asked: { ...asked, dataDirectory } }, undefined, nothing, start);
    expect(of(null).by).toBe("editor");
    expect(of("/data")).toEqual({ by: "command line", dataDirectory: "/data" });
  });

  test.each(["", "/w/tune.optnb", "/w/tune.ipynb"])("needs a file of its own: %s", (path) => {
    const own = { ...info, experiment: { path, given: path } };
    expect(branching(folder, own, undefined, nothing, start)).toEqual({ by: "notebook" });
  });

  test("goes on from the same values after an interruption", async () => {
    const goals = new RememberedGoals(memory());
    const found = branching(folder, info, undefined, nothing, start);
    if (found.by !== "editor") throw new Error("it does not begin here");
    await goals.remember(folder, found.plan);
    expect(resumption(folder, info, goals.of(folder), nothing)).toMatchObject({ plan: { start, resume: { folder } } });
  });
});
