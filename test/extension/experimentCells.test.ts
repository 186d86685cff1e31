import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { english } from "../../src/extension/l10n.ts";
import {
  experimentCells,
  importPath,
  importStatement,
  newExperimentCells,
  stepCell,
  trialCell,
} from "../../src/extension/runs/experimentCells.ts";
import { KernelBench } from "../kernel/kernelBench.ts";
import { aComponent, anExperiment, aSystem } from "./anyDefinition.ts";

const answerer = aComponent("answerer", { inputs: ["question", "odd field"] });
const system = aSystem("qa", [answerer], { name: "first" });

describe("an import", () => {
  const imported = (exportedAs: string[], binding: string | undefined) => {
    const path = importPath({ exportedAs, binding }, './a "b".ts', "tuned");
    return path && importStatement(path);
  };

  test.each([
    [["qa"], "qa", 'import { qa } from "./a \\"b\\".ts";'],
    [["default"], "qa", 'import qa from "./a \\"b\\".ts";'],
    [["default"], undefined, 'import tuned from "./a \\"b\\".ts";'],
    [["default", "other"], "qa", 'import { other as qa } from "./a \\"b\\".ts";'],
    [["a name"], undefined, 'import { "a name" as tuned } from "./a \\"b\\".ts";'],
    [["default"], "class", 'import tuned from "./a \\"b\\".ts";'],
  ])("of what is exported as %j and bound to %s", (exportedAs, binding, statement) => {
    expect(imported(exportedAs, binding)).toBe(statement);
  });

  test("of what is not exported is impossible", () => {
    expect(imported([], "qa")).toBeUndefined();
  });
});

describe("the cell for a step", () => {
  const experiment = anExperiment("tuning", system);

  test.each([
    [{ kind: "evaluate" } as const, "await tuning.evaluate()"],
    [{ kind: "landscape", component: "a", key: "k" } as const, 'await tuning.landscape("a", "k")'],
    [{ kind: "rewards", components: undefined } as const, "await tuning.fitRewards()"],
    [{ kind: "optimize", components: undefined, iterations: 3 } as const, "await tuning.optimize({ iterations: 3 })"],
    [
      { kind: "optimize", components: ["a"], iterations: 3 } as const,
      'const bench = await tuning.open({ settings: { components: ["a"] } });\nawait bench.optimize({ iterations: 3 })',
    ],
  ])("that asks for %o", (goal, code) => {
    expect(stepCell(experiment, goal)).toBe(code);
  });

  test("cannot be written where the experiment has no name", () => {
    expect(stepCell({ binding: undefined }, { kind: "evaluate" })).toBeUndefined();
  });
});

describe("the cell in which values are tried", () => {
  const experiment = anExperiment("tuning", system);

  test("has the value of the source to edit, where that is written down", () => {
    expect(trialCell(experiment, "retriever", { k: 5 }, english)).toBe(
      'const trials = await tuning.trials();\n// Edit the value and run the cell again.\nawait trials.tryValue("retriever", {"k":5})',
    );
    expect(trialCell(experiment, "retriever", undefined, english)).toBe(
      "const trials = await tuning.trials();\nawait trials.offer()",
    );
    expect(trialCell({ binding: "a b" }, "retriever", undefined, english)).toBeUndefined();
  });
});

describe("a notebook", () => {
  const bench = new KernelBench();
  const folder = mkdtempSync(join(tmpdir(), "optimas-cells-"));
  afterAll(async () => {
    await bench.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  const file = `import { llm, system } from "optimas";
export const answerer = llm({
  name: "answerer", description: "Answers.", inputs: ["question", "odd field"], outputs: ["answer"], prompt: "Answer.",
});
export const qa = system({ name: "first", components: [answerer], outputs: ["answer"] });`;

  /** Runs code cells in order; every one must succeed. */
  async function succeeds(cells: readonly { readonly kind: string; readonly text: string }[]) {
    writeFileSync(join(folder, "system.ts"), file);
    const { kernel } = await bench.start({ folder });
    const code = cells.filter(({ kind }) => kind === "code");
    for (const [at, cell] of code.entries()) {
      const errors: unknown[] = [];
      const request = { cell: String(at), order: at + 1, code: cell.text, language: "typescript" } as const;
      const { status } = await kernel.execute(
        request,
        (outputs) => void errors.push(...outputs.filter(({ type }) => type === "error")),
      );
      expect({ status, errors, text: cell.text }).toEqual({ status: "succeeded", errors: [], text: cell.text });
    }
    return code.length;
  }

  test("around a system runs as it is written, and says what is left to do", async () => {
    const subject = { kind: "system", system, components: [answerer] } as const;
    const imported = importPath(system, "./system.ts", "tuned");
    const cells = newExperimentCells(subject, imported, "qa", 1, english);
    expect(cells.map(({ text }) => text).join("\n")).toContain("TODO");
    expect(cells[1]?.text).toContain('{ question: "TODO 1", "odd field": "TODO 1", answer: "TODO 1" }');
    expect(await succeeds(cells)).toBe(2);
  });

  test("around a component makes a system of it", async () => {
    const imported = importPath(answerer, "./system.ts", "part");
    const cells = newExperimentCells({ kind: "component", component: answerer }, imported, "answerer", 1, english);
    expect(await succeeds(cells)).toBe(2);
  });

  test("of an experiment that stands in a file works on it", async () => {
    const imported = { specifier: "./experiment.ts", exported: "default", local: "tuning" };
    writeFileSync(
      join(folder, "experiment.ts"),
      `import { experiment } from "optimas";
import { qa } from "./system.ts";
const rows = [1, 2, 3, 4].map((n) => ({ question: "q" + n, "odd field": "", answer: "a" }));
export default experiment({ system: qa, data: { train: rows.slice(2), validation: rows.slice(0, 2) }, reward: () => 1 });`,
    );
    expect(await succeeds(experimentCells(imported, "first", 1, english))).toBe(2);
  });
});
