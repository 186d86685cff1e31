import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type BuildResult, build, type Metafile, type Plugin } from "esbuild";
import { isBuildFailure, mistakes } from "../loader/experimentBundle.ts";
import { moduleIdentity } from "../loader/moduleIdentity.ts";
import { packageImports } from "../loader/packageImports.ts";
import { fileVersions, type GraphFile } from "./moduleGraph.ts";
import { compiledFile, rememberScript } from "./stackFrames.ts";

export interface WorkspaceModulesOptions {
  readonly folder: string;
  readonly sdk: string;
  /** Node's import. */
  readonly importModule: (address: string) => Promise<object>;
}

/** What Node has to import, and what is known about it. */
export interface ModuleAddress {
  readonly address: string;
  /** A CommonJS file of the workspace. */
  readonly commonJs: boolean;
  /** Absolute path of the workspace file; undefined for a package. */
  readonly file: string | undefined;
}

/**
 * Workspace files as modules of Node. A file is compiled by itself and named by its version, so that a file that did not
 * change stays the same module, with its state, for every cell and file that imports it, and a changed one is a new module.
 * CommonJS and JSON files are compiled into the modules that import them.
 */
export class WorkspaceModules {
  readonly #folder: string;
  readonly #sdk: string;
  readonly #importModule: WorkspaceModulesOptions["importModule"];
  #outputFolder: string | undefined;
  /** Addresses of modules by path and version. */
  readonly #compiled = new Map<string, string>();
  readonly #graphs = new Map<string, Graph>();
  /** Written for an import whose modules have not all run yet: one that throws must be tried again. */
  readonly #untried = new Map<string, Set<string>>();
  #modules = 0;

  constructor({ folder, sdk, importModule }: WorkspaceModulesOptions) {
    this.#folder = folder;
    this.#sdk = sdk;
    this.#importModule = importModule;
  }

  /**
   * What Node has to import for each specifier.
   * @param refuse told a specifier that leads nowhere, or to a file that does not compile, and why
   */
  async addresses(
    specifiers: readonly string[],
    refuse: (specifier: string, message: string) => never,
  ): Promise<ReadonlyMap<string, ModuleAddress>> {
    const addresses = new Map<string, ModuleAddress>();
    for (const specifier of new Set(specifiers)) {
      try {
        addresses.set(specifier, await this.#address(specifier));
      } catch (error) {
        if (!isBuildFailure(error)) throw error;
        refuse(specifier, importMistake(error.errors, specifier, this.#folder));
      }
    }
    return addresses;
  }

  /** Runs a module, or takes the one that has run. */
  async load(address: string): Promise<object> {
    try {
      const module = await this.#importModule(address);
      this.#untried.delete(address);
      return module;
    } catch (error) {
      // Node never runs a module again that threw; the next import gets new ones.
      for (const key of this.#untried.get(address) ?? []) this.#compiled.delete(key);
      throw error;
    }
  }

  dispose(): void {
    process.off("exit", this.#remove);
    this.#remove();
  }

  readonly #remove = (): void => {
    if (this.#outputFolder !== undefined) rmSync(this.#outputFolder, { recursive: true, force: true });
    this.#outputFolder = undefined;
  };

  async #address(specifier: string): Promise<ModuleAddress> {
    const wanted = specifier.startsWith("file:") ? fileURLToPath(specifier) : specifier;
    const known = this.#graphs.get(wanted);
    const graph = known !== undefined && isUnchanged(known) ? known : await this.#read(wanted);
    if (graph.external !== undefined) return { address: graph.external, commonJs: false, file: undefined };
    this.#graphs.set(wanted, graph);
    return { address: await this.#compile(graph), commonJs: graph.commonJs, file: graph.entry };
  }

  /** Follows the imports of a specifier through the workspace. */
  async #read(specifier: string): Promise<Graph> {
    const { metafile } = await build({
      ...this.#options(),
      stdin: { contents: `export * as all from ${JSON.stringify(specifier)};`, resolveDir: this.#folder, loader: "js" },
      plugins: [packageImports(this.#sdk), moduleIdentity.plugin],
    });
    return graphOf(metafile, this.#folder);
  }

  async #compile(graph: Graph): Promise<string> {
    const versions = fileVersions(graph.files);
    const modules = graph.files.filter(({ path }) => path === graph.entry || graph.shared.has(path));
    const keys = new Map(modules.map(({ path }) => [path, `${path}?${versions.get(path) ?? ""}`]));
    const missing = [...keys].filter(([, key]) => !this.#compiled.has(key));
    for (const [path, key] of missing) this.#compiled.set(key, pathToFileURL(this.#outputPath(path)).href);
    const address = (path: string): string | undefined => this.#compiled.get(keys.get(path) ?? "");
    try {
      await Promise.all(missing.map(([path]) => this.#write(path, address)));
    } catch (error) {
      for (const [, key] of missing) this.#compiled.delete(key);
      throw error;
    }
    const entry = address(graph.entry);
    if (entry === undefined) throw new Error(`${graph.entry} was not compiled`);
    if (missing.length > 0) this.#untried.set(entry, new Set(missing.map(([, key]) => key)));
    return entry;
  }

  /** Compiles one file; other modules stay imports. */
  async #write(path: string, address: (path: string) => string | undefined): Promise<void> {
    const own = address(path);
    if (own === undefined) throw new Error(`${path} has no place to be written to`);
    const target = fileURLToPath(own);
    const result: BuildResult<{ write: false }> = await build({
      ...this.#options(),
      write: false,
      entryPoints: [path],
      outfile: target,
      sourcemap: "external",
      plugins: [sharedModules(path, address), packageImports(this.#sdk), moduleIdentity.plugin],
      banner: {
        js:
          'import { createRequire as __optimasCreateRequire } from "node:module";' +
          `const require = __optimasCreateRequire(${JSON.stringify(pathToFileURL(path).href)});`,
      },
    });
    const code = result.outputFiles.find((file) => !file.path.endsWith(".map"))?.text;
    const map = result.outputFiles.find((file) => file.path.endsWith(".map"))?.text;
    if (code === undefined || map === undefined) throw new Error(`esbuild gave no output for ${path}`);
    writeFileSync(target, code);
    rememberScript(target, compiledFile(path, map));
  }

  #options() {
    return {
      absWorkingDir: this.#folder,
      bundle: true,
      write: false,
      metafile: true,
      platform: "node",
      target: `node${process.versions.node}`,
      format: "esm",
      // An empty list leaves out esbuild's own "module" condition, which Node does not know.
      conditions: [],
      charset: "utf8",
      logLevel: "silent",
      define: moduleIdentity.defines,
    } as const satisfies Parameters<typeof build>[0];
  }

  #outputPath(path: string): string {
    if (this.#outputFolder === undefined) {
      this.#outputFolder = mkdtempSync(join(tmpdir(), "optimas-kernel-"));
      process.on("exit", this.#remove);
    }
    const folder = join(this.#outputFolder, String(++this.#modules));
    mkdirSync(folder);
    return join(folder, `${basename(path).replace(/\.[^.]+$/, "")}.mjs`);
  }
}

/** Workspace files behind one specifier. */
interface Graph {
  /** Address of a package or of Node; then there are no files. */
  readonly external: string | undefined;
  readonly entry: string;
  readonly commonJs: boolean;
  readonly files: readonly GraphFile[];
  /** Files that are modules of their own. */
  readonly shared: ReadonlySet<string>;
}

function graphOf({ inputs }: Metafile, folder: string): Graph {
  const [start] = inputs["<stdin>"]?.imports ?? [];
  if (start === undefined) throw new Error("esbuild lost the import");
  if (start.external === true)
    return { external: start.path, entry: "", commonJs: false, files: [], shared: new Set() };
  const files = Object.entries(inputs)
    .filter(([input]) => input !== "<stdin>")
    .map(([input, { imports }]) => {
      const path = resolve(folder, input);
      const inner = imports.filter(({ external }) => external !== true);
      return { path, content: readFileSync(path), imports: inner.map((one) => resolve(folder, one.path)) };
    });
  const shared = Object.entries(inputs).flatMap(([input, { format }]) =>
    format === "esm" ? [resolve(folder, input)] : [],
  );
  const commonJs = inputs[start.path]?.format === "cjs" && !start.path.endsWith(".json");
  return { external: undefined, entry: resolve(folder, start.path), commonJs, files, shared: new Set(shared) };
}

/** Files that are gone have changed. */
function isUnchanged({ files }: Graph): boolean {
  return files.every(({ path, content }) => {
    try {
      return readFileSync(path).equals(content);
    } catch {
      return false;
    }
  });
}

/** Keeps other modules of the workspace out of the one that is compiled, wherever it imports them. */
function sharedModules(entry: string, address: (path: string) => string | undefined): Plugin {
  return {
    name: "shared-modules",
    setup(compilation) {
      compilation.onResolve({ filter: /.*/ }, async ({ path, kind, pluginData, ...rest }) => {
        // With data it is a question that a plugin asks about an import, not the import itself.
        if (pluginData !== undefined || kind === "entry-point") return undefined;
        const found = await compilation.resolve(path, { ...rest, kind, pluginData: "shared modules" });
        if (found.errors.length > 0) return { errors: found.errors };
        const shared = found.path === entry || kind === "require-call" ? undefined : address(found.path);
        return shared === undefined || found.external ? found : { path: shared, external: true };
      });
    },
  };
}

function importMistake(errors: Parameters<typeof mistakes>[0], specifier: string, folder: string): string {
  // A mistake in the import itself has its place in the cell, not in a file.
  const [first] = errors.filter(({ location }) => location === null || location.file === "<stdin>");
  if (first === undefined) return mistakes(errors, folder, folder);
  if (/^Could not resolve/.test(first.text)) {
    return `Could not find "${specifier}" from ${dirname(join(folder, "_"))}. Mend the path, or save the file first.`;
  }
  return first.text;
}
