import type ts from "typescript-services";
import type { Attempt } from "./attempt.ts";
import { type ModuleTail, moduleTail } from "./cellModule.ts";
import { type CellText, readCellText } from "./cellText.ts";
import type { DeclaredName } from "./declaredNames.ts";
import type { PluginConfiguration } from "./pluginConfiguration.ts";
import type { ToldConfiguration } from "./toldConfiguration.ts";

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
  readonly #told: ToldConfiguration;
  readonly #attempt: Attempt;
  #configuration: PluginConfiguration | undefined;
  #globals: ReadonlyMap<string, DeclaredName> = new Map();
  #cells: ReadonlyMap<string, Cell> = new Map();
  #paths: ReadonlyMap<string, Cell> = new Map();
  /** Cell that somebody completes in: it alone imports every name that it may. */
  #completing: string | undefined;
  #isAlone = false;
  /** What the extension told when the cells were read last. */
  #readAs: PluginConfiguration | undefined;
  #mayHaveChanged = true;
  #tails = 0;

  constructor(compiler: Compiler, project: ts.server.Project, told: ToldConfiguration, attempt: Attempt) {
    this.#compiler = compiler;
    this.#project = project;
    this.#told = told;
    this.#attempt = attempt;
  }

  /** What the extension told last. */
  get configuration(): PluginConfiguration | undefined {
    this.#refresh();
    return this.#configuration;
  }

  get count(): number {
    this.#refresh();
    return this.#cells.size;
  }

  /** Whether nothing else is open in the project. */
  get isAlone(): boolean {
    this.#refresh();
    return this.#isAlone;
  }

  get(fileName: string): Cell | undefined {
    this.#refresh();
    return this.#cells.get(fileName);
  }

  withPath(path: string): Cell | undefined {
    return this.#paths.get(path);
  }

  /** Whether a later cell of the same notebook declares a name. */
  isDeclaredAfter(cell: Cell, name: string): boolean {
    const { cells = [] } =
      this.#configuration?.notebooks.find((notebook) => notebook.cells.includes(cell.fileName)) ?? {};
    return cells
      .slice(cells.indexOf(cell.fileName) + 1)
      .some((fileName) => this.#cells.get(fileName)?.source.names.has(name));
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

  /** Says that texts, or what the extension told, may have changed. */
  expectChanges(): void {
    this.#mayHaveChanged = true;
  }

  #refresh(): void {
    if (!this.#mayHaveChanged) return;
    this.#mayHaveChanged = false;
    this.#attempt(
      "reading cells",
      () => {
        this.#configure();
        this.#read();
      },
      () => {
        this.#cells = new Map();
      },
    );
  }

  #configure(): void {
    const told = this.#told.current;
    if (told === this.#configuration || told === undefined) return;
    this.#configuration = told;
    const globals = this.#readFile(told.globals);
    const { interfaceElement, typeElement } = this.#compiler.ScriptElementKind;
    const isValue = ({ kind }: DeclaredName) => kind !== interfaceElement && kind !== typeElement;
    this.#globals = new Map([...(globals?.names ?? [])].filter(([, declared]) => isValue(declared)));
  }

  #read(): void {
    const cells = new Map<string, Cell>();
    for (const notebook of this.#configuration?.notebooks ?? []) {
      const globals = this.#configuration?.globals ?? "";
      const scope = new Map([...this.#globals.keys()].map((name) => [name, globals]));
      // As long as nothing before a cell declares other names than last time, its tail is what it was.
      let sameScope = this.#readAs === this.#configuration;
      for (const fileName of notebook.cells) {
        const known = this.#cells.get(fileName);
        const cell = this.#readCell(fileName, notebook.folder, scope, sameScope ? known : undefined);
        sameScope &&= declareTheSame(known, cell);
        if (cell === undefined) continue;
        cells.set(fileName, cell);
        for (const name of cell.source.names.keys()) scope.set(name, fileName);
      }
    }
    this.#cells = cells;
    this.#readAs = this.#configuration;
    this.#isAlone = this.#project.getRootScriptInfos().length === cells.size;
    this.#paths = new Map([...cells.values()].map((cell) => [cell.path, cell]));
  }

  /** @param inScope the cell as it was, if its scope is what it was then */
  #readCell(
    fileName: string,
    folder: string | undefined,
    scope: ReadonlyMap<string, string>,
    inScope: Cell | undefined,
  ): Cell | undefined {
    const script = this.#project.projectService.getScriptInfo(fileName);
    if (script === undefined || !script.isScriptOpen() || !script.isAttached(this.#project)) return undefined;
    const textVersion = script.getLatestVersion();
    const completing = this.#completing === fileName;
    if (inScope?.textVersion === textVersion && inScope.tail.allNames === completing) return inScope;
    const known = this.#cells.get(fileName);
    const source = known?.textVersion === textVersion ? known.source : this.#readText(script);
    const tail = moduleTail(source, scope, completing);
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

  #readFile(fileName: string): CellText | undefined {
    const text = this.#compiler.sys.readFile(fileName);
    return text === undefined ? undefined : readCellText(this.#compiler, fileName, text, this.#compiler.ScriptKind.TS);
  }
}

function declareTheSame(one: Cell | undefined, other: Cell | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  const [names, others] = [one.source.names, other.source.names];
  return names === others || (names.size === others.size && [...names.keys()].every((name) => others.has(name)));
}
