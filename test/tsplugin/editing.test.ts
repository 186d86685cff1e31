import type ts from "typescript-services";
import { afterAll, expect, test } from "vitest";
import { OpenNotebook } from "./openNotebook.ts";
import { TypeScriptServer } from "./typescriptServer.ts";
import { makeWorkspace } from "./workspace.ts";

const workspace = makeWorkspace();
const server = new TypeScriptServer();
afterAll(() => {
  server.close();
  workspace.remove();
});

type CodeFix = ts.server.protocol.CodeFixAction;

async function fixes(notebook: OpenNotebook, cell: number, code: number, length: number): Promise<CodeFix[]> {
  const { file, line, offset } = notebook.cursor(cell);
  return server.request<CodeFix[]>("getCodeFixes", {
    file,
    startLine: line,
    startOffset: offset,
    endLine: line,
    endOffset: offset + length,
    errorCodes: [code],
  });
}

test("a missing import is added to the cell, by its path from the notebook", async () => {
  const notebook = new OpenNotebook(server, workspace, ['import { local } from "./local.ts";', "▮localize('a')"]);
  const found = await fixes(notebook, 1, 2304, "localize".length);
  expect(found.map(({ description }) => description)).toContain('Add import from "./local"');
  const fix = found.find(({ fixName }) => fixName === "import");
  expect(notebook.changed(1, fix?.changes ?? [])).toBe("import { localize } from \"./local\";\n\nlocalize('a')");
  notebook.close();
});

test("imports in order leave the imports of earlier names alone, and keep what later cells may use", async () => {
  const text = 'import { localize, local } from "./local.ts";\nimport { rows } from "../data.ts";\nearlier;';
  const notebook = new OpenNotebook(server, workspace, ["const earlier = 1;", text]);
  const changes = await server.request<ts.server.protocol.FileCodeEdits[]>("organizeImports", {
    scope: { type: "file", args: { file: notebook.order[1] } },
  });
  expect(notebook.changed(1, changes)).toBe(
    'import { rows } from "../data.ts";\nimport { local, localize } from "./local.ts";\nearlier;',
  );
  notebook.close();
});

test("formatting ends with the text", async () => {
  const notebook = new OpenNotebook(server, workspace, ["const earlier=1;", "earlier+1 ;\nif(earlier){\n1\n}"]);
  const edits = await server.request<ts.server.protocol.CodeEdit[]>("format", {
    file: notebook.order[1],
    line: 1,
    offset: 1,
    endLine: 4,
    endOffset: 2,
  });
  const fileName = notebook.order[1] ?? "";
  expect(notebook.changed(1, [{ fileName, textChanges: edits }])).toBe("earlier + 1;\nif (earlier) {\n    1\n}");
  notebook.close();
});

test("no refactoring moves code out of its notebook", async () => {
  const notebook = new OpenNotebook(server, workspace, ["function f() { return 1; }"]);
  const found = await server.request<ts.server.protocol.ApplicableRefactorInfo[]>("getApplicableRefactors", {
    file: notebook.order[0],
    startLine: 1,
    startOffset: 1,
    endLine: 1,
    endOffset: 26,
  });
  expect(found.map(({ name }) => name).filter((name) => name.startsWith("Move to"))).toEqual([]);
  notebook.close();
});

test("every prefix of a program is answered while it is typed", async () => {
  const program =
    "const o = { a: [1, `t$" +
    "{earlier}`] };\nfunction f(x: Row) {\n  return /re[/]/.test(`$" +
    "{x.n}`) ? o.a : { b: () => [x] };\n}\n/* done */ f({ n: 1 });";
  const notebook = new OpenNotebook(server, workspace, ["interface Row { n: number }\nconst earlier = 1;", ""]);
  for (let length = 0; length <= program.length; length += 3) {
    notebook.edit(1, `${program.slice(0, length)}▮`);
    await notebook.completions(1);
    const errors = await notebook.errors(1);
    expect(errors.filter((error) => /Cannot find name '(?:earlier|Row)'/.test(error))).toEqual([]);
  }
  notebook.edit(1, program);
  expect(await notebook.errors(1)).toEqual([]);
  notebook.close();
});
