import type { Node } from "@vscode/tree-sitter-wasm";
import type { Binding, Call, Entry, Expression, ObjectExpression, WrittenForm } from "./fileFacts.ts";
import { textOf } from "./literalText.ts";
import { named, type Piece } from "./piece.ts";
import { pythonSyntax } from "./pythonLiteral.ts";
import { type PythonDeclaration, type PythonDeclarations, pythonScope } from "./pythonScope.ts";

/** More nested than this, an expression is taken for computed. */
const DEEPEST = 24;
/** As many literals may be joined by `+`. */
const MOST_JOINED = 1000;
/** Nodes that are read of one statement; tables of data are longer, definitions are not. */
const MOST_NODES = 20_000;

/** Reads the expressions of one statement of a module of Python. */
export class PythonExpressions {
  readonly #piece: Piece;
  readonly #scopes = new Map<number, PythonDeclarations | undefined>();
  readonly #locals = new Map<PythonDeclaration, Binding | undefined>();
  readonly #sites = new Set<number>();
  #left = MOST_NODES;

  constructor(piece: Piece) {
    this.#piece = piece;
  }

  /** From now on, a call or class that begins at this offset of the piece is a site. */
  markSite(offset: number): void {
    this.#sites.add(offset);
  }

  /** @param path the nodes around it, outermost first: their scopes bind its names */
  read(node: Node, path: readonly Node[], depth = 0): Expression {
    if (depth > DEEPEST || --this.#left < 0) return this.#computed(node, "it is too long to be read");
    const piece = this.#piece;
    const literal = this.#literal(node) ?? this.#joined(node);
    if (literal !== undefined) return literal;
    switch (node.type) {
      case "parenthesized_expression": {
        const inner = named(node)[0];
        return inner === undefined ? this.#computed(node, "it is not finished") : this.read(inner, path, depth + 1);
      }
      case "none":
        return { kind: "nothing", span: piece.span(node) };
      case "identifier": {
        const name = piece.textOf(node);
        const local = this.local(name, path);
        return { kind: "name", span: piece.span(node), name, ...(local === undefined ? {} : { local }) };
      }
      case "attribute": {
        const [object, attribute] = [node.childForFieldName("object"), node.childForFieldName("attribute")];
        if (object === null || attribute === null) break;
        const read = this.read(object, path, depth + 1);
        return { kind: "member", span: piece.span(node), object: read, property: piece.textOf(attribute) };
      }
      case "subscript": {
        const [object, index] = [node.childForFieldName("value"), node.childForFieldName("subscript")];
        const key = index === null ? undefined : this.#literal(index)?.value;
        if (object === null || key === undefined) break;
        const read = this.read(object, path, depth + 1);
        return { kind: "member", span: piece.span(node), object: read, property: String(key) };
      }
      case "call":
        if (this.#sites.has(node.startIndex)) return { kind: "site", span: piece.span(node) };
        return this.call(node, path, depth) ?? this.#computed(node, `it is computed by ${piece.short(node)}`);
      case "dictionary":
        return this.#dictionary(node, path, depth);
      case "list":
      case "tuple":
      case "set": {
        const items = named(node).map((child) => this.read(child, path, depth + 1));
        return { kind: "list", span: piece.span(node), items };
      }
      case "list_splat": {
        const value = node.namedChild(0);
        if (value === null) break;
        return { kind: "spread", span: piece.span(node), value: this.read(value, path, depth + 1) };
      }
      case "conditional_expression":
        return this.#computed(node, "it depends on a condition");
    }
    return this.#computed(
      node,
      node.isError || node.isMissing ? "it is not finished" : `it is computed by ${piece.short(node)}`,
    );
  }

  call(node: Node, path: readonly Node[], depth = 0): Call | undefined {
    const callee = node.childForFieldName("function");
    const list = node.childForFieldName("arguments");
    if (callee === null || list?.type !== "argument_list") return undefined;
    const given: Expression[] = [];
    const keywords: Entry[] = [];
    for (const child of named(list)) {
      if (child.type === "keyword_argument") {
        const [name, value] = [child.childForFieldName("name"), child.childForFieldName("value")];
        if (name === null || value === null) continue;
        keywords.push({ kind: "entry", key: this.#piece.textOf(name), value: this.read(value, path, depth + 1) });
      } else if (child.type === "dictionary_splat") keywords.push({ kind: "any" });
      else if (!child.isError) given.push(this.read(child, path, depth + 1));
    }
    return {
      kind: "call",
      span: this.#piece.span(node),
      callee: this.read(callee, path, depth + 1),
      arguments: given,
      keywords,
      end: undefined,
      trailingComma: false,
    };
  }

  /** What an inner scope says of a name; undefined where none binds it. */
  local(name: string, path: readonly Node[]): Binding | undefined {
    let inFunction = false;
    for (let index = path.length - 1; index >= 0; index--) {
      const scope = path[index];
      if (scope === undefined) continue;
      // Methods do not see the names of their class.
      if (scope.type === "class_definition" && inFunction) continue;
      inFunction ||= scope.type === "function_definition" || scope.type === "lambda";
      let declarations = this.#scopes.get(scope.id);
      if (declarations === undefined && !this.#scopes.has(scope.id)) {
        declarations = pythonScope(scope, this.#piece);
        this.#scopes.set(scope.id, declarations);
      }
      const declaration = declarations?.get(name);
      if (declaration !== undefined) return this.binding(name, declaration, path.slice(0, index + 1));
    }
    return undefined;
  }

  /** @param path the scopes that the declaration's value lies in */
  binding(name: string, declaration: PythonDeclaration, path: readonly Node[]): Binding {
    if (declaration.kind === "import") return declaration.binding;
    if (declaration.kind === "opaque") return { kind: "opaque", name, why: declaration.why };
    const known = this.#locals.get(declaration);
    if (known !== undefined) return known;
    if (this.#locals.has(declaration)) return { kind: "opaque", name, why: "it refers to itself" };
    this.#locals.set(declaration, undefined);
    const span = this.#piece.span(declaration.name);
    const value: Expression =
      declaration.kind === "class"
        ? { kind: "site", span: this.#piece.span(declaration.value) }
        : this.read(declaration.value, path);
    const made: Binding = { kind: "constant", name, span, value, fixed: false };
    this.#locals.set(declaration, made);
    return made;
  }

  #dictionary(node: Node, path: readonly Node[], depth: number): ObjectExpression {
    const entries: Entry[] = [];
    for (const child of named(node)) {
      const [key, value] = [child.childForFieldName("key"), child.childForFieldName("value")];
      const name = key === null ? undefined : this.#literal(key)?.value;
      if (child.type === "pair" && name !== undefined && value !== null) {
        entries.push({ kind: "entry", key: String(name), value: this.read(value, path, depth + 1) });
      } else if (child.type === "dictionary_splat" && child.namedChild(0) !== null) {
        const splat = child.namedChild(0);
        if (splat !== null) entries.push({ kind: "spread", value: this.read(splat, path, depth + 1) });
      } else entries.push({ kind: "any" });
    }
    return { kind: "object", span: this.#piece.span(node), entries, end: undefined, trailingComma: false };
  }

  #literal(node: Node): Extract<Expression, { kind: "literal" }> | undefined {
    const piece = this.#piece;
    if (!piece.holds(node)) return undefined;
    const literal = (form: WrittenForm, value: string | number | boolean) =>
      ({ kind: "literal", span: piece.span(node), form, value }) as const;
    switch (node.type) {
      case "string": {
        const written = piece.textOf(node);
        const [start = "", prefix = "", quote = ""] = /^([A-Za-z]*)("""|'''|"|')/.exec(written) ?? [];
        if (quote === "" || written.length < start.length + quote.length || !written.endsWith(quote)) return undefined;
        const syntax = pythonSyntax({ prefix, quote, lineEnd: "\n", asciiOnly: false });
        const pieces = syntax.read(written.slice(start.length, written.length - quote.length));
        return pieces === undefined ? undefined : literal({ kind: "python string", prefix, quote }, textOf(pieces));
      }
      case "integer":
      case "float":
      case "unary_operator": {
        const digits = piece.textOf(node).replaceAll("_", "");
        const [, sign = "", rest = ""] = /^([-+]?)\s*([\d.][\w.+-]*)$/.exec(digits) ?? [];
        const value = rest === "" || /j$|^0\d/i.test(rest) ? Number.NaN : Number(rest);
        return Number.isNaN(value) ? undefined : literal({ kind: "number" }, sign === "-" ? -value : value);
      }
      case "true":
      case "false":
        return literal({ kind: "boolean" }, node.type === "true");
      default:
        return undefined;
    }
  }

  /** Literals beside each other, joined by `+`, or by `"".join([...])`. */
  #joined(node: Node): Expression | undefined {
    const simple = node.type === "concatenated_string" || node.type === "binary_operator" || node.type === "call";
    const value = simple && this.#piece.holds(node) ? this.#sum(node) : undefined;
    if (value === undefined) return undefined;
    return { kind: "literal", span: this.#piece.span(node), form: { kind: "joined" }, value };
  }

  #sum(node: Node, depth = 0): string | undefined {
    if (depth > MOST_JOINED) return undefined;
    const all = (nodes: readonly (Node | null)[], separator: string): string | undefined => {
      const parts = nodes.map((part) => (part === null ? undefined : this.#sum(part, depth + 1)));
      return parts.some((part) => part === undefined) ? undefined : parts.join(separator);
    };
    switch (node.type) {
      case "string": {
        const value = this.#literal(node)?.value;
        return typeof value === "string" ? value : undefined;
      }
      case "parenthesized_expression":
        return all(named(node), "");
      case "concatenated_string":
        return all(named(node), "");
      case "binary_operator":
        if (node.childForFieldName("operator")?.type !== "+") return undefined;
        return all([node.childForFieldName("left"), node.childForFieldName("right")], "");
      case "call": {
        const callee = node.childForFieldName("function");
        const separator = callee?.childForFieldName("object");
        if (callee?.type !== "attribute" || separator?.type !== "string") return undefined;
        const method = callee.childForFieldName("attribute");
        const [list, ...others] = named(node.childForFieldName("arguments") ?? node);
        const isJoin = method !== null && this.#piece.textOf(method) === "join" && others.length === 0;
        if (!isJoin || (list?.type !== "list" && list?.type !== "tuple")) return undefined;
        const between = this.#sum(separator, depth + 1);
        return between === undefined ? undefined : all(named(list), between);
      }
      default:
        return undefined;
    }
  }

  #computed(node: Node, why: string): Expression {
    return { kind: "computed", span: this.#piece.span(node), code: this.#piece.short(node), why };
  }
}
