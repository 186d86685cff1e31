import { getEventListeners } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { inProcessRewards } from "../../src/reward/inProcessRewards.ts";
import type { LocalRewards } from "../../src/reward/localRewards.ts";
import { TrainerDied } from "../../src/reward/trainerEnd.ts";
import type { RunEvent } from "../../src/run/events.ts";
import { listRuns } from "../../src/run/runList.ts";
import { cellHosts } from "../../src/sdk/cellHost.ts";
import type { WorkableExperiment } from "../../src/sdk/experiment.ts";
import { RunStopped } from "../../src/sdk/runStopped.ts";
import type { Workbench, WorkbenchOptions } from "../../src/sdk/workbench.ts";
import type { ProcessEnd } from "../../src/system/processEnd.ts";
import { fixedRewards, toyLocalReward } from "../optimize/fixedRewards.ts";
import { toy } from "../optimize/toySystem.ts";
import { type Cell, cell } from "./cell.ts";
import { toyExperiment } from "./toyExperiment.ts";

const killed: ProcessEnd = {
  how: "signal",
  signal: "SIGKILL",
  reason: "The trainer ended on SIGKILL.",
  lastLines: ["last words"],
};

type Summary = Awaited<ReturnType<Workbench["optimize"]>>;
const timelessSummary = ({ spentCalls: _calls, modelCalls: _counts, ...found }: Summary) => ({ ...found, runId: "" });
const callsOf = ({ spentCalls = [] }: Summary) => spentCalls.reduce((sum, { calls }) => sum + calls, 0);

describe("a step that is stopped", () => {
  let folder = "";
  const opened: Workbench[] = [];
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "optimas-interruption-")));
  });
  afterEach(async () => {
    for (const bench of opened.splice(0)) await bench.close();
    rmSync(folder, { recursive: true });
  });
  const open = async (options: WorkbenchOptions = {}, made: WorkableExperiment = toyExperiment()) => {
    const bench = await made.open({ startRewards: async () => fixedRewards(toyLocalReward), ...options });
    opened.push(bench);
    return bench;
  };
  const runs = () => readdirSync(join(folder, ".optimas", "runs"));
  /** Runs `code` in a cell that is interrupted at the first event for which `when` holds. */
  const interrupted = async (
    when: (event: RunEvent) => boolean,
    code: (bench: Workbench) => Promise<unknown>,
    options: WorkbenchOptions = {},
    made?: WorkableExperiment,
  ) => {
    const running = cell({ folder });
    const watch = { cell: running as Cell | undefined };
    const bench = await open(
      {
        ...options,
        onEvent: (event) => {
          if (watch.cell !== undefined && when(event)) watch.cell.interrupt();
        },
      },
      made,
    );
    const thrown = await running
      .run(() => code(bench))
      .then(
        () => undefined,
        (error: unknown) => error,
      );
    watch.cell = undefined;
    return { bench, running, thrown };
  };

  test("says what is saved and where, under the name of an abort", async () => {
    const { thrown, running } = await interrupted(
      (event) => event.type === "iteration" && event.iteration === 3,
      (bench) => bench.optimize({ iterations: 4 }),
    );
    expect(thrown).toBeInstanceOf(RunStopped);
    const [run = ""] = runs();
    expect(thrown).toMatchObject({
      name: "AbortError",
      message: `Stopped; everything up to iteration 2 is saved in .optimas/runs/${run}; run the cell again to go on.`,
      folder: join(folder, ".optimas", "runs", run),
      cause: running.signal.reason,
    });
    const log = readFileSync(join(folder, ".optimas", "runs", run, "events.jsonl"), "utf8")
      .trimEnd()
      .split("\n");
    expect(JSON.parse(log.at(-1) ?? "")).toMatchObject({ type: "run.interrupted", reason: "the cell was interrupted" });
  });

  test("is a run that was stopped where the experiment is a file's: only the editor knows of the cell that does it", async () => {
    const file = join(folder, "toy.ts");
    await interrupted(
      ({ type }) => type === "rewards",
      (bench) => bench.step(),
      { file },
    );
    const [run = ""] = runs();
    const log = readFileSync(join(folder, ".optimas", "runs", run, "events.jsonl"), "utf8");
    expect(log).toContain('"reason":"it was stopped"');
    expect(log).not.toContain("the cell was interrupted");
  });

  test("releases the run, so that others see it as interrupted and may go on with it", async () => {
    await interrupted(
      ({ type }) => type === "rewards",
      (bench) => bench.fitRewards(),
    );
    expect(listRuns(join(folder, ".optimas", "runs"))).toMatchObject([{ kind: "run", status: "interrupted" }]);
  });

  test("goes on in the same folder to the same end, wherever it was stopped", async () => {
    const whole = await cell({ folder }).run(async () => {
      const events: RunEvent[] = [];
      const bench = await open({ onEvent: (event) => void events.push(event) });
      return { summary: await bench.optimize({ iterations: 3 }), events, updates: bench.updates() };
    });
    const logged = whole.events.filter(({ type }) => type !== "progress").length;
    for (let at = 0; at < logged - 2; at += 3) {
      const before = runs().length;
      const { bench, thrown } = await interrupted(
        (event) => event.type !== "progress" && event.seq === at,
        (opened) => opened.optimize({ iterations: 3 }),
      );
      expect(thrown, `stopped at event ${at}`).toBeInstanceOf(RunStopped);
      const summary = await cell({ folder }).run(() => bench.optimize({ iterations: 3 }));
      expect(timelessSummary(summary), `stopped at event ${at}`).toEqual(timelessSummary(whole.summary));
      // What is done again is asked for and paid again, where no record of answers holds it.
      expect(callsOf(summary), `stopped at event ${at}`).toBeGreaterThanOrEqual(callsOf(whole.summary));
      const timeless = (events: readonly RunEvent[]) => events.map((event) => ({ ...event, at: 0, seq: 0 }));
      expect(timeless(bench.updates()), `stopped at event ${at}`).toEqual(timeless(whole.updates));
      expect(runs()).toHaveLength(before + 1);
      await bench.close();
    }
  });

  test("goes to the iterations asked for at first, and asked for others begins anew from where it is", async () => {
    const stopAt3 = (event: RunEvent) => event.type === "iteration" && event.iteration === 3;
    const first = await interrupted(stopAt3, (bench) => bench.optimize({ iterations: 4 }));
    expect(await cell({ folder }).run(() => first.bench.optimize({ iterations: 4 }))).toMatchObject({ iterations: 4 });
    expect(await first.bench.optimize({ iterations: 4 })).toMatchObject({ iterations: 8 });
    const second = await interrupted(stopAt3, (bench) => bench.optimize({ iterations: 4 }));
    expect(await second.bench.optimize({ iterations: 1 })).toMatchObject({ iterations: 3 });
  });

  test("while testing only tests again", async () => {
    const { bench, thrown } = await interrupted(
      (event) => event.type === "phase" && event.phase === "testing",
      (bench) => bench.optimize({ iterations: 1 }),
    );
    expect(thrown).toBeInstanceOf(RunStopped);
    expect(await bench.optimize({ iterations: 1 })).toMatchObject({ iterations: 1 });
  });

  test("in a new process goes on from the folder that its cell hands over, without paying again", async () => {
    await interrupted(
      (event) => event.type === "iteration" && event.iteration === 2,
      async (bench) => {
        await bench.evaluate();
        await bench.fitRewards();
        await bench.optimize({ iterations: 3 });
      },
    );
    const [run = ""] = runs();
    const made = toy();
    const events: RunEvent[] = [];
    const resuming = cell({ folder, resume: join(folder, ".optimas", "runs", run) });
    const bench = await open({ onEvent: (event) => void events.push(event) }, toyExperiment(made));
    const found = await resuming.run(async () => [await bench.evaluate(), await bench.fitRewards()] as const);
    expect(found[0]).toMatchObject({ of: "unoptimized", mean: 0 });
    expect(found[1].map(({ component }) => component)).toContain("picker");
    expect([...made.executions.values()].reduce((sum, count) => sum + count, 0)).toBe(0);
    expect(events.map(({ type }) => type)).toEqual(["run.resumed"]);
    expect(resuming.resume).toBeUndefined();
    const summary = await cell({ folder }).run(() => bench.optimize({ iterations: 3 }));
    expect(summary).toMatchObject({ iterations: 3, runId: run });
    expect(runs()).toEqual([run]);
  });

  test("leaves a folder of another system to whom it belongs", async () => {
    await interrupted(
      ({ type }) => type === "checkpoint",
      (bench) => bench.step(),
    );
    const resume = join(folder, ".optimas", "runs", runs()[0] ?? "");
    const made = toy();
    const other = cell({ folder, resume });
    const bench = await open({}, toyExperiment({ ...made, system: { ...made.system, name: "other" } }));
    await other.run(() => bench.evaluate());
    expect(other.resume).toBe(resume);
    expect(runs()).toHaveLength(2);
  });

  test.each([
    [
      "settings",
      toyExperiment(toy(), { seed: 99 }),
      /cannot go on: since it was started the setting seed \(0?\d*, now 99\)/,
    ],
    ["data", toyExperiment(toy(), {}, 13), /the train data .* changed/],
  ])("does not go on under changed %s, and leaves the run as it was", async (_what, made, message) => {
    await interrupted(
      ({ type }) => type === "rewards",
      (bench) => bench.fitRewards(),
    );
    const resume = join(folder, ".optimas", "runs", runs()[0] ?? "");
    const before = readFileSync(join(resume, "events.jsonl"), "utf8");
    const bench = await open({}, made);
    await expect(cell({ folder, resume }).run(() => bench.evaluate())).rejects.toThrow(message);
    expect(readFileSync(join(resume, "events.jsonl"), "utf8")).toBe(before);
  });

  test("before it began spends nothing and leaves no folder", async () => {
    const stopped = cell({ folder });
    stopped.interrupt();
    const bench = await open();
    await expect(stopped.run(() => bench.evaluate())).rejects.toThrow(RunStopped);
    expect(existsSync(join(folder, ".optimas"))).toBe(false);
    expect(await cell({ folder }).run(() => bench.evaluate())).toMatchObject({ n: 5 });
  });

  test("in the queue does not stop the one that runs", async () => {
    const bench = await open();
    const [first, second] = [cell({ folder }), cell({ folder })];
    const running = first.run(() => bench.evaluate());
    const waiting = second.run(() => bench.step());
    second.interrupt();
    await expect(waiting).rejects.toThrow("Stopped before this step began.");
    expect(await running).toMatchObject({ n: 5 });
    expect(bench.updates()).toEqual([]);
  });

  test("by its own signal tells how to go on from code, which `resume` does", async () => {
    const controller = new AbortController();
    const bench = await open({
      out: join(folder, "runs"),
      signal: controller.signal,
      onEvent: ({ type }) => type === "rewards" && controller.abort(),
    });
    const thrown: unknown = await bench.fitRewards().catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(RunStopped);
    expect(String(thrown)).toContain("open the experiment with `resume`");
    await expect(bench.fitRewards()).rejects.toThrow(RunStopped);
    const again = await open({ resume: (thrown as RunStopped).folder ?? "" });
    expect(await again.step()).toMatchObject({ iteration: 1 });
    expect(readdirSync(join(folder, "runs"))).toHaveLength(1);
  });

  test("leaves no listener with the signals that outlive it", async () => {
    const bench = await open();
    const long = cell({ folder });
    await long.run(async () => {
      for (let step = 0; step < 5; step++) await bench.step();
    });
    expect(getEventListeners(long.signal, "abort")).toHaveLength(0);
  });

  test("outside a notebook, or in a cell that is over, changes nothing", async () => {
    expect(cellHosts.getStore()).toBeUndefined();
    const done = cell({ folder });
    const bench = await open();
    await done.run(() => bench.evaluate());
    done.interrupt();
    expect(await bench.step()).toMatchObject({ iteration: 1 });
  });

  test("`close` waits for it", async () => {
    const bench = await open({ out: join(folder, "runs") });
    const step = bench.step();
    await bench.close();
    expect(listRuns(join(folder, "runs"))).toMatchObject([{ kind: "run", status: "interrupted", iterations: 1 }]);
    expect(await step).toMatchObject({ iteration: 1 });
  });

  test("is not needed to release a run that nobody can reach any more", async () => {
    let disposed = 0;
    const begin = async () => {
      const rewards = fixedRewards(toyLocalReward);
      const dispose = async () => void disposed++;
      const bench = await toyExperiment().open({
        out: join(folder, "runs"),
        startRewards: async () => ({ ...rewards, dispose }),
      });
      await bench.evaluate();
    };
    await begin();
    setFlagsFromString("--expose-gc");
    const collectGarbage: () => void = runInNewContext("gc");
    const disposedByNow = () => {
      collectGarbage();
      return disposed;
    };
    await expect.poll(disposedByNow).toBe(1);
    expect(listRuns(join(folder, "runs"))).toMatchObject([{ status: "interrupted" }]);
  });

  test("by the death of its trainer fails, and the next step goes on with a new one", async () => {
    const trainers: { die(): void }[] = [];
    const startRewards = async (): Promise<LocalRewards> => {
      const rewards = inProcessRewards();
      let [die, dead] = [() => {}, false];
      const ended = new Promise<ProcessEnd>((resolve) => {
        die = () => {
          dead = true;
          resolve(killed);
        };
      });
      trainers.push({ die: () => die() });
      return {
        ...rewards,
        backbone: rewards.backbone,
        ended,
        fit: async (...given) => {
          if (dead) throw new TrainerDied(killed);
          return rewards.fit(...given);
        },
        score: (...given) => rewards.score(...given),
        save: (file) => rewards.save(file),
        load: (file) => rewards.load(file),
        dispose: () => rewards.dispose(),
      };
    };
    const bench = await open({
      out: join(folder, "runs"),
      startRewards,
      onEvent: ({ type }) => type === "pairs" && trainers.length === 1 && trainers[0]?.die(),
    });
    await expect(bench.fitRewards()).rejects.toThrow(/SIGKILL/);
    expect((await bench.fitRewards()).length).toBeGreaterThan(0);
    expect(trainers).toHaveLength(2);
    // One that dies while nothing is asked of it is not even noticed.
    trainers[1]?.die();
    expect(await bench.step()).toMatchObject({ iteration: 1 });
    expect(trainers).toHaveLength(3);
    expect(readdirSync(join(folder, "runs"))).toHaveLength(1);
  });
});
