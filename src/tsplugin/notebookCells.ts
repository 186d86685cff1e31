import type ts from "typescript-services";
import { type ModuleTail, moduleTail } from "./cellModule.ts";
import { type CellText, readCellText } from "./cellText.ts";
import type { DeclaredName } from "./declaredNames.ts";
import type { PluginConfiguration } from "./pluginConfiguration.ts";

type Compiler = typeof ts;

/** One cell as the server sees it: its text and, behind that, the tail that makes it a module. */
export interface Cell {
  readonly fileName: string;
  /** How the server names it inside, in the case of letters that the file system wants. */
  readonly path: string;
  /** Folder of the notebook; undefined for one that was never saved. */
  readonly folder: string | undefined;
  /** Version of the text as the editor counts. */
  readonly textVersion: string;
  readonly source: CellText;
  readonly tail: ModuleTail;
  /** Changes whenever text or tail do. */
  readonly version: string;
  readonly snapshot: ts.IScriptSnapshot;
}

/** The cells of all notebooks that are ours and open in one project of the server. */
export class NotebookCells {
  readonly #compiler: Compiler;
  readonly #project: ts.server.Project;
  #configuration: PluginConfiguration | undefined;
  #globals: ReadonlyMap<string, DeclaredName> = new Map();
  #cells: ReadonlyMap<string, Cell> = new Map();
  #paths: ReadonlyMap<string, Cell> = new Map();
  /** Cell that somebody completes in: it alone imports every name that it may. */
  #completing: string | undefined;
  #mayHaveChanged = true;
  #tails = 0;

  constructor(compiler: Compiler, project: ts.server.Project) {
    this.#compiler = compiler;
    this.#project = project;
  }

  get configuration(): PluginConfiguration | undefined {
    return this.#configuration;
  }

  configure(configuration: PluginConfiguration): void {
    this.#configuration = configuration;
    this.#globals = this.#readGlobals(configuration.globals);
    this.#mayHaveChanged = true;
  }

  get count(): number {
    return this.#cells.size;
  }

  get(fileName: string): Cell | undefined {
    return this.#cells.get(fileName);
  }

  withPath(path: string): Cell | undefined {
    return this.#paths.get(path);
  }

  /** The declaration of a name that a cell has from an earlier one, or from the globals. */
  importedBy(cell: Cell, name: string): DeclaredName | undefined {
    const from = cell.tail.imported.get(name);
    if (from === undefined) return undefined;
    return this.#cells.get(from)?.source.names.get(name) ?? this.#globals.get(name);
  }

  /** Says where somebody completes. @returns whether the cell's module changed by that */
  completeIn(fileName: string): boolean {
    const before = this.#cells.get(fileName)?.version;
    if (this.#completing === fileName || before === undefined) return false;
    this.#completing = fileName;
    this.#read();
    return this.#cells.get(fileName)?.version !== before;
  }

  /** Says that the server is about to look whether texts changed. */
  expectChanges(): void {
    this.#mayHaveChanged = true;
  }

  /** Reads what changed since the last time. */
  refresh(): void {
    if (this.#mayHaveChanged) this.#read();
    this.#mayHaveChanged = false;
  }

  #read(): void {
    const cells = new Map<string, Cell>();
    for (const notebook of this.#configuration?.notebooks ?? []) {
      const globals = this.#configuration?.globals ?? "";
      const scope = new Map([...this.#globals.keys()].map((name) => [name, globals]));
      for (const fileName of notebook.cells) {
        const cell = this.#readCell(fileName, notebook.folder, scope);
        if (cell === undefined) continue;
        cells.set(fileName, cell);
        for (const name of cell.source.names.keys()) scope.set(name, fileName);
      }
    }
    this.#cells = cells;
    this.#paths = new Map([...cells.values()].map((cell) => [cell.path, cell]));
  }

  #readCell(fileName: string, folder: string | undefined, scope: ReadonlyMap<string, string>): Cell | undefined {
    const script = this.#project.projectService.getScriptInfo(fileName);
    if (script === undefined || !script.isScriptOpen() || !script.isAttached(this.#project)) return undefined;
    const known = this.#cells.get(fileName);
    const textVersion = script.getLatestVersion();
    const source = known?.textVersion === textVersion ? known.source : this.#readText(script);
    const tail = moduleTail(source, scope, this.#completing === fileName);
    if (known?.source === source && known.tail.text === tail.text && known.folder === folder) return { ...known, tail };
    this.#tails += 1;
    return {
      fileName,
      path: script.path,
      folder,
      textVersion,
      source,
      tail,
      version: `${textVersion}:${this.#tails}`,
      snapshot: this.#compiler.ScriptSnapshot.fromString(source.text + tail.text),
    };
  }

  #readText(script: ts.server.ScriptInfo): CellText {
    const snapshot = script.getSnapshot();
    const text = snapshot.getText(0, snapshot.getLength());
    return readCellText(this.#compiler, script.fileName, text, script.scriptKind);
  }

  #readGlobals(fileName: string): ReadonlyMap<string, DeclaredName> {
    const text = this.#compiler.sys.readFile(fileName);
    if (text === undefined) return new Map();
    const { names, exported } = readCellText(this.#compiler, fileName, text, this.#compiler.ScriptKind.TS);
    return new Map([...names].filter(([name]) => exported.has(name)));
  }
}
