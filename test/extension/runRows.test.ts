import { describe, expect, test } from "vitest";
import { ageWords } from "../../src/extension/components/ageWords.ts";
import { type RunRowsContext, runRows } from "../../src/extension/components/runRows.ts";
import { updateRows, updatesOf } from "../../src/extension/components/updateRows.ts";
import { english } from "../../src/extension/l10n.ts";
import type { RunPause } from "../../src/run/runPause.ts";
import type { KnownRun } from "../../src/run/views/knownRun.ts";
import { aKnownRun } from "../run/aKnownRun.ts";
import { estimatedRun } from "../run/estimatedRun.ts";
import { failedRun, finishedRun, interruptedRun, landscapeRun, stageOne } from "../run/exampleEvents.ts";
import { anActivity } from "./knownFacts.ts";

const finished = aKnownRun("finished", finishedRun());
const now = (finished.outline.lastAt ?? 0) + 2 * 3600 * 1000;
const context: RunRowsContext = { now, language: "en", isOurs: () => false, l10n: english };

const row = (run: KnownRun, given: Partial<RunRowsContext> = {}) => runRows([run], [], { ...context, ...given })[0];

describe("the tree of runs", () => {
  test("shows a finished run with its iterations, scores, age and model", () => {
    expect(row(finished)).toMatchObject({
      id: finished.folder,
      label: "hotpotqa",
      description: expect.stringMatching(/^0\.\d{3} → 0\.\d{3}, 12 of 12 iterations, 2 hours ago, simulated model$/),
      context: "run.finished",
      run: finished.folder,
      does: "open run",
    });
    expect(row(finished)?.spoken).toMatch(/^Run of hotpotqa, finished: all iterations done, 0\./);
    expect(row({ ...finished, info: { ...finished.info, simulated: false } })?.description).not.toMatch(/simulated/);
  });

  test("shows what a run has cost, never nothing for what is not known, and says what is simulated", () => {
    const paid = (given: Parameters<typeof estimatedRun>[0] = {}) =>
      row(aKnownRun("paid", estimatedRun(given), { info: { simulated: given?.simulated ?? false } }));
    expect(paid()?.description).toMatch(/, 12 of 12 iterations, \$0\.17, /);
    expect(paid()?.spoken).toContain("$0.17");
    expect(paid()?.tooltip?.split("\n")).toEqual(
      expect.arrayContaining([
        "Spent: 972 model calls, 40 answers from a record, 865,080 tokens, $0.17",
        "Estimated tokens: about 300,000 (90,000 to 800,000), above the range",
        "Estimated money: about $0.11 ($0.020 to $0.90), within the range",
        "answer_generator, offline pairs: 900 calls, $0.16",
        "proposer, local search: 12 calls, $0.0021",
      ]),
    );
    expect(paid({ priced: false })?.description).toContain("price unknown");
    expect(paid({ priced: false })?.tooltip).toContain("answer_generator, offline pairs: 900 calls, not known");
    const simulated = paid({ simulated: true });
    expect(simulated?.description).not.toContain("$");
    expect(simulated?.description).toMatch(/simulated model$/);
    expect(simulated?.tooltip).toContain("865,080 tokens, simulated model");
    // Older logs do not tell what their calls cost.
    const older = row(aKnownRun("older", finishedRun({ simulated: false }), { info: { simulated: false } }));
    expect(`${older?.description}${older?.tooltip}`).not.toMatch(/\$|Spent/);
  });

  test("shows that a full disk holds a run up: where, since when, what waits, and what to do", () => {
    const live = { ...aKnownRun("live", interruptedRun().slice(0, -1)), live: true };
    const since = new Date(now);
    since.setHours(9, 5);
    const pause: RunPause = {
      code: "ENOSPC",
      folder: "/w/.optimas/runs/live",
      since: since.getTime(),
      held: { bytes: 12_288, answers: 4 },
      free: { bytes: 4096, files: 100 },
    };
    const paused = row({ ...live, pause });
    expect(paused).toMatchObject({
      description: expect.stringMatching(/^Paused: no room in \/w\/\.optimas\/runs\/live, since 9:05\sAM, /),
      icon: { name: "debug-pause", color: "charts.orange" },
      context: "run.running.elsewhere",
    });
    expect(paused?.spoken).toContain("Paused: no room in /w/.optimas/runs/live");
    expect(paused?.tooltip?.split("\n")).toEqual(
      expect.arrayContaining([
        "4 KB free, 12 KB held in memory, 4 answers that were paid for among it",
        "Free some space: at least 8 KB are missing. The run goes on by itself.",
      ]),
    );
    const stopped = row({ ...live, pause: { ...pause, givenUpBy: "interrupt" } });
    expect(stopped?.description).toMatch(/^Stopped, but not all is written: no room in /);
    expect(stopped?.tooltip).toContain("stopping again gives it up");
    expect(row({ ...live, pause: { ...pause, since: now - 3 * 86_400_000 } })?.description).toMatch(
      /since \w+ \d+, \d+/,
    );
    expect(row(live)?.icon).toEqual({ name: "sync~spin", color: "charts.blue" });
    expect(`${row(live)?.description}${row(live)?.tooltip}`).not.toContain("Paused");
  });

  test("knows what can be done with a run", () => {
    const contextOf = (run: KnownRun, given = {}) => row(run, given)?.context;
    const killed = aKnownRun("killed", interruptedRun().slice(0, -1));
    const live = { ...killed, live: true };
    expect(contextOf(live, { isOurs: () => true })).toBe("run.running.here");
    expect(contextOf(live)).toBe("run.running.elsewhere");
    expect(contextOf(killed)).toBe("run.interrupted");
    expect(contextOf(aKnownRun("failed", failedRun()))).toBe("run.failed");
    const held = (events: Parameters<typeof aKnownRun>[1]) => ({ ...aKnownRun("held", events), live: true });
    expect(contextOf(held(interruptedRun()))).toBe("run.interrupted.notebook");
    expect(contextOf(held(finishedRun()))).toBe("run.finished");
    expect(row(held(finishedRun()))?.icon).toEqual(row(finished)?.icon);
    const fromCode = { info: { experiment: { path: "", given: "" } } };
    expect(contextOf(aKnownRun("cell", interruptedRun(), fromCode))).toBe("run.interrupted.notebook");
  });

  test("says where the experiment of a run stands", () => {
    const tooltip = (experiment: KnownRun["info"]["experiment"]) =>
      row(aKnownRun("a", finishedRun(), { info: { experiment } }))?.tooltip?.split("\n")[2];
    const values = { file: "/w/a.tuning.optimas.json", experiment: { notebook: "a.optnb", name: "tuning" } };
    expect(tooltip({ path: "/w/qa.ts", given: "qa.ts" })).toBe("/w/qa.ts");
    expect(tooltip({ path: "", given: "" })).toBe("started from code");
    expect(tooltip({ path: "", given: "", values })).toBe("tuning in a.optnb");
  });

  test("says that a run starts from accepted values, and from how many", () => {
    const saved = (components: string[]) =>
      finishedRun().map((event) =>
        event.type === "run.started" ? { ...event, saved: { file: "qa.optimas.json", components } } : event,
      );
    const tooltip = (events: ReturnType<typeof saved>) => row(aKnownRun("a", events))?.tooltip;
    expect(tooltip(saved(["retriever", "hint_generator"]))).toContain("Starts from 2 saved values (qa.optimas.json)");
    expect(tooltip(saved(["retriever"]))).toContain("Starts from 1 saved value (qa.optimas.json)");
    expect(row(finished)?.tooltip).not.toContain("saved");
  });

  test("says why a run stopped, also when its process could not", () => {
    expect(row(aKnownRun("stopped", interruptedRun()))?.tooltip).toContain("interrupted: stopped by Ctrl-C");
    expect(row(aKnownRun("killed", interruptedRun().slice(0, -1)))?.tooltip).toContain("its process is gone");
    expect(row(aKnownRun("empty", []))?.description).toMatch(/^not begun/);
  });

  test("says what was done instead of iterations", () => {
    const events = landscapeRun().map((event) => (event.type === "summary" ? { ...event, iterations: 0 } : event));
    expect(row(aKnownRun("drawn", events))?.description).toMatch(/, landscape drawn, /);
  });

  test("lists runs that only wait, and folders that cannot be read", () => {
    const coming = { id: "editor run 2", title: "Optimize qa", activity: { ...anActivity, state: "queued" } } as const;
    const unreadable = { kind: "unreadable", id: "x", folder: "/w/x", problem: "run.json is missing" } as const;
    expect(runRows([unreadable], [coming], context)).toMatchObject([
      {
        id: "editor run 2",
        label: "Optimize qa",
        description: "queued",
        context: "run.coming",
        editorRun: "editor run 1",
      },
      { id: "/w/x", description: "cannot be read", tooltip: "run.json is missing", context: "run.unreadable" },
    ]);
  });
});

describe("the tree of updates", () => {
  const trees = updateRows([finished, aKnownRun("fitted", stageOne().events)], context);

  test("lists them by run, the last one first, without those that were put to no gate", () => {
    expect(trees).toHaveLength(1);
    const [tree] = trees;
    expect(tree).toMatchObject({ id: updatesOf(finished.folder), run: finished.folder, open: true });
    expect(tree?.description).toMatch(/^3 accepted, 6 rejected, 2 hours ago, simulated model$/);
    const updates = tree?.children?.() ?? [];
    expect(updates).toHaveLength(9);
    expect(updates.map(({ iteration }) => iteration)).toEqual([11, 10, 9, 7, 6, 5, 3, 2, 1]);
    expect(new Set(updates.map(({ id }) => id)).size).toBe(9);
  });

  test("shows the decision with its scores and the rows they were measured on", () => {
    const updates = trees[0]?.children?.() ?? [];
    expect(updates.at(-1)).toMatchObject({
      label: "answer_generator",
      description: expect.stringMatching(/^accepted, 0\.\d{3} → 0\.\d{3} on 60 rows, iteration 1$/),
      tooltip: "accepted: the validation score rose\nSimulated model.",
      context: "update.accepted",
      does: "show diff",
      run: finished.folder,
      iteration: 1,
    });
    expect(updates[0]?.context).toBe("update.rejected");
  });
});

describe("an age", () => {
  const second = 1000;
  test.each([
    [0, "now"],
    [-50 * second, "now"],
    [90 * second, "1 minute ago"],
    [3 * 3600 * second, "3 hours ago"],
    [26 * 3600 * second, "yesterday"],
    [400 * 24 * 3600 * second, "last year"],
  ])("of %i ms is %s", (age, words) => expect(ageWords(0, age, "en")).toBe(words));

  test("is told in the editor's language, and in English where that is none", () => {
    expect(ageWords(0, 90 * second, "de")).toBe("vor 1 Minute");
    expect(ageWords(0, 90 * second, "qps-ploc-x!")).toBe("1 minute ago");
  });
});
