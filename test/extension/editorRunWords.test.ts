import { describe, expect, test } from "vitest";
import { english } from "../../src/extension/l10n.ts";
import type { EditorRunGoal } from "../../src/extension/runs/editorRunRequest.ts";
import { liveWords, progressWords, resultWords, runTitle, shareDone } from "../../src/extension/runs/editorRunWords.ts";
import type { RunOutput } from "../../src/run/runOutput.ts";
import { exampleOutputs } from "../run/exampleOutputs.ts";

const one: EditorRunGoal = { kind: "optimize", components: ["retriever"], iterations: 12 };
const plan = { name: "hotpotqa", goal: one };
const running = { kind: "running" } as const;
const nothingKnown = { resumable: false, placed: false, lacksKey: false };

describe("the title of a run", () => {
  test.each<[EditorRunGoal, string]>([
    [one, "Optimize retriever of hotpotqa"],
    [{ ...one, components: undefined }, "Optimize hotpotqa"],
    [{ kind: "evaluate" }, "Evaluate hotpotqa"],
    [{ kind: "landscape", component: "retriever", key: "k" }, "Landscape of retriever.k in hotpotqa"],
  ])("of %o is %s", (goal, title) => {
    expect(runTitle({ ...plan, goal }, english)).toBe(title);
  });
});

describe("the progress of a run", () => {
  const told = (output: RunOutput | undefined) => progressWords(running, output, 0, english);

  test("is that it starts, before its first event", () => {
    expect(told(undefined)).toBe("starting");
  });

  test("names the step before the first iteration", () => {
    expect(told(exampleOutputs.collecting())).toMatch(
      /^pairs for question_rewriter: 0 of 5 · best 0\.\d{3} · [\d.]+ of 2,000 system runs · simulated model$/,
    );
  });

  test("names iteration, best score and its gain, what is spent, and how long it will take", () => {
    const output = { ...exampleOutputs.optimizing(), time: { elapsedMs: 1, leftMs: 40_000 } };
    expect(told(output)).toMatch(
      /^iteration 8 of 12 · best 0\.\d{3} \([+-]\d\.\d{3}\) · [\d,.]+ of [\d,]+ system runs · about 0:40 left · simulated model$/,
    );
  });

  test("says nothing of a simulated model where the model is a real one", () => {
    expect(told({ ...exampleOutputs.optimizing(), simulated: false })).not.toContain("simulated");
  });

  test("says that it starts from accepted values", () => {
    const output = { ...exampleOutputs.optimizing(), saved: { file: "qa.optimas.json", values: 2 } };
    expect(told(output)).toMatch(/^iteration 8 of 12 · starts from 2 saved values \(qa\.optimas\.json\) · best/);
  });

  test("of a queued run is its place", () => {
    expect(progressWords({ kind: "queued" }, undefined, 1, english)).toBe("queued behind another run");
    expect(progressWords({ kind: "queued" }, undefined, 3, english)).toBe("queued behind 3 other runs");
  });

  test("says that it is being stopped, and figures all the same", () => {
    const output = exampleOutputs.optimizing();
    expect(progressWords({ kind: "stopping", forced: false }, output, 0, english)).toMatch(
      /^stopping at the next safe point, at once if cancelled again · iteration 8 of 12/,
    );
    expect(progressWords({ kind: "stopping", forced: true }, undefined, 0, english)).toBe("being ended");
  });

  test("fills the bar by iterations that are done", () => {
    expect(shareDone(exampleOutputs.collecting())).toBeUndefined();
    expect(shareDone(exampleOutputs.optimizing())).toBeCloseTo(7 / 12, 12);
  });
});

describe("the outcome of a run", () => {
  const outcome = (output: RunOutput | undefined, goal: EditorRunGoal = one) =>
    resultWords({ plan: { ...plan, goal }, output }, { kind: "finished" }, nothingKnown, english);

  test("with accepted updates offers to see and to apply them", () => {
    const output = exampleOutputs.finished();
    expect(output.updates.accepted).toBeGreaterThan(1);
    const words = outcome(output);
    expect(words?.text).toMatch(
      /^Optimize retriever of hotpotqa: \d+ updates accepted, validation reward 0\.\d{3}, before 0\.\d{3} \(\+0\.\d{3}\)\. Simulated model\.$/,
    );
    expect(words?.actions).toEqual(["diff", "apply", "run", "dismiss"]);
    const single = outcome({ ...output, updates: { ...output.updates, accepted: 1 } });
    expect(single?.text).toContain("one update accepted");
  });

  test("with nothing accepted says why, by the last update", () => {
    const output = exampleOutputs.finished();
    const last = output.updates.last.slice(-1).map((update) => ({ ...update, reason: "the mean fell" }));
    const words = outcome({ ...output, updates: { ...output.updates, accepted: 0, last } });
    expect(words?.text).toMatch(/nothing was accepted, validation reward 0\.\d{3}; the mean fell\. Simulated model\.$/);
    expect(words?.actions).toEqual(["run", "dismiss"]);
    const without = outcome({ ...output, updates: { accepted: 0, rejected: 0, unchanged: 0, last: [] } });
    expect(without?.text).toContain("finished");
  });

  test("of an evaluation is its mean reward", () => {
    const words = outcome(exampleOutputs.idle(), { kind: "evaluate" });
    expect(words?.text).toMatch(/^Evaluate hotpotqa: mean reward 0\.\d{3} on the validation rows\./);
  });

  test("of a landscape is the picture itself", () => {
    expect(outcome(exampleOutputs.idle(), { kind: "landscape", component: "retriever", key: "k" })).toBeUndefined();
  });

  test("of a failure is the error's message, its place and the log", () => {
    const error = { name: "TypeError", message: "no such row", stack: "" };
    const words = (placed: boolean, lacksKey = false) => {
      const known = { resumable: true, placed, lacksKey };
      return resultWords({ plan, output: undefined }, { kind: "failed", error }, known, english);
    };
    expect(words(true)).toEqual({
      severity: "error",
      text: "Optimize retriever of hotpotqa failed: no such row",
      actions: ["open", "log", "resume"],
    });
    expect(words(false)?.actions).toEqual(["log", "resume"]);
    expect(words(true, true)?.actions).toEqual(["key", "open", "log", "resume"]);
  });

  test("of a kernel's death is its reason", () => {
    const end = { how: "signal", signal: "SIGKILL", reason: "It was killed.", lastLines: [] } as const;
    const words = resultWords({ plan, output: undefined }, { kind: "died", end }, nothingKnown, english);
    expect(words).toMatchObject({ severity: "error", text: "Optimize retriever of hotpotqa: It was killed." });
  });

  test("of an interruption is where it can go on", () => {
    const output = exampleOutputs.interrupted();
    const words = resultWords({ plan, output }, { kind: "interrupted" }, { ...nothingKnown, resumable: true }, english);
    expect(words?.text).toMatch(/: stopped at iteration \d+ of \d+\. Everything up to its last checkpoint is saved\.$/);
    expect(words?.actions).toContain("resume");
  });

  test("is not told of a run that never began", () => {
    expect(resultWords({ plan, output: undefined }, { kind: "cancelled" }, nothingKnown, english)).toBeUndefined();
    expect(resultWords({ plan, output: undefined }, { kind: "interrupted" }, nothingKnown, english)).toBeUndefined();
  });
});

describe("the status bar", () => {
  test("names the only run, and counts several", () => {
    const run = { plan, state: running };
    const waiting = { plan, state: { kind: "queued" } as const };
    expect(liveWords([run], english).text).toBe("$(sync~spin) Optimize retriever of hotpotqa");
    const models = { calls: 40, recorded: 2, usd: 0.42, atLeast: false, budgetUsd: 5 };
    const paying = (more: Partial<typeof models>) => ({
      ...run,
      output: { ...exampleOutputs.optimizing(1), models: { ...models, ...more } },
    });
    expect(liveWords([paying({})], english).text).toMatch(/ · \$0\.42 of \$5\.00$/);
    const range = { low: 0.1, expected: 0.9, high: 3 };
    const figures = [{ unit: "money" as const, range, came: 0.42, place: "inside" as const }];
    const estimated = { ...paying({}).output, estimate: { figures, over: false, recorded: 0 } };
    const unlimited = { ...estimated, models: { ...models, budgetUsd: null } };
    expect(liveWords([{ ...run, output: unlimited }], english).text).toMatch(/ · \$0\.42 of about \$0\.90$/);
    expect(liveWords([paying({ atLeast: true })], english).spoken).toContain("at least $0.42 of $5.00");
    expect(liveWords([run, run], english).spoken).toBe("Optimas: 2 runs");
    expect(liveWords([run, waiting], english).spoken).toBe("Optimas: 2 runs, 1 of them queued");
  });
});
