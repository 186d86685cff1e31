import { dirname } from "node:path";
import * as vscode from "vscode";
import { cellFileName } from "../../tsplugin/cellFileName.ts";
import type { PluginConfiguration } from "../../tsplugin/pluginConfiguration.ts";
import { PLUGIN_NAME } from "../../tsplugin/pluginName.ts";
import { isCellLanguage, NOTEBOOK_TYPE } from "../identity.ts";
import type { NotebookKernels } from "./notebookKernels.ts";

/** What the editor's own extension for TypeScript exports. */
interface TypeScriptFeatures {
  getAPI(version: 0): TypeScriptApi | undefined;
}

interface TypeScriptApi {
  configurePlugin(plugin: string, configuration: PluginConfiguration): void;
}

/** Opening a notebook gives one event per cell; together they are one change of the configuration. */
const GATHERING_MS = 20;

/**
 * Tells the plugin of the TypeScript server which notebooks are open and how their cells are ordered: all experiment
 * notebooks, and Jupyter's while our kernel is chosen for them.
 */
export function registerIntelliSense(context: vscode.ExtensionContext, kernels: NotebookKernels): vscode.Disposable {
  const declarations = vscode.Uri.joinPath(context.extensionUri, "dist", "types");
  const file = (...names: string[]) => vscode.Uri.joinPath(declarations, ...names).fsPath;
  const configuration = (): PluginConfiguration => ({
    sdk: file("sdk", "index.d.ts"),
    globals: file("kernel", "cellGlobals.d.ts"),
    node: file("node_modules", "@types", "node", "index.d.ts"),
    notebooks: vscode.workspace.notebookDocuments
      .filter((notebook) => notebook.notebookType === NOTEBOOK_TYPE || kernels.isChosen(notebook))
      .map((notebook) => {
        const cells = notebook.getCells().flatMap(({ kind, document }) => {
          const isCode = kind === vscode.NotebookCellKind.Code && isCellLanguage(document.languageId);
          const name = isCode ? cellFileName(document.uri) : undefined;
          return name === undefined ? [] : [name];
        });
        return notebook.uri.scheme === "file" ? { folder: dirname(notebook.uri.fsPath), cells } : { cells };
      })
      .filter(({ cells }) => cells.length > 0),
  });

  let sent = "";
  let timer: NodeJS.Timeout | undefined;
  const send = async () => {
    const next = configuration();
    const text = JSON.stringify(next);
    if (text === sent || (sent === "" && next.notebooks.length === 0)) return;
    sent = text;
    const features = vscode.extensions.getExtension<TypeScriptFeatures>("vscode.typescript-language-features");
    const exported = await features?.activate();
    exported?.getAPI(0)?.configurePlugin(PLUGIN_NAME, next);
  };
  const gather = () => {
    clearTimeout(timer);
    timer = setTimeout(() => void send(), GATHERING_MS);
  };
  gather();
  return vscode.Disposable.from(
    new vscode.Disposable(() => clearTimeout(timer)),
    kernels.onDidChoose(gather),
    vscode.workspace.onDidOpenNotebookDocument(gather),
    vscode.workspace.onDidCloseNotebookDocument(gather),
    vscode.workspace.onDidChangeNotebookDocument(({ contentChanges }) => {
      if (contentChanges.length > 0) gather();
    }),
    // A cell that gets another language is opened anew.
    vscode.workspace.onDidOpenTextDocument(({ uri }) => {
      if (uri.scheme === "vscode-notebook-cell") gather();
    }),
  );
}
