import { describe, expect, test } from "vitest";
import { KernelDied, type KernelEnd } from "../../src/notebook/kernel.ts";
import { KernelSession } from "../../src/notebook/kernelSession.ts";
import type { Output } from "../../src/notebook/output.ts";
import type { CellResult, CellRun, SessionNotice, SessionState } from "../../src/notebook/sessionState.ts";
import { FakeClock } from "./fakeClock.ts";
import { FakeKernel, killed } from "./fakeKernel.ts";

/** Everything that a session told, in order: "a: started 1", "state busy", ... */
class Bench {
  readonly clock = new FakeClock();
  readonly kernels: FakeKernel[] = [];
  readonly told: string[] = [];
  readonly states: SessionState[] = [];
  readonly notices: SessionNotice[] = [];
  readonly log: string[] = [];
  readonly results = new Map<string, CellResult>();
  readonly outputs = new Map<string, Output[]>();
  readonly late: Output[] = [];
  /** Thrown by the next starts instead of giving a kernel. */
  startFailures: Error[] = [];
  readonly session = new KernelSession({
    start: async (listener) => {
      const failure = this.startFailures.shift();
      if (failure !== undefined) throw failure;
      const kernel = new FakeKernel(listener);
      this.kernels.push(kernel);
      return kernel;
    },
    onChange: (state) => {
      this.states.push(state);
      this.told.push(`state ${state.kind}`);
    },
    onNotice: (notice) => this.notices.push(notice),
    onLog: (line) => this.log.push(line),
    clock: this.clock,
  });

  get kernel(): FakeKernel {
    const kernel = this.kernels.at(-1);
    if (kernel === undefined) throw new Error("no kernel was started");
    return kernel;
  }

  cell(id: string, more: Partial<CellRun> = {}): CellRun {
    return {
      id,
      code: `code of ${id}`,
      language: "typescript",
      onStarted: (order) => this.told.push(`${id}: started ${order}`),
      onOutputs: (outputs) => {
        this.outputs.set(id, [...(this.outputs.get(id) ?? []), ...outputs]);
      },
      onEnded: (result) => {
        expect(this.results.has(id)).toBe(false);
        this.results.set(id, result);
        this.told.push(`${id}: ${result.status}`);
      },
      ...more,
    };
  }

  async run(...ids: string[]): Promise<void> {
    for (const id of ids) {
      this.results.delete(id);
      this.session.run(this.cell(id));
    }
    await turns();
  }
}

/** Lets everything happen that waits for promises alone. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

describe("the queue", () => {
  test("starts the kernel for the first cell, and runs cells in order, each after the one before", async () => {
    const bench = new Bench();
    expect(bench.session.state).toEqual({ kind: "not started" });
    await bench.run("a", "b");
    expect(bench.kernels).toHaveLength(1);
    expect(bench.session.queued).toEqual(["b"]);
    bench.kernel.answer("succeeded", { declares: ["x"], uses: ["y"] });
    await turns();
    bench.kernel.answer("succeeded");
    await turns();
    expect(bench.told).toEqual([
      "state starting",
      "state idle",
      "state busy",
      "a: started 1",
      "state idle",
      "a: succeeded",
      "state busy",
      "b: started 2",
      "state idle",
      "b: succeeded",
    ]);
    expect(bench.results.get("a")).toEqual({ status: "succeeded", declares: ["x"], uses: ["y"] });
    expect(bench.kernel.executed.map(({ cell, order, code }) => ({ cell, order, code }))).toEqual([
      { cell: "a", order: 1, code: "code of a" },
      { cell: "b", order: 2, code: "code of b" },
    ]);
  });

  test("a failure cancels the cells that wait, and the next one runs in the same kernel", async () => {
    const bench = new Bench();
    await bench.run("a", "b", "c");
    bench.kernel.answer("failed");
    await turns();
    expect(bench.results.get("a")).toMatchObject({ status: "failed" });
    for (const id of ["b", "c"])
      expect(bench.results.get(id)).toEqual({ status: "cancelled", reason: "A cell before this one failed." });
    await bench.run("d");
    expect(bench.kernels).toHaveLength(1);
    expect(bench.kernel.executed.at(-1)).toMatchObject({ cell: "d", order: 2 });
  });

  test("reads the code of a cell when it starts", async () => {
    const bench = new Bench();
    let code = "old";
    await bench.run("a");
    bench.session.run({
      ...bench.cell("b"),
      get code() {
        return code;
      },
    });
    code = "new";
    bench.kernel.answer("succeeded");
    await turns();
    expect(bench.kernel.executed.at(-1)).toMatchObject({ cell: "b", code: "new" });
  });

  test("hands the run to go on with to the kernel", async () => {
    const bench = new Bench();
    bench.session.run(bench.cell("a", { resume: "/runs/1" }));
    await turns();
    expect(bench.kernel.executed).toMatchObject([{ cell: "a", resume: "/runs/1" }]);
  });

  test("tells the kernel where the notebook lies by then: one that was never saved may have been since", async () => {
    const bench = new Bench();
    let notebook: string | undefined;
    const cell = (id: string): CellRun => ({
      ...bench.cell(id),
      get notebook() {
        return notebook;
      },
    });
    bench.session.run(cell("a"));
    await turns();
    bench.session.run(cell("b"));
    notebook = "/w/a.optnb";
    bench.kernel.answer("succeeded");
    await turns();
    const [first, second] = bench.kernel.executed;
    expect(first).not.toHaveProperty("notebook");
    expect(second).toMatchObject({ cell: "b", notebook: "/w/a.optnb" });
  });

  test("takes a single waiting cell out, and leaves the others", async () => {
    const bench = new Bench();
    await bench.run("a", "b", "c");
    bench.session.cancel("b");
    expect(bench.results.get("b")).toEqual({ status: "cancelled", reason: "The cell was cancelled." });
    expect(bench.session.queued).toEqual(["c"]);
    expect(bench.kernel.interrupts).toEqual([]);
  });

  test("a listener that throws is logged and stops nothing", async () => {
    const bench = new Bench();
    bench.session.run(
      bench.cell("a", {
        onStarted: () => {
          throw new Error("broken view");
        },
      }),
    );
    bench.session.run(bench.cell("b"));
    await turns();
    bench.kernel.answer("succeeded");
    await turns();
    expect(bench.kernel.executed).toHaveLength(2);
    expect(bench.log).toEqual([expect.stringContaining("broken view")]);
  });

  test("a kernel that fails at a request fails the cell with what it said", async () => {
    const bench = new Bench();
    await bench.run("a");
    bench.kernel.fail(new Error("expected a number"));
    await turns();
    expect(bench.outputs.get("a")).toMatchObject([{ type: "error", message: "expected a number" }]);
    expect(bench.results.get("a")).toMatchObject({ status: "failed" });
    expect(bench.session.state.kind).toBe("idle");
  });
});

describe("interrupting", () => {
  test("asks the running cell to stop, cancels the rest, and says since when it is stopping", async () => {
    const bench = new Bench();
    await bench.run("a", "b");
    const since = bench.clock.now();
    bench.session.interrupt();
    expect(bench.kernel.interrupts).toEqual([{ cell: "a", force: false }]);
    expect(bench.session.state).toEqual({ kind: "stopping", cell: "a", since, step: "asked", responsive: true });
    expect(bench.results.get("b")).toEqual({ status: "cancelled", reason: "The notebook was interrupted." });
    bench.kernel.answer("interrupted");
    await turns();
    expect(bench.results.get("a")).toMatchObject({ status: "interrupted" });
    expect(bench.session.state).toEqual({ kind: "idle" });
    expect(bench.clock.waiting).toBe(0);
  });

  test("offers a restart after ten seconds", async () => {
    const bench = new Bench();
    await bench.run("a");
    bench.session.interrupt();
    bench.clock.advance(9_999);
    expect(bench.session.state).toMatchObject({ step: "asked" });
    bench.clock.advance(1);
    expect(bench.session.state).toMatchObject({ kind: "stopping", step: "restart offered" });
    expect(bench.states.at(-1)).toMatchObject({ step: "restart offered" });
    bench.kernel.answer("interrupted");
    await turns();
    expect(bench.session.state).toEqual({ kind: "idle" });
  });

  test("forces the stop at a second press, and kills the kernel two seconds later", async () => {
    const bench = new Bench();
    await bench.run("a");
    bench.session.interrupt();
    bench.clock.advance(1_000);
    bench.session.cancel("a");
    expect(bench.kernel.interrupts.at(-1)).toEqual({ cell: "a", force: true });
    expect(bench.session.state).toMatchObject({ kind: "stopping", step: "forced" });
    bench.clock.advance(2_000);
    await turns();
    expect(bench.results.get("a")).toMatchObject({ status: "died", end: { how: "disposed" } });
    expect(bench.outputs.get("a")).toMatchObject([
      { type: "error", name: "KernelDied", message: expect.stringContaining("could not be stopped") },
    ]);
    expect(bench.notices).toMatchObject([{ kind: "died", givenUp: false }]);
    await bench.run("b");
    expect(bench.kernels).toHaveLength(2);
    expect(bench.session.state).toMatchObject({ kind: "busy" });
  });

  test("a second press also works after the restart was offered", async () => {
    const bench = new Bench();
    await bench.run("a");
    bench.session.interrupt();
    bench.clock.advance(60_000);
    bench.session.interrupt();
    expect(bench.kernel.interrupts.at(-1)).toEqual({ cell: "a", force: true });
    bench.kernel.answer("interrupted");
    await turns();
    bench.clock.advance(10_000);
    expect(bench.session.state).toEqual({ kind: "idle" });
  });

  test("takes a double click for one press", async () => {
    const bench = new Bench();
    await bench.run("a");
    bench.session.interrupt();
    bench.session.interrupt();
    bench.clock.advance(200);
    bench.session.interrupt();
    expect(bench.kernel.interrupts).toEqual([{ cell: "a", force: false }]);
  });

  test("keeps cells that were queued after the interrupt", async () => {
    const bench = new Bench();
    await bench.run("a");
    bench.session.interrupt();
    await bench.run("b");
    bench.kernel.answer("interrupted");
    await turns();
    expect(bench.kernel.executed.map(({ cell }) => cell)).toEqual(["a", "b"]);
  });

  test("while the kernel starts only empties the queue", async () => {
    const bench = new Bench();
    bench.session.run(bench.cell("a"));
    bench.session.interrupt();
    await turns();
    expect(bench.results.get("a")).toMatchObject({ status: "cancelled" });
    expect(bench.session.state).toEqual({ kind: "idle" });
  });

  test("says when the cell keeps the kernel in synchronous code", async () => {
    const bench = new Bench();
    await bench.run("a");
    bench.kernel.listener.onResponsive(false);
    expect(bench.session.state).toMatchObject({ kind: "busy", responsive: false });
    bench.session.interrupt();
    expect(bench.session.state).toMatchObject({ kind: "stopping", responsive: false });
    bench.kernel.listener.onResponsive(true);
    expect(bench.states.at(-1)).toMatchObject({ kind: "stopping", responsive: true });
  });
});

describe("a kernel that dies", () => {
  test("says why in the running cell, cancels the rest, and notifies once", async () => {
    const bench = new Bench();
    await bench.run("a", "b");
    bench.kernel.die();
    await turns();
    expect(bench.outputs.get("a")).toMatchObject([
      { type: "error", name: "KernelDied", message: expect.stringMatching(/SIGKILL.*\nlast words/s) },
    ]);
    expect(bench.results.get("a")).toEqual({ status: "died", end: killed });
    expect(bench.results.get("b")).toEqual({ status: "cancelled", reason: "The kernel died." });
    expect(bench.notices).toEqual([{ kind: "died", reason: killed.reason, end: killed, givenUp: false }]);
    expect(bench.session.state).toEqual({ kind: "dead", reason: killed.reason, end: killed, givenUp: false });
    expect(bench.told.slice(-4)).toEqual(["state dead", "b: cancelled", "state dead", "a: died"]);
  });

  test("is told of when it dies at rest", async () => {
    const bench = new Bench();
    await bench.run("a");
    bench.kernel.answer("succeeded");
    await turns();
    bench.kernel.die();
    await turns();
    expect(bench.session.state.kind).toBe("dead");
    expect(bench.notices).toHaveLength(1);
  });

  test("is followed by a new one for the next cell, whose orders begin anew", async () => {
    const bench = new Bench();
    await bench.run("a");
    bench.clock.advance(60_000);
    bench.kernel.die();
    await turns();
    await bench.run("b");
    expect(bench.kernels).toHaveLength(2);
    expect(bench.kernel.executed).toMatchObject([{ cell: "b", order: 1 }]);
  });

  test("again and again is started later and later, and after the third quick death not at all until a restart", async () => {
    const bench = new Bench();
    await bench.run("a");
    bench.kernel.die();
    await turns();
    await bench.run("b");
    expect(bench.session.state).toEqual({
      kind: "backing off",
      until: bench.clock.now() + 1_000,
      reason: killed.reason,
    });
    bench.clock.advance(999);
    expect(bench.kernels).toHaveLength(1);
    bench.clock.advance(1);
    await turns();
    bench.kernel.die();
    await turns();
    await bench.run("c");
    bench.clock.advance(1_999);
    expect(bench.kernels).toHaveLength(2);
    bench.clock.advance(1);
    await turns();
    bench.kernel.die();
    await turns();
    expect(bench.session.state).toMatchObject({ kind: "dead", givenUp: true });
    expect(bench.notices.map((notice) => notice.kind === "died" && notice.givenUp)).toEqual([false, false, true]);

    await bench.run("d", "e");
    bench.clock.advance(60_000);
    await turns();
    expect(bench.kernels).toHaveLength(3);
    expect(bench.results.get("d")).toMatchObject({ status: "died" });
    expect(bench.outputs.get("d")).toMatchObject([{ message: expect.stringMatching(/died 3 times.*Restart/) }]);
    expect(bench.notices).toHaveLength(3);

    await bench.session.restart();
    await bench.run("f");
    expect(bench.kernels).toHaveLength(4);
    expect(bench.session.state.kind).toBe("busy");
  });

  test("is forgiven earlier deaths when a cell succeeds in between", async () => {
    const bench = new Bench();
    for (const id of ["a", "b", "c", "d", "e"]) {
      await bench.run(id);
      bench.clock.advance(1_000);
      await turns();
      if (bench.session.state.kind === "busy") bench.kernel.answer("succeeded");
      await turns();
      bench.kernel.die();
      await turns();
    }
    expect(bench.kernels).toHaveLength(5);
    expect(bench.session.state).toMatchObject({ kind: "dead", givenUp: false });
  });

  test("while the next one is awaited, an interrupt calls the start off", async () => {
    const bench = new Bench();
    await bench.run("a");
    bench.kernel.die();
    await turns();
    await bench.run("b");
    bench.session.interrupt();
    expect(bench.session.state.kind).toBe("dead");
    bench.clock.advance(10_000);
    await turns();
    expect(bench.kernels).toHaveLength(1);
    expect(bench.results.get("b")).toMatchObject({ status: "cancelled" });
  });

  test("at its start fails the first cell with the reason and cancels the others", async () => {
    const bench = new Bench();
    const end: KernelEnd = { how: "start", reason: "The kernel could not be started: no such file.", lastLines: [] };
    bench.startFailures = [new KernelDied(end)];
    await bench.run("a", "b");
    expect(bench.outputs.get("a")).toMatchObject([{ message: expect.stringContaining("no such file") }]);
    expect(bench.results.get("a")).toEqual({ status: "died", end });
    expect(bench.results.get("b")).toMatchObject({ status: "cancelled" });
    expect(bench.told.filter((line) => line.startsWith("a:"))).toEqual(["a: started 1", "a: died"]);
    expect(bench.session.state).toMatchObject({ kind: "dead" });
  });

  test("says so also when something else than a death kept it from starting", async () => {
    const bench = new Bench();
    bench.startFailures = [new Error("folder is gone")];
    await bench.run("a");
    expect(bench.outputs.get("a")).toMatchObject([{ message: expect.stringContaining("folder is gone") }]);
  });
});

describe("restarting", () => {
  test("ends the running cell, cancels the rest, and says how many executions are gone", async () => {
    const bench = new Bench();
    await bench.run("a");
    bench.kernel.answer("succeeded");
    await bench.run("b", "c");
    await bench.session.restart();
    expect(bench.results.get("b")).toMatchObject({ status: "interrupted" });
    expect(bench.outputs.get("b")).toEqual([{ type: "stream", name: "stderr", text: "The kernel was restarted.\n" }]);
    expect(bench.results.get("c")).toEqual({ status: "cancelled", reason: "The kernel was restarted." });
    expect(bench.notices).toEqual([{ kind: "restarted", executions: 2 }]);
    expect(bench.session.state).toEqual({ kind: "not started" });
    expect(bench.session.queued).toEqual([]);
    await bench.run("d");
    expect(bench.kernels).toHaveLength(2);
  });

  test("runs cells that are queued meanwhile in the new kernel", async () => {
    const bench = new Bench();
    await bench.run("a");
    const restarted = bench.session.restart();
    bench.session.run(bench.cell("b"));
    await restarted;
    await turns();
    expect(bench.kernels).toHaveLength(2);
    expect(bench.kernel.executed).toMatchObject([{ cell: "b", order: 1 }]);
  });

  test("while the kernel starts ends it as soon as it is there", async () => {
    const bench = new Bench();
    bench.session.run(bench.cell("a"));
    await bench.session.restart();
    expect(await bench.kernel.ended).toMatchObject({ how: "disposed" });
    expect(bench.results.get("a")).toMatchObject({ status: "cancelled" });
    expect(bench.session.state).toEqual({ kind: "not started" });
  });
});

describe("late output", () => {
  const text: Output = { type: "stream", name: "stdout", text: "tick\n" };

  test("goes to its cell where the cell takes it, and else to the log", async () => {
    const bench = new Bench();
    bench.session.run(bench.cell("a", { onLateOutputs: (outputs) => bench.late.push(...outputs) }));
    await turns();
    bench.kernel.answer("succeeded");
    await bench.run("b");
    bench.kernel.answer("succeeded");
    await turns();
    bench.kernel.listener.onLateOutputs("a", 1, [text]);
    bench.kernel.listener.onLateOutputs("b", 2, [text]);
    expect(bench.late).toEqual([text]);
    expect(bench.log).toEqual(["[2] tick"]);
  });

  test("of an earlier execution of a cell that ran anew goes to the log", async () => {
    const bench = new Bench();
    for (let execution = 0; execution < 2; execution++) {
      bench.results.delete("a");
      bench.session.run(bench.cell("a", { onLateOutputs: (outputs) => bench.late.push(...outputs) }));
      await turns();
      bench.kernel.answer("succeeded");
      await turns();
    }
    bench.kernel.listener.onLateOutputs("a", 1, [text]);
    expect(bench.late).toEqual([]);
    expect(bench.log).toEqual(["[1] tick"]);
  });
});

describe("closing", () => {
  test("ends kernel and cells and refuses new ones", async () => {
    const bench = new Bench();
    await bench.run("a", "b");
    await bench.session.dispose();
    expect(bench.results.get("a")).toMatchObject({ status: "interrupted" });
    expect(bench.results.get("b")).toMatchObject({ status: "cancelled" });
    expect(await bench.kernel.ended).toMatchObject({ how: "disposed" });
    expect(bench.notices).toEqual([]);
    await bench.run("c");
    expect(bench.results.get("c")).toEqual({ status: "cancelled", reason: "The notebook was closed." });
    expect(bench.session.state).toEqual({ kind: "disposed" });
  });

  test("ends a kernel that is just being started", async () => {
    const bench = new Bench();
    bench.session.run(bench.cell("a"));
    await bench.session.dispose();
    expect(await bench.kernel.ended).toMatchObject({ how: "disposed" });
    expect(bench.session.state).toEqual({ kind: "disposed" });
  });
});
