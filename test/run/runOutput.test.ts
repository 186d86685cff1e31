import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { limitOutput } from "../../src/notebook/outputLimits.ts";
import type { EventBody, RunEvent } from "../../src/run/events.ts";
import { impersonal } from "../../src/run/impersonal.ts";
import { RUN_OUTPUT_BYTES, RUN_OUTPUT_MIME, rendererMessageSchema, runOutputSchema } from "../../src/run/runOutput.ts";
import { runOutputBundle } from "../../src/run/runOutputBundle.ts";
import { niceSteps, runChart } from "../../src/run/runOutputChart.ts";
import { runMarkdown } from "../../src/run/runOutputMarkdown.ts";
import { runPicture } from "../../src/run/runOutputPicture.ts";
import { runPointer } from "../../src/run/runOutputView.ts";
import { outputStatusWords } from "../../src/run/runOutputWords.ts";
import { liveRunView } from "../../src/run/views/reduce.ts";
import { estimatedRun, exampleEstimate } from "./estimatedRun.ts";
import { finishedRun, LogWriter, resumedRun, stageOne, started } from "./exampleEvents.ts";
import { exampleOutputs, outputOf, viewOutput } from "./exampleOutputs.ts";
import { nastyPieces, nastyText } from "./nastyText.ts";

/** Bytes of an output in a notebook's file, which gives every line of JSON its indent. */
function written(bundle: object): number {
  const text = JSON.stringify(bundle, null, 1);
  return Buffer.byteLength(text) + 6 * text.split("\n").length;
}

const everyOutput = Object.entries(exampleOutputs).map(([name, make]) => [name, () => make(9)] as const);

describe("the output of a run", () => {
  test.each(everyOutput)("of one that is %s is what the schema says, also after a way through JSON", (_name, make) => {
    expect(runOutputSchema.parse(JSON.parse(JSON.stringify(make())))).toEqual(make());
  });

  test("tells where the run stands, how far it is, what it scored and what it cost", () => {
    expect(exampleOutputs.optimizing()).toMatchObject({
      status: { state: "running", phase: "iterating", progress: { done: 9, total: 20 } },
      iteration: { iteration: 8, of: 12, component: "retriever" },
      updates: { accepted: 3, rejected: 3, unchanged: 1 },
      spent: { budget: 2000, byPurpose: { validation: 60 } },
      simulated: true,
    });
    const { rewards, summary, time } = exampleOutputs.finished();
    expect(rewards[0]).toMatchObject({ iteration: 0 });
    expect(summary?.results.map(({ split, n }) => `${split} ${n}`)).toEqual(["validation 60", "test 100"]);
    expect(time.leftMs).toBeNull();
  });

  test("says why no request is sent in the place of what is being done, and how far that is all the same", () => {
    const { events } = stageOne();
    const at = events.at(-1)?.at ?? 0;
    const base = { seq: 99, at, systemRuns: 0 };
    const wait = { provider: "openai", why: "requests", perMinute: 20, ms: 3_000, begins: true } as const;
    const doing = { type: "progress", phase: "iterating", label: "validation", done: 3, total: 9, ...base } as const;
    const told = (waits: typeof wait | null) =>
      outputOf([...events, doing, { type: "waiting", wait: waits, ...base }], { working: true }).status;
    expect(told(wait)).toMatchObject({
      state: "running",
      progress: { label: "waiting for openai: limit of 20 requests/min, next in 3 s", done: 3, total: 9 },
    });
    expect(told(null)).toMatchObject({ progress: { label: "validation" } });
  });

  test("tells calls of models that are paid for, with those that the record answered and what is not known", () => {
    const spent = { who: "drafter", purpose: "validation", inputTokens: 1e6, outputTokens: 0 };
    const price = { inputPerMillion: 2, outputPerMillion: 4 };
    const told = (more: {
      readonly price: typeof price | null;
      readonly unanswered?: number;
      readonly recorded?: number;
    }) => {
      const { recorded, unanswered } = more;
      const call = { ...spent, model: "openai:a", calls: 3, ...(recorded !== undefined && { recorded }) };
      const row = unanswered ? { ...call, unanswered: { calls: unanswered, inputTokens: 10, outputTokens: 0 } } : call;
      const [started, ...events] = finishedRun();
      const begun = started?.type === "run.started" ? [{ ...started, simulated: false }] : [];
      const models = { "openai:a": { simulated: false, price: more.price } };
      const [last] = events.filter(({ type }) => type === "summary").slice(-1);
      return outputOf([
        ...begun,
        ...events.filter((one) => one !== last),
        { ...last, spentCalls: [row], models } as RunEvent,
      ]);
    };
    expect(exampleOutputs.finished().models).toBeUndefined();
    expect(told({ price, recorded: 41 }).models).toEqual({
      calls: 3,
      recorded: 41,
      usd: 2,
      atLeast: false,
      budgetUsd: null,
    });
    expect(told({ price: null }).models).toEqual({ calls: 3, recorded: 0, usd: null, atLeast: true, budgetUsd: null });
    const output = told({ price, recorded: 41, unanswered: 2 });
    expect(output.models).toEqual({ calls: 3, recorded: 41, usd: 2, atLeast: true, budgetUsd: null });
    expect(runMarkdown(output)).toContain("model calls: 3, and 41 from a record · money: at least $2.00");
    expect(runMarkdown(told({ price: null }))).toContain("money: not known");
  });

  test("tells what was estimated beside what came, and who asked models for what", () => {
    const output = outputOf(estimatedRun());
    expect(output.estimate).toMatchObject({ over: true, recorded: 40 });
    expect(output.estimate?.figures.slice(0, 3)).toEqual([
      { unit: "calls", range: exampleEstimate.calls, came: 972, place: "inside" },
      { unit: "tokens", range: exampleEstimate.tokens, came: 865_080, place: "above" },
      { unit: "money", range: exampleEstimate.usd, came: 0.1691, place: "inside" },
    ]);
    expect(output.called?.[0]).toEqual({ who: "answer_generator", purpose: "offline pairs", calls: 900, usd: 0.1566 });
    const markdown = runMarkdown(output);
    expect(markdown).toContain("| tokens | about 300,000 (90,000 to 800,000) | 865,080 | above the range |");
    expect(markdown).toContain("| answer\\_generator | offline pairs | 900 | $0.16 |");
    expect(runOutputSchema.parse(JSON.parse(JSON.stringify(output)))).toEqual(output);
    const going = outputOf(estimatedRun().slice(0, -1), { working: true });
    expect(runMarkdown(going)).toContain("| of | estimated | came so far |  |");
    expect(runMarkdown(outputOf(estimatedRun({ simulated: true })))).toContain(
      "| money | $0: simulated model | $0: simulated model | within the range |",
    );
    expect(exampleOutputs.finished()).not.toHaveProperty("estimate");
  });

  test("lists only those who cost most, however many asked", () => {
    const row = (index: number) => ({
      who: `c${index}`,
      purpose: "validation",
      model: null,
      calls: 1,
      inputTokens: index,
      outputTokens: 0,
    });
    const many = Array.from({ length: 200 }, (_, index) => row(index));
    const events = estimatedRun({ simulated: true }).map((event) =>
      event.type === "summary" ? { ...event, spentCalls: many } : event,
    );
    const { called = [] } = outputOf(events);
    expect(called).toHaveLength(24);
    expect(called[0]?.who).toBe("c199");
  });

  test("is the same whether the events come one by one or the log is read whole, resumption included", () => {
    for (const events of [finishedRun(), resumedRun()]) {
      const live = liveRunView();
      for (const event of events) live.add(event);
      expect(viewOutput(live.view)).toEqual(outputOf(events));
    }
  });

  test("stays within 64 KB of the file with all its representations, however long the run and its prompts", () => {
    for (const text of [
      (plain: string) => plain,
      (plain: string) => `${plain} ${nastyPieces.join(" ").repeat(20)}`,
      (plain: string) => `${plain} ${"日本語のとても長い文".repeat(400)}`,
    ]) {
      for (const iterations of [1, 40, 2000]) {
        const log = stageOne({ iterations, text });
        for (let iteration = 1; iteration <= iterations; iteration++) addUpdate(log, iteration, text);
        const bundle = runOutputBundle(outputOf(log.events, { working: true }));
        expect(written(bundle)).toBeLessThanOrEqual(RUN_OUTPUT_BYTES);
        const saved = { output: { type: "display" as const, data: JSON.parse(JSON.stringify(bundle)) }, metadata: {} };
        expect(limitOutput(saved)).toEqual(saved);
      }
    }
  });

  test("of a long run counts every update, lists the last ones and keeps first, last, lowest and highest reward", () => {
    const log = stageOne({ iterations: 3000 });
    for (let iteration = 1; iteration <= 3000; iteration++) addUpdate(log, iteration, (text) => text);
    const { rewards, gates, updates } = outputOf(log.events);
    expect(updates.accepted + updates.rejected).toBe(3000);
    expect(updates.last.at(-1)?.iteration).toBe(3000);
    expect(updates.last.length).toBeLessThanOrEqual(40);
    expect(rewards.length).toBeLessThanOrEqual(120);
    expect(gates.length).toBeLessThanOrEqual(100);
    expect([rewards[0]?.iteration, rewards.at(-1)?.iteration]).toEqual([0, 3000]);
    const means = rewards.map(({ mean }) => mean);
    expect([Math.min(...means), Math.max(...means)]).toEqual([0.1, 0.9]);
    expect(rewards.map(({ iteration }) => iteration)).toEqual(
      [...rewards.map(({ iteration }) => iteration)].sort((a, b) => a - b),
    );
  });

  test("holds nothing hidden, whatever stands in prompts, names and messages", () => {
    fc.assert(
      fc.property(nastyText, nastyText, (prompt, message) => {
        const log = stageOne();
        addUpdate(log, 1, () => prompt);
        log.add({ type: "warning", message }).add({ type: "run.failed", message });
        const output = outputOf(log.events);
        expect(runOutputSchema.safeParse(output).success).toBe(true);
        for (const part of output.updates.last[0]?.diff ?? [])
          expect(part.text).not.toMatch(/[^\P{Cc}\n\t]|\p{Surrogate}/u);
        expect(JSON.stringify([output.status, output.warnings])).not.toMatch(/\\u001b|\u202e/);
      }),
    );
  });
});

describe("the pointer to a run's folder", () => {
  test.each([
    ["/home/ann/work/.optimas/runs/r1", "/home/ann/work", ".optimas/runs/r1"],
    ["/home/ann/work/.optimas/runs/r1", "/home/ann/work/notebooks", "../.optimas/runs/r1"],
    ["/home/ann/work/deep/runs/r1", "/home/ann/work", "deep/runs/r1"],
    ["/home/ann/work/other/runs/r1", "/home/ann/work/notebooks", null],
    ["/home/bob/.optimas/runs/r1", "/home/ann/work", null],
    ["/tmp/out/r1", "/home/ann/work", null],
    ["/home/ann/work", "/home/ann/work", null],
  ])("%s from %s is %s", (run, notebook, pointer) => {
    expect(runPointer(run, notebook)).toBe(pointer);
  });

  test("is beside messages that name neither the notebook's folder nor whose it is", () => {
    const clean = impersonal("/home/ann/work", "/home/ann");
    expect(clean("/home/ann/work/train.jsonl, line 12; see /home/ann/.cache")).toBe(
      "train.jsonl, line 12; see ~/.cache",
    );
    expect(clean("nothing in /home/ann/work, nor in /home/ann/work-2, nor in /home/ann/work.")).toBe(
      "nothing in ., nor in ~/work-2, nor in ..",
    );
    expect(impersonal("/", "/")("/etc/x")).toBe("/etc/x");
  });
});

describe("what readers without the renderer see", () => {
  test("Markdown says that a model was simulated, how the run stands and what its updates came to", () => {
    const text = runMarkdown(exampleOutputs.interrupted());
    expect(text).toContain("interrupted at iteration 3 of 12: stopped by Ctrl-C");
    expect(text).toContain("**Simulated model**");
    expect(text).toMatch(/\| 2 \| retriever \| accepted \| 0\.\d{3} → 0\.\d{3} \([+-]0\.\d{3}\) \|/);
    const real = { ...exampleOutputs.finished(), simulated: false };
    expect(runMarkdown(real)).not.toContain("Simulated");
  });

  test("no text from outside becomes markup, in Markdown or in the picture", () => {
    fc.assert(
      fc.property(nastyText, (text) => {
        const output = { ...exampleOutputs.finished(), system: text.trim(), warnings: [text], model: text };
        // Intervals stand in brackets of our own.
        expect(runMarkdown(output).replace(/\\[\\`*_{}[\]<>#|~!&]|\[[-+.\d]+, [-+.\d]+\]/g, "")).not.toMatch(/[<[]/);
        expect(runPicture({ ...output, model: text })).not.toMatch(/<(?!\/?(?:svg|title|rect|text|g|path|circle)\b)/);
      }),
    );
  });

  test("the picture draws a step per reward and a dot per update, names the simulated model, and is small", () => {
    const picture = runPicture(exampleOutputs.finished()) ?? "";
    expect(picture).toMatch(/^<svg xmlns='http:\/\/www.w3.org\/2000\/svg'/);
    expect(picture).toContain("simulated model");
    const { gates } = exampleOutputs.finished();
    // Two more are the legend's.
    expect(picture.match(/<circle/g)).toHaveLength(gates.length + 2);
    expect(picture).not.toContain('"');
  });

  test("before the first iteration there is no picture, and no empty one", () => {
    expect(runPicture(exampleOutputs.idle())).toBeNull();
    expect(Object.keys(runOutputBundle(exampleOutputs.idle()))).toEqual([RUN_OUTPUT_MIME, "text/markdown"]);
  });
});

describe("the chart", () => {
  test("has axes at round values that enclose what is drawn", () => {
    const anyValue = fc.double({ noNaN: true, min: -1e6, max: 1e6 });
    fc.assert(
      fc.property(anyValue, anyValue, (a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const steps = niceSteps(low, high, 4);
        // A billionth of a step beyond the axis is nothing that could be seen.
        const step = (steps[1] ?? 0) - (steps[0] ?? 0);
        const tolerance = 2e-9 * step + 1e-12 * Math.max(Math.abs(low), Math.abs(high));
        expect(steps.length).toBeGreaterThanOrEqual(2);
        expect(steps.length).toBeLessThanOrEqual(9);
        expect(steps[0]).toBeLessThanOrEqual(low + tolerance);
        expect(steps.at(-1)).toBeGreaterThanOrEqual(high - tolerance);
      }),
    );
    expect(niceSteps(-5e-324, 0, 4)).toEqual([0, 0.01]);
    expect(niceSteps(0.408, 0.562, 4)).toEqual([0.4, 0.45, 0.5, 0.55, 0.6000000000000001]);
  });

  test("leaves room for the iterations to come while it runs, and none afterwards", () => {
    const last = (output: Parameters<typeof runChart>[0]) =>
      runChart(output, { width: 640, height: 200 })?.xTicks.at(-1)?.label;
    expect(last(exampleOutputs.optimizing(3))).toBe("12");
    expect(last(exampleOutputs.long(5))).toBe("5");
  });

  test("puts everything between its axes", () => {
    const chart = runChart(exampleOutputs.optimizing(), { width: 500, height: 200 });
    for (const { x, y } of chart?.gates ?? []) {
      expect(x).toBeGreaterThanOrEqual(chart?.plot.left ?? 0);
      expect(x).toBeLessThanOrEqual(chart?.plot.right ?? 0);
      expect(y).toBeGreaterThanOrEqual(chart?.plot.top ?? 0);
      expect(y).toBeLessThanOrEqual(chart?.plot.bottom ?? 0);
    }
    expect(chart?.gates.length).toBe(6);
    expect(chart?.summary).toContain("with 3 accepted updates and 3 rejected updates");
  });
});

test.each([
  ["interrupted", "interrupted at iteration 3 of 12: stopped by Ctrl-C"],
  ["failed", "failed: The trainer process was ended by SIGKILL."],
  ["idle", "ready for the next step"],
  ["finished", "finished: all iterations done"],
] as const)("the words of a run that is %s", (state, words) => {
  expect(outputStatusWords(exampleOutputs[state]())).toBe(words);
});

test("messages of the renderer are checked: others are refused", () => {
  expect(rendererMessageSchema.safeParse({ type: "stop", runId: "r" }).success).toBe(true);
  expect(rendererMessageSchema.safeParse({ type: "resume", runId: "r" }).success).toBe(false);
  expect(rendererMessageSchema.safeParse({ type: "run", code: "x" }).success).toBe(false);
});

test("a log without events gives an output of nothing", () => {
  expect(runOutputSchema.safeParse(outputOf([])).success).toBe(true);
  expect(outputOf(new LogWriter().add(started()).events)).toMatchObject({ system: "hotpotqa", rewards: [] });
});

/** One update at the gate; its rewards wander between 0.1 and 0.9. */
function addUpdate(log: LogWriter, iteration: number, text: (plain: string) => string): void {
  const level = iteration === 777 ? 0.1 : iteration === 1234 ? 0.9 : 0.4 + 0.3 * Math.abs(Math.sin(iteration / 7));
  const accepted = iteration % 3 !== 0 || iteration === 777;
  log.add({ type: "iteration", iteration, of: 3000, component: "hint_generator", probability: 0.2 });
  const body: EventBody = {
    type: "update",
    iteration,
    component: "hint_generator",
    decision: accepted ? "accepted" : "rejected",
    reason: text("the validation score changed"),
    before: text(`Write a hint ${iteration - 1}.`),
    after: text(`Write a better hint ${iteration}.`),
    scorer: "local",
    rewardBefore: 0.4,
    rewardAfter: 0.5,
    validation: { before: [0.4, 0.4], after: [level, level], exampleIds: ["a", "b"] },
  };
  log.add(body, { runs: 20 });
}
