import type { Node } from "@vscode/tree-sitter-wasm";
import type { Binding, Call, Entry, Expression, ObjectExpression } from "./fileFacts.ts";
import { named, type Piece } from "./piece.ts";
import { type ClassMember, ClassMembers, heritage, isClass, thisClass } from "./scriptClass.ts";
import { type Literal, scriptLiteral } from "./scriptLiteral.ts";
import { type Declaration, type Declarations, isFunction, scopeDeclarations } from "./scriptScope.ts";

/** More nested than this, an expression is taken for computed. */
const DEEPEST = 24;
/** As many literals may be joined by `+`. */
const MOST_JOINED = 1000;
/** Nodes that are read of one statement; tables of data are longer, definitions are not. */
const MOST_NODES = 20_000;

/** Reads the expressions of one statement of the outermost scope. */
export class ScriptExpressions {
  readonly #piece: Piece;
  readonly #scopes = new Map<number, Declarations | undefined>();
  readonly #locals = new Map<Declaration, Binding | undefined>();
  readonly #sites = new Set<number>();
  readonly #members: ClassMembers;
  /** Members of `this` by the node of their value; undefined while they are read. */
  readonly #fields = new Map<number, Binding | undefined>();
  #left = MOST_NODES;

  constructor(piece: Piece) {
    this.#piece = piece;
    this.#members = new ClassMembers(piece);
  }

  /** From now on, calls at this offset are sites. */
  markSite(call: Node): void {
    this.#sites.add(call.startIndex * 2 ** 25 + call.endIndex);
  }

  /** @param path the nodes around it, outermost first: their scopes bind its names */
  read(node: Node, path: readonly Node[], depth = 0): Expression {
    const piece = this.#piece;
    if (depth > DEEPEST || --this.#left < 0) return this.#computed(node, "it is too long to be read");
    const literal = scriptLiteral(node, piece);
    if (literal !== undefined) return literal;
    const inner = lookedThrough(node);
    if (inner !== undefined) return this.read(inner, path, depth + 1);
    switch (node.type) {
      case "null":
      case "undefined":
        return { kind: "nothing", span: piece.span(node) };
      case "identifier":
      case "shorthand_property_identifier":
        return node.isMissing ? this.#computed(node, "it is not finished") : this.#name(node, path);
      case "member_expression":
      case "subscript_expression":
        return this.#member(node, path, depth);
      case "call_expression":
        return this.#call(node, path, depth);
      case "object":
        return this.object(node, path, undefined, depth);
      case "array": {
        const items = named(node).map((child) => this.read(child, path, depth + 1));
        return { kind: "list", span: piece.span(node), items };
      }
      case "spread_element": {
        const value = node.namedChild(0);
        if (value === null) break;
        return { kind: "spread", span: piece.span(node), value: this.read(value, path, depth + 1) };
      }
      case "await_expression": {
        const value = node.namedChild(0);
        const awaited = value === null ? undefined : this.read(value, path, depth + 1);
        return awaited?.kind === "module" || awaited?.kind === "site"
          ? awaited
          : this.#computed(node, "it is waited for");
      }
      case "binary_expression":
        return this.#joined(node) ?? this.#computed(node, `it is computed by ${piece.short(node)}`);
      case "ternary_expression":
        return this.#computed(node, "it depends on a condition");
      default:
        if (isFunction(node)) return this.#function(node, path, depth);
        if (isClass(node)) return this.#class(node, path, depth);
    }
    return this.#computed(node, node.isError || node.isMissing ? "it is not finished" : this.#whyComputed(node));
  }

  /** @param keys read functions only where they are values of these entries */
  object(node: Node, path: readonly Node[], keys: ReadonlySet<string> | undefined, depth = 0): ObjectExpression {
    const entries: Entry[] = [];
    let last: Node | undefined;
    for (const child of named(node)) {
      last = child.isError ? last : child;
      const entry = this.#entry(child, path, keys, depth);
      if (entry !== undefined) entries.push(entry);
    }
    return { kind: "object", span: this.#piece.span(node), entries, ...this.#endOf(node, last) };
  }

  /** @param keys of objects that are arguments, read functions only where they are values of these entries */
  call(node: Node, path: readonly Node[], keys: ReadonlySet<string> | undefined, depth = 0): Call | undefined {
    const callee = node.childForFieldName("function");
    const list = node.childForFieldName("arguments");
    if (callee === null || list?.type !== "arguments") return undefined;
    const given = named(list).filter((child) => !child.isError);
    return {
      kind: "call",
      span: this.#piece.span(node),
      callee: this.read(callee, path, depth + 1),
      arguments: given.map((child) =>
        child.type === "object" ? this.object(child, path, keys, depth + 1) : this.read(child, path, depth + 1),
      ),
      keywords: [],
      ...this.#endOf(list, given.at(-1)),
    };
  }

  /** What an inner scope says of a name; undefined where none binds it. */
  local(name: string, path: readonly Node[]): Binding | undefined {
    for (let index = path.length - 1; index >= 0; index--) {
      const scope = path[index];
      if (scope === undefined) continue;
      let declarations = this.#scopes.get(scope.id);
      if (declarations === undefined && !this.#scopes.has(scope.id)) {
        declarations = scopeDeclarations(scope, this.#piece);
        this.#scopes.set(scope.id, declarations);
      }
      const declaration = declarations?.get(name);
      if (declaration !== undefined) return this.binding(name, declaration, path.slice(0, index + 1));
    }
    return undefined;
  }

  /** @param path the scopes that the declaration's value lies in */
  binding(name: string, declaration: Declaration, path: readonly Node[]): Binding {
    const opaque = (why: string): Binding => ({ kind: "opaque", name, why });
    if (declaration.kind === "opaque") return opaque(declaration.why);
    const known = this.#locals.get(declaration);
    if (known !== undefined) return known;
    if (this.#locals.has(declaration)) return opaque("it refers to itself");
    this.#locals.set(declaration, undefined);
    const span = this.#piece.span(declaration.name);
    let value = this.read(declaration.value, path);
    const fixed = declaration.kind === "value" && declaration.fixed;
    if (declaration.kind === "value") {
      for (const property of declaration.members) value = { kind: "member", span, object: value, property };
    }
    const made: Binding = { kind: "constant", name, span, value, fixed };
    this.#locals.set(declaration, made);
    return made;
  }

  #name(node: Node, path: readonly Node[]): Expression {
    const name = this.#piece.textOf(node);
    const local = this.local(name, path);
    return { kind: "name", span: this.#piece.span(node), name, ...(local === undefined ? {} : { local }) };
  }

  #member(node: Node, path: readonly Node[], depth: number): Expression {
    const piece = this.#piece;
    const object = node.childForFieldName("object");
    const property = node.childForFieldName(node.type === "member_expression" ? "property" : "index");
    const key =
      property?.type === "property_identifier" || property?.type === "private_property_identifier"
        ? this.#piece.textOf(property)
        : property === null
          ? undefined
          : scriptLiteral(property, this.#piece)?.value;
    if (object === null || key === undefined) return this.#computed(node, this.#whyComputed(node));
    const own = innermost(object).type === "this" ? this.#ownMember(String(key), path) : undefined;
    if (own !== undefined) return { kind: "name", span: piece.span(node), name: own.name, local: own };
    return {
      kind: "member",
      span: this.#piece.span(node),
      object: this.read(object, path, depth + 1),
      property: String(key),
    };
  }

  /** What `this.key` is at a place, as far as its class says it. */
  #ownMember(key: string, path: readonly Node[]): Binding | undefined {
    const place = thisClass(path);
    const body = place?.path.at(-1);
    if (place === undefined || body === undefined) return undefined;
    const member = this.#members.member(body, key, place.isStatic);
    return member === undefined ? undefined : this.#memberBinding(`this.${key}`, member, place.path);
  }

  #memberBinding(name: string, member: ClassMember, path: readonly Node[]): Binding {
    if (member.kind === "opaque") return { kind: "opaque", name, why: member.why };
    const { id } = member.value;
    const known = this.#fields.get(id);
    if (known !== undefined) return known;
    if (this.#fields.has(id)) return { kind: "opaque", name, why: "it refers to itself" };
    this.#fields.set(id, undefined);
    const value = this.#fieldValue(member.value, [...path, ...member.within], 0);
    const made: Binding = { kind: "constant", name, span: this.#piece.span(member.name), value, fixed: true };
    this.#fields.set(id, made);
    return made;
  }

  /** A class as the object of its static members. */
  #class(node: Node, path: readonly Node[], depth: number): Expression {
    const body = node.childForFieldName("body");
    if (body === null) return this.#computed(node, "it is not finished");
    const inherited = heritage(node);
    const entries: Entry[] =
      inherited === undefined ? [] : [{ kind: "spread", value: this.read(inherited, path, depth + 1) }];
    const around = [...path, node, body];
    for (const key of new Set(this.#members.staticNames(body))) {
      const member = this.#members.member(body, key, true);
      if (member?.kind === "field") {
        entries.push({
          kind: "entry",
          key,
          value: this.#fieldValue(member.value, [...around, ...member.within], depth),
        });
      } else {
        entries.push({ kind: "entry", key, value: this.#computed(node, member?.why ?? "it is computed") });
      }
    }
    return { kind: "object", span: this.#piece.span(node), entries, end: undefined, trailingComma: false };
  }

  #fieldValue(value: Node, path: readonly Node[], depth: number): Expression {
    return isFunction(value) ? this.#computed(value, "it is a function") : this.read(value, path, depth + 1);
  }

  #call(node: Node, path: readonly Node[], depth: number): Expression {
    if (this.#sites.has(node.startIndex * 2 ** 25 + node.endIndex))
      return { kind: "site", span: this.#piece.span(node) };
    const callee = node.childForFieldName("function");
    const list = node.childForFieldName("arguments");
    if (callee === null || list === null || list.type !== "arguments") {
      return this.#computed(node, `it is computed by ${callee === null ? "a call" : this.#piece.short(callee)}`);
    }
    const [first] = named(list);
    const name = this.#piece.textOf(callee);
    if (callee.type === "import" || (name === "require" && this.local(name, path) === undefined)) {
      const specifier = first === undefined ? undefined : scriptLiteral(first, this.#piece)?.value;
      if (typeof specifier === "string") return { kind: "module", span: this.#piece.span(node), specifier };
    }
    if (name === "Object.freeze" && first !== undefined) return this.read(first, path, depth + 1);
    return (
      this.#joinedList(node, callee, list) ??
      this.call(node, path, undefined, depth) ??
      this.#computed(node, this.#whyComputed(node))
    );
  }

  #entry(node: Node, path: readonly Node[], keys: ReadonlySet<string> | undefined, depth: number): Entry | undefined {
    switch (node.type) {
      case "pair": {
        const value = node.childForFieldName("value");
        const key = this.#key(node.childForFieldName("key"));
        if (key === undefined || value === null) return { kind: "any" };
        if (keys?.has(key) === false && isFunction(value)) {
          return { kind: "entry", key, value: this.#computed(value, "it is a function") };
        }
        return { kind: "entry", key, value: this.read(value, path, depth + 1) };
      }
      case "shorthand_property_identifier":
        return { kind: "entry", key: this.#piece.textOf(node), value: this.#name(node, path) };
      case "method_definition": {
        const key = this.#key(node.childForFieldName("name"));
        if (key === undefined) return { kind: "any" };
        return { kind: "entry", key, value: this.#computed(node, "it is computed by a function") };
      }
      case "spread_element": {
        const value = node.namedChild(0);
        return value === null ? { kind: "any" } : { kind: "spread", value: this.read(value, path, depth + 1) };
      }
      default:
        return undefined;
    }
  }

  #key(node: Node | null): string | undefined {
    if (node === null) return undefined;
    if (node.type === "property_identifier") return this.#piece.textOf(node);
    const inner = node.type === "computed_property_name" ? node.namedChild(0) : node;
    const value = inner === null ? undefined : scriptLiteral(inner, this.#piece)?.value;
    return value === undefined ? undefined : String(value);
  }

  #function(node: Node, path: readonly Node[], depth: number): Expression {
    const body = node.childForFieldName("body");
    const asynchronous = node.child(0)?.type === "async" || node.type.startsWith("generator");
    const result = body === null || asynchronous ? undefined : this.#result(body);
    const inside = result === undefined || body === null ? [] : [node, ...(result.equals(body) ? [] : [body])];
    const returns = result === undefined ? undefined : this.read(result, [...path, ...inside], depth + 1);
    return { kind: "function", span: this.#piece.span(node), returns };
  }

  /** The only thing that a function's body can return. */
  #result(body: Node): Node | undefined {
    if (body.type !== "statement_block") return body;
    const last = named(body).at(-1);
    if (last?.type !== "return_statement") return undefined;
    const others = this.#piece.textOf(body).match(/\breturn\b/g);
    return others?.length === 1 ? (last.namedChild(0) ?? undefined) : undefined;
  }

  #joined(node: Node): Literal | undefined {
    const value = this.#sum(node);
    return value === undefined
      ? undefined
      : { kind: "literal", span: this.#piece.span(node), form: { kind: "joined" }, value };
  }

  /** The text that literals joined by `+` give. */
  #sum(node: Node, depth = 0): string | undefined {
    if (depth > MOST_JOINED) return undefined;
    const inner = lookedThrough(node);
    if (inner !== undefined) return this.#sum(inner, depth + 1);
    if (node.type !== "binary_expression") return this.#text(node);
    const [left, right] = [node.childForFieldName("left"), node.childForFieldName("right")];
    if (left === null || right === null || node.childForFieldName("operator")?.type !== "+") return undefined;
    const start = this.#sum(left, depth + 1);
    const end = start === undefined ? undefined : this.#sum(right, depth + 1);
    return end === undefined ? undefined : `${start}${end}`;
  }

  /** `["a", "b"].join(" ")` */
  #joinedList(node: Node, callee: Node, list: Node): Literal | undefined {
    const array = callee.childForFieldName("object");
    const method = callee.childForFieldName("property");
    if (array?.type !== "array" || method === null || this.#piece.textOf(method) !== "join") return undefined;
    const [first, ...others] = named(list);
    const separator = first === undefined ? "," : this.#text(first);
    const parts = named(array).map((item) => this.#sum(item));
    if (separator === undefined || others.length > 0 || parts.some((part) => part === undefined)) return undefined;
    const value = parts.join(separator);
    return { kind: "literal", span: this.#piece.span(node), form: { kind: "joined" }, value };
  }

  #text(node: Node): string | undefined {
    const value = scriptLiteral(node, this.#piece)?.value;
    return typeof value === "string" ? value : undefined;
  }

  #computed(node: Node, why: string): Expression {
    return { kind: "computed", span: this.#piece.span(node), code: this.#piece.short(node), why };
  }

  #whyComputed(node: Node): string {
    if (node.type === "string" || node.type === "template_string") return "it is not finished";
    return `it is computed by ${this.#piece.short(node)}`;
  }

  /** Where something would be added to a list in brackets, and whether a comma stands there already. */
  #endOf(list: Node, last: Node | undefined): Pick<ObjectExpression, "end" | "trailingComma"> {
    const closing = list.lastChild;
    if (closing === null || closing.isMissing || !/^[)}]$/.test(closing.type) || !this.#piece.holds(closing)) {
      return { end: undefined, trailingComma: false };
    }
    let at = last?.endIndex ?? list.startIndex + 1;
    let trailingComma = false;
    for (let next = last?.nextSibling ?? null; next !== null && !next.equals(closing); next = next.nextSibling) {
      if (next.type !== ",") continue;
      at = next.endIndex;
      trailingComma = true;
    }
    return { end: this.#piece.stretch(at, at), trailingComma };
  }
}

function innermost(node: Node): Node {
  const inner = lookedThrough(node);
  return inner === undefined ? node : innermost(inner);
}

/** What parentheses, `as`, `satisfies`, `!` and `<T>` stand around. */
function lookedThrough(node: Node): Node | undefined {
  switch (node.type) {
    case "parenthesized_expression":
    case "as_expression":
    case "satisfies_expression":
    case "non_null_expression":
      return named(node)[0];
    case "type_assertion":
      return named(node).at(-1);
    default:
      return undefined;
  }
}
