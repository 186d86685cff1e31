import { describe, expect, test } from "vitest";
import { KernelDied, type KernelEnd } from "../../src/notebook/kernel.ts";
import { killed } from "./fakeKernel.ts";
import { SessionBench, turns } from "./sessionBench.ts";

describe("interrupting", () => {
  test("asks the running cell to stop, cancels the rest, and says since when it is stopping", async () => {
    const bench = new SessionBench();
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
    const bench = new SessionBench();
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
    const bench = new SessionBench();
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
    const bench = new SessionBench();
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
    const bench = new SessionBench();
    await bench.run("a");
    bench.session.interrupt();
    bench.session.interrupt();
    bench.clock.advance(200);
    bench.session.interrupt();
    expect(bench.kernel.interrupts).toEqual([{ cell: "a", force: false }]);
  });

  test("keeps cells that were queued after the interrupt", async () => {
    const bench = new SessionBench();
    await bench.run("a");
    bench.session.interrupt();
    await bench.run("b");
    bench.kernel.answer("interrupted");
    await turns();
    expect(bench.kernel.executed.map(({ cell }) => cell)).toEqual(["a", "b"]);
  });

  test("while the kernel starts only empties the queue", async () => {
    const bench = new SessionBench();
    bench.session.run(bench.cell("a"));
    bench.session.interrupt();
    await turns();
    expect(bench.results.get("a")).toMatchObject({ status: "cancelled" });
    expect(bench.session.state).toEqual({ kind: "idle" });
  });

  test("says when the cell keeps the kernel in synchronous code", async () => {
    const bench = new SessionBench();
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
    const bench = new SessionBench();
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
    const bench = new SessionBench();
    await bench.run("a");
    bench.kernel.answer("succeeded");
    await turns();
    bench.kernel.die();
    await turns();
    expect(bench.session.state.kind).toBe("dead");
    expect(bench.notices).toHaveLength(1);
  });

  test("is followed by a new one for the next cell, whose orders begin anew", async () => {
    const bench = new SessionBench();
    await bench.run("a");
    bench.clock.advance(60_000);
    bench.kernel.die();
    await turns();
    await bench.run("b");
    expect(bench.kernels).toHaveLength(2);
    expect(bench.kernel.executed).toMatchObject([{ cell: "b", order: 1 }]);
  });

  test("again and again is started later and later, and after the third quick death not at all until a restart", async () => {
    const bench = new SessionBench();
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
    const bench = new SessionBench();
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
    const bench = new SessionBench();
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
    const bench = new SessionBench();
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
    const bench = new SessionBench();
    bench.startFailures = [new Error("folder is gone")];
    await bench.run("a");
    expect(bench.outputs.get("a")).toMatchObject([{ message: expect.stringContaining("folder is gone") }]);
  });
});

describe("restarting", () => {
  test("ends the running cell, cancels the rest, and says how many executions are gone", async () => {
    const bench = new SessionBench();
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
    const bench = new SessionBench();
    await bench.run("a");
    const restarted = bench.session.restart();
    bench.session.run(bench.cell("b"));
    await restarted;
    await turns();
    expect(bench.kernels).toHaveLength(2);
    expect(bench.kernel.executed).toMatchObject([{ cell: "b", order: 1 }]);
  });

  test("while the kernel starts ends it as soon as it is there", async () => {
    const bench = new SessionBench();
    bench.session.run(bench.cell("a"));
    await bench.session.restart();
    expect(await bench.kernel.ended).toMatchObject({ how: "disposed" });
    expect(bench.results.get("a")).toMatchObject({ status: "cancelled" });
    expect(bench.session.state).toEqual({ kind: "not started" });
  });
});
