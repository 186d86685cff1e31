import fc from "fast-check";
import picocolors from "picocolors";
import stringWidth from "string-width";
import { describe, expect, test } from "vitest";
import { diffText } from "../../../src/cli/display/diffText.ts";
import { eventLine } from "../../../src/cli/display/eventLine.ts";
import { statusLine } from "../../../src/cli/display/statusLine.ts";
import { showText, summaryText } from "../../../src/cli/display/summaryText.ts";
import { landscapeTable, rewardsTable, runsTable } from "../../../src/cli/display/tables.ts";
import type { Display } from "../../../src/cli/display/terminalText.ts";
import type { BodyOf, EventType, RunEvent } from "../../../src/run/events.ts";
import { liveRunView, runView } from "../../../src/run/views/reduce.ts";
import { alignmentRun } from "../../run/alignmentEvents.ts";
import { estimatedRun, exampleEstimate } from "../../run/estimatedRun.ts";
import {
  budgetRun,
  failedRun,
  finishedRun,
  interruptedRun,
  iterate,
  landscapeRun,
  resumedRun,
  stageOne,
} from "../../run/exampleEvents.ts";
import { nastyText } from "../../run/nastyText.ts";

const plain = picocolors.createColors(false);
const coloured = picocolors.createColors(true);
const narrow: Display = { width: 60, colors: plain };

describe("the log", () => {
  test("has a line for each thing a person wants to see, in the order it happened", () => {
    expect(logLines(finishedRun()).slice(0, 18)).toMatchInlineSnapshot(`
      [
        "run 2026-03-14-0930-k3vq: hotpotqa, 5 components, rows: 240 train, 60 validation, 100 test, model simulated:reader (simulated model), seed 7",
        "measuring the unoptimized system",
        "  unoptimized on validation: 0.408 (n = 60), 1 failure scored 0",
        "collecting preference pairs",
        "  question_rewriter: 120 preference pairs from 40 inputs, average gap 0.120",
        "  info_extractor: 151 preference pairs from 40 inputs, average gap 0.170",
        "  retriever: 182 preference pairs from 40 inputs, average gap 0.220",
        "  hint_generator: 213 preference pairs from 40 inputs, average gap 0.270",
        "  answer_generator: 244 preference pairs from 40 inputs, average gap 0.320",
        "fitting local rewards",
        "  question_rewriter: alignment 0.500 on 12 held-out pairs; optimized on the global reward: alignment 0.500 is below the threshold 0.550",
        "  info_extractor: alignment 0.700 on 15 held-out pairs",
        "  retriever: alignment 0.740 on 18 held-out pairs",
        "  hint_generator: alignment 0.780 on 21 held-out pairs",
        "  answer_generator: alignment 0.820 on 24 held-out pairs",
        "optimizing, 12 iterations",
        "iteration 1/12 answer_generator | 366.3 of 2,000 system runs, 0:23 elapsed",
        "  answer_generator: 64 preference pairs from 20 inputs, average gap 0.200",
      ]
    `);
  });

  test("tells the end of a budget, an interruption, a failure and a resumption", () => {
    expect(logLines(budgetRun())).toContain("warning: The budget of 800 system runs ended the run before iteration 7.");
    expect(logLines(interruptedRun()).at(-1)).toBe("interrupted: stopped by Ctrl-C");
    expect(logLines(failedRun()).at(-1)).toBe("failed: data/validation.jsonl, line 12: not valid JSON");
    expect(logLines(resumedRun())).toContain("resumed from the last checkpoint, 531.3 of 2,000 system runs spent");
  });

  test("is silent about what is no news", () => {
    const silent = new Set<EventType>(["progress", "candidate", "checkpoint", "summary"]);
    const live = liveRunView();
    for (const event of [...finishedRun(), ...landscapeRun()]) {
      expect(eventLine(event, live.add(event)) === undefined).toBe(silent.has(event.type));
    }
  });

  test("says at once that the model is simulated, and only when it is", () => {
    expect(logLines(finishedRun())[0]).toContain("simulated model");
    expect(logLines(finishedRun({ simulated: false })).join("\n")).not.toContain("simulated");
  });
});

describe("the status line", () => {
  test("says what is waited for while no request is sent, and no longer", () => {
    const { view, add } = liveRunView(stageOne().events);
    const at = view.lastAt ?? 0;
    const waiting = (wait: BodyOf<"waiting">["wait"]): string => {
      add({ type: "waiting", wait, seq: 99, at, systemRuns: 0 });
      return statusLine(view).split(" | ")[0] ?? "";
    };
    const limit = { provider: "openai", why: "requests", perMinute: 600, ms: 12_000, begins: true } as const;
    expect(waiting(limit)).toBe("waiting for openai: limit of 600 requests/min, next in 12 s");
    expect(waiting({ ...limit, why: "tokens", perMinute: 90_000, ms: 75_000 })).toBe(
      "waiting for openai: limit of 90,000 tokens/min, next in 1:15",
    );
    expect(waiting({ ...limit, why: "pause", provider: "anthropic" })).toBe(
      "waiting for anthropic: it asks for a pause, next in 12 s",
    );
    expect(waiting({ ...limit, why: "retry", failure: "overloaded" })).toBe(
      "waiting for openai: overloaded, next in 12 s",
    );
    expect(waiting(null)).not.toContain("waiting for");
  });

  test("has a line for long waits, where they begin", () => {
    const { view } = liveRunView(stageOne().events);
    const line = (ms: number, begins: boolean): string | undefined => {
      const wait = { provider: "openai", why: "pause", ms, begins } as const;
      return eventLine({ type: "waiting", wait, seq: 99, at: 0, systemRuns: 0 }, view, { width: 200, colors: plain });
    };
    expect(line(30_000, true)).toBe("waiting for openai: it asks for a pause, next in 30 s");
    expect(line(30_000, false)).toBeUndefined();
    expect(line(3_000, true)).toBeUndefined();
  });

  test("shows where the run is, what it reached and what it spent", () => {
    const log = stageOne();
    iterate(log, 1);
    log.add({ type: "iteration", iteration: 2, of: 12, component: "retriever", probability: 0.2 });
    log.add({ type: "progress", phase: "iterating", label: "scoring candidates", done: 2, total: 4 });
    expect(statusLine(runView(log.events))).toBe(
      "iteration 2/12 retriever: scoring candidates 2/4 | simulated model | validation 0.408 -> 0.493 | 448.8 of 2,000 system runs | 0:28 elapsed | about 0:50 left",
    );
  });

  test("keeps the clock going between events", () => {
    const view = runView(stageOne().events);
    const later = (view.lastAt ?? 0) + 60_000;
    expect(statusLine(view)).toContain("0:23 elapsed");
    expect(statusLine(view, { width: 200, colors: plain }, later)).toContain("1:23 elapsed");
  });

  test("fits any width", () => {
    const view = runView(interruptedRun());
    for (const width of [0, 1, 10, 40, 80]) {
      expect(stringWidth(statusLine(view, { width, colors: coloured }))).toBeLessThanOrEqual(width);
    }
  });
});

describe("the summary", () => {
  const text = summaryText(runView(finishedRun())).join("\n");

  test("sets unoptimized against optimized with n and interval", () => {
    expect(text).toMatch(/validation +60 +0\.\d{3} +0\.\d{3} +[+-]0\.\d{3} \[[+-]0\.\d{3}, [+-]0\.\d{3}\]/);
    expect(text).toMatch(/test +100 +0\.\d{3}/);
  });
  test("shows what changed as a word diff", () => {
    expect(text).toContain("{+ in as few words as possible+}");
    expect(text).toContain("[-k = 5-]");
  });
  test("says in a line what each local reward follows, where the log tells", () => {
    const text = summaryText(runView(alignmentRun())).join("\n");
    expect(text).toContain(
      "  retriever falls most for outputs made: shorter, 50 % (-1.400), rises most for: without terms of its own, 50 % (+0.600)",
    );
    expect(summaryText(runView(finishedRun())).join("\n")).not.toContain("falls most");
  });

  test("shows alignment with n and who fell back on the global reward", () => {
    expect(text).toMatch(/retriever +0\.740 +18/);
    expect(text).toMatch(/question_rewriter +0\.500 +12 .*global reward +alignment 0\.500 is below/);
  });
  test("shows system runs by purpose, calls and tokens", () => {
    expect(text).toMatch(/preference pairs +528\.3/);
    expect(text).toMatch(/proposer +36 +41,000 +9,700/);
  });
  test("says where the model is simulated, and only there", () => {
    expect(text).toContain("Calls of the simulated model");
    expect(text).toContain("no language model");
    expect(summaryText(runView(finishedRun({ simulated: false }))).join("\n")).not.toContain("simulated");
  });
  test("sets what came beside the estimate, with its place in the range, and says where there is none", () => {
    const summed = summaryText(runView(estimatedRun())).join("\n");
    expect(summed).toMatch(/tokens +about 300,000 \(90,000 to 800,000\) +865,080 +288 % +above the range/);
    expect(summed).toContain("40 answers were taken from the record and cost nothing");
    expect(text).toContain("No estimate was kept with this run");
    // A run that has not come to its end tells what came so far.
    const going = showText(runView(stageOne({ estimate: exampleEstimate, simulated: false }).events)).join("\n");
    expect(going).toMatch(/of +estimated +came so far/);
    expect(going).toContain("The run is not through");
  });
  test("of a landscape shows no comparison of systems", () => {
    const landscape = summaryText(runView(landscapeRun())).join("\n");
    expect(landscape).toContain("retriever.k");
    expect(landscape).not.toContain("unoptimized");
  });
  test("of a run that has none says where the run stands", () => {
    expect(summaryText(runView(failedRun()))).toEqual(["failed: data/validation.jsonl, line 12: not valid JSON"]);
  });
});

describe("tables", () => {
  test("of a landscape say how local and global reward agree", () => {
    const lines = landscapeTable(runView(landscapeRun()));
    expect(lines).toContain("k = 5          0.550          0.420      40  current");
    expect(lines.at(-1)).toBe("rank correlation of local and global reward: 1.000 over 4 values");
  });
  test("of rewards have one line per fitted component", () => {
    expect(rewardsTable(runView(stageOne().events))).toHaveLength(6);
  });
  test("of runs stand newest first", () => {
    const later = interruptedRun().map((event) => ({ ...event, at: event.at + 86_400_000 }));
    const lines = runsTable([finishedRun(), later, failedRun()].map(runView));
    expect(lines[1]).toMatch(/2026-03-15 .*interrupted .*simulated model$/);
    expect(lines).toHaveLength(4);
  });
  test("without rows have a heading only", () => expect(runsTable([])).toHaveLength(1));
});

test("show tells everything of an unfinished run", () => {
  const text = showText(runView(interruptedRun())).join("\n");
  for (const part of [
    "interrupted: stopped by Ctrl-C",
    "9f2c41d07be3a85c",
    "seed 7",
    "1. answer_generator accepted",
    "[-k = 5-]",
  ]) {
    expect(text).toContain(part);
  }
});

describe("a diff", () => {
  test("marks changes by signs without colours and by colours otherwise", () => {
    expect(diffText("a b", "a c", plain)).toBe("a [-b-]{+c+}");
    expect(diffText("a b", "a c", coloured)).toBe(
      `a ${coloured.red(coloured.strikethrough("b"))}${coloured.green("c")}`,
    );
  });
  test("keeps a line feed out of the marks", () => {
    expect(diffText({ a: 1, b: 1 }, { a: 2, b: 1 }, plain)).toBe("[-a = 1-]\n{+a = 2+}\nb = 1");
  });
});

describe("text from outside", () => {
  test("never reaches the terminal as a control, and no line is wider than asked for", () => {
    fc.assert(
      fc.property(nastyText, (nasty) => {
        const events = finishedRun({ iterations: 5, text: () => nasty });
        const view = runView(events);
        const lines = [...logLines(events), statusLine(view), ...showText(view), ...runsTable([view])];
        expect(lines.join("")).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
        for (const line of summaryText(view, narrow)) expect(stringWidth(line)).toBeLessThanOrEqual(78);
      }),
      { numRuns: 40 },
    );
  });
});

function logLines(events: readonly RunEvent[]): string[] {
  const live = liveRunView();
  return events.flatMap((event) => eventLine(event, live.add(event)) ?? []);
}
