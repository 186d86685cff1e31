import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readNotebook, writeNotebook } from "../../src/notebook/nbformat.ts";
import type { NotebookCell } from "../../src/notebook/nbformatCell.ts";
import { workspace } from "../loader/workspace.ts";
import { optimas } from "./commandLine.ts";
import { demoExperiment } from "./demoExperiment.ts";
import { typed } from "./typedCommand.ts";

const code = (source: string): NotebookCell => ({
  kind: "code",
  languageId: "typescript",
  source,
  outputs: [],
  metadata: {},
});
const markdown = (source: string): NotebookCell => ({
  kind: "markdown",
  languageId: "markdown",
  source,
  outputs: [],
  metadata: {},
});
const notebook = (...cells: readonly (NotebookCell | string)[]): string =>
  writeNotebook({ metadata: {}, cells: cells.map((cell) => (typeof cell === "string" ? code(cell) : cell)) });
const read = (cwd: string) => readNotebook(readFileSync(join(cwd, "a.optnb")));
const outputsIn = (cwd: string) => read(cwd).cells.map(({ outputs }) => outputs.map(({ output }) => output));

describe("optimas run of a notebook", () => {
  test("runs all cells in order, what they give to stdout and the progress to stderr", async () => {
    const text = notebook(
      markdown("# Title\n\n## First part"),
      'const a: number = 40;\nconsole.log("begun", a);',
      'console.error("careful");\nprocess.stdout.write("no newline");\na + 2',
      markdown("## Second part"),
      '({ [Symbol.for("Jupyter.display")]: () => ({ "text/html": "<b>x</b>", "text/markdown": "**x**" }) })',
    );
    const cwd = workspace({ "a.optnb": text });
    const { code, stdout, stderr } = await optimas(["run", "a.optnb"], { cwd });
    expect(stderr).toMatch(
      /^cell 1\/3: First part\ncell 2\/3\ncareful\ncell 3\/3: Second part\n3 cells run in \d:\d\d\n$/,
    );
    expect(stdout).toBe("begun 40\nno newline\n42\n**x**\n");
    expect(code).toBe(0);
    expect(readFileSync(join(cwd, "a.optnb"), "utf8")).toBe(text);
  });

  test("finds data and modules beside the notebook, wherever it is started", async () => {
    const cell =
      'import { readFileSync } from "node:fs";\nimport { two } from "./two.ts";\nreadFileSync("data.txt", "utf8") + two';
    const cwd = workspace({
      "sub/a.optnb": notebook(cell),
      "sub/two.ts": "export const two: number = 2;",
      "sub/data.txt": "data",
    });
    expect(await optimas(["run", "sub/a.optnb"], { cwd })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("data2"),
    });
  });

  test("stops at a cell that fails, names it and the line, and exits with 1", async () => {
    const cwd = workspace({ "a.optnb": notebook("1", 'const b = 1;\nthrow new TypeError("no good");', "2", "3") });
    const { code, stdout, stderr } = await optimas(["run", "a.optnb"], { cwd });
    expect(stdout).toBe("1\n");
    expect(stderr).toContain("cell 2/4\nTypeError: no good\n");
    expect(stderr).toMatch(
      /\nCell 2 of 4 failed at line 2: throw new TypeError\("no good"\);\n2 cells after it were not run\.\n$/,
    );
    expect(code).toBe(1);
  });

  test("tells of a cell that does not parse, and where", async () => {
    const cwd = workspace({ "a.optnb": notebook("const a = 1;\nconst = 2;") });
    const { code, stderr } = await optimas(["run", "a.optnb"], { cwd });
    expect(stderr).toContain("SyntaxError");
    expect(stderr).toContain("Cell 1 of 1 failed at line 2: const = 2;\n");
    expect(code).toBe(1);
  });

  test("tells of a kernel that dies", async () => {
    const cwd = workspace({ "a.optnb": notebook("process.exit(3);", "2") });
    const { code, stderr } = await optimas(["run", "a.optnb"], { cwd });
    expect(stderr).toContain("exit code 3");
    expect(stderr).toMatch(/Cell 1 of 2 ended with its kernel\.\n1 cell after it was not run\.\n$/);
    expect(code).toBe(1);
  });

  test("with --save writes the outputs into the notebook, and nothing else", async () => {
    const before = notebook(markdown("# Title"), 'console.log("one");\nconsole.log("two");\n3');
    const cwd = workspace({ "a.optnb": before });
    const { code, stdout } = await optimas(["run", "a.optnb", "--save"], { cwd });
    expect(code).toBe(0);
    expect(stdout).toBe("one\ntwo\n3\nsaved: a.optnb\n");
    expect(outputsIn(cwd)[1]).toMatchObject([
      { type: "stream", name: "stdout", text: "one\ntwo\n" },
      { type: "result", data: { "text/plain": "3" } },
    ]);
    const saved = readFileSync(join(cwd, "a.optnb"), "utf8");
    const { cells, metadata } = readNotebook(Buffer.from(saved));
    expect(writeNotebook({ metadata, cells: cells.map((cell) => ({ ...cell, outputs: [] })) })).toBe(before);
    await optimas(["run", "a.optnb", "--save"], { cwd });
    expect(readFileSync(join(cwd, "a.optnb"), "utf8")).toBe(saved);
    expect(existsSync(join(cwd, "a.optnb.new"))).toBe(false);
  });

  test("with --from-source and --no-save leaves values that its experiments have accepted alone", async () => {
    const declaration = `import { choice, component, experiment, options, system } from "optimas";
const picker = component({
  name: "picker", description: "Picks.", inputs: ["question"], outputs: ["answer"],
  variable: options({ k: choice([0, 1]) }),
  run: (_, { variable }) => ({ answer: String(variable.k) }),
});
const rows = (split) => Array.from({ length: 6 }, (_, at) => ({ question: split + at }));
const tuning = experiment({
  system: system({ name: "picking", components: [picker], outputs: ["answer"] }),
  data: { train: rows("t"), validation: rows("v") },
  reward: (output) => Number(output.answer),
  settings: { scorer: "global" },
});`;
    const cwd = workspace({
      "a.optnb": notebook(
        declaration,
        "console.log((await tuning.evaluate()).mean);",
        "console.log((await tuning.step())?.decision);",
      ),
    });
    const saved = () => readFileSync(join(cwd, "a.tuning.optimas.json"), "utf8");
    expect((await optimas(["run", "a.optnb"], { cwd })).stdout).toBe(
      "0\nAccepted values are kept in a.tuning.optimas.json.\naccepted\n",
    );
    const before = saved();
    const afresh = await optimas(["run", "a.optnb", "--from-source", "--no-save"], { cwd });
    expect(afresh.stdout).toMatch(/^0$/m);
    expect(afresh.stdout).toMatch(/^accepted$/m);
    expect(afresh.stdout).not.toContain("optimas.json");
    expect(saved()).toBe(before);
    expect((await optimas(["run", "a.optnb"], { cwd })).stdout).toContain(
      "Starting from a.tuning.optimas.json (picker)",
    );
  });

  test("with --backbone has experiments that name none learn on it", async () => {
    const cells = ['import demo from "./demo.ts";\nawait demo.fitRewards();\nawait demo.close();'];
    const cwd = workspace({ "a.optnb": notebook(...cells), "demo.ts": demoExperiment() });
    const { code, stdout, stderr } = await optimas(["run", "a.optnb", "--backbone", "models/absent"], { cwd });
    expect([code, stdout + stderr]).toEqual([1, expect.stringContaining(join(cwd, "models/absent"))]);
    expect((await optimas(["run", "a.optnb", "--backbone", "lexical"], { cwd })).code).toBe(0);
  });

  test("with --save keeps the outputs of a run that failed, and of cells that were not run; it names no folders", async () => {
    const cwd = workspace({
      "a.optnb": notebook('console.log("kept");', 'import { fail } from "./fail.ts";\nfail();', "1"),
      "fail.ts": 'export function fail(): never {\n  throw new Error("in " + import.meta.dirname);\n}\n',
    });
    expect(await optimas(["run", "a.optnb", "--save"], { cwd })).toMatchObject({ code: 1 });
    const [first, second, third] = outputsIn(cwd);
    expect(first).toMatchObject([{ type: "stream", text: "kept\n" }]);
    expect(second).toMatchObject([{ type: "error", name: "Error", stack: expect.stringContaining("fail.ts:2:") }]);
    expect(third).toEqual([]);
    const saved = readFileSync(join(cwd, "a.optnb"), "utf8");
    expect(saved).not.toContain(`${cwd}/`);
  });

  test("with --save does not undo what was written into the notebook while it ran", async () => {
    const edited =
      '\nimport { readFileSync, writeFileSync } from "node:fs";\nconst text = readFileSync("a.optnb", "utf8");\nwriteFileSync("a.optnb", text.replace("edit me", "edited"));';
    const cwd = workspace({ "a.optnb": notebook('"edit me"', edited, '"last"') });
    expect(await optimas(["run", "a.optnb", "--save"], { cwd })).toMatchObject({ code: 0 });
    expect(read(cwd).cells[0]?.source).toBe('"edited"');
    expect(outputsIn(cwd)[0]).toEqual([]);
    expect(outputsIn(cwd)[2]).toMatchObject([{ type: "result" }]);
  });

  test("with --save refuses to write over a file that it cannot read any more", async () => {
    const cwd = workspace({
      "a.optnb": notebook('import { writeFileSync } from "node:fs";\nwriteFileSync("a.optnb", "{ broken");'),
    });
    const { code, stderr } = await optimas(["run", "a.optnb", "--save"], { cwd });
    expect(stderr).toContain("a.optnb is no valid JSON (line 1, column 3");
    expect(code).toBe(2);
    expect(readFileSync(join(cwd, "a.optnb"), "utf8")).toBe("{ broken");
  });

  test("with --json writes one event per line", async () => {
    const cwd = workspace({ "a.optnb": notebook("1", "throw 2", "3") });
    const { code, stdout, stderr } = await optimas(["run", "a.optnb", "--json"], { cwd });
    const events = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    const cells = read(cwd).cells.map(({ metadata }) => metadata.id);
    expect(events.filter(({ type }) => type !== "cell.outputs")).toEqual([
      { type: "cell.started", cell: cells[0], number: 1, of: 3 },
      { type: "cell.ended", cell: cells[0], number: 1, of: 3, status: "succeeded" },
      { type: "cell.started", cell: cells[1], number: 2, of: 3 },
      { type: "cell.ended", cell: cells[1], number: 2, of: 3, status: "failed" },
      { type: "cell.ended", cell: cells[2], number: 3, of: 3, status: "cancelled" },
    ]);
    const outputs = events.flatMap(({ outputs = [] }) => outputs);
    expect(outputs).toMatchObject([{ type: "result" }, { type: "error" }]);
    expect(stderr).toContain("Cell 2 of 3 failed");
    expect(code).toBe(1);
  });

  test("is interrupted by Ctrl-C, and saves what there is", async () => {
    const cwd = workspace({
      "a.optnb": notebook(
        'console.log("begun");',
        'console.error("waiting begins");\nawait new Promise(() => {});',
        "3",
      ),
    });
    const signals = { at: "waiting begins", send: ["SIGINT"] } as const;
    const { code, stdout, stderr } = await optimas(["run", "a.optnb", "--save"], { cwd, signals });
    expect(stderr).toContain("Stopping... (Ctrl-C again ends it at once)");
    expect(stderr).toMatch(/Interrupted: Ctrl-C\.\n$/);
    expect(stdout).toBe("begun\nsaved: a.optnb\n");
    expect(code).toBe(130);
    expect(outputsIn(cwd)[0]).toMatchObject([{ text: "begun\n" }]);
  });

  test("ends at once by a second Ctrl-C, with its kernel", async () => {
    const busy =
      'import { writeFileSync } from "node:fs";\nwriteFileSync("pid", String(process.pid));\nconsole.error("waiting begins");\nawait new Promise((done) => setTimeout(done, 100));\nfor (;;);';
    const cwd = workspace({ "a.optnb": notebook(busy) });
    const signals = { at: "waiting begins", send: ["SIGINT", "SIGTERM"] } as const;
    expect(await optimas(["run", "a.optnb"], { cwd, signals })).toMatchObject({ code: 130, stdout: "" });
    const pid = Number(readFileSync(join(cwd, "pid"), "utf8"));
    await expect.poll(() => isAlive(pid)).toBe(false);
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe("a notebook that is not run", () => {
  const check = (what: string, args: readonly string[], message: RegExp, content = notebook("1")) =>
    test(what, async () => {
      const { code, stdout, stderr } = await typed(args, workspace({ "a.optnb": content }));
      expect(stderr).toMatch(message);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    });
  check("does not exist", ["run", "b.optnb"], /^There is no file b\.optnb\. Did you mean a\.optnb\?/);
  check("is damaged", ["run", "a.optnb"], /^a\.optnb is no valid JSON \(line 1, column 1/, "oops");
  check(
    "is of another language",
    ["run", "a.optnb"],
    /^a\.optnb, cell 1 is python;/,
    writeNotebook({ metadata: {}, cells: [{ ...code("1"), languageId: "python" }] }),
  );
  check(
    "is given to another command",
    ["evaluate", "a.optnb"],
    /^a\.optnb is a notebook: its cells say what is done\. Run them: optimas run a\.optnb/,
  );
  check(
    "comes with an option for experiments",
    ["run", "a.optnb", "--seed", "7"],
    /^--seed does not apply to a notebook: the cells of a\.optnb say what they run/,
  );
  check(
    "comes with several of them",
    ["run", "a.optnb", "--out", "r", "--save", "--set", "a=1"],
    /^--out, --set do not apply to a notebook/,
  );

  test("has no code", async () => {
    const cwd = workspace({ "a.optnb": notebook(markdown("# Only text"), " ") });
    expect(await typed(["run", "a.optnb"], cwd)).toEqual({
      code: 0,
      stdout: "",
      stderr: "a.optnb has no code; nothing was run.\n",
    });
  });
});
