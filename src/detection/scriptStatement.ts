import type { Node } from "@vscode/tree-sitter-wasm";
import { mayBeHidden } from "./brokenScope.ts";
import type { Binding, CallSite, Export, Expression, Site } from "./fileFacts.ts";
import { named, type Piece, Ways } from "./piece.ts";
import { ScriptExpressions } from "./scriptExpression.ts";
import { scriptLiteral } from "./scriptLiteral.ts";
import { addStatement, type Declaration, isFunction } from "./scriptScope.ts";
import { DECLARED_KEYS } from "./sdkNames.ts";
import type { Statement, Tracked, TrackedStatement } from "./statement.ts";

/** A statement of the outermost scope of TypeScript or JavaScript. */
export class ScriptStatement implements Statement {
  readonly imports: readonly Binding[];
  readonly #node: Node;
  readonly #piece: Piece;
  readonly #expressions: ScriptExpressions;
  readonly #declarations = new Map<string, Declaration>();

  constructor(node: Node, piece: Piece) {
    this.#node = node;
    this.#piece = piece;
    this.#expressions = new ScriptExpressions(piece);
    this.imports = node.type === "import_statement" ? this.#imported() : [];
    const declaration = node.type === "export_statement" ? node.childForFieldName("declaration") : node;
    if (declaration !== null) addStatement(declaration, this.#declarations, piece);
  }

  get names(): readonly string[] {
    return [...this.#declarations.keys()];
  }

  track(tracked: Tracked): TrackedStatement {
    const sites = this.#sites(tracked);
    const stars: string[] = [];
    const exports = [...this.#exported(stars)];
    return { sites, exports, stars, binding: (name) => this.#binding(name) };
  }

  #binding(name: string): Binding | undefined {
    const declaration = this.#declarations.get(name);
    return declaration === undefined ? undefined : this.#expressions.binding(name, declaration, []);
  }

  #sites(tracked: Tracked): Site[] {
    const found = new Map<number, { readonly call: Node; readonly path: readonly Node[] }>();
    const { startIndex: from, endIndex: to } = this.#node;
    const ways = new Ways(this.#node);
    for (const offset of tracked.candidates(this.#piece.text.slice(from, to))) {
      const path = ways.to(from + offset);
      const call = path === undefined ? undefined : this.#calledAt(path, tracked);
      if (path === undefined || call === undefined) continue;
      found.set(call.startIndex, {
        call,
        path: path.slice(
          0,
          path.findIndex((node) => node.equals(call)),
        ),
      });
      this.#expressions.markSite(call);
    }
    return [...found.values()].flatMap(({ call, path }) => this.#site(call, path) ?? []);
  }

  /** The call that a name begins, where the name may lead to a function that declares something. */
  #calledAt(path: readonly Node[], tracked: Tracked): Node | undefined {
    let index = path.length - 1;
    let node = path[index];
    if (node?.type === "import" || (node?.type === "identifier" && this.#piece.textOf(node) === "require")) {
      do node = path[--index];
      while (node?.type === "import");
      if (node?.type !== "call_expression") return undefined;
    } else if (node?.type !== "identifier" || !this.#mayLead(node, path, tracked)) return undefined;
    for (let above = path[--index]; above !== undefined && node !== undefined; above = path[--index]) {
      if (above.type === "call_expression") {
        const called = above.childForFieldName("function")?.equals(node) === true;
        const isPlain = above.childForFieldName("arguments")?.type === "arguments";
        return called && isPlain && path[index - 1]?.type !== "decorator" ? above : undefined;
      }
      const through = above.type === "member_expression" || above.type === "subscript_expression";
      if (through && above.childForFieldName("object")?.equals(node) !== true) return undefined;
      if (!through && !passesThrough.has(above.type)) return undefined;
      node = above;
    }
    return undefined;
  }

  #mayLead(node: Node, path: readonly Node[], tracked: Tracked): boolean {
    const name = this.#piece.textOf(node);
    if (mayBeHidden(name, node.startIndex, path, this.#piece)) return false;
    const local = this.#expressions.local(name, path);
    return local === undefined ? tracked.has(name) : tracked.leads(local);
  }

  #site(node: Node, path: readonly Node[]): CallSite | undefined {
    const call = this.#expressions.call(node, path, DECLARED_KEYS);
    if (call === undefined) return undefined;
    const place = this.#place(node, path);
    const callee = node.childForFieldName("function") ?? node;
    return {
      kind: "call",
      call,
      binding: place.binding,
      span: this.#piece.span(place.statement),
      nameSpan: this.#piece.span(place.name ?? callee),
    };
  }

  /** What a call is bound to, and the statement that is about it alone. */
  #place(
    call: Node,
    path: readonly Node[],
  ): { readonly statement: Node; readonly binding: string | undefined; readonly name: Node | undefined } {
    const members: string[] = [];
    const nowhere = { statement: call, binding: undefined, name: undefined };
    for (let index = path.length - 1; index >= 0; index--) {
      const above = path[index];
      if (above === undefined) break;
      const around = path[index - 1];
      switch (above.type) {
        case "pair": {
          const key = above.childForFieldName("key");
          if (key === null) return nowhere;
          members.unshift(this.#piece.textOf(key));
          break;
        }
        case "object":
          break;
        case "variable_declarator": {
          const name = above.childForFieldName("name");
          if (name?.type !== "identifier") return nowhere;
          const binding = [this.#piece.textOf(name), ...members].join(".");
          if (members.length > 0) return { statement: call, binding, name: undefined };
          const alone = around !== undefined && named(around).length === 1;
          const exported = path[index - 2]?.type === "export_statement" ? path[index - 2] : undefined;
          return { statement: alone ? (exported ?? around) : above, binding, name };
        }
        case "assignment_expression": {
          const left = above.childForFieldName("left");
          const name = left?.childForFieldName("property") ?? left ?? undefined;
          if (name?.type !== "identifier" && name?.type !== "property_identifier") {
            return nowhere;
          }
          const binding = [this.#piece.textOf(name), ...members].join(".");
          const statement = around?.type === "expression_statement" && members.length === 0 ? around : call;
          return { statement, binding, name: members.length > 0 ? undefined : name };
        }
        case "public_field_definition":
        case "field_definition": {
          const name = above.childForFieldName("name") ?? above.childForFieldName("property") ?? undefined;
          if (name === undefined) return nowhere;
          return { statement: above, binding: [this.#piece.textOf(name), ...members].join("."), name };
        }
        case "export_statement":
        case "expression_statement":
          return { statement: members.length > 0 ? call : above, binding: undefined, name: undefined };
        default:
          if (!passesThrough.has(above.type)) return nowhere;
      }
    }
    return nowhere;
  }

  #imported(): Binding[] {
    const source = this.#specifier(this.#node);
    const clause = named(this.#node).find((child) => child.type === "import_clause");
    const required = named(this.#node).find((child) => child.type === "import_require_clause");
    if (required !== undefined) {
      const name = required.namedChild(0);
      const specifier = this.#specifier(required);
      return name === null || specifier === undefined
        ? []
        : [{ kind: "import", name: this.#piece.textOf(name), specifier, imported: "*" }];
    }
    if (clause === undefined) return [];
    const isType = this.#node.child(1)?.type === "type" || this.#node.child(1)?.type === "typeof";
    const found: Binding[] = [];
    const add = (local: Node | null, imported: string, type = isType): void => {
      if (local === null) return;
      const name = this.#piece.textOf(local);
      if (type || source === undefined) found.push({ kind: "opaque", name, why: `${name} is only a type` });
      else found.push({ kind: "import", name, specifier: source, imported });
    };
    for (const child of named(clause)) {
      if (child.type === "identifier") add(child, "default");
      else if (child.type === "namespace_import") add(child.namedChild(0), "*");
      else if (child.type === "named_imports") {
        for (const specifier of named(child)) {
          const name = specifier.childForFieldName("name");
          if (name === null) continue;
          const type = isType || specifier.child(0)?.type === "type" || specifier.child(0)?.type === "typeof";
          add(specifier.childForFieldName("alias") ?? name, this.#exportedName(name), type);
        }
      }
    }
    return found;
  }

  *#exported(stars: string[]): Generator<readonly [string, Export]> {
    const node = this.#node;
    if (node.type === "expression_statement") return yield* this.#commonExports(stars);
    if (node.type !== "export_statement") return;
    const declaration = node.childForFieldName("declaration");
    const isDefault = node.children.some((child) => child?.type === "default");
    if (declaration !== null) {
      for (const name of this.#declarations.keys()) {
        yield [isDefault ? "default" : name, this.#own(name, declaration)];
      }
      return;
    }
    const value =
      node.childForFieldName("value") ??
      (node.children.some((child) => child?.type === "=") ? node.namedChild(0) : null);
    if (value !== null) return yield ["default", { kind: "own", value: this.#valueOf(value) }];
    // `export type` names nothing that can be called.
    if (node.child(1)?.type === "type") return;
    const specifier = this.#specifier(node);
    for (const child of named(node)) {
      if (child.type === "namespace_export" && specifier !== undefined) {
        const name = child.namedChild(0);
        if (name !== null) yield [this.#exportedName(name), { kind: "from", specifier, imported: "*" }];
      } else if (child.type === "export_clause") yield* this.#clause(child, specifier);
    }
    if (specifier !== undefined && node.children.some((child) => child?.type === "*")) stars.push(specifier);
  }

  *#clause(clause: Node, specifier: string | undefined): Generator<readonly [string, Export]> {
    for (const child of named(clause)) {
      const name = child.childForFieldName("name");
      if (name === null || child.child(0)?.type === "type") continue;
      const exported = this.#exportedName(child.childForFieldName("alias") ?? name);
      const imported = this.#exportedName(name);
      yield [exported, specifier === undefined ? this.#own(imported, name) : { kind: "from", specifier, imported }];
    }
  }

  /** `module.exports = ...`, `exports.name = ...` */
  *#commonExports(stars: string[]): Generator<readonly [string, Export]> {
    const assignment = this.#node.namedChild(0);
    if (assignment?.type !== "assignment_expression") return;
    const [left, right] = [assignment.childForFieldName("left"), assignment.childForFieldName("right")];
    if (left?.type !== "member_expression" || right === null) return;
    const target = this.#piece.textOf(left);
    const [, name] = /^(?:module\.)?exports\.([\w$]+)$/.exec(target) ?? [];
    if (target === "module.exports") {
      const value = this.#valueOf(right);
      yield ["default", { kind: "own", value }];
      if (value.kind === "module") stars.push(value.specifier);
      if (value.kind !== "object") return;
      for (const entry of value.entries) {
        if (entry.kind === "entry") yield [entry.key, { kind: "own", value: entry.value }];
        else if (entry.kind === "spread" && entry.value.kind === "module") stars.push(entry.value.specifier);
      }
    } else if (name !== undefined && name !== "exports") {
      yield [name, { kind: "own", value: this.#valueOf(right) }];
    }
  }

  #own(name: string, at: Node): Export {
    return { kind: "own", value: { kind: "name", span: this.#piece.span(at), name } };
  }

  /** Functions and classes are not read: what they are exported as tells nothing of their results. */
  #valueOf(node: Node): Expression {
    return isFunction(node) || node.type === "class"
      ? { kind: "computed", span: this.#piece.span(node), code: this.#piece.short(node), why: "it is a function" }
      : this.#expressions.read(node, []);
  }

  #specifier(node: Node): string | undefined {
    const source = node.childForFieldName("source");
    const value = source === null ? undefined : scriptLiteral(source, this.#piece)?.value;
    return typeof value === "string" ? value : undefined;
  }

  /** Names of exports may be written as strings. */
  #exportedName(node: Node): string {
    const value = node.type === "string" ? scriptLiteral(node, this.#piece)?.value : undefined;
    return typeof value === "string" ? value : this.#piece.textOf(node);
  }
}

const passesThrough: ReadonlySet<string> = new Set([
  "parenthesized_expression",
  "as_expression",
  "satisfies_expression",
  "non_null_expression",
  "type_assertion",
  "await_expression",
]);
