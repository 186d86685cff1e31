import { posix } from "node:path";
import type ts from "typescript-services";
import { readCellText } from "./cellText.ts";
import type { ToldConfiguration } from "./toldConfiguration.ts";

/** Where the extension keeps the declarations, seen from the plugin's own package in its node_modules. */
const besidePlugin = `${__dirname.replaceAll("\\", "/")}/../../dist/types/sdk/index.d.ts`;

/** The declarations of `"optimas"` that the extension ships, for files whose project has no installation of its own. */
export class ShippedSdk {
  readonly #compiler: typeof ts;
  readonly #project: ts.server.Project;
  readonly #told: ToldConfiguration;
  #names: { readonly file: string; readonly all: ReadonlySet<string> } | undefined;
  #isUsed = false;

  constructor(compiler: typeof ts, project: ts.server.Project, told: ToldConfiguration) {
    this.#compiler = compiler;
    this.#project = project;
    this.#told = told;
  }

  /** The module itself. */
  get file(): string {
    return this.#told.current?.sdk ?? posix.normalize(besidePlugin);
  }

  /** Whether some file of the project was led here; until then nothing of the project differs by this class. */
  get isUsed(): boolean {
    return this.#isUsed;
  }

  /** What `"optimas"` is where nothing else is found; undefined for a build without declarations. */
  resolve(): ts.ResolvedModuleWithFailedLookupLocations | undefined {
    const resolvedFileName = this.file;
    if (!this.#compiler.sys.fileExists(resolvedFileName)) return undefined;
    this.#isUsed = true;
    const { Dts, Ts } = this.#compiler.Extension;
    const extension = resolvedFileName.endsWith(".d.ts") ? Dts : Ts;
    // As a package's, its files are no sources of the project.
    return { resolvedModule: { resolvedFileName, extension, isExternalLibraryImport: true } };
  }

  /** Whether a file is one of the shipped declarations, its own packages included. */
  has(fileName: string): boolean {
    const path = (name: string): string => this.#project.projectService.toPath(name);
    return path(fileName).startsWith(`${path(posix.dirname(posix.dirname(this.file)))}/`);
  }

  /** Whether the SDK exports a name; what its files export to each other is not for users. */
  offers(name: string): boolean {
    const { file } = this;
    if (this.#names?.file !== file) this.#names = { file, all: this.#exportsOf(file) };
    return this.#names.all.has(name);
  }

  #exportsOf(file: string): ReadonlySet<string> {
    const text = this.#compiler.sys.readFile(file) ?? "";
    return readCellText(this.#compiler, file, text, this.#compiler.ScriptKind.TS).exported;
  }
}
