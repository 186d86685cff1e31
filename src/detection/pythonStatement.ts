import type { Node } from "@vscode/tree-sitter-wasm";
import { mayBeHidden } from "./brokenScope.ts";
import type { Binding, Call, ClassSite, Expression, Site } from "./fileFacts.ts";
import { named, type Piece, Ways } from "./piece.ts";
import { PythonExpressions } from "./pythonExpression.ts";
import { isPredictor, pythonPackage } from "./pythonNames.ts";
import { addPythonStatement, type PythonDeclarations, starImport } from "./pythonScope.ts";
import type { Statement, Tracked, TrackedStatement } from "./statement.ts";

/** A statement of a module of Python. */
export class PythonStatement implements Statement {
  readonly imports: readonly Binding[];
  readonly #node: Node;
  readonly #piece: Piece;
  readonly #expressions: PythonExpressions;
  readonly #declarations: PythonDeclarations = new Map();

  constructor(node: Node, piece: Piece) {
    this.#node = node;
    this.#piece = piece;
    this.#expressions = new PythonExpressions(piece);
    addPythonStatement(node, this.#declarations, piece);
    this.imports = [...this.#declarations.values()].flatMap((found) =>
      found.kind === "import" ? [found.binding] : [],
    );
  }

  get names(): readonly string[] {
    return [...this.#declarations].flatMap(([name, { kind }]) => (kind === "import" ? [] : [name]));
  }

  track(tracked: Tracked): TrackedStatement {
    const sites = this.#sites(tracked);
    return { sites, exports: [], stars: this.#stars(), binding: (name) => this.#binding(name) };
  }

  #binding(name: string): Binding | undefined {
    const declaration = this.#declarations.get(name);
    return declaration === undefined ? undefined : this.#expressions.binding(name, declaration, []);
  }

  #sites(tracked: Tracked): Site[] {
    const { startIndex: from, endIndex: to } = this.#node;
    const classes: Node[][] = [];
    const calls: Node[][] = [];
    const ways = new Ways(this.#node);
    for (const offset of tracked.candidates(this.#piece.text.slice(from, to))) {
      const path = ways.to(from + offset);
      const leaf = path?.at(-1);
      const around = path?.at(-2);
      if (path === undefined || leaf === undefined || around === undefined) continue;
      if (leaf.type === "class" && around.type === "class_definition") classes.push(path.slice(0, -1));
      else if (
        leaf.type === "=" &&
        around.type === "assignment" &&
        around.childForFieldName("right")?.type === "call"
      ) {
        calls.push(path.slice(0, -1));
      }
    }
    for (const path of classes) this.#expressions.markSite(path.at(-1)?.startIndex ?? 0);
    const found: Site[] = classes.flatMap((path) => this.#class(path) ?? []);
    for (const path of calls) found.push(...this.#assignment(path));
    return found;
  }

  #stars(): readonly string[] {
    const module = this.#node.type === "import_from_statement" ? starImport(this.#node, this.#piece) : undefined;
    return module === undefined ? [] : [module];
  }

  #assignment(path: readonly Node[]): Site[] {
    const assignment = path.at(-1);
    const left = assignment?.childForFieldName("left") ?? null;
    const right = assignment?.childForFieldName("right") ?? null;
    const name = left?.type === "attribute" ? left.childForFieldName("attribute") : left;
    if (assignment === undefined || right === null || name?.type !== "identifier") return [];
    const root = /^[A-Za-z_]\w*/.exec(this.#piece.textOf(right))?.[0] ?? "";
    if (mayBeHidden(root, right.startIndex, path, this.#piece)) return [];
    const call = this.#expressions.call(right, path);
    if (call === undefined || !this.#mayPredict(call.callee)) return [];
    this.#expressions.markSite(right.startIndex);
    const span = this.#piece.span(assignment);
    return [{ kind: "call", call, binding: this.#piece.textOf(name), span, nameSpan: this.#piece.span(name) }];
  }

  /** Whether the name called is one of dspy's, or by its import may be one. */
  #mayPredict(callee: Expression): boolean {
    if (callee.kind === "member") return isPredictor(callee.property) || callee.property === "Signature";
    if (callee.kind !== "name") return false;
    if (callee.local !== undefined) return leadsToPackage(callee.local);
    const declared = this.#declarations.get(callee.name);
    return declared === undefined || declared.kind === "import" ? true : declared.kind === "value";
  }

  #class(path: readonly Node[]): ClassSite | undefined {
    const node = path.at(-1);
    const name = node?.childForFieldName("name") ?? null;
    const body = node?.childForFieldName("body") ?? null;
    const bases = node?.childForFieldName("superclasses") ?? null;
    if (node === undefined || name === null || bases === null) return undefined;
    const text = this.#piece.textOf(name);
    const root = /^\(\s*([A-Za-z_]\w*)/.exec(this.#piece.textOf(bases))?.[1] ?? "";
    if (mayBeHidden(root, bases.startIndex + 1, path, this.#piece)) return undefined;
    const statements = body === null ? [] : named(body);
    const outside = path.slice(0, -1);
    return {
      kind: "class",
      name: text,
      binding: text,
      span: this.#piece.span(node),
      nameSpan: this.#piece.span(name),
      bases: named(bases).flatMap((base) =>
        base.type === "keyword_argument" ? [] : [this.#expressions.read(base, outside)],
      ),
      documentation: this.#documentation(statements[0], path),
      attributes: statements.flatMap((statement) => this.#attribute(statement, path)),
      initialization: this.#initialization(method(statements, "__init__", this.#piece), path),
      forward: parametersOf(method(statements, "forward", this.#piece), this.#piece),
    };
  }

  #documentation(statement: Node | undefined, path: readonly Node[]): Expression | undefined {
    const first = statement?.type === "expression_statement" ? named(statement)[0] : undefined;
    const isText = first?.type === "string" || first?.type === "concatenated_string";
    return first !== undefined && isText ? this.#expressions.read(first, path) : undefined;
  }

  #attribute(statement: Node, path: readonly Node[]): ClassSite["attributes"] {
    const assignment = statement.type === "expression_statement" ? named(statement)[0] : undefined;
    const left = assignment?.childForFieldName("left") ?? null;
    if (assignment?.type !== "assignment" || left?.type !== "identifier") return [];
    const right = assignment.childForFieldName("right");
    const value = right === null ? undefined : this.#expressions.read(right, path);
    return [{ name: this.#piece.textOf(left), value }];
  }

  /** `super().__init__(...)`, or `Base.__init__(self, ...)`. */
  #initialization(initializer: Node | undefined, path: readonly Node[]): Call | undefined {
    const body = initializer?.childForFieldName("body") ?? null;
    if (initializer === undefined || body === null || !this.#piece.textOf(body).includes("__init__")) return undefined;
    for (const node of body.descendantsOfType("call")) {
      const callee = node?.childForFieldName("function") ?? null;
      if (node === null || callee === null) continue;
      const [, base] = /^(super\s*\([^)]*\)|[\w.]+)\s*\.\s*__init__$/.exec(this.#piece.textOf(callee)) ?? [];
      const call = base === undefined ? undefined : this.#expressions.call(node, [...path, initializer]);
      if (call === undefined || base === undefined) continue;
      return base.startsWith("super") ? call : { ...call, arguments: call.arguments.slice(1) };
    }
    return undefined;
  }
}

function leadsToPackage(binding: Binding): boolean {
  if (binding.kind === "import") return pythonPackage(binding.specifier) !== undefined;
  return binding.kind === "constant" && (binding.value.kind === "member" || binding.value.kind === "name");
}

function method(statements: readonly Node[], name: string, piece: Piece): Node | undefined {
  for (const statement of statements) {
    const definition =
      statement.type === "decorated_definition" ? statement.childForFieldName("definition") : statement;
    const found = definition?.type === "function_definition" ? definition.childForFieldName("name") : undefined;
    if (definition && found && piece.textOf(found) === name) return definition;
  }
  return undefined;
}

function parametersOf(definition: Node | undefined, piece: Piece): readonly string[] | undefined {
  const list = definition?.childForFieldName("parameters") ?? null;
  if (list === null) return undefined;
  const names: string[] = [];
  for (const child of named(list).slice(1)) {
    const name = child.childForFieldName("name") ?? (child.type === "identifier" ? child : named(child)[0]);
    if (name === undefined || name.type !== "identifier") return undefined;
    names.push(piece.textOf(name));
  }
  return names;
}
