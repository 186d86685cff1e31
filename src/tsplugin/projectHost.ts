import type ts from "typescript-services";
import type { Attempt } from "./attempt.ts";
import { optionsForCells } from "./cellOptions.ts";
import { folderOnDisk } from "./moduleSpecifiers.ts";
import type { Cell, NotebookCells } from "./notebookCells.ts";

type Compiler = typeof ts;

/** The host's methods that exist in every server that loads plugins. */
type Resolve = NonNullable<ts.LanguageServiceHost["resolveModuleNameLiterals"]>;
type ResolveTypes = NonNullable<ts.LanguageServiceHost["resolveTypeReferenceDirectiveReferences"]>;

/** Shows the server the cells of notebooks as modules that import from each other. */
export function serveCells(
  compiler: Compiler,
  project: ts.server.Project,
  host: ts.LanguageServiceHost,
  cells: NotebookCells,
  attempt: Attempt,
): void {
  const getScriptVersion = host.getScriptVersion.bind(host);
  const getScriptSnapshot = host.getScriptSnapshot.bind(host);
  const getProjectVersion = project.getProjectVersion.bind(project);
  const getCompilationSettings = host.getCompilationSettings.bind(host);
  const resolveModules = host.resolveModuleNameLiterals?.bind(host);
  const resolveTypes = host.resolveTypeReferenceDirectiveReferences?.bind(host);
  // Servers older than TypeScript 5.0 resolve modules in another way.
  if (resolveModules === undefined) return;

  /** The cell of a file; undefined, at the price of one comparison, for all that is none. */
  const cellOf = (fileName: string): Cell | undefined => (fileName.startsWith("^") ? cells.get(fileName) : undefined);

  host.getScriptVersion = (fileName) => cellOf(fileName)?.version ?? getScriptVersion(fileName);
  host.getScriptSnapshot = (fileName) => cellOf(fileName)?.snapshot ?? getScriptSnapshot(fileName);

  // The service asks for the version whenever it looks whether anything changed.
  host.getProjectVersion = () => {
    cells.expectChanges();
    return getProjectVersion();
  };

  let settings: { from: ts.CompilerOptions; onlyCells: boolean; to: ts.CompilerOptions } | undefined;
  host.getCompilationSettings = () => {
    const from = getCompilationSettings();
    return attempt(
      "choosing options",
      () => {
        if (cells.count === 0) return from;
        const onlyCells = cells.isAlone;
        if (settings?.from !== from || settings.onlyCells !== onlyCells) {
          settings = {
            from,
            onlyCells,
            to: optionsForCells(compiler, from, { onlyCells, folder: project.getCurrentDirectory() }),
          };
        }
        return settings.to;
      },
      () => from,
    );
  };

  const resolve: Resolve = (literals, containingFile, redirected, options, source, reused) => {
    // The name of the containing file is an absolute one by now, which the editor never gave to a cell.
    const cell = cellOf(source.fileName);
    const asked = cell === undefined ? literals : literals.filter(({ text }) => !isTailModule(cells, text));
    const from = cell === undefined ? containingFile : lookupFile(cell, project);
    const found = resolveModules([...asked], from, redirected, options, source, reused);
    const answers = new Map(asked.map((literal, index) => [literal, found[index]]));
    return literals.map((literal) => {
      const answer = answers.get(literal);
      return answer ?? resolvedTo(compiler, literal.text);
    });
  };
  host.resolveModuleNameLiterals = (...asked) =>
    cells.count === 0
      ? resolveModules(...asked)
      : attempt(
          "resolving modules",
          () => resolve(...asked),
          () => resolveModules(...asked),
        );

  if (resolveTypes !== undefined) {
    const resolveWithNode: ResolveTypes = (references, ...rest) =>
      resolveTypes(references, ...rest).map((answer, index) => {
        const node = cells.configuration?.node;
        if (answer.resolvedTypeReferenceDirective !== undefined || references[index] !== "node" || node === undefined) {
          return answer;
        }
        return { resolvedTypeReferenceDirective: { primary: true, resolvedFileName: node } };
      });
    host.resolveTypeReferenceDirectiveReferences = (...asked) =>
      cells.count === 0
        ? resolveTypes(...asked)
        : attempt(
            "resolving types",
            () => resolveWithNode(...asked),
            () => resolveTypes(...asked),
          );
  }

  watchLookups(host, cells, project);
  showFolders(host, cells);
}

/** Lets paths in imports complete as if a cell lay where its notebook does. */
function showFolders(host: ts.LanguageServiceHost, cells: NotebookCells): void {
  const onDisk = (folder: string) => (cells.count === 0 ? folder : folderOnDisk(folder));
  const { directoryExists, getDirectories, readDirectory } = host;
  if (directoryExists) host.directoryExists = (folder) => directoryExists.call(host, onDisk(folder));
  if (getDirectories) host.getDirectories = (folder) => getDirectories.call(host, onDisk(folder));
  if (readDirectory) {
    host.readDirectory = (folder, ...asked) => readDirectory.call(host, onDisk(folder), ...asked);
  }
}

/** Whether a tail, rather than a person, asks for this module. */
function isTailModule(cells: NotebookCells, specifier: string): boolean {
  return specifier.startsWith("^") || specifier === cells.configuration?.globals;
}

function resolvedTo(compiler: Compiler, fileName: string): ts.ResolvedModuleWithFailedLookupLocations {
  const extension = fileName.endsWith(".d.ts") ? compiler.Extension.Dts : compiler.Extension.Ts;
  return { resolvedModule: { resolvedFileName: fileName, extension, isExternalLibraryImport: false } };
}

/** A file beside the notebook that stands for the cell where packages and relative files are looked up. */
function lookupFile(cell: Cell, project: ts.server.Project): string {
  const folder = cell.folder ?? project.getCurrentDirectory();
  return `${folder}/${cell.fileName.slice(cell.fileName.lastIndexOf("/") + 1)}`;
}

/**
 * The server looks a cell's modules up under another name, and so learns under that name that a missing file has come or
 * one has gone.
 */
function watchLookups(host: ts.LanguageServiceHost, cells: NotebookCells, project: ts.server.Project): void {
  let current: unknown = Reflect.get(host, "hasInvalidatedResolutions");
  let wrapped: unknown;
  Object.defineProperty(host, "hasInvalidatedResolutions", {
    configurable: true,
    enumerable: true,
    get: () => wrapped ?? current,
    set: (next: unknown) => {
      current = next;
      wrapped = undefined;
      if (typeof next !== "function") return;
      wrapped = (path: string): boolean => {
        if (next(path) === true) return true;
        const cell = path.includes("/^/") || path.startsWith("^") ? cells.withPath(path) : undefined;
        if (cell === undefined) return false;
        return next(project.projectService.toPath(lookupFile(cell, project))) === true;
      };
    },
  });
}
