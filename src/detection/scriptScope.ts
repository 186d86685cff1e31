import type { Node } from "@vscode/tree-sitter-wasm";
import { named, type Piece } from "./piece.ts";

/** What a scope says of a name: where its value is written, as far as it has one. */
export type Declaration =
  | {
      readonly kind: "value";
      readonly name: Node;
      readonly value: Node;
      /** The way from the value to what the name means: `{ a: { b } }` gives ["a", "b"]. */
      readonly members: readonly string[];
      readonly fixed: boolean;
    }
  | { readonly kind: "function" | "class"; readonly name: Node; readonly value: Node }
  | { readonly kind: "opaque"; readonly why: string };

export type Declarations = ReadonlyMap<string, Declaration>;

const parameter: Declaration = { kind: "opaque", why: "it is a parameter" };
const unknown: Declaration = { kind: "opaque", why: "it gets its value while the program runs" };

const functions: ReadonlySet<string> = new Set([
  "function_declaration",
  "function_expression",
  "arrow_function",
  "method_definition",
  "generator_function",
  "generator_function_declaration",
]);

const blocks: ReadonlySet<string> = new Set(["statement_block", "class_static_block", "switch_case", "switch_default"]);

/** Patterns nested deeper than this bind nothing that is looked for. */
const DEEPEST = 32;

export function isFunction(node: Node): boolean {
  return functions.has(node.type);
}

/** Names that a node binds for what lies in it; undefined for a node that is no scope. */
export function scopeDeclarations(node: Node, piece: Piece): Declarations | undefined {
  if (isFunction(node)) return functionDeclarations(node, piece);
  const found = new Map<string, Declaration>();
  switch (node.type) {
    case "catch_clause":
      addPattern(node.childForFieldName("parameter"), found, piece, unknown);
      return found;
    case "for_statement": {
      const initializer = node.childForFieldName("initializer");
      if (initializer !== null) for (const name of boundNames(initializer, piece)) found.set(name, unknown);
      return found;
    }
    case "for_in_statement":
      if (node.childForFieldName("kind") !== null) addPattern(node.childForFieldName("left"), found, piece, unknown);
      return found;
    case "class":
      addPattern(node.childForFieldName("name"), found, piece, unknown);
      return found;
    default:
      if (!blocks.has(node.type)) return undefined;
      for (const statement of named(node)) addStatement(statement, found, piece);
      return found;
  }
}

function functionDeclarations(node: Node, piece: Piece): Declarations {
  const found = new Map<string, Declaration>();
  const body = node.childForFieldName("body");
  // A `var` further in belongs to the function.
  if (body !== null && /\bvar\b/.test(piece.textOf(body))) {
    for (const declaration of body.descendantsOfType("variable_declaration")) {
      if (declaration === null) continue;
      if (declaration.parent?.equals(body)) addStatement(declaration, found, piece);
      else for (const name of boundNames(declaration, piece)) found.set(name, unknown);
    }
  }
  if (node.type === "function_expression" || node.type === "generator_function") {
    addPattern(node.childForFieldName("name"), found, piece, unknown);
  }
  addPattern(node.childForFieldName("parameters"), found, piece, parameter);
  addPattern(node.childForFieldName("parameter"), found, piece, parameter);
  return found;
}

/** Names that a statement binds in the scope it stands in, imports aside. */
export function addStatement(statement: Node, found: Map<string, Declaration>, piece: Piece): void {
  switch (statement.type) {
    case "lexical_declaration":
    case "variable_declaration":
      for (const declarator of named(statement)) {
        if (declarator.type === "variable_declarator") {
          addDeclarator(declarator, statement.child(0)?.type === "const", found, piece);
        }
      }
      return;
    case "function_declaration":
    case "generator_function_declaration": {
      const name = statement.childForFieldName("name");
      if (name !== null) found.set(piece.textOf(name), { kind: "function", name, value: statement });
      return;
    }
    case "class_declaration":
    case "abstract_class_declaration": {
      const name = statement.childForFieldName("name");
      if (name !== null) found.set(piece.textOf(name), { kind: "class", name, value: statement });
      return;
    }
    case "enum_declaration":
    case "internal_module":
    case "module":
    case "function_signature":
      addPattern(statement.childForFieldName("name"), found, piece, unknown);
      return;
    case "import_alias":
      addPattern(statement.namedChild(0), found, piece, unknown);
      return;
    case "ambient_declaration":
      for (const declared of named(statement)) {
        const inner = new Map<string, Declaration>();
        addStatement(declared, inner, piece);
        for (const name of inner.keys()) found.set(name, unknown);
      }
      return;
    case "expression_statement":
      // `namespace X {}` is written without a keyword of its own in the grammar.
      if (statement.namedChild(0)?.type === "internal_module") {
        addPattern(statement.namedChild(0)?.childForFieldName("name") ?? null, found, piece, unknown);
      }
      return;
    default:
      return;
  }
}

function addDeclarator(declarator: Node, fixed: boolean, found: Map<string, Declaration>, piece: Piece): void {
  const name = declarator.childForFieldName("name");
  const value = declarator.childForFieldName("value");
  if (name === null) return;
  if (value === null) addPattern(name, found, piece, unknown);
  else addDestructured(name, value, [], fixed, found, piece);
}

function addDestructured(
  pattern: Node,
  value: Node,
  members: readonly string[],
  fixed: boolean,
  found: Map<string, Declaration>,
  piece: Piece,
): void {
  if (members.length > DEEPEST) return;
  switch (pattern.type) {
    case "identifier":
    case "shorthand_property_identifier_pattern": {
      const text = piece.textOf(pattern);
      const way = pattern.type === "identifier" ? members : [...members, text];
      found.set(text, { kind: "value", name: pattern, value, members: way, fixed });
      return;
    }
    case "object_pattern":
      for (const child of named(pattern)) addDestructured(child, value, members, fixed, found, piece);
      return;
    case "pair_pattern": {
      const key = pattern.childForFieldName("key");
      const inner = pattern.childForFieldName("value");
      if (key?.type === "property_identifier" && inner !== null) {
        addDestructured(inner, value, [...members, piece.textOf(key)], fixed, found, piece);
      } else addPattern(inner, found, piece, unknown);
      return;
    }
    default:
      addPattern(pattern, found, piece, unknown);
  }
}

/** Every name that a pattern, or a list of parameters, binds. */
function addPattern(
  pattern: Node | null,
  found: Map<string, Declaration>,
  piece: Piece,
  as: Declaration,
  depth = 0,
): void {
  if (pattern === null || depth > DEEPEST) return;
  switch (pattern.type) {
    case "identifier":
    case "type_identifier":
    case "shorthand_property_identifier_pattern":
      found.set(piece.textOf(pattern), as);
      return;
    case "pair_pattern":
      addPattern(pattern.childForFieldName("value"), found, piece, as, depth + 1);
      return;
    case "assignment_pattern":
    case "object_assignment_pattern":
      addPattern(pattern.childForFieldName("left"), found, piece, as, depth + 1);
      return;
    case "required_parameter":
    case "optional_parameter":
      addPattern(pattern.childForFieldName("pattern"), found, piece, as, depth + 1);
      return;
    case "object_pattern":
    case "array_pattern":
    case "rest_pattern":
    case "formal_parameters":
      for (const child of named(pattern)) addPattern(child, found, piece, as, depth + 1);
      return;
    default:
      return;
  }
}

function boundNames(declaration: Node, piece: Piece): Iterable<string> {
  const found = new Map<string, Declaration>();
  addStatement(declaration, found, piece);
  return found.keys();
}
