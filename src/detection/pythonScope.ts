import type { Node } from "@vscode/tree-sitter-wasm";
import type { Binding } from "./fileFacts.ts";
import { named, type Piece } from "./piece.ts";

/** What a scope of Python says of a name. */
export type PythonDeclaration =
  | { readonly kind: "import"; readonly binding: Binding }
  | { readonly kind: "value"; readonly name: Node; readonly value: Node }
  | { readonly kind: "class"; readonly name: Node; readonly value: Node }
  | { readonly kind: "opaque"; readonly why: string };

export type PythonDeclarations = Map<string, PythonDeclaration>;

const unknown: PythonDeclaration = { kind: "opaque", why: "it gets its value while the program runs" };
const parameter: PythonDeclaration = { kind: "opaque", why: "it is a parameter" };
const several: PythonDeclaration = { kind: "opaque", why: "it is given a value in several places" };

/** Targets and blocks nested deeper than this bind nothing that is looked for. */
const DEEPEST = 100;

/** Names that a node binds for what lies in it; undefined for a node that is no scope. */
export function pythonScope(node: Node, piece: Piece): PythonDeclarations | undefined {
  const found: PythonDeclarations = new Map();
  switch (node.type) {
    case "function_definition":
    case "lambda":
      addParameters(node.childForFieldName("parameters"), found, piece);
      if (node.type === "function_definition") addBlock(node.childForFieldName("body"), found, piece);
      return found;
    case "class_definition":
      addBlock(node.childForFieldName("body"), found, piece);
      return found;
    case "list_comprehension":
    case "set_comprehension":
    case "dictionary_comprehension":
    case "generator_expression":
      for (const clause of named(node)) {
        if (clause.type === "for_in_clause") addTarget(clause.childForFieldName("left"), found, piece, unknown);
      }
      return found;
    default:
      return undefined;
  }
}

function addParameters(list: Node | null, found: PythonDeclarations, piece: Piece): void {
  if (list === null) return;
  for (const child of named(list)) {
    const name = child.childForFieldName("name") ?? (child.type === "identifier" ? child : named(child)[0]);
    const value = child.childForFieldName("value");
    if (name === undefined) continue;
    const text = piece.textOf(name).replace(/^\*+/, "");
    found.set(text, value === null ? parameter : { kind: "value", name, value });
  }
}

function addBlock(block: Node | null, found: PythonDeclarations, piece: Piece, depth = 0): void {
  if (block === null || depth > DEEPEST) return;
  for (const statement of named(block)) addPythonStatement(statement, found, piece, depth);
}

/** Names that a statement binds in the scope it stands in, also those bound in its blocks. */
export function addPythonStatement(statement: Node, found: PythonDeclarations, piece: Piece, depth = 0): void {
  switch (statement.type) {
    case "import_statement":
    case "import_from_statement":
      for (const binding of importedBy(statement, piece)) found.set(binding.name, { kind: "import", binding });
      return;
    case "class_definition":
    case "function_definition": {
      const name = statement.childForFieldName("name");
      if (name === null) return;
      const isClass = statement.type === "class_definition";
      add(name, isClass ? { kind: "class", name, value: statement } : unknown, found, piece);
      return;
    }
    case "decorated_definition": {
      const definition = statement.childForFieldName("definition");
      if (definition !== null) addPythonStatement(definition, found, piece);
      return;
    }
    case "expression_statement":
      for (const child of named(statement)) addAssignment(child, found, piece);
      return;
    case "for_statement":
      addTarget(statement.childForFieldName("left"), found, piece, unknown);
      break;
    case "with_statement":
    case "except_clause":
      for (const target of statement.descendantsOfType("as_pattern_target")) addTarget(target, found, piece, unknown);
      break;
    default:
      break;
  }
  if (!compound.test(statement.type)) return;
  for (const child of named(statement)) {
    if (child.type === "block") addBlock(child, found, piece, depth + 1);
    else addPythonStatement(child, found, piece, depth + 1);
  }
}

const compound = /^(?:if|for|while|try|with|match)_statement$|_clause$/;

function addAssignment(node: Node, found: PythonDeclarations, piece: Piece, depth = 0): void {
  if (depth > DEEPEST) return;
  if (node.type === "augmented_assignment") {
    addTarget(node.childForFieldName("left"), found, piece, several);
  } else if (node.type === "assignment") {
    const [left, right] = [node.childForFieldName("left"), node.childForFieldName("right")];
    if (left?.type !== "identifier") addTarget(left, found, piece, unknown);
    // An annotation alone gives no value.
    else if (right !== null) add(left, { kind: "value", name: left, value: right }, found, piece);
    if (right?.type === "assignment") addAssignment(right, found, piece, depth + 1);
  }
}

function add(name: Node, declaration: PythonDeclaration, found: PythonDeclarations, piece: Piece): void {
  const text = piece.textOf(name);
  found.set(text, found.has(text) ? several : declaration);
}

function addTarget(
  target: Node | null,
  found: PythonDeclarations,
  piece: Piece,
  as: PythonDeclaration,
  depth = 0,
): void {
  if (target === null || depth > DEEPEST) return;
  if (target.type === "identifier") found.set(piece.textOf(target), as);
  else if (
    /^(?:pattern_list|tuple_pattern|list_pattern|list_splat_pattern|as_pattern_target|tuple|list)$/.test(target.type)
  ) {
    for (const child of named(target)) addTarget(child, found, piece, as, depth + 1);
  }
}

/** What an import binds. A star binds nothing here. */
export function importedBy(statement: Node, piece: Piece): Binding[] {
  const found: Binding[] = [];
  const from = statement.childForFieldName("module_name");
  const module = from === null ? undefined : piece.textOf(from).replaceAll(/\s/g, "");
  for (const child of statement.childrenForFieldName("name")) {
    if (child === null) continue;
    const aliased = child.type === "aliased_import";
    const path = aliased ? child.childForFieldName("name") : child;
    if (path === null) continue;
    const dotted = piece.textOf(path).replaceAll(/\s/g, "");
    const alias = aliased ? child.childForFieldName("alias") : null;
    const root = dotted.split(".")[0] ?? dotted;
    const name = alias === null ? root : piece.textOf(alias);
    if (module !== undefined) found.push({ kind: "import", name, specifier: module, imported: dotted });
    else found.push({ kind: "import", name, specifier: alias === null ? root : dotted, imported: "*" });
  }
  return found;
}

/** The module of which an import takes everything. */
export function starImport(statement: Node, piece: Piece): string | undefined {
  const from = statement.childForFieldName("module_name");
  const all = named(statement).some((child) => child.type === "wildcard_import");
  return from !== null && all ? piece.textOf(from) : undefined;
}
