import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { RunEvent } from "../../src/run/events.ts";
import { RUN_OUTPUT_MIME, type RunOutput, runOutputSchema } from "../../src/run/runOutput.ts";
import { storedRunOutput } from "../../src/run/storedRunOutput.ts";
import type { Workbench, WorkbenchOptions } from "../../src/sdk/workbench.ts";
import { fixedRewards, toyLocalReward } from "../optimize/fixedRewards.ts";
import { type Cell, cell } from "./cell.ts";
import { toyExperiment } from "./toyExperiment.ts";

describe("a run in a cell", () => {
  let folder = "";
  const opened: Workbench[] = [];
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "optimas-display-")));
  });
  afterEach(async () => {
    for (const bench of opened.splice(0)) await bench.close();
    rmSync(folder, { recursive: true });
  });
  const open = async (options: WorkbenchOptions = {}) => {
    // What is kept beside the notebook is told below the cell as well, and is not looked at here.
    const own = { startRewards: async () => fixedRewards(toyLocalReward), save: false };
    const bench = await toyExperiment().open({ ...own, ...options });
    opened.push(bench);
    return bench;
  };
  const outputs = ({ shown }: Cell): RunOutput[] =>
    shown.map(({ data }) => runOutputSchema.parse(data[RUN_OUTPUT_MIME]));

  test("is shown in one place that ends with how the step ended", async () => {
    const [bench, working] = [await open(), cell({ folder })];
    const summary = await working.run(() => bench.optimize({ iterations: 2 }));
    expect(new Set(working.shown.map(({ id }) => id))).toEqual(new Set([`run ${summary.runId}`]));
    expect(outputs(working)[0]?.status.state).toBe("running");
    const last = outputs(working).at(-1);
    expect(last).toMatchObject({
      runId: summary.runId,
      folder: `.optimas/runs/${summary.runId}`,
      status: { state: "finished", stop: "iterations" },
      iteration: { iteration: 2, of: 2 },
      report: true,
      summary: { iterations: 2 },
    });
    const sum = Object.values(last?.spent.byPurpose ?? {}).reduce((total, runs) => total + runs, 0);
    expect(sum).toBeCloseTo(last?.spent.runs ?? -1, 2);
    expect(Object.keys(working.shown.at(-1)?.data ?? {})).toContain("text/markdown");
  });

  test("names no folder of this machine and no user", async () => {
    const [bench, working] = [await open(), cell({ folder })];
    await working.run(() => bench.step());
    const text = JSON.stringify(working.shown);
    expect(text).not.toContain(folder);
    expect(text).not.toContain(homedir());
  });

  test("waits for the next step between two, which the next cell shows", async () => {
    const [bench, first, second] = [await open(), cell({ folder }), cell({ folder })];
    await first.run(() => bench.evaluate());
    const before = first.shown.length;
    await second.run(() => bench.step());
    expect(outputs(first).at(-1)).toMatchObject({ status: { state: "idle" } });
    expect(first.shown).toHaveLength(before);
    expect(outputs(second).at(-1)).toMatchObject({ status: { state: "idle" }, iteration: { iteration: 1 } });
  });

  test("is not shown again where nothing happened", async () => {
    const [bench, first, second] = [await open(), cell({ folder }), cell({ folder })];
    await first.run(() => bench.evaluate());
    await second.run(() => bench.evaluate());
    expect(second.shown).toEqual([]);
  });

  test("says that it was interrupted, and where", async () => {
    const working = cell({ folder });
    const bench = await open({
      onEvent: (event) => event.type === "iteration" && event.iteration === 2 && working.interrupt(),
    });
    await expect(working.run(() => bench.optimize({ iterations: 3 }))).rejects.toThrow(/iteration 1 is saved/);
    expect(outputs(working).at(-1)).toMatchObject({
      status: { state: "interrupted", reason: "the cell was interrupted" },
      iteration: { iteration: 2, of: 3 },
    });
  });

  test("is shown far less often than events come, and the last state always", async () => {
    const events: RunEvent[] = [];
    const [bench, working] = [await open({ onEvent: (event) => void events.push(event) }), cell({ folder })];
    const begun = performance.now();
    await working.run(() => bench.optimize({ iterations: 4 }));
    const seconds = (performance.now() - begun) / 1000;
    expect(events.length).toBeGreaterThan(100);
    // One at the start and one at the end come on top of ten a second.
    expect(working.shown.length).toBeLessThanOrEqual(10 * seconds + 2);
    expect(outputs(working).at(-1)?.status.state).toBe("finished");
  });

  test("in a host that does not tell its end is shown to the end of every step", async () => {
    const { beforeEnd: _none, ...host } = cell({ folder });
    const working = { ...host, takeResume: () => undefined };
    const bench = await open();
    const { cellHosts } = await import("../../src/sdk/cellHost.ts");
    await cellHosts.run(working, () => bench.step());
    expect(runOutputSchema.parse(working.shown.at(-1)?.data[RUN_OUTPUT_MIME]).status).toEqual({ state: "idle" });
  });

  test("can be told from its folder, as its last output told it", async () => {
    const [bench, working] = [await open(), cell({ folder })];
    const { runId } = await working.run(() => bench.optimize({ iterations: 2 }));
    await bench.close();
    const last = outputs(working).at(-1);
    expect(storedRunOutput(join(folder, ".optimas", "runs", runId), folder, homedir(), last)).toEqual(last);
  });

  test("whose process was killed is told from its folder as interrupted", async () => {
    const [bench, working] = [await open(), cell({ folder })];
    await working.run(() => bench.step());
    await bench.close();
    const during = outputs(working).find(({ status }) => status.state === "running");
    const run = join(folder, ".optimas", "runs", during?.runId ?? "");
    expect(storedRunOutput(run, folder, homedir(), during)).toMatchObject({
      status: { state: "interrupted", reason: "its process ended" },
      iteration: { iteration: 1 },
    });
    expect(storedRunOutput(run, folder, homedir(), outputs(working).at(-1)).status).toEqual({ state: "idle" });
  });
});
