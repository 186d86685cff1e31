import { describe, expect, test } from "vitest";
import type { Output } from "../../src/notebook/output.ts";
import type { CellRun } from "../../src/notebook/sessionState.ts";
import { SessionBench, turns } from "./sessionBench.ts";

describe("the queue", () => {
  test("starts the kernel for the first cell, and runs cells in order, each after the one before", async () => {
    const bench = new SessionBench();
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
    const bench = new SessionBench();
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
    const bench = new SessionBench();
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
    const bench = new SessionBench();
    bench.session.run(bench.cell("a", { resume: "/runs/1" }));
    await turns();
    expect(bench.kernel.executed).toMatchObject([{ cell: "a", resume: "/runs/1" }]);
  });

  test("tells the kernel where the notebook lies by then: one that was never saved may have been since", async () => {
    const bench = new SessionBench();
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
    const bench = new SessionBench();
    await bench.run("a", "b", "c");
    bench.session.cancel("b");
    expect(bench.results.get("b")).toEqual({ status: "cancelled", reason: "The cell was cancelled." });
    expect(bench.session.queued).toEqual(["c"]);
    expect(bench.kernel.interrupts).toEqual([]);
  });

  test("a listener that throws is logged and stops nothing", async () => {
    const bench = new SessionBench();
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
    const bench = new SessionBench();
    await bench.run("a");
    bench.kernel.fail(new Error("expected a number"));
    await turns();
    expect(bench.outputs.get("a")).toMatchObject([{ type: "error", message: "expected a number" }]);
    expect(bench.results.get("a")).toMatchObject({ status: "failed" });
    expect(bench.session.state.kind).toBe("idle");
  });
});

describe("late output", () => {
  const text: Output = { type: "stream", name: "stdout", text: "tick\n" };

  test("goes to its cell where the cell takes it, and else to the log", async () => {
    const bench = new SessionBench();
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
    const bench = new SessionBench();
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
    const bench = new SessionBench();
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
    const bench = new SessionBench();
    bench.session.run(bench.cell("a"));
    await bench.session.dispose();
    expect(await bench.kernel.ended).toMatchObject({ how: "disposed" });
    expect(bench.session.state).toEqual({ kind: "disposed" });
  });
});
