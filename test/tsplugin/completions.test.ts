import { afterAll, describe, expect, test } from "vitest";
import { OpenNotebook } from "./openNotebook.ts";
import { TypeScriptServer } from "./typescriptServer.ts";
import { makeWorkspace } from "./workspace.ts";

const workspace = makeWorkspace();
const server = new TypeScriptServer();
afterAll(() => {
  server.close();
  workspace.remove();
});

async function inNotebook<Result>(
  cells: readonly string[],
  ask: (notebook: OpenNotebook, last: number) => Promise<Result>,
): Promise<Result> {
  const notebook = new OpenNotebook(server, workspace, cells);
  const result = await ask(notebook, cells.length - 1);
  notebook.close();
  return result;
}

/** Names offered at the cursor of the last cell. */
const offeredIn = (cells: readonly string[]): Promise<string[]> =>
  inNotebook(cells, async (notebook, last) => (await notebook.completions(last)).map(({ name }) => name));

describe("offered at the cursor", () => {
  const offers = (title: string, cells: string[], included: string[], excluded: string[] = []) =>
    test(title, async () => {
      const names = await offeredIn(cells);
      expect(names).toEqual(expect.arrayContaining(included));
      expect(names.filter((name) => excluded.includes(name))).toEqual([]);
    });

  offers(
    "are names of earlier cells, not of later ones",
    ["const earlier = 1; function work() {}", "class Kept {}", "▮"],
    ["earlier", "work", "Kept", "display"],
    ["later"],
  );
  offers(
    "are types where a type belongs",
    ["interface Row { n: number }\ntype Pair = [Row, Row];", "let x: ▮"],
    ["Row", "Pair"],
  );
  offers(
    "are members of an earlier cell's value",
    ["const o = { alpha: 1, beta: 2 };", "o.▮"],
    ["alpha", "beta"],
    ["o"],
  );
  offers("are members of an awaited value", ["const p = Promise.resolve({ gamma: 1 });", "(await p).▮"], ["gamma"]);
  offers("are what the SDK exports", ['import { ▮ } from "optimas";'], ["system", "System"], ["systemInside"]);
  offers("are fields of a call's options", ['import { system } from "optimas";', "system({ ▮ })"], ["name"]);
  offers(
    "are the latest declaration's members",
    ["let v = { old: 1 };", "let v2 = v; var v3 = { fresh: 1 };", "v3.▮"],
    ["fresh"],
    ["old"],
  );
  offers(
    "are members in a block that nobody closed",
    ["const o = { alpha: 1 };", "function f() {\n  if (o) {\n    o.▮"],
    ["alpha"],
  );
  offers("are names in a call that nobody closed", ["const first = 1;", "console.log(▮"], ["first"]);
  offers("are names in a template that nobody closed", ["const first = 1;", `const s = \`a \${▮`], ["first"]);
  offers("are names behind a half-written member", ["const o = { alpha: 1 };", "o.▮\nconst after = 1;"], ["alpha"]);
  offers("are names in an unfinished object", ["const o = { alpha: 1 };", "const q = { a: o.▮"], ["alpha"]);
  offers("are names in an unfinished class", ["const first = 1;", "class A {\n  method() {\n    return ▮"], ["first"]);
  offers("are names in JavaScript", ["const o = { alpha: 1 };", "// js\no.▮"], ["alpha"]);
  offers("are files beside the notebook", ['import { local } from "./▮";'], ["local"]);
  offers("are files above the notebook", ['import { rows } from "../▮";'], ["data"]);
  offers("are packages of the workspace", ['import { greet } from "▮";'], ["greeter"]);
  offers("are names of a file beside the notebook", ['import { ▮ } from "./local.ts";'], ["local", "localize"]);
});

test("earlier names look like what they are, without any import", async () => {
  const cells = ["const c = 1; let l = 2; function f() {} class K {} enum E { A } var v = 3;", "▮"];
  await inNotebook(cells, async (notebook, last) => {
    const entries = await notebook.completions(last);
    const kinds = Object.fromEntries(entries.flatMap(({ name, kind, source }) => (source ? [] : [[name, kind]])));
    expect(kinds).toMatchObject({
      c: "const",
      l: "let",
      f: "function",
      K: "class",
      E: "enum",
      v: "var",
      display: "function",
    });
    const constant = entries.find(({ name }) => name === "c");
    if (constant === undefined) throw new Error("c is not offered");
    const { displayParts, codeActions } = await notebook.details(last, constant);
    expect(displayParts.map(({ text }) => text).join("")).toBe("const c: 1");
    expect(codeActions).toBeUndefined();
  });
});

test("no cell is offered as a module to import from", async () => {
  const cells = ['import { localize } from "./local.ts";\nconst locality = 1;', "const locals = 2;", "loca▮"];
  await inNotebook(cells, async (notebook, last) => {
    notebook.insert(3, "export const located = 3;");
    const entries = await notebook.completions(last);
    const named = entries.filter(({ name }) => name.startsWith("loca"));
    expect(named.map(({ name, source, sourceDisplay }) => [name, source && sourceDisplay?.[0]?.text])).toEqual([
      ["locality", undefined],
      ["localize", undefined],
      ["locals", undefined],
      ["local", "./local"],
    ]);
  });
});

/** The cell's text after a completion was accepted with all it changes. */
async function accept(cells: readonly string[], name: string): Promise<{ source: string; text: string }> {
  return inNotebook(cells, async (notebook, last) => {
    const entry = (await notebook.completions(last)).find((found) => found.name === name && found.hasAction);
    if (entry === undefined) throw new Error(`${name} is not offered`);
    const details = await notebook.details(last, entry);
    const changes = details.codeActions?.flatMap((action) => action.changes) ?? [];
    return {
      source: (details.sourceDisplay ?? []).map(({ text }) => text).join(""),
      text: notebook.changed(last, changes),
    };
  });
}

describe("accepting a name that is to be imported", () => {
  test("imports a file by its path from the notebook", async () => {
    const cells = ['import { local } from "./local.ts";', "const a = 1;\nlocaliz▮"];
    expect(await accept(cells, "localize")).toEqual({
      source: "./local",
      text: 'import { localize } from "./local";\nconst a = 1;\nlocaliz',
    });
  });

  test("adds to an import of the cell", async () => {
    const cells = ['import { local } from "./local.ts";\nlocaliz▮'];
    expect((await accept(cells, "localize")).text).toBe('import { local, localize } from "./local.ts";\nlocaliz');
  });

  test("puts a new import beside those of the cell", async () => {
    const cells = ['import * as all from "../data.ts";', 'import { local } from "./local.ts";\nrow▮'];
    expect(await accept(cells, "rows")).toEqual({
      source: "../data.ts",
      text: 'import { rows } from "../data.ts";\nimport { local } from "./local.ts";\nrow',
    });
  });

  test("imports the SDK by its name", async () => {
    const cells = ['import type { System } from "optimas";', "syste▮"];
    expect(await accept(cells, "system")).toEqual({
      source: "optimas",
      text: 'import { system } from "optimas";\nsyste',
    });
  });
});

test("a half-written import completes to a whole one, by paths from the notebook", async () => {
  const cells = ['import { system } from "optimas";\nimport { local } from "./local.ts";', "import localiz▮"];
  await inNotebook(cells, async (notebook, last) => {
    const statements = async () => (await notebook.completions(last)).flatMap(({ insertText }) => insertText ?? []);
    expect(await statements()).toContain('import { localize } from "./local";');
    notebook.edit(last, "import Syste▮");
    expect(await statements()).toContain('import { System } from "optimas";');
  });
});

describe("a hover says", () => {
  const says = (title: string, cells: string[], expected: string) =>
    test(title, async () => {
      expect(await inNotebook(cells, (notebook, last) => notebook.hover(last))).toBe(expected);
    });

  says("the type of an earlier constant", ["const rows = [1, 2];", "▮rows.length"], "const rows: number[]");
  says(
    "the signature of an earlier function",
    ["function f(n: number): string { return String(n); }", "▮f(1)"],
    "function f(n: number): string",
  );
  says("what an earlier type is", ["interface Row { n: number }", "let r: ▮Row;"], "interface Row");
  says("what a global of the kernel is", ["▮display(1)"], "function display(value: unknown): void");
  says("what is narrowed", ["let maybe: string | undefined;", "if (maybe) { ▮maybe; }"], "let maybe: string");
  says(
    "that an import of the cell is one",
    ['import { local } from "./local.ts";\n▮local'],
    "(alias) const local: 1\nimport local",
  );
});
