import { Script } from "node:vm";
import { shippedSdk } from "../loader/loadExperiment.ts";
import { type CellHost, cellHosts } from "../sdk/cellHost.ts";
import { meetDeclared } from "../sdk/declaredExperiments.ts";
import { CellImports, type ImportedModule } from "./cellImports.ts";
import { CellScope, type RunMirror, type Setters } from "./cellScope.ts";
import { type CellSource, cellSource } from "./cellSource.ts";
import { writeCellStacks } from "./cellStack.ts";
import { CellSyntaxError } from "./cellSyntaxError.ts";
import { type CellOutline, cellOutline, compiledCell } from "./cellTransform.ts";
import { displayGlobals } from "./displayGlobals.ts";
import { rememberScript } from "./stackFrames.ts";

export interface CellEvaluatorOptions {
  /** Absolute path of the notebook's folder: packages and relative imports are found from here. */
  readonly folder: string;
  /** Absolute path of the notebook: what `import.meta` names; absent while it was never saved. */
  readonly notebook?: string;
  /** Absolute path of the SDK for folders that have no "optimas" installed; the shipped one by default. */
  readonly sdk?: string;
  /** How modules are loaded; by Node's own import by default. */
  readonly importModule?: (address: string) => Promise<object>;
}

export interface CellCode {
  /** Stable id of the cell. */
  readonly cell: string;
  /** Position among all executions, from 1: what frames show as "cell [3]". */
  readonly order: number;
  readonly code: string;
  readonly language: "typescript" | "javascript";
}

/** Top-level names that a cell declares, and those of other cells that it reads or assigns. */
export interface CellNames {
  readonly declares: readonly string[];
  readonly uses: readonly string[];
}

export interface CellResult extends CellNames {
  /** Value of the last expression; undefined when there is none. */
  readonly value: unknown;
  /** Whether there is something to show: the cell ends in an expression whose value is not undefined. */
  readonly hasValue: boolean;
}

/** What a compiled cell calls while it runs. */
interface CellRuntime {
  mirror(setters: Setters): Setters;
  declare(kind: "const" | "let", values: Readonly<Record<string, unknown>>): void;
  show(value: unknown): unknown;
  first(value: unknown, ...others: unknown[]): unknown;
  last(before: unknown, value: unknown): unknown;
  readonly import: unknown;
}

type CellFunction = (cell: CellRuntime, names: Record<string, unknown>) => Promise<void>;

/** Of all evaluators in the process: stacks know scripts by it. */
let scripts = 0;

/** Runs the cells of one notebook, one after another, in one scope of names. */
export class CellEvaluator {
  readonly #scope = new CellScope();
  readonly #imports: CellImports;
  readonly #names = new Map<string, CellNames>();
  readonly #restoreStacks: () => void;

  constructor(options: CellEvaluatorOptions) {
    const { folder, notebook, sdk = shippedSdk, importModule = nodeImport } = options;
    this.#imports = new CellImports({ folder, notebook, sdk, importModule });
    for (const [name, value] of Object.entries(displayGlobals(folder))) this.#scope.give(name, value);
    const { require, filename, dirname } = this.#imports;
    this.#scope.give("require", require);
    this.#scope.give("__filename", filename);
    this.#scope.give("__dirname", dirname);
    this.#restoreStacks = writeCellStacks();
  }

  /**
   * Runs a cell inside `host`. A cell that is interrupted or fails leaves the names of earlier cells as they are, and a
   * cell that never ends keeps no other from running.
   * @throws what the cell throws; a SyntaxError with line and column of the cell when it does not parse. Both are put in
   * words by `describeError`.
   */
  evaluate(code: CellCode, host: CellHost): Promise<CellResult> {
    return cellHosts.run(host, () => this.#evaluate(code));
  }

  /** Names of the latest code of a cell that parsed, also when its run failed; none before that. */
  namesOf(cell: string): CellNames {
    return this.#names.get(cell) ?? { declares: [], uses: [] };
  }

  /** Puts back how stacks are written, and removes compiled files. The scope is lost. */
  dispose(): void {
    this.#restoreStacks();
    this.#scope.dispose();
    this.#imports.dispose();
  }

  async #evaluate({ cell, order, code, language }: CellCode): Promise<CellResult> {
    const source = await cellSource({ order, code, language });
    const outline = cellOutline(source);
    const unresolved = this.#unresolved(outline);
    const names = this.#namesIn(outline, unresolved);
    this.#names.set(cell, names);
    if (outline.imports.length > 0) {
      const others = await this.#import(source, outline);
      if (others.length > 0) this.#names.set(cell, { ...names, declares: [...names.declares, ...others] });
    }
    this.#scope.await(unresolved);

    const declared = [...outline.bindings.declared];
    this.#scope.open(outline.declares.filter((name) => declared.some(([own, kind]) => own === name && kind === "let")));
    const { text, mirrored, captured, positions } = compiledCell(source, outline, this.#scope);
    const name = `optimas-cell-${++scripts}`;
    rememberScript(name, { label: `cell [${order}]`, positionOf: (place) => positions.positionOf(place) });
    const run = compiled(text, name, source);

    let mirror: RunMirror | undefined;
    let value: unknown;
    const runtime: CellRuntime = {
      mirror: (setters) => {
        mirror = this.#scope.mirror(setters);
        mirror.follow(Object.keys(setters).filter((used) => !outline.bindings.declared.has(used)));
        return setters;
      },
      declare: (kind, values) => {
        for (const [declaredName, one] of Object.entries(values)) {
          this.#scope.declare(kind, declaredName, one);
          meetDeclared(one, { kind: "cell", name: declaredName });
        }
        mirror?.follow(Object.keys(values));
      },
      show: (shown) => {
        value = shown;
        return shown;
      },
      first: (one) => one,
      last: (_, one) => one,
      import: this.#imports.dynamic,
    };
    try {
      await run(runtime, this.#scope.view(mirrored));
    } finally {
      mirror?.end(captured);
    }
    return { ...this.namesOf(cell), value, hasValue: value !== undefined };
  }

  /** Names that the cell finds nowhere yet. */
  #unresolved({ bindings, declares }: CellOutline): string[] {
    const own = new Set([...declares, ...bindings.declared.keys()]);
    return [...bindings.references.keys()].filter(
      (name) => !own.has(name) && !this.#scope.has(name) && !(name in globalThis) && name !== "arguments",
    );
  }

  #namesIn({ bindings, declares }: CellOutline, unresolved: readonly string[]): CellNames {
    const own = new Set([...declares, ...bindings.declared.keys()]);
    const found = [...bindings.references.keys()].filter(
      (name) => !own.has(name) && this.#scope.has(name) && !this.#scope.isGiven(name),
    );
    return { declares, uses: [...found, ...unresolved] };
  }

  /** @returns names that are known now only: those of `export * from` */
  async #import(source: CellSource, { imports }: CellOutline): Promise<readonly string[]> {
    const modules = await this.#imports.modules(
      imports.map(({ specifier }) => specifier),
      (index, message) => {
        throw new CellSyntaxError(message, source, imports[index]?.position ?? { line: 1, column: 1 });
      },
    );
    return imports.flatMap(({ names, everything, specifier, position }, index) => {
      const found = modules[index];
      if (found === undefined) throw new Error(`no module for ${specifier}`);
      for (const { imported, local, used } of names) {
        const value = exportOf(found, imported);
        if (value !== undefined) this.#scope.declare("const", local, value.value);
        // A name that nothing reads may well be a type, which leaves no trace at run time.
        else if (used) throw new CellSyntaxError(`"${specifier}" exports no "${imported}".`, source, position);
      }
      if (!everything) return [];
      const others = Object.entries(found.module).filter(([name]) => name !== "default");
      for (const [name, value] of others) this.#scope.declare("const", name, value);
      return others.map(([name]) => name);
    });
  }
}

function nodeImport(address: string): Promise<object> {
  return import(/* @vite-ignore */ address);
}

/** A CommonJS module offers exports that Node did not foresee as properties of its default export only. */
function exportOf({ module, commonJs }: ImportedModule, name: string): { readonly value: unknown } | undefined {
  if (name === "*") return { value: module };
  if (name in module) return { value: Reflect.get(module, name) };
  const whole: unknown = commonJs ? Reflect.get(module, "default") : undefined;
  const holds = (typeof whole === "object" || typeof whole === "function") && whole !== null && name in whole;
  return holds ? { value: Reflect.get(whole, name) } : undefined;
}

function compiled(text: string, filename: string, source: CellSource): CellFunction {
  try {
    return new Script(text, { filename }).runInThisContext() as CellFunction;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // Newer than this Node, although the parser knows it; V8 does not tell where.
    throw new CellSyntaxError(error.message, source, { line: 1, column: 1 });
  }
}
