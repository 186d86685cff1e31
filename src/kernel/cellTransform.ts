import type { ExportAllDeclaration, ExportNamedDeclaration, ImportDeclaration, Node, Program, Statement } from "acorn";
import MagicString from "magic-string";
import { type CellBindings, cellBindings, type Site } from "./cellBindings.ts";
import type { CellScope } from "./cellScope.ts";
import type { CellSource } from "./cellSource.ts";
import { CompiledPositions } from "./compiledPositions.ts";
import type { TextPosition } from "./textPosition.ts";

/** One name that a cell imports: all of the module (`*`), or one of its exports. */
export interface ImportedName {
  readonly imported: string;
  readonly local: string;
  /** Whether the cell itself reads it; what it does not read may be a type. */
  readonly used: boolean;
}

export interface CellImport {
  readonly specifier: string;
  readonly names: readonly ImportedName[];
  /** `export * from "..."`: every name of the module becomes one of the notebook. */
  readonly everything: boolean;
  /** Where the specifier stands in the cell. */
  readonly position: TextPosition;
}

/** What a cell says about names, before it runs. */
export interface CellOutline {
  readonly bindings: CellBindings;
  readonly imports: readonly CellImport[];
  /** Names of the notebook that the cell declares, imports included. */
  readonly declares: readonly string[];
}

/** A cell as a function: `async (cell, names) => { ... }`. */
export interface CompiledCell {
  readonly text: string;
  /** Names of the notebook that the cell has variables of its own for. */
  readonly mirrored: readonly string[];
  /** Those of them that functions of the cell read. */
  readonly captured: ReadonlySet<string>;
  readonly positions: CompiledPositions;
}

export function cellOutline(source: CellSource): CellOutline {
  const bindings = cellBindings(source.program);
  const imports = source.program.body.flatMap((statement) => {
    const found = importOf(statement, bindings);
    return found === undefined ? [] : [{ ...found, position: source.positionOf(found.start) }];
  });
  const imported = imports.flatMap(({ names }) => names.map(({ local }) => local));
  const written = [...bindings.declared.keys()].filter((name) => isWritten(name, source.code));
  return { bindings, imports, declares: [...new Set([...imported, ...written])] };
}

/** The compiler adds variables of its own; they are not the notebook's. */
function isWritten(name: string, code: string): boolean {
  if (code.includes("\\u")) return true;
  const word = name.replaceAll("$", "\\$");
  return new RegExp(`(?<![\\w$])${word}(?![\\w$])`).test(code);
}

/** Rewrites a cell whose imports are in the scope already. */
export function compiledCell(source: CellSource, { bindings, declares }: CellOutline, scope: CellScope): CompiledCell {
  return new CellWriter(source, bindings, declares, scope).write();
}

class CellWriter {
  readonly #source: CellSource;
  readonly #bindings: CellBindings;
  readonly #scope: CellScope;
  readonly #text: MagicString;
  /** Declared by this cell, for the notebook. */
  readonly #own: ReadonlySet<string>;
  /** Declared before, and used here. */
  readonly #used: readonly string[];
  readonly #cell: string;
  readonly #names: string;
  readonly #mirror: string;
  #declarations = 0;

  constructor(source: CellSource, bindings: CellBindings, declares: readonly string[], scope: CellScope) {
    this.#source = source;
    this.#bindings = bindings;
    this.#scope = scope;
    this.#text = new MagicString(source.script);
    this.#own = new Set(declares.filter((name) => bindings.declared.has(name)));
    this.#used = [...bindings.references.keys()].filter((name) => !bindings.declared.has(name) && scope.has(name));
    const free = (name: string): string => (source.script.includes(name) ? free(`${name}_`) : name);
    this.#cell = free("__cell");
    this.#names = free("__names");
    this.#mirror = free("__mirror");
  }

  write(): CompiledCell {
    for (const site of this.#bindings.sites) this.#rewrite(site);
    const { body } = this.#source.program;
    body.forEach((statement, index) => {
      this.#rewriteModuleSyntax(statement, index === body.length - 1);
    });
    this.#showLast(body);
    const mirrored = [...this.#used, ...this.#own];
    this.#text.prepend(`"use strict";(async (${this.#cell}, ${this.#names}) => {${this.#head(mirrored)}`);
    this.#text.append("\n})");
    const text = this.#text.toString();
    const captured = mirrored.filter((name) => this.#bindings.references.get(name)?.captured === true);
    return {
      text,
      mirrored,
      captured: new Set(captured),
      positions: new CompiledPositions(text, this.#text, this.#source),
    };
  }

  #head(mirrored: readonly string[]): string {
    if (mirrored.length === 0) return "";
    const values = this.#used.map((name) => `${name} = ${this.#names}.${name}`);
    const setters = mirrored.map((name) => `["${name}"]: __value => { ${name} = __value; }`);
    const functions = this.#bindings.functions.filter((name) => this.#own.has(name));
    return [
      values.length > 0 ? `let ${values.join(", ")};` : "",
      `const ${this.#mirror} = ${this.#cell}.mirror({ __proto__: null, ${setters.join(", ")} });`,
      // A function that mentions the setters keeps them as long as any function of the cell lives: they share a context.
      `void (() => ${this.#mirror});`,
      functions.length > 0 ? `${this.#declare(functions, "let")};` : "",
    ].join("");
  }

  #declare(names: readonly string[], kind: "const" | "let"): string {
    return `${this.#cell}.declare("${kind}", { ${names.join(", ")} })`;
  }

  #rewrite(site: Site): void {
    switch (site.type) {
      case "keyword":
        // The scope refuses writes to constants; another cell may declare the name anew.
        this.#text.overwrite(site.node.start, site.node.start + "const".length, "let");
        break;
      case "declarator": {
        const names = site.names.filter((name) => this.#own.has(name));
        const [first] = names;
        if (first === undefined) break;
        const kind = this.#bindings.declared.get(first) ?? "let";
        const variable = this.#unused();
        this.#text.appendLeft(site.node.end, `, ${variable} = ${this.#declare(names, kind)}`);
        break;
      }
      case "class":
        if (this.#own.has(site.node.id.name)) {
          this.#text.appendLeft(site.node.end, `${this.#declare([site.node.id.name], "let")};`);
        }
        break;
      case "assignment":
        this.#rewriteAssignment(site);
        break;
      case "update":
        this.#rewriteUpdate(site);
        break;
      case "loop": {
        const writes = this.#writable(site.names).map((name) => `${this.#names}.${name} = ${name}; `);
        if (writes.length === 0) break;
        this.#text.prependRight(site.node.body.start, `{ ${writes.join("")}`);
        this.#text.appendLeft(site.node.body.end, " }");
        break;
      }
      case "import":
      case "meta":
        // `import(...)` and `import.meta` become a function that has `meta`.
        this.#text.prependRight(site.node.start, `${this.#cell}.`);
        break;
      default:
        site satisfies never;
    }
  }

  #rewriteAssignment({ node, names }: Extract<Site, { type: "assignment" }>): void {
    const written = this.#writable(names);
    const [name] = written;
    if (name === undefined) return;
    const { start, end, left } = node;
    if (left.type !== "Identifier") {
      const writes = written.map((one) => `${this.#names}.${one} = ${one}`);
      this.#call("first", start, end, writes.join(", "));
    } else if (this.#isConst(name)) {
      // The setter throws; before that, a constant that is not there yet is met as the language has it.
      this.#text.prependRight(left.start, `${this.#names}.`);
      if (this.#own.has(name)) this.#call("last", start, end, undefined, name);
    } else {
      this.#text.prependRight(start, `${this.#names}.${name} = `);
    }
  }

  #rewriteUpdate({ node, name, used }: Extract<Site, { type: "update" }>): void {
    if (this.#writable([name]).length === 0) return;
    const { start, end, argument, operator, prefix } = node;
    const write = `${this.#names}.${name} = `;
    if (this.#isConst(name)) {
      this.#text.prependRight(argument.start, `${this.#names}.`);
      if (this.#own.has(name)) this.#call("last", start, end, undefined, name);
    } else if (!used && prefix) {
      this.#text.prependRight(start, write);
    } else if (!used) {
      this.#text.prependRight(start, `${write}${operator}`);
      this.#text.remove(end - operator.length, end);
    } else if (prefix) {
      this.#text.prependRight(start, `${this.#cell}.first(${write}`);
      this.#text.appendLeft(end, ")");
    } else {
      this.#call("first", start, end, `${write}${name}`);
    }
  }

  /** Makes an expression an argument. A call begins with a name, so it never runs into an unfinished line above it. */
  #call(method: "first" | "last", start: number, end: number, after?: string, before?: string): void {
    this.#text.prependRight(start, `${this.#cell}.${method}(${before === undefined ? "" : `${before}, `}`);
    this.#text.appendLeft(end, after === undefined ? ")" : `, ${after})`);
  }

  #rewriteModuleSyntax(statement: Program["body"][number], isLast: boolean): void {
    switch (statement.type) {
      case "ImportDeclaration":
      case "ExportAllDeclaration":
        this.#text.overwrite(statement.start, statement.end, ";");
        break;
      case "ExportNamedDeclaration":
        if (statement.declaration) this.#text.remove(statement.start, statement.declaration.start);
        else this.#text.overwrite(statement.start, statement.end, ";");
        break;
      case "ExportDefaultDeclaration": {
        const { declaration } = statement;
        const named = isNamedDeclaration(declaration) ? declaration.id.name : undefined;
        this.#text.remove(statement.start, declaration.start);
        if (named === undefined) {
          this.#show(declaration);
          this.#text.appendLeft(declaration.end, ";");
        }
        if (named !== undefined && isLast) this.#text.append(`\n;${this.#cell}.show(${named});`);
        break;
      }
      default:
        break;
    }
  }

  #showLast(body: Program["body"]): void {
    const last = lastShown(body);
    if (last?.type === "ExpressionStatement") this.#show(last.expression);
  }

  #show(expression: Node): void {
    this.#text.prependRight(expression.start, `${this.#cell}.show((`);
    this.#text.appendLeft(expression.end, "))");
  }

  /** Names whose writes other cells must see; what nothing declares is left to the global object. */
  #writable(names: readonly string[]): string[] {
    return [...new Set(names)].filter((name) => this.#own.has(name) || this.#used.includes(name));
  }

  #isConst(name: string): boolean {
    const kind = this.#own.has(name) ? this.#bindings.declared.get(name) : this.#scope.kind(name);
    return kind === "const";
  }

  #unused(): string {
    const name = `__${++this.#declarations}`;
    return this.#source.script.includes(name) ? this.#unused() : name;
  }
}

function isNamedDeclaration(node: Node): node is Node & { id: { name: string } } {
  return /^(?:Function|Class)Declaration$/.test(node.type) && "id" in node && node.id !== null;
}

/** The compiler puts a cell with `using` into a `try` whose end disposes. */
function lastShown(body: readonly (Program["body"][number] | Statement)[]): Program["body"][number] | undefined {
  const last = body.at(-1);
  if (last?.type !== "TryStatement" || last.handler?.param?.type !== "Identifier") return last;
  const disposes = last.finalizer?.body.some((statement) => isDisposal(statement)) === true;
  return disposes ? lastShown(last.block.body) : last;
}

function isDisposal(statement: Statement): boolean {
  if (statement.type === "VariableDeclaration") {
    return statement.declarations.some(({ init }) => init?.type === "CallExpression" && isDisposeCall(init.callee));
  }
  const expression = statement.type === "ExpressionStatement" ? statement.expression : undefined;
  return expression?.type === "CallExpression" && isDisposeCall(expression.callee);
}

function isDisposeCall(callee: Node): boolean {
  return "name" in callee && callee.name === "__callDispose";
}

type WithSource = ImportDeclaration | ExportNamedDeclaration | ExportAllDeclaration;

function importOf(
  statement: Program["body"][number],
  bindings: CellBindings,
): (Omit<CellImport, "position"> & { readonly start: number }) | undefined {
  const source = (statement as Partial<WithSource>).source;
  if (!source) return undefined;
  const { start } = source;
  const specifier = String(source.value);
  const name = (imported: string, local: string): ImportedName => {
    return { imported, local, used: bindings.references.has(local) };
  };
  switch (statement.type) {
    case "ImportDeclaration": {
      const names = statement.specifiers.map((one) => {
        if (one.type === "ImportDefaultSpecifier") return name("default", one.local.name);
        if (one.type === "ImportNamespaceSpecifier") return name("*", one.local.name);
        return name(exportName(one.imported), one.local.name);
      });
      return { start, specifier, names, everything: false };
    }
    case "ExportNamedDeclaration": {
      const names = statement.specifiers.map((one) => name(exportName(one.local), exportName(one.exported)));
      return { start, specifier, names: names.filter(({ local }) => local !== "default"), everything: false };
    }
    case "ExportAllDeclaration": {
      const whole = statement.exported ? [name("*", exportName(statement.exported))] : [];
      return { start, specifier, names: whole, everything: whole.length === 0 };
    }
    default:
      return undefined;
  }
}

function exportName(node: { readonly type: string; readonly name?: string; readonly value?: unknown }): string {
  return node.name ?? String(node.value);
}
