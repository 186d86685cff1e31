import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { EditorRunState } from "../../src/extension/runs/editorRun.ts";
import { runsBefore, runsToStart } from "../../src/extension/runs/editorRunQueue.ts";
import type { EditorRunGoal } from "../../src/extension/runs/editorRunRequest.ts";

const optimize = (...components: string[]): EditorRunGoal => ({
  kind: "optimize",
  components: components.length === 0 ? undefined : components,
  iterations: 1,
});
const queued = (file: string, goal: EditorRunGoal = optimize()) => ({
  state: { kind: "queued" } as EditorRunState,
  plan: { file, goal },
});
const running = (file: string, goal: EditorRunGoal = optimize()) => ({
  state: { kind: "running" } as EditorRunState,
  plan: { file, goal },
});

describe("the queue of runs", () => {
  test("starts one run at a time, the oldest first", () => {
    const runs = [queued("a"), queued("b")];
    expect(runsToStart(runs, 1)).toEqual([runs[0]]);
    expect(runsToStart([running("z"), ...runs], 1)).toEqual([]);
  });

  test("starts as many as may go on at the same time", () => {
    const runs = [running("z"), queued("a"), queued("b"), queued("c")];
    expect(runsToStart(runs, 3)).toEqual([runs[1], runs[2]]);
  });

  test("counts neither what ended, nor a limit below one", () => {
    const ended = {
      state: { kind: "ended", end: { kind: "finished" } } as EditorRunState,
      plan: { file: "a", goal: optimize() },
    };
    const runs = [ended, queued("a")];
    expect(runsToStart(runs, 0)).toEqual([runs[1]]);
  });

  test("lets runs wait that could change the same component", () => {
    const runs = [
      running("a", optimize("x")),
      queued("a", optimize("x", "y")),
      queued("a", optimize("y")),
      queued("a", optimize("z")),
    ];
    // The third waits for the second, which it must not overtake.
    expect(runsToStart(runs, 4)).toEqual([runs[3]]);
    expect(runsToStart([running("a"), queued("a", optimize("x"))], 4)).toEqual([]);
  });

  test("lets runs that change nothing, or other files, go on beside", () => {
    const runs = [running("a"), queued("a", { kind: "evaluate" }), queued("b")];
    expect(runsToStart(runs, 4)).toEqual([runs[1], runs[2]]);
  });

  test("keeps the limit and starts something as soon as nothing is live", () => {
    const goal = fc.constantFrom(optimize(), optimize("x"), optimize("y"), { kind: "evaluate" } as const);
    const run = fc.record({
      state: fc.constantFrom<EditorRunState>({ kind: "queued" }, { kind: "running" }, { kind: "starting" }),
      plan: fc.record({ file: fc.constantFrom("a", "b"), goal }),
    });
    fc.assert(
      fc.property(fc.array(run), fc.integer({ min: 1, max: 4 }), (runs, limit) => {
        const live = runs.filter(({ state }) => state.kind !== "queued").length;
        const started = runsToStart(runs, limit);
        expect(started.length + live).toBeLessThanOrEqual(Math.max(live, limit));
        if (live === 0 && runs.length > 0) expect(started[0]).toBe(runs[0]);
      }),
    );
  });

  test("tells how many runs stand before one", () => {
    const runs = [running("a"), queued("a"), queued("b")];
    expect(runs.map((run) => runsBefore(runs, run))).toEqual([0, 1, 2]);
  });
});
