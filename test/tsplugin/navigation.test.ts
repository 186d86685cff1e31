import { join } from "node:path";
import type ts from "typescript-services";
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
  ask: (notebook: OpenNotebook) => Promise<Result>,
): Promise<Result> {
  const notebook = new OpenNotebook(server, workspace, cells);
  const result = await ask(notebook);
  notebook.close();
  return result;
}

const withCursor = (cells: readonly string[]) => cells.findIndex((text) => text.includes("▮"));

describe("a definition is found", () => {
  const leads = (title: string, cells: string[], expected: string[]) =>
    test(title, async () => {
      expect(await inNotebook(cells, (notebook) => notebook.definitions(withCursor(cells)))).toEqual(expected);
    });

  leads("in an earlier cell", ["\nconst a = 1;", "▮a"], ["[0:2] a"]);
  leads("of a type", ["interface Row {}", "let r: ▮Row"], ["[0:1] Row"]);
  leads("of a member", ["const o = { alpha: 1 };", "o.▮alpha"], ["[0:1] alpha"]);
  leads("in the latest cell that declares", ["const a = 1;", "const a = 2;", "▮a"], ["[1:1] a"]);
  leads("in the cell itself", ["const a = 1;", "const a = 2; ▮a"], ["[1:1] a"]);
  leads("in a function that nobody closed", ["const a = 1;", "function f() {\n▮a"], ["[0:1] a"]);
  leads(
    "in a file of the workspace",
    ['import { local } from "./local.ts";', "▮local"],
    [join(workspace.folder, "local.ts")],
  );
  leads("of the file itself", ['import "./▮local.ts";'], [join(workspace.folder, "local.ts")]);
  leads("in the kernel's declarations", ["▮display(1)"], [workspace.globals]);
  leads(
    "in the SDK's declarations",
    ['import { system } from "optimas";', "▮system"],
    [join(workspace.sdk, "../inner.d.ts")],
  );
});

describe("references are", () => {
  const refers = (title: string, cells: string[], expected: string[]) =>
    test(title, async () => {
      expect((await inNotebook(cells, (notebook) => notebook.references(withCursor(cells)))).sort()).toEqual(expected);
    });

  refers(
    "those in all cells, without what ties the cells together",
    ["const ▮a = 1;", "a + 1", "a"],
    ["[0:1] a", "[1:1] a", "[2:1] a"],
  );
  refers("found from a later cell", ["const a = 1;", "a + 1", "▮a"], ["[0:1] a", "[1:1] a", "[2:1] a"]);
  refers("only those of the same declaration", ["const ▮a = 1;", "a", "const a = 2;", "a"], ["[0:1] a", "[1:1] a"]);
});

describe("renaming changes", () => {
  const renames = (title: string, cells: string[], expected: string[]) =>
    test(title, async () => {
      expect((await inNotebook(cells, (notebook) => notebook.renamed(withCursor(cells)))).sort()).toEqual(expected);
    });

  renames(
    "every cell that means the name",
    ["const ▮a = 1; a;", "a + 1", "a"],
    ["[0:1] a", "[0:1] a", "[1:1] a", "[2:1] a"],
  );
  renames("them from a later cell", ["const a = 1;", "▮a + 1"], ["[0:1] a", "[1:1] a"]);
  renames("no other declaration of the name", ["const ▮a = 1;", "a", "const a = 2; a"], ["[0:1] a", "[1:1] a"]);
  renames("types", ["interface ▮Row {}", "let r: Row;"], ["[0:1] Row", "[1:1] Row"]);
  renames(
    "a property everywhere",
    ["const o = { ▮p: 1 };", "o.p; const q = { ...o }; q.p"],
    ["[0:1] p", "[1:1] p", "[1:1] p"],
  );
});

test("a file of the workspace knows the cells that use it, and the cell's tail stays out of it", async () => {
  const file = join(workspace.folder, "local.ts");
  await inNotebook(['import { local } from "./local.ts";\nlocal'], async (notebook) => {
    await notebook.errors(0);
    server.send("open", { file, projectRootPath: workspace.root });
    const { refs } = await server.request<ts.server.protocol.ReferencesResponseBody>("references", {
      file,
      line: 1,
      offset: 14,
    });
    server.send("close", { file });
    expect(refs.map((span) => notebook.shown(span))).toEqual([file, "[0:1] local", "[0:2] local"]);
  });
});

describe("what lies behind the text is not shown", () => {
  const cells = ["const a = 1;", "function f() {\n  return a;\n}\nclass K {\n  m() {"];
  const asks = (title: string, ask: (file: string) => Promise<unknown>) =>
    test(title, async () => {
      await inNotebook(cells, async (notebook) => {
        const answer = JSON.stringify(await ask(notebook.order[1] ?? ""));
        const lines = [...answer.matchAll(/"line":(\d+)/g)].map(([, line]) => Number(line));
        expect(lines.length).toBeGreaterThan(0);
        expect(Math.max(...lines)).toBeLessThanOrEqual(5);
        expect(answer).not.toContain("vscode-notebook-cell");
      });
    });

  asks("in the outline", (file) => server.request("navtree", { file }));
  asks("in foldings", (file) => server.request("getOutliningSpans", { file }));
  asks("when the selection grows", (file) =>
    server.request("selectionRange", { file, locations: [{ line: 5, offset: 4 }] }),
  );
});
