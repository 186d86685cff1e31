import { cpSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readNotebook, writeNotebook } from "../../src/notebook/nbformat.ts";
import { readSaved } from "../../src/run/configurationFile.ts";
import { readEvents } from "../../src/run/eventLog.ts";
import { optimas } from "../cli/commandLine.ts";
import { workspace } from "../loader/workspace.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const file = new URL("../../examples/hotpotqa/experiment.optnb", import.meta.url);
const text = readFileSync(file, "utf8");
const { cells } = readNotebook(readFileSync(file));

describe("the experiment notebook of the example", () => {
  test("is kept as it is saved, without outputs", () => {
    expect(writeNotebook(readNotebook(readFileSync(file)))).toBe(text);
    expect(cells.flatMap(({ outputs }) => outputs)).toEqual([]);
  });

  test("says before its first cell of code that the model is simulated", () => {
    const first = cells.findIndex(({ kind }) => kind === "code");
    expect(
      cells
        .slice(0, first)
        .map(({ source }) => source.replace(/\s+/g, " "))
        .join("\n"),
    ).toContain("simulated model");
  });

  test("explains every step before it", () => {
    const [first, ...others] = cells;
    expect(first?.kind).toBe("markdown");
    others.forEach((cell, at) => {
      if (cell.kind === "code") expect(cells[at]?.kind).toBe("markdown");
    });
  });

  test("runs to its end in a terminal, and what it gives can be kept in it", async () => {
    const cwd = workspace({});
    cpSync(join(repository, "examples/hotpotqa"), cwd, {
      recursive: true,
      filter: (path) => !path.includes(".optimas"),
    });
    // As an earlier run leaves it: the numbers of this one must not depend on it.
    const accepted = join(cwd, "experiment.tuning.optimas.json");
    writeFileSync(accepted, JSON.stringify({ format: 1, configuration: { retriever: { k: 25 } } }));
    symlinkSync(join(repository, "node_modules"), join(cwd, "node_modules"));
    const { code, stdout, stderr } = await optimas(["run", "experiment.optnb", "--save"], { cwd });
    expect(stderr).toContain("iteration 15 ");
    expect(stdout).toContain("Simulated model");
    expect(code).toBe(0);
    const runs = readdirSync(join(cwd, ".optimas/runs"));
    expect(runs).toHaveLength(1);
    const [started] = readEvents(join(cwd, ".optimas/runs", runs[0] ?? "", "events.jsonl"));
    expect(started).toMatchObject({ type: "run.started", configuration: { retriever: { k: 1 } } });
    expect(readSaved(accepted)).toMatchObject({
      replaces: { retriever: { k: 1 } },
      experiment: { notebook: "experiment.optnb", name: "tuning" },
      origin: { run: runs[0], model: "simulated:text (simulated model)" },
    });
    const saved = readFileSync(join(cwd, "experiment.optnb"));
    expect(saved.toString()).not.toContain(cwd);
    const ran = readNotebook(saved);
    expect(writeNotebook({ ...ran, cells: ran.cells.map((cell) => ({ ...cell, outputs: [] })) })).toBe(text);
    const errors = ran.cells.flatMap(({ outputs }) => outputs).filter(({ output }) => output?.type === "error");
    expect(errors).toEqual([]);
  });
});
