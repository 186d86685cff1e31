import type {
  AnyNode,
  AssignmentExpression,
  ClassDeclaration,
  ForInStatement,
  ForOfStatement,
  Function as FunctionNode,
  ImportExpression,
  MetaProperty,
  Pattern,
  Program,
  UpdateExpression,
  VariableDeclaration,
  VariableDeclarator,
} from "acorn";
import { blockNames, hoistedNames, patternNames } from "./declaredNames.ts";

/** How a name of the cell may be written to: not at all, or freely. */
export type BindingKind = "const" | "let";

/** A place where a name of the notebook gets a value, or where the cell asks for its module. Nested sites come first. */
export type Site =
  | { readonly type: "declarator"; readonly node: VariableDeclarator; readonly names: readonly string[] }
  | { readonly type: "keyword"; readonly node: VariableDeclaration }
  | { readonly type: "class"; readonly node: ClassDeclaration }
  | { readonly type: "assignment"; readonly node: AssignmentExpression; readonly names: readonly string[] }
  /** `used`: the value of the expression matters. */
  | { readonly type: "update"; readonly node: UpdateExpression; readonly name: string; readonly used: boolean }
  /** A `for` loop whose head assigns names, or declares them by `var`. */
  | { readonly type: "loop"; readonly node: ForInStatement | ForOfStatement; readonly names: readonly string[] }
  | { readonly type: "import"; readonly node: ImportExpression }
  | { readonly type: "meta"; readonly node: MetaProperty };

/** What a cell does with the names of the notebook. Names of its inner scopes are its own business. */
export interface CellBindings {
  /** Names that the cell declares for the notebook, imports not included. */
  readonly declared: ReadonlyMap<string, BindingKind>;
  /** Those of them that have their value from the start: functions. */
  readonly functions: readonly string[];
  readonly variables: readonly string[];
  /** Every name the cell reads or writes and no inner scope declares; whether a function inside the cell does. */
  readonly references: ReadonlyMap<string, { readonly captured: boolean }>;
  readonly sites: readonly Site[];
}

interface Scope {
  readonly names: ReadonlySet<string>;
  readonly outer: Scope | undefined;
}

/** Reads a parsed cell by the language's rules of scope. */
export function cellBindings(program: Program): CellBindings {
  return new BindingReader(program).read();
}

class BindingReader {
  readonly #program: Program;
  readonly #declared = new Map<string, BindingKind>();
  readonly #functions: string[] = [];
  readonly #variables: string[];
  readonly #references = new Map<string, { captured: boolean }>();
  readonly #sites: Site[] = [];
  /** Inner scopes only: what none of them declares is a name of the notebook. */
  #scope: Scope | undefined;
  /** Functions around the current node. */
  #depth = 0;

  constructor(program: Program) {
    this.#program = program;
    this.#variables = [...hoistedNames(program.body)];
    for (const name of this.#variables) this.#declared.set(name, "let");
    for (const { name, kind } of blockNames(program.body)) {
      this.#declared.set(name, kind === "const" ? "const" : "let");
      if (kind === "function") this.#functions.push(name);
    }
  }

  read(): CellBindings {
    const { body } = this.#program;
    body.forEach((statement, index) => {
      const last = index === body.length - 1;
      // The value of the last expression is shown, so it is always used.
      if (last && statement.type === "ExpressionStatement") this.#visit(statement.expression);
      else this.#visit(statement);
    });
    return {
      declared: this.#declared,
      functions: this.#functions,
      variables: this.#variables,
      references: this.#references,
      sites: this.#sites,
    };
  }

  #visit(node: AnyNode | null | undefined): void {
    if (node === null || node === undefined) return;
    switch (node.type) {
      case "Identifier":
        this.#refer(node.name);
        break;
      case "MemberExpression":
        this.#visit(node.object);
        if (node.computed) this.#visit(node.property);
        break;
      case "Property":
      case "PropertyDefinition":
      case "MethodDefinition":
        if (node.computed) this.#visit(node.key);
        if (node.type === "PropertyDefinition") this.#inFunction(new Set(), () => this.#visit(node.value));
        else this.#visit(node.value);
        break;
      case "LabeledStatement":
        this.#visit(node.body);
        break;
      case "BreakStatement":
      case "ContinueStatement":
      case "ImportDeclaration":
      case "ExportAllDeclaration":
        break;
      case "ExportNamedDeclaration":
        this.#visit(node.declaration);
        if (!node.source) {
          for (const { local } of node.specifiers) if (local.type === "Identifier") this.#refer(local.name);
        }
        break;
      case "MetaProperty":
        if (node.meta.name === "import") this.#sites.push({ type: "meta", node });
        break;
      case "ImportExpression":
        this.#visitChildren(node);
        this.#sites.push({ type: "import", node });
        break;
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        this.#visitFunction(node, node.type === "FunctionExpression" ? node.id?.name : undefined);
        break;
      case "ClassDeclaration":
      case "ClassExpression":
        // The class knows itself by its own name, whatever becomes of the name outside.
        this.#within(new Set(node.id ? [node.id.name] : []), () => {
          this.#visit(node.superClass);
          this.#visit(node.body);
        });
        if (node.type === "ClassDeclaration" && node.id !== null && this.#isNotebookLevel()) {
          this.#sites.push({ type: "class", node: node as ClassDeclaration });
        }
        break;
      case "StaticBlock":
        this.#inFunction(new Set([...hoistedNames(node.body), ...declaredIn(node.body)]), () =>
          this.#visitAll(node.body),
        );
        break;
      case "BlockStatement":
        this.#within(declaredIn(node.body), () => this.#visitAll(node.body));
        break;
      case "SwitchStatement":
        this.#visit(node.discriminant);
        this.#within(declaredIn(node.cases.flatMap((one) => one.consequent)), () => this.#visitAll(node.cases));
        break;
      case "CatchClause":
        this.#within(new Set(node.param ? patternNames(node.param) : []), () => {
          if (node.param) this.#visitPattern(node.param);
          this.#visit(node.body);
        });
        break;
      case "ForStatement":
        this.#within(headNames(node.init), () => {
          this.#visit(node.init);
          this.#visit(node.test);
          this.#visitUnused(node.update);
          this.#visit(node.body);
        });
        break;
      case "ForInStatement":
      case "ForOfStatement":
        this.#visitLoop(node);
        break;
      case "VariableDeclaration":
        this.#visitDeclaration(node);
        break;
      case "ExpressionStatement":
        this.#visitUnused(node.expression);
        break;
      case "AssignmentExpression": {
        this.#visit(node.left);
        this.#visit(node.right);
        const names = this.#notebookNames(assignedNames(node.left));
        if (names.length > 0) this.#sites.push({ type: "assignment", node, names });
        break;
      }
      case "UpdateExpression":
        this.#visitUpdate(node, true);
        break;
      default:
        this.#visitChildren(node);
    }
  }

  #visitUnused(node: AnyNode | null | undefined): void {
    if (node?.type === "UpdateExpression") this.#visitUpdate(node, false);
    else this.#visit(node);
  }

  #visitUpdate(node: UpdateExpression, used: boolean): void {
    this.#visit(node.argument);
    if (node.argument.type !== "Identifier") return;
    const [name] = this.#notebookNames([node.argument.name]);
    if (name !== undefined) this.#sites.push({ type: "update", node, name, used });
  }

  #visitDeclaration(node: VariableDeclaration): void {
    const published = this.#publishes(node);
    for (const declarator of node.declarations) {
      this.#visitPattern(declarator.id);
      this.#visit(declarator.init);
      const names = patternNames(declarator.id);
      if (published && names.length > 0) this.#sites.push({ type: "declarator", node: declarator, names });
    }
    if (published && node.kind === "const") this.#sites.push({ type: "keyword", node });
  }

  #visitLoop(node: ForInStatement | ForOfStatement): void {
    const { left } = node;
    this.#visit(node.right);
    const declaration = left.type === "VariableDeclaration" ? left : undefined;
    this.#within(headNames(declaration), () => {
      if (declaration === undefined) this.#visit(left);
      else for (const { id } of declaration.declarations) this.#visitPattern(id);
      this.#visit(node.body);
    });
    const names =
      left.type !== "VariableDeclaration"
        ? this.#notebookNames(assignedNames(left))
        : this.#publishes(left)
          ? left.declarations.flatMap(({ id }) => patternNames(id))
          : [];
    if (names.length > 0) this.#sites.push({ type: "loop", node, names });
  }

  #visitFunction(node: FunctionNode, ownName: string | undefined): void {
    const parameters = node.params.flatMap((parameter) => patternNames(parameter));
    const own = ownName === undefined ? [] : [ownName];
    // An arrow function has no `arguments` of its own; taking the name for local never does harm, as no cell declares it.
    this.#inFunction(new Set([...own, ...parameters, "arguments"]), () => {
      for (const parameter of node.params) this.#visitPattern(parameter);
      if (node.body.type !== "BlockStatement") return this.#visit(node.body);
      const { body } = node.body;
      this.#within(new Set([...hoistedNames(body), ...declaredIn(body)]), () => this.#visitAll(body));
    });
  }

  /** Visits what a pattern computes; the names in it are declared, not read. */
  #visitPattern(pattern: Pattern): void {
    switch (pattern.type) {
      case "ObjectPattern":
        for (const property of pattern.properties) {
          if (property.type === "RestElement") {
            this.#visitPattern(property.argument);
            continue;
          }
          if (property.computed) this.#visit(property.key);
          this.#visitPattern(property.value);
        }
        break;
      case "ArrayPattern":
        for (const element of pattern.elements) if (element) this.#visitPattern(element);
        break;
      case "RestElement":
        this.#visitPattern(pattern.argument);
        break;
      case "AssignmentPattern":
        this.#visitPattern(pattern.left);
        this.#visit(pattern.right);
        break;
      default:
        break;
    }
  }

  #visitChildren(node: AnyNode): void {
    for (const value of Object.values(node)) {
      if (Array.isArray(value)) this.#visitAll(value.filter(isNode));
      else if (isNode(value)) this.#visit(value);
    }
  }

  #visitAll(nodes: readonly AnyNode[]): void {
    for (const node of nodes) this.#visit(node);
  }

  #refer(name: string): void {
    if (this.#isLocal(name)) return;
    const known = this.#references.get(name);
    const captured = this.#depth > 0;
    if (known === undefined) this.#references.set(name, { captured });
    else if (captured) known.captured = true;
  }

  #notebookNames(names: readonly string[]): string[] {
    return names.filter((name) => !this.#isLocal(name));
  }

  #isLocal(name: string): boolean {
    for (let scope = this.#scope; scope !== undefined; scope = scope.outer) if (scope.names.has(name)) return true;
    return false;
  }

  /** Whether a declaration here is one of the notebook: `var` anywhere outside of functions, others not inside a block. */
  #publishes(node: VariableDeclaration): boolean {
    return node.kind === "var" ? this.#depth === 0 : this.#isNotebookLevel();
  }

  #isNotebookLevel(): boolean {
    return this.#scope === undefined;
  }

  #within(names: ReadonlySet<string>, visit: () => void): void {
    const outer = this.#scope;
    this.#scope = { names, outer };
    visit();
    this.#scope = outer;
  }

  #inFunction(names: ReadonlySet<string>, visit: () => void): void {
    this.#depth++;
    this.#within(names, visit);
    this.#depth--;
  }
}

function declaredIn(body: Program["body"]): Set<string> {
  return new Set(blockNames(body).map(({ name }) => name));
}

/** Names that live in the head of a loop. */
function headNames(head: AnyNode | null | undefined): Set<string> {
  if (head?.type !== "VariableDeclaration" || head.kind === "var") return new Set();
  return new Set(head.declarations.flatMap(({ id }) => patternNames(id)));
}

/** Names that an assignment to the pattern writes to: `a` and `b` in `[a, { k: b }, o.p] = ...`. */
function assignedNames(pattern: AnyNode): string[] {
  return pattern.type === "MemberExpression" ? [] : patternNames(pattern as Pattern);
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}
