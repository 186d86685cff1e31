import { basename, dirname } from "node:path";
import * as vscode from "vscode";
import type { Definition, ExperimentDefinition } from "../../detection/definition.ts";
import type { WorkspaceModel } from "../../detection/workspaceModel.ts";
import { NOTEBOOK_TYPE } from "../identity.ts";
import { experimentCells, importPath, newExperimentCells, type Subject, type WrittenCell } from "./experimentCells.ts";
import { insertCells, showDeclaringCell } from "./notebookExperiment.ts";
import { ownSystem } from "./runChoice.ts";

/** What notebooks of one definition need to know besides it. */
export interface NotebookMaking {
  readonly context: vscode.ExtensionContext;
  readonly model: WorkspaceModel;
  /** Iterations that the last cell asks for. */
  readonly iterations: number;
}

/**
 * Opens the notebook that belongs to a definition: the one that declares its experiment, else one beside its file that
 * imports it, else a new one.
 */
export async function openNotebookFor(
  definition: Definition,
  experiment: ExperimentDefinition | undefined,
  making: NotebookMaking,
): Promise<vscode.NotebookDocument | undefined> {
  const declared = [experiment, definition].find((one) => one?.at.cell !== undefined);
  if (declared !== undefined) return (await showDeclaringCell(declared.at))?.notebook;
  const files = [experiment?.at.uri, definition.at.uri].flatMap((uri) => uri ?? []);
  const existing = await notebookImporting(files.map((uri) => vscode.Uri.parse(uri, true)));
  if (existing !== undefined) {
    const notebook = await vscode.workspace.openNotebookDocument(existing);
    await vscode.window.showNotebookDocument(notebook);
    return notebook;
  }
  if (experiment === undefined) return newExperiment(definition, making);
  const uri = vscode.Uri.parse(experiment.at.uri, true);
  const imported = importPath(experiment, `./${basename(uri.path)}`, "tuning");
  if (imported === undefined) return tellUnexported(experiment, uri);
  const name = making.model.systemOf(experiment)?.name ?? basename(uri.path).replace(/\.[^.]+$/, "");
  return createNotebook(uri, name, experimentCells(imported, name, making.iterations, vscode.l10n), making.context);
}

/** Offers a notebook with an experiment around a definition that none contains, and opens it. */
export async function offerNewExperiment(definition: Definition, making: NotebookMaking): Promise<void> {
  const create = vscode.l10n.t("Create Notebook");
  const message = vscode.l10n.t(
    "No experiment of this workspace contains {0}. An experiment adds rows and a reward; without one there is nothing to optimize for.",
    definition.name ?? definition.binding ?? "",
  );
  const chosen = await vscode.window.showInformationMessage(message, create);
  if (chosen === create) await newExperiment(definition, making);
}

/** A notebook with an experiment around a component or system; where that stands in a notebook, cells below it. */
async function newExperiment(
  definition: Definition,
  { context, model, iterations }: NotebookMaking,
): Promise<vscode.NotebookDocument | undefined> {
  if (definition.kind === "experiment") return undefined;
  const system = ownSystem(definition, model);
  const subject: Subject | undefined =
    system !== undefined
      ? { kind: "system", system, components: model.componentsOf(system) }
      : definition.kind === "system"
        ? undefined
        : { kind: "component", component: definition };
  if (subject === undefined) return undefined;
  const around = subject.kind === "system" ? subject.system : subject.component;
  const fallback = subject.kind === "system" ? "tuned" : "part";
  if (around.at.cell !== undefined) {
    const cells = newExperimentCells(subject, undefined, around.binding ?? fallback, iterations, vscode.l10n);
    const declaring = await showDeclaringCell(around.at);
    if (declaring === undefined) return undefined;
    await insertCells(declaring.notebook, declaring.notebook.cellCount, cells.map(cellData));
    return declaring.notebook;
  }
  const uri = vscode.Uri.parse(around.at.uri, true);
  const imported = importPath(around, `./${basename(uri.path)}`, fallback);
  if (imported === undefined) return tellUnexported(around, uri);
  const cells = newExperimentCells(subject, imported, imported.local, iterations, vscode.l10n);
  return createNotebook(uri, around.name ?? imported.local, cells, context);
}

async function tellUnexported(definition: Definition, uri: vscode.Uri): Promise<undefined> {
  const name = definition.binding ?? definition.name ?? "";
  const open = vscode.l10n.t("Open File");
  const message = vscode.l10n.t(
    "{0} does not export {1}, so that no other file can use it. Export it: export const {1} = ...",
    basename(uri.path),
    name,
  );
  if ((await vscode.window.showWarningMessage(message, open)) === open) {
    const { start } = definition.nameSpan;
    const at = new vscode.Position(start.line, start.character);
    await vscode.window.showTextDocument(uri, { selection: new vscode.Range(at, at) });
  }
  return undefined;
}

/** Largest notebook that is looked into. */
const READ_BYTES = 4 * 1024 * 1024;

/** A notebook in the folder of one of the files that imports it. */
async function notebookImporting(files: readonly vscode.Uri[]): Promise<vscode.Uri | undefined> {
  for (const file of files) {
    const folder = vscode.Uri.file(dirname(file.fsPath));
    const entries = await vscode.workspace.fs.readDirectory(folder).then(
      (found) => found,
      () => [],
    );
    const specifier = `./${basename(file.path)}`;
    for (const [name, type] of entries) {
      if (!name.endsWith(".optnb") || (type & vscode.FileType.File) === 0) continue;
      const uri = vscode.Uri.joinPath(folder, name);
      const { size } = await vscode.workspace.fs.stat(uri);
      if (size > READ_BYTES) continue;
      const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
      if (text.includes(`${specifier}\\"`) || text.includes(`${specifier}'`)) return uri;
    }
  }
  return undefined;
}

/** Writes a notebook under a free name beside a file, where its imports hold, and opens it. */
async function createNotebook(
  beside: vscode.Uri,
  name: string,
  cells: readonly WrittenCell[],
  context: vscode.ExtensionContext,
): Promise<vscode.NotebookDocument> {
  const [{ notebookData, savedCell }, { writeNotebook }] = await Promise.all([
    import("../notebook/notebookSerializer.ts"),
    import("../../notebook/nbformat.ts"),
  ]);
  const template = vscode.Uri.joinPath(context.extensionUri, "media", "newNotebook.optnb");
  const { metadata } = await notebookData(await vscode.workspace.fs.readFile(template));
  const text = writeNotebook({ cells: cells.map((cell) => savedCell(cellData(cell))), metadata: metadata ?? {} });
  const uri = await freeName(vscode.Uri.file(dirname(beside.fsPath)), name.replace(/[^\p{L}\p{N}_.-]+/gu, "-"));
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  const notebook = await vscode.workspace.openNotebookDocument(uri);
  if (notebook.notebookType !== NOTEBOOK_TYPE) throw new Error(`${uri.fsPath} was opened as ${notebook.notebookType}`);
  await vscode.window.showNotebookDocument(notebook);
  return notebook;
}

async function freeName(folder: vscode.Uri, name: string): Promise<vscode.Uri> {
  for (let number = 1; ; number++) {
    const uri = vscode.Uri.joinPath(folder, `${name}${number === 1 ? "" : `-${number}`}.optnb`);
    const taken = await vscode.workspace.fs.stat(uri).then(
      () => true,
      () => false,
    );
    if (!taken) return uri;
  }
}

function cellData({ kind, text }: WrittenCell): vscode.NotebookCellData {
  return kind === "code"
    ? new vscode.NotebookCellData(vscode.NotebookCellKind.Code, text, "typescript")
    : new vscode.NotebookCellData(vscode.NotebookCellKind.Markup, text, "markdown");
}
