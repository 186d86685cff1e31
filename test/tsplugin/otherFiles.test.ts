import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { cellFileName } from "../../src/tsplugin/cellFileName.ts";
import { OpenNotebook } from "./openNotebook.ts";
import { TypeScriptServer } from "./typescriptServer.ts";
import { makeWorkspace } from "./workspace.ts";

const workspace = makeWorkspace();
const servers: TypeScriptServer[] = [];
afterAll(() => {
  for (const server of servers) server.close();
  workspace.remove();
});

function start(plugin: boolean): TypeScriptServer {
  const server = new TypeScriptServer({ plugin });
  servers.push(server);
  return server;
}

for (const [kind, configuration] of [
  ["without a configuration", undefined],
  ["of a configured project", { compilerOptions: { strict: true, module: "nodenext" } }],
] as const) {
  test(`files ${kind} that are no cells get the answers that they get without the plugin`, async () => {
    const file = join(workspace.root, configuration === undefined ? "loose.ts" : "configured/loose.ts");
    mkdirSync(dirname(file), { recursive: true });
    if (configuration !== undefined) writeFileSync(join(dirname(file), "tsconfig.json"), JSON.stringify(configuration));
    const text =
      "document.title;\nconst x: string = 1;\nimport { z } from 'zod';\nexport const y = x.le;\nimport './missing';\n";
    writeFileSync(file, text);
    const answers = await Promise.all(
      [true, false].map(async (plugin) => {
        const server = start(plugin);
        server.send("open", { file, fileContent: text, projectRootPath: workspace.root });
        const at = { file, line: 4, offset: 22 };
        const span = { startLine: 2, startOffset: 7, endLine: 2, endOffset: 8 };
        return [
          await server.request("semanticDiagnosticsSync", { file }),
          await server.request("suggestionDiagnosticsSync", { file }),
          await server.request("completionInfo", at),
          await server.request("completionInfo", { file, line: 3, offset: 10 }),
          await server.request("getCodeFixes", { file, ...span, errorCodes: [2322] }),
          await server.request("quickinfo", { file, line: 2, offset: 7 }),
          await server.request("navtree", { file }),
          await server.request("projectInfo", { file, needFileNameList: true }),
        ];
      }),
    );
    expect(answers[0]).toEqual(answers[1]);
  });
}

test("a loose file beside a notebook keeps the browser's names, and the cells are checked as before", async () => {
  const server = start(true);
  const notebook = new OpenNotebook(server, workspace, [
    "const a = await Promise.resolve(1);",
    "a.toFixed(process.pid)",
  ]);
  const file = join(workspace.root, "page.ts");
  writeFileSync(file, "document.title;\n");
  server.send("open", { file, projectRootPath: workspace.root });
  expect(await server.request("semanticDiagnosticsSync", { file })).toEqual([]);
  expect(await notebook.errors(1)).toEqual([]);
  server.send("close", { file });
  expect(await notebook.errors(1)).toEqual([]);
});

test("cells of notebooks that are not ours stay as they are", async () => {
  const answers = await Promise.all(
    [true, false].map(async (plugin) => {
      const server = start(plugin);
      const files = [0, 1].map((n) => {
        const path = join(workspace.folder, "other.ipynb");
        const uri = { scheme: "vscode-notebook-cell", authority: "", path, fragment: `W${n}sZmlsZQ==` };
        const file = cellFileName(uri) ?? "";
        const fileContent = n === 0 ? "const shared = 1;" : "shared.toFixed(); nowhere;";
        server.send("open", { file, fileContent, scriptKindName: "TS", projectRootPath: workspace.root });
        return file;
      });
      return server.request("semanticDiagnosticsSync", { file: files[1] });
    }),
  );
  expect(answers[0]).toEqual(answers[1]);
});

test("a configuration that is none changes nothing", async () => {
  const server = start(true);
  server.send("configurePlugin", { pluginName: "optimas-cells", configuration: { notebooks: "none" } });
  const file = join(workspace.root, "plain.ts");
  server.send("open", { file, fileContent: "const x: number = 1;", projectRootPath: workspace.root });
  expect(await server.request("semanticDiagnosticsSync", { file })).toEqual([]);
});
