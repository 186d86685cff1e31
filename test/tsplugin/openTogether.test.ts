import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { OpenNotebook } from "./openNotebook.ts";
import { TypeScriptServer } from "./typescriptServer.ts";
import { makeWorkspace } from "./workspace.ts";

const workspace = makeWorkspace();
const logs = mkdtempSync(join(tmpdir(), "optimas-server-log-"));
afterAll(() => {
  workspace.remove();
  rmSync(logs, { recursive: true, force: true });
});

const CELLS = 200;
const cells = Array.from({ length: CELLS }, (_, n) => `const value${n} = ${n};`);

test.each([false, true])("all cells of a notebook are opened with few graphs (syntax only: %s)", async (syntaxOnly) => {
  const log = join(logs, `${syntaxOnly}.log`);
  const server = new TypeScriptServer({ log, syntaxOnly });
  try {
    const notebook = new OpenNotebook(server, workspace, cells);
    await server.request("navtree", { file: notebook.order[CELLS - 1] });
    const graphs = readFileSync(log, "utf8").match(/Starting updateGraphWorker/g) ?? [];
    // The project's first graph is built with its first file; without the plugin each file adds one.
    expect(graphs.length).toBeGreaterThan(0);
    expect(graphs.length).toBeLessThan(10);
  } finally {
    server.close();
  }
});

test("a cell that comes to an open notebook knows the others at once", async () => {
  const server = new TypeScriptServer();
  try {
    const notebook = new OpenNotebook(server, workspace, cells);
    expect(await notebook.errors(CELLS - 1)).toEqual([]);
    notebook.insert(CELLS, `value${CELLS - 1}.toFixed(nothing)`);
    expect(await notebook.errors(CELLS)).toEqual(["nothing: Cannot find name 'nothing'."]);
  } finally {
    server.close();
  }
});
