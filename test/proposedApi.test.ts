import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * Parts of VS Code that only extensions with a proposal switched on may use. A released VS Code refuses them, while the
 * one that the tests run in lets every extension have them: nothing but this list would notice.
 */
const proposed: readonly RegExp[] = [
  /\bNotebookRendererScript\b/,
  /\brendererScripts\b/,
  /\b\w*controller\w*\s*\??\.\s*(?:postMessage|onDidReceiveMessage|asWebviewUri)\b/i,
  /\b(?:NotebookVariableProvider|variableProvider|onDidChangeVariables)\b/,
  /\b(?:onDidChangeNotebookCellExecutionState|NotebookCellExecutionState\w*)\b/,
  /\bCellExecutionError\b/,
  /\b(?:registerKernelSourceActionProvider|NotebookKernelSourceAction\w*)\b/,
  /\bcreateNotebookControllerDetectionTask\b/,
  /\bNotebookControllerAffinity2\b/,
  /\bNotebookControllerAffinity\.Hidden\b/,
  /\b(?:registerNotebookLiveShareContentProvider|NotebookEditorDecorationType|createNotebookEditorDecorationType)\b/,
  /\bonDidDispatchEvent\b|\bnotebookDeprecated\b/,
];

/** Contribution points and manifest fields of the same kind. */
const proposedInManifest: readonly RegExp[] = [
  /"enabledApiProposals"/,
  /"notebookPreload"/,
  /"notebook\/kernelSource"/,
  /"notebook\/cell\/executePrimary"/,
  /"notebook\/variables\/context"/,
];

/** Ways round the compiler, which knows the released API only. */
const casts: readonly RegExp[] = [/\bas any\b/, /\bas unknown as\b/, /@ts-(?:ignore|expect-error|nocheck)/];

function sources(folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

/** What a text uses that it must not, as the patterns that found it. */
function found(text: string, patterns: readonly RegExp[]): string[] {
  return patterns.flatMap((pattern) => pattern.exec(text)?.[0] ?? []);
}

test("the manifest asks for no proposed API", () => {
  expect(found(readFileSync(join(root, "package.json"), "utf8"), proposedInManifest)).toEqual([]);
});

test("the extension and its webviews use released API only", () => {
  const files = [...sources("src/extension"), ...sources("webview")];
  expect(files.length).toBeGreaterThan(5);
  const uses = files.map((file) => ({
    file,
    uses: found(readFileSync(join(root, file), "utf8"), [...proposed, ...casts]),
  }));
  expect(uses.filter((file) => file.uses.length > 0)).toEqual([]);
});

describe("the lint finds", () => {
  const check = (text: string, patterns: readonly RegExp[], uses: readonly string[]) =>
    test(text, () => expect(found(text, patterns)).toEqual(uses));
  check("await controller.postMessage({})", proposed, ["controller.postMessage"]);
  check("this.controller.onDidReceiveMessage(f)", proposed, ["controller.onDidReceiveMessage"]);
  check("this.#notebookController?.postMessage({})", proposed, ["notebookController?.postMessage"]);
  check("controller.variableProvider = x", proposed, ["variableProvider"]);
  check("new vscode.NotebookRendererScript(uri)", proposed, ["NotebookRendererScript"]);
  check("(x as unknown as Api).call()", casts, ["as unknown as"]);
  check('{ "enabledApiProposals": ["notebookMessaging"] }', proposedInManifest, ['"enabledApiProposals"']);
  check("const messaging = notebooks.createRendererMessaging(id); messaging.postMessage(m)", proposed, []);
  check("controller.updateNotebookAffinity(notebook, NotebookControllerAffinity.Preferred)", proposed, []);
});
