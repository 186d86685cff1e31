import { createRequire, isBuiltin } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { meetDeclared } from "../sdk/declaredExperiments.ts";
import { UserError } from "../system/userError.ts";
import { type ModuleAddress, WorkspaceModules } from "./workspaceModules.ts";

export interface CellImportsOptions {
  readonly folder: string;
  readonly notebook: string | undefined;
  /** The SDK where the folder has none installed. */
  readonly sdk: string;
  readonly importModule: (address: string) => Promise<object>;
}

export interface ImportedModule {
  readonly module: object;
  /** CommonJS: its default export is all of it, and not every property of that is an export by name. */
  readonly commonJs: boolean;
}

/** `import.meta` of every cell: the notebook's. */
export interface CellMeta {
  readonly url: string;
  readonly filename: string;
  readonly dirname: string;
  resolve(specifier: string): string;
}

/** Name of a notebook that was never saved. */
const UNSAVED = "untitled.optnb";

/** What cells import, statically and while they run, found from the notebook's folder. */
export class CellImports {
  readonly require: NodeJS.Require;
  readonly filename: string;
  readonly dirname: string;
  /** What `import(...)` and `import.meta` of a cell become. */
  readonly dynamic: ((specifier: unknown) => Promise<object>) & { readonly meta: CellMeta };
  readonly #workspace: WorkspaceModules;

  constructor({ folder, notebook, sdk, importModule }: CellImportsOptions) {
    this.filename = notebook ?? join(folder, UNSAVED);
    this.dirname = folder;
    this.require = createRequire(this.filename);
    this.#workspace = new WorkspaceModules({ folder, sdk, importModule });
    const url = pathToFileURL(this.filename).href;
    const resolve = (specifier: string): string =>
      /^\.{0,2}\//.test(specifier) ? new URL(specifier, url).href : this.#resolvePackage(specifier);
    const meta = { url, filename: this.filename, dirname: this.dirname, resolve };
    this.dynamic = Object.assign(async (specifier: unknown) => this.#dynamic(String(specifier)), { meta });
  }

  /**
   * The modules of specifiers, in order. Workspace files are read anew when they, or files that they import, have changed.
   * @param refuse told the index of a specifier that leads nowhere, and why
   */
  async modules(
    specifiers: readonly string[],
    refuse: (index: number, message: string) => never,
  ): Promise<readonly ImportedModule[]> {
    const addresses = await this.#workspace.addresses(
      specifiers.filter((specifier) => !isDirect(specifier)),
      (specifier, message) => refuse(specifiers.indexOf(specifier), message),
    );
    const modules: ImportedModule[] = [];
    // One after another, as the language evaluates them.
    for (const specifier of specifiers) {
      const found: ModuleAddress | undefined = isDirect(specifier)
        ? { address: specifier, commonJs: false, file: undefined }
        : addresses.get(specifier);
      if (found === undefined) throw new Error(`no address for ${specifier}`);
      const module = await this.#workspace.load(found.address);
      if (found.file !== undefined)
        for (const value of Object.values(module)) meetDeclared(value, { kind: "file", path: found.file });
      modules.push({ module, commonJs: found.commonJs || this.#isRequired(found.address) });
    }
    return modules;
  }

  dispose(): void {
    this.#workspace.dispose();
  }

  async #dynamic(specifier: string): Promise<object> {
    const [found] = await this.modules([specifier], (_, message) => {
      throw new UserError(message);
    });
    if (found === undefined) throw new Error(`no module for ${specifier}`);
    return found.module;
  }

  /** Whether Node has loaded it as CommonJS. */
  #isRequired(address: string): boolean {
    return address.startsWith("file:") && this.require.cache[fileURLToPath(address)] !== undefined;
  }

  #resolvePackage(specifier: string): string {
    if (isDirect(specifier)) return specifier.startsWith("node:") ? specifier : `node:${specifier}`;
    return pathToFileURL(this.require.resolve(specifier)).href;
  }
}

/** What Node finds by itself, wherever it is imported. */
function isDirect(specifier: string): boolean {
  return isBuiltin(specifier) || specifier.startsWith("data:");
}
