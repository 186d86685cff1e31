import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { english } from "../../src/extension/l10n.ts";
import { EditorRun, type EditorRunState } from "../../src/extension/runs/editorRun.ts";
import { editorRunCode } from "../../src/extension/runs/editorRunCode.ts";
import type { EditorRunPlan } from "../../src/extension/runs/editorRunRequest.ts";
import { failurePlace } from "../../src/extension/runs/failurePlace.ts";
import { startKernel } from "../../src/notebook/kernelClient.ts";
import { kernelEnvironment } from "../../src/notebook/kernelEnvironment.ts";
import { readRun } from "../../src/run/runList.ts";
import { RUN_OUTPUT_MIME } from "../../src/run/runOutput.ts";
import { kernelEntry } from "../kernel/kernelBench.ts";
import { FakeClock } from "../notebook/fakeClock.ts";
import { FakeKernel, killed } from "../notebook/fakeKernel.ts";
import { exampleOutputs } from "../run/exampleOutputs.ts";

const plan: EditorRunPlan = {
  file: "/work/a/experiment.ts",
  exported: { by: "name", name: "default" },
  name: "first",
  out: "/work/.optimas/runs",
  goal: { kind: "evaluate" },
};

/** A run on a kernel that does what the test says. */
function fakeRun(given: EditorRunPlan = plan) {
  const clock = new FakeClock();
  const states: EditorRunState[] = [];
  let kernel: FakeKernel | undefined;
  const log: string[] = [];
  const run = new EditorRun({
    id: "editor run 1",
    plan: given,
    code: "await 1",
    start: async (listener) => {
      kernel = new FakeKernel(listener);
      return kernel;
    },
    onChange: ({ state }) => {
      if (state !== states.at(-1)) states.push(state);
    },
    onLog: (line) => log.push(line),
    clock,
  });
  const started = async () => {
    await run.start();
    await expect.poll(() => kernel?.executed.length).toBe(1);
    if (kernel === undefined) throw new Error("no kernel was started");
    return kernel;
  };
  return { run, states, log, started, clock };
}

const shown = (output: object) => ({
  type: "display" as const,
  id: "run",
  data: { [RUN_OUTPUT_MIME]: output as never },
});

describe("a run of the editor", () => {
  test("waits until it is started, runs its cell, and ends with its kernel", async () => {
    const { run, states, started } = fakeRun();
    expect(run.state).toEqual({ kind: "queued" });
    const kernel = await started();
    expect(kernel.executed[0]).toMatchObject({ code: "await 1", language: "typescript" });
    kernel.answer("succeeded");
    expect(await run.ended).toEqual({ kind: "finished" });
    expect((await kernel.ended).how).toBe("disposed");
    expect(states.map(({ kind }) => kind)).toEqual(["starting", "running", "ended"]);
  });

  test("is known by what it shows of itself", async () => {
    const { run, started } = fakeRun();
    const kernel = await started();
    expect(run.folder).toBeUndefined();
    const output = { ...exampleOutputs.optimizing(), folder: "../.optimas/runs/x" };
    kernel.give(shown({ version: 99 }), shown(output));
    await expect.poll(() => run.output).toEqual(output);
    expect(run.folder).toBe("/work/.optimas/runs/x");
    kernel.give(shown({ ...output, folder: null }));
    await expect.poll(() => run.folder).toBe(`/work/.optimas/runs/${output.runId}`);
    kernel.give({ type: "result", data: { "text/plain": "done" } });
    kernel.answer("succeeded");
    await run.ended;
    expect(run.result).toEqual({ "text/plain": "done" });
  });

  test("keeps what its code prints in the log", async () => {
    const { run, log, started } = fakeRun();
    const kernel = await started();
    kernel.give({ type: "stream", name: "stdout", text: "hello\n" });
    kernel.answer("succeeded");
    await run.ended;
    expect(log).toContain("hello");
  });

  test("fails with what its code threw", async () => {
    const { run, started } = fakeRun();
    const kernel = await started();
    const error = { type: "error" as const, name: "TypeError", message: "no", stack: "TypeError: no" };
    kernel.give(error);
    kernel.answer("failed");
    expect(await run.ended).toEqual({ kind: "failed", error });
  });

  test("is cancelled where the user did not agree to what it may cost", async () => {
    const { run, started } = fakeRun();
    const kernel = await started();
    run.decline();
    kernel.answer("failed");
    expect(await run.ended).toEqual({ kind: "cancelled" });
  });

  test("says how its kernel died", async () => {
    const { run, started } = fakeRun();
    (await started()).die();
    expect(await run.ended).toEqual({ kind: "died", end: killed });
  });

  test("fails when no kernel can be started", async () => {
    const { run, started } = fakeRun();
    const broken = new EditorRun({
      id: "2",
      plan,
      code: "",
      start: async () => {
        throw new Error("no such program");
      },
      onChange: () => undefined,
      onLog: () => undefined,
    });
    await broken.start();
    expect(await broken.ended).toMatchObject({ kind: "died", end: { how: "start" } });
    (await started()).answer("succeeded");
    await run.ended;
  });

  test("stops when asked, and is forced when asked again", async () => {
    const { run, states, started, clock } = fakeRun();
    const kernel = await started();
    run.stop();
    run.stop();
    // Twice at once is the same request.
    expect(kernel.interrupts).toHaveLength(1);
    clock.advance(1_000);
    run.stop();
    expect(kernel.interrupts.map(({ force }) => force)).toEqual([false, true]);
    kernel.answer("interrupted");
    expect(await run.ended).toEqual({ kind: "interrupted" });
    expect(states.slice(2)).toEqual([
      { kind: "stopping", forced: false },
      { kind: "stopping", forced: true },
      { kind: "ended", end: { kind: "interrupted" } },
    ]);
  });

  test("is cancelled when it is stopped before it began", async () => {
    const queued = fakeRun();
    queued.run.stop();
    expect(await queued.run.ended).toEqual({ kind: "cancelled" });
    await queued.run.start();
    expect(queued.states.map(({ kind }) => kind)).toEqual(["ended"]);
    const starting = fakeRun();
    const start = starting.run.start();
    starting.run.stop();
    await start;
    expect(await starting.run.ended).toEqual({ kind: "cancelled" });
  });

  test("ends with the editor at once, whatever it does", async () => {
    for (const begin of [false, true]) {
      const { run, started } = fakeRun();
      if (begin) await started();
      await run.dispose();
      expect(run.state.kind).toBe("ended");
      await run.dispose();
    }
  });
});

describe("a run of the editor on a real kernel", () => {
  // Signs that mean something in code, in addresses or in patterns.
  const folder = join(mkdtempSync(join(tmpdir(), "optimas-editor-run-")), "it's a #1 100% [folder]");
  mkdirSync(folder);
  afterAll(() => rmSync(join(folder, ".."), { recursive: true, force: true }));

  const source = (extra = "") => `import { experiment, llm, system, tokenF1 } from "optimas";
const answerer = llm({
  name: "answerer", description: "Answers.", inputs: ["question", "passage"], outputs: ["answer"], prompt: "Answer.",
});
const rows = Array.from({ length: 12 }, (_, i) => ({
  question: "Where was Ada" + i + " born?", passage: "Ada" + i + " was born in Town" + i + ".", answer: "Town" + i,
}));
${extra}
export const tuned = experiment({
  system: system({ name: "tiny", components: [answerer], outputs: ["answer"] }),
  data: { train: rows.slice(0, 6), validation: rows.slice(6) },
  reward: (output, row) => tokenF1(output.answer, row.answer),
});`;

  function begun(given: Partial<EditorRunPlan> & { readonly file: string }) {
    const full: EditorRunPlan = {
      ...plan,
      exported: { by: "name", name: "tuned" },
      out: join(folder, ".optimas", "runs"),
      ...given,
    };
    const run = new EditorRun({
      id: "1",
      plan: full,
      code: editorRunCode(full, english),
      start: (listener) =>
        startKernel({
          entry: kernelEntry,
          folder,
          environment: kernelEnvironment(process.env, { electron: false }),
          listener,
        }),
      onChange: () => undefined,
      onLog: () => undefined,
    });
    return { run };
  }

  async function ran(name: string, content: string, given: Partial<EditorRunPlan> = {}) {
    const file = join(folder, name);
    writeFileSync(file, content);
    const { run } = begun({ ...given, file });
    await run.start();
    return { run, end: await run.ended };
  }

  test("evaluates an experiment whatever its file is called", async () => {
    const { run, end } = await ran('"quo\'te" `$' + "{x}` 100%? #2.ts", source());
    expect(end).toEqual({ kind: "finished" });
    expect(run.output).toMatchObject({ system: "tiny", simulated: true, status: { state: "idle" } });
    expect(run.output?.rewards).toHaveLength(1);
    const recorded = readRun(run.folder ?? "");
    expect(recorded).toMatchObject({ kind: "run", planned: 0, info: { experiment: { path: run.plan.file } } });
  });

  test("optimizes only the components that are named", async () => {
    const goal = { kind: "optimize", components: ["answerer"], iterations: 1 } as const;
    const { run, end } = await ran("named.ts", source(), { goal });
    expect(end).toEqual({ kind: "finished" });
    expect(run.output?.status).toEqual({ state: "finished", stop: "iterations", budget: null });
    expect(readRun(run.folder ?? "")).toMatchObject({
      status: "finished",
      planned: 1,
      info: { settings: { components: ["answerer"], iterations: 1 } },
    });
  });

  test("that is ended with the editor is kept up to its last checkpoint, and nobody holds it", async () => {
    const file = join(folder, "slow.ts");
    writeFileSync(
      file,
      source()
        .replace("reward: (", "reward: async (")
        .replace("=> tokenF1", "=> await new Promise((r) => setTimeout(r, 50)) ?? tokenF1"),
    );
    const { run } = begun({ file, goal: { kind: "optimize", components: undefined, iterations: 50 } });
    await run.start();
    await expect.poll(() => run.output?.rewards.length).toBe(1);
    await run.dispose();
    expect(run.state).toEqual({ kind: "ended", end: { kind: "interrupted" } });
    expect(readRun(run.folder ?? "")).toMatchObject({ status: "interrupted" });
  });

  test("fails where the user's own file throws, and the place is known", async () => {
    const { run, end } = await ran("throws.ts", source('throw new Error("rows are missing");'));
    if (end.kind !== "failed") throw new Error(`it ended as ${end.kind}`);
    expect(end.error.message).toBe("rows are missing");
    expect(failurePlace(end.error, folder)).toMatchObject({ file: run.plan.file, line: 8 });
  });

  test("points at the line that does not compile", async () => {
    const { run, end } = await ran("broken.ts", `${source()}\nconst = 1;`);
    if (end.kind !== "failed") throw new Error(`it ended as ${end.kind}`);
    expect(failurePlace(end.error, folder)).toMatchObject({ file: run.plan.file, line: 14 });
  });

  test("says what to do where the experiment is not exported", async () => {
    const { end } = await ran("other.ts", source(), { exported: { by: "name", name: "default" } });
    expect(end).toMatchObject({ kind: "failed", error: { message: expect.stringContaining("Export it: ") } });
  });
});
