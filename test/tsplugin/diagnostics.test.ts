import { writeFileSync } from "node:fs";
import { join } from "node:path";
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

/** What is underlined in each cell. */
async function errorsIn(cells: readonly string[]): Promise<string[][]> {
  const notebook = new OpenNotebook(server, workspace, cells);
  const errors: string[][] = [];
  for (const cell of cells.keys()) errors.push(await notebook.errors(cell));
  notebook.close();
  return errors;
}

describe("nothing is underlined where", () => {
  const sound = (title: string, ...cells: string[]) =>
    test(title, async () => expect(await errorsIn(cells)).toEqual(cells.map(() => [])));

  sound("a later cell reads a constant", "const a = 1;", "a.toFixed(2)");
  sound("a cell two before declares", "const a = 1;", "const b = 2;", "a + b");
  sound("cells are awaited", "const a = await Promise.resolve(1);", "for await (const x of [a]) console.log(x);");
  sound("a cell imports and is a module", 'import { readFile } from "node:fs/promises";\nconst x = 1;', "x; readFile");
  sound("a cell exports by its own words", "export const a = 1;\nexport function f() { return a; }", "f() + a");
  sound("a cell exports a list", "const a = 1;\nexport { a as b };", "a");
  sound("a cell has a default export", "export default function f() { return 1; }", "f()");
  sound("a constant is redeclared", "const a = 1;", 'const a = "x";', "a.toUpperCase()");
  sound("a constant is redeclared from its former value", "const a = 1;", "const a = String(1);\na.trim()", "a.trim()");
  sound(
    "a function calls what a later cell declares",
    "function f() { return later() + 1; }",
    "function later() { return 1; }",
    "f()",
  );
  sound(
    "a cell is an object",
    "const a = 1;",
    "{ a: 1, b: 'x' }",
    "{ a }",
    "{ n: a, f() { return 1 } }",
    "// an object\n{ ...{ a } }",
  );
  sound(
    "a cell exports from elsewhere",
    'export { local as renamed, localize } from "./local.ts";\nexport * as all from "../data.ts";',
    "renamed.toFixed(); localize(''); all.rows",
  );
  sound(
    "a class and a function are redeclared",
    "class A {} function f() {}",
    "class A { x = 1 } function f(n: number) { return n; }",
    "new A().x + f(1)",
  );
  sound(
    "types cross cells",
    "interface P { n: number }\ntype Q = P & { s: string };\nenum E { A }",
    "const q: Q = { n: 1, s: '' };\nE.A; q",
  );
  sound(
    "a generic class crosses cells",
    "class Box<T> { constructor(readonly value: T) {} }",
    "new Box(1).value.toFixed()",
  );
  sound(
    "a namespace crosses cells",
    "namespace N { export const a = 1; export interface I { n: number } }",
    "const i: N.I = { n: N.a }; i",
  );
  sound(
    "type imports cross cells",
    'import type { Row } from "../data.ts";\nimport { rows, type Row as R2 } from "../data.ts";',
    "const first: Row | R2 | undefined = rows[0]; first",
  );
  sound("a namespace import crosses cells", 'import * as path from "node:path";', 'path.join("a", "b")');
  sound("a default import crosses cells", 'import fs from "node:fs";', "fs.existsSync('x')");
  sound(
    "a variable is assigned in a later cell",
    "let n = 1;",
    "n = 2; n += 1; n++;",
    "[n] = [3]; for (n of [1, 2]) {}",
  );
  sound("a function is replaced in a later cell", "var f = () => 1;", "f = () => 2;");
  sound(
    "destructuring declares",
    "const { a, b: [c, ...d], ...e } = { a: 1, b: [1, 2, 3], f: 4 };",
    "a + c + d.length + e.f",
  );
  sound(
    "var reaches out of blocks",
    "if (Math.random() < 2) { var deep = 1; }\nfor (var i = 0; i < 2; i++) {}",
    "deep + i",
  );
  sound(
    "names of the browser are the user's",
    "const name = 1; const event = 2; let status = 3; const top = 4;",
    "name + event + status + top",
  );
  sound("globals of the kernel are used", "display(1); md`# x`;", "const md = 1; md.toFixed();", "md.toFixed()");
  sound(
    "Node.js is used without its types in the workspace",
    "console.log(process.pid, Buffer.from('x'), setTimeout, URL, fetch);",
  );
  sound(
    "the SDK is not installed in the workspace",
    'import { system, type System } from "optimas";',
    'const s: System = system({ name: "x" }); s.name',
  );
  sound(
    "files and packages are imported from the notebook's folder",
    'import { local } from "./local.ts";\nimport { rows } from "../data";\nimport { greet } from "greeter";',
    "greet(String(local + rows.length))",
  );
  sound("a file is imported while running", 'const { local } = await import("./local.ts");', "local.toFixed()");
  sound(
    "something is declared and not used",
    "const unused = 1; let other = 2; function nobody() {}",
    "import { local } from './local.ts';",
  );
  sound(
    "JavaScript and TypeScript mix",
    "// js\nconst a = 1;\nexport const b = 2;",
    "const n: number = a + b;",
    "// js\nn.toFixed(); await 1;",
  );
  sound(
    "a JavaScript cell mentions a type",
    "interface Foo { n: number }",
    "// js\n/** @type {Foo} */\nconst foo = { n: 1 };\n// Foo",
    "foo.n.toFixed()",
  );
  sound("cells are empty", "", "  \n", "// only words", "1");
  sound("import.meta and JSON modules are used", "import.meta.url;", "const u: string = import.meta.dirname ?? ''; u");
  sound(
    "a decorator and a private name stand in a class",
    "class A { #n = 1; get n() { return this.#n; } accessor x = 1; }",
    "new A().n + new A().x",
  );
  sound(
    "types depend on each other over three cells",
    "type A = { b: number };",
    "type B = A & { c: string };",
    "const c: B = { b: 1, c: '' }; c",
  );
  sound(
    "a function narrows what another cell declared",
    "const maybe = [1, undefined][0];",
    "if (maybe !== undefined) maybe.toFixed();",
  );
  sound(
    "a global type is augmented",
    "declare global { interface Window2 { n: number } }\nconst one = 1;",
    "const w: Window2 = { n: one }; w",
  );
  sound("the last expression is a value of any kind", "const a = { n: 1 };", "a", "a.n", "(a)", "[a]", "String(a.n)");
});

describe("underlined is", () => {
  const faulty = (title: string, cells: string[], expected: string[][]) =>
    test(title, async () => expect(await errorsIn(cells)).toEqual(expected));

  faulty("a name that nobody declares", ["const a = 1;", "b"], [[], ["b: Cannot find name 'b'."]]);
  faulty("a name that only a later cell declares", ["a", "const a = 1;"], [["a: Cannot find name 'a'."], []]);
  faulty(
    "a wrong type from an earlier cell",
    ["const a = 1;", "const s: string = a;"],
    [[], ["s: Type 'number' is not assignable to type 'string'."]],
  );
  faulty(
    "the latest of two declarations",
    ["const a = 1;", "let a = ''; a.trim()", "a.toFixed()"],
    [[], [], ["toFixed: Property 'toFixed' does not exist on type 'string'. Did you mean 'fixed'?"]],
  );
  faulty(
    "a constant that is assigned",
    ["const a = 1;", "a = 2;"],
    [[], ["a: Cannot assign to 'a' because it is a constant."]],
  );
  faulty(
    "an import of the cell that is assigned",
    ["import { local } from './local.ts';\nlocal = 2;"],
    [["local: Cannot assign to 'local' because it is an import."]],
  );
  faulty(
    "a constant that is read before it is redeclared",
    ["const a = 1;", "const b = a; const a = b;"],
    [[], ["a: Block-scoped variable 'a' used before its declaration."]],
  );
  faulty(
    "a name that a function calls and nobody declares",
    ["function f() { return later(); }"],
    [["later: Cannot find name 'later'."]],
  );
  faulty(
    "a missing file",
    ['import { x } from "./nowhere.ts";'],
    [["\"./nowhere.ts\": Cannot find module './nowhere.ts' or its corresponding type declarations."]],
  );
  faulty(
    "a name that a file does not export",
    ['import { x } from "./local.ts";'],
    [["x: Module '\"./local.ts\"' has no exported member 'x'."]],
  );
  faulty(
    "a name that is declared twice in one cell",
    ["const a = 1; const a = 2;"],
    [["a: Cannot redeclare block-scoped variable 'a'.", "a: Cannot redeclare block-scoped variable 'a'."]],
  );
  faulty(
    "a name of the browser, which the kernel does not have",
    ["document.title"],
    [
      [
        "document: Cannot find name 'document'. Do you need to change your target library? Try changing the 'lib' compiler option to include 'dom'.",
      ],
    ],
  );
  faulty(
    "what the SDK does not offer",
    ['import { nothing } from "optimas";'],
    [["nothing: Module '\"optimas\"' has no exported member 'nothing'."]],
  );
  faulty("a function that is not closed", ["const a = 1;\nfunction f() {", "a"], [[": '}' expected."], []]);
  faulty("a comment that is not closed", ["const a = 1; /* so", "a"], [[": '*/' expected."], []]);
  faulty("a template that is not closed", ["const a = `x y", "a"], [[": Unterminated template literal."], []]);
  faulty("a half-written call", ["const a = 1;", "a.toFixed("], [[], [": ')' expected."]]);
});

test("an edit changes what later cells know", async () => {
  const notebook = new OpenNotebook(server, workspace, ["const a = 1;", "a.toFixed()"]);
  expect(await notebook.errors(1)).toEqual([]);
  notebook.edit(0, "let a = 'x';");
  expect(await notebook.errors(1)).toEqual([
    "toFixed: Property 'toFixed' does not exist on type 'string'. Did you mean 'fixed'?",
  ]);
  notebook.edit(0, "const b = 'x';");
  expect(await notebook.errors(1)).toEqual(["a: Cannot find name 'a'."]);
  notebook.edit(0, "const a = 1;");
  expect(await notebook.errors(1)).toEqual([]);
  notebook.close();
});

test("cells that change places, come and go change what is known, and the editor is told to look again", async () => {
  const notebook = new OpenNotebook(server, workspace, ["a", "const a = 1;"]);
  expect(await notebook.errors(0)).toEqual(["a: Cannot find name 'a'."]);
  notebook.order.reverse();
  notebook.configure();
  await server.event("projectsUpdatedInBackground");
  expect(await notebook.errors(1)).toEqual([]);
  notebook.insert(1, "const a = 'x'; a");
  expect(await notebook.errors(2)).toEqual([]);
  notebook.order.splice(1, 1);
  notebook.configure();
  expect(await notebook.errors(1)).toEqual([]);
  notebook.close();
});

test("a file that comes later is found", async () => {
  const notebook = new OpenNotebook(server, workspace, ['import { late } from "./late.ts";\nlate;']);
  expect(await notebook.errors(0)).toHaveLength(1);
  const file = join(workspace.folder, "late.ts");
  writeFileSync(file, "export const late = 1;\n");
  await expect.poll(() => notebook.errors(0)).toEqual([]);
  notebook.close();
});

test("two notebooks do not know each other", async () => {
  const first = new OpenNotebook(server, workspace, ["const shared = 1;"]);
  const second = new OpenNotebook(server, workspace, ["shared"]);
  server.configurePlugin(OpenNotebook.configuration(workspace, [first, second]));
  expect(await second.errors(0)).toEqual(["shared: Cannot find name 'shared'."]);
  second.close();
  first.close();
});

test("nothing is greyed as unused that later cells may use", async () => {
  const notebook = new OpenNotebook(server, workspace, [
    "import { local } from './local.ts';\nconst a = 1;",
    "function f() { const inner = 1; }",
  ]);
  expect(await notebook.suggestions(0)).toEqual([]);
  expect(await notebook.suggestions(1)).toEqual(["inner: 'inner' is declared but its value is never read."]);
  notebook.close();
});
