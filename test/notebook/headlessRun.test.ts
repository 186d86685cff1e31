import { describe, expect, test } from "vitest";
import { type NotebookEvent, runCells, runnableCells, withOutputs } from "../../src/notebook/headlessRun.ts";
import type { Notebook } from "../../src/notebook/nbformat.ts";
import type { NotebookCell } from "../../src/notebook/nbformatCell.ts";
import type { Output } from "../../src/notebook/output.ts";
import type { CellResult, CellRun } from "../../src/notebook/sessionState.ts";

const code = (id: string, source: string, languageId = "typescript"): NotebookCell => ({
  kind: "code",
  languageId,
  source,
  outputs: [],
  metadata: { id },
});
const markdown = (source: string): NotebookCell => ({
  kind: "markdown",
  languageId: "markdown",
  source,
  outputs: [],
  metadata: {},
});
const notebook = (...cells: readonly NotebookCell[]): Notebook => ({ metadata: {}, cells });
const printed = (text: string) => ({ type: "stream", name: "stdout", text }) as const;

/** A session whose cells do what is said of them, one after the other, as soon as they are queued. */
function session(
  does: Readonly<
    Record<
      string,
      {
        readonly outputs?: readonly Output[];
        readonly status?: "succeeded" | "failed" | "interrupted";
        readonly late?: readonly Output[];
      }
    >
  >,
) {
  let order = 0;
  const ran: CellRun[] = [];
  return {
    ran,
    run(cell: CellRun): void {
      const names = { declares: [], uses: [] };
      ran.push(cell);
      const { outputs = [], status = "succeeded", late = [] } = does[cell.id] ?? {};
      cell.onStarted(++order);
      void cell.onOutputs(outputs);
      const result: CellResult = { status, ...names };
      cell.onEnded(result);
      if (late.length > 0) cell.onLateOutputs?.(late);
    },
  };
}

describe("the cells to run", () => {
  test("are those with code, numbered, with the headings before them", () => {
    const cells = [
      markdown("# Title\ntext\n## First ##"),
      code("a", "1"),
      code("empty", " \n"),
      markdown("```\n# no heading\n```\nSecond"),
      code("b", "2", "javascript"),
    ];
    expect(runnableCells(notebook(...cells), "x.optnb")).toEqual([
      { id: "a", number: 1, source: "1", language: "typescript", headings: ["Title", "First"] },
      { id: "b", number: 2, source: "2", language: "javascript", headings: [] },
    ]);
  });

  test("of another language are refused by name", () => {
    expect(() => runnableCells(notebook(markdown("a"), code("a", "print(1)", "python")), "x.optnb")).toThrow(
      "x.optnb, cell 2 is python; Optimas runs TypeScript and JavaScript.",
    );
  });
});

describe("a run", () => {
  const run = async (does: Parameters<typeof session>[0], ...cells: readonly NotebookCell[]) => {
    const events: NotebookEvent[] = [];
    const made = session(does);
    const result = await runCells(runnableCells(notebook(...cells), "x.optnb"), made, (event) => events.push(event));
    return { result, events, ran: made.ran };
  };

  test("tells what happens, and gives the outputs of every cell", async () => {
    const { result, events } = await run(
      { a: { outputs: [printed("one"), printed("two")] } },
      code("a", "1"),
      code("b", "2"),
    );
    expect(events).toEqual([
      { type: "cell.started", cell: "a", number: 1, of: 2 },
      { type: "cell.outputs", cell: "a", number: 1, outputs: [printed("one"), printed("two")] },
      { type: "cell.ended", cell: "a", number: 1, of: 2, status: "succeeded" },
      { type: "cell.started", cell: "b", number: 2, of: 2 },
      { type: "cell.outputs", cell: "b", number: 2, outputs: [] },
      { type: "cell.ended", cell: "b", number: 2, of: 2, status: "succeeded" },
    ]);
    expect(result).toEqual({
      failed: undefined,
      notRun: 0,
      outputs: new Map([
        ["a", [{ output: printed("onetwo"), metadata: {} }]],
        ["b", []],
      ]),
    });
  });

  test("stops at a cell that fails, and names it and the line", async () => {
    const error = {
      type: "error",
      name: "TypeError",
      message: "no",
      stack: "TypeError: no\n    at f (cell [1]:9:1)\n    at cell [2]:3:7\n    at cell [2]:5:1",
    } as const;
    const { result, events } = await run(
      { b: { outputs: [error], status: "failed" } },
      code("a", "1"),
      code("b", "2"),
      code("c", "3"),
      code("d", "4"),
    );
    expect(result.failed).toMatchObject({ cell: { id: "b", number: 2 }, status: "failed", error, line: 3 });
    expect(result.notRun).toBe(2);
    expect([...result.outputs.keys()]).toEqual(["a", "b"]);
    expect(events.at(-1)).toEqual({ type: "cell.ended", cell: "d", number: 4, of: 4, status: "cancelled" });
  });

  test("keeps what a cell gives after its end", async () => {
    const { result } = await run({ a: { outputs: [printed("in ")], late: [printed("time")] } }, code("a", "1"));
    expect(result.outputs.get("a")).toEqual([{ output: printed("in time"), metadata: {} }]);
  });
});

describe("the outputs of a run", () => {
  const ran = runnableCells(notebook(code("a", "1"), code("b", "2")), "x.optnb");
  const outputs = new Map([["a", [{ output: printed("new"), metadata: {} }]]]);
  const old = [{ output: printed("old"), metadata: {} }] as const;
  const ranBefore = (cell: NotebookCell) => ({ ...cell, outputs: old });

  test("replace earlier ones; cells that were not run keep theirs", () => {
    const changed = withOutputs(notebook(ranBefore(code("a", "1")), ranBefore(code("b", "2"))), ran, outputs);
    expect(changed.cells.map((cell) => cell.outputs)).toEqual([outputs.get("a"), old]);
  });

  test("are not put below a cell that was edited meanwhile", () => {
    const changed = withOutputs(notebook(ranBefore(code("a", "1 + 1")), ranBefore(code("b", "2"))), ran, outputs);
    expect(changed.cells.map((cell) => cell.outputs)).toEqual([old, old]);
  });
});
