import type { Node } from "@vscode/tree-sitter-wasm";
import { named, type Piece } from "./piece.ts";

/** Where a class gives one of its members a value. */
export type ClassMember =
  | {
      readonly kind: "field";
      readonly name: Node;
      readonly value: Node;
      /** The nodes in the class around the value, outermost first. */
      readonly within: readonly Node[];
    }
  | { readonly kind: "opaque"; readonly why: string };

/** The class that `this` belongs to at a place, and whether it is the class itself or one of its objects. */
export interface ThisClass {
  /** The nodes around what stands in the class, outermost first: the last one is its body. */
  readonly path: readonly Node[];
  readonly isStatic: boolean;
}

const fields: ReadonlySet<string> = new Set(["public_field_definition", "field_definition"]);
const classes: ReadonlySet<string> = new Set(["class", "class_declaration", "abstract_class_declaration"]);

const changed: ClassMember = { kind: "opaque", why: "it is written to more than once in its class" };
const computed: ClassMember = { kind: "opaque", why: "it is computed by a function" };
const missing: ClassMember = { kind: "opaque", why: "it gets its value while the program runs" };

export function isClass(node: Node): boolean {
  return classes.has(node.type);
}

/** @param path the nodes around the place, outermost first */
export function thisClass(path: readonly Node[]): ThisClass | undefined {
  let isStatic: boolean | undefined;
  for (let index = path.length - 1; index >= 0; index--) {
    const node = path[index];
    switch (node?.type) {
      case "arrow_function":
        continue;
      case "class_body":
        return isStatic === undefined ? undefined : { path: path.slice(0, index + 1), isStatic };
      case "method_definition":
        // That of an object is another `this`.
        if (path[index - 1]?.type !== "class_body") return undefined;
        isStatic = hasWord(node, "static");
        continue;
      case "public_field_definition":
      case "field_definition":
        isStatic = hasWord(node, "static");
        continue;
      case "class_static_block":
        isStatic = true;
        continue;
      case "function_expression":
      case "function_declaration":
      case "generator_function":
      case "generator_function_declaration":
      case "decorator":
        return undefined;
      default:
        continue;
    }
  }
  return undefined;
}

/** Members of classes of one text. */
export class ClassMembers {
  readonly #piece: Piece;
  /** How often each name is written to as a member of `this`, by the class body. */
  readonly #writes = new Map<number, ReadonlyMap<string, number>>();

  constructor(piece: Piece) {
    this.#piece = piece;
  }

  /** What a class says of its own static members, or of those of its objects; undefined where it says nothing. */
  member(body: Node, name: string, isStatic: boolean): ClassMember | undefined {
    const [field, other] = named(body).filter(
      (child) => hasWord(child, "static") === isStatic && this.#nameOf(child) === name,
    );
    const writes = this.#writesIn(body).get(name) ?? 0;
    if (field === undefined) return isStatic ? undefined : this.#built(body, name, writes);
    if (other !== undefined) return computed;
    if (!fields.has(field.type)) return computed;
    const [key, value] = [nameNode(field), field.childForFieldName("value")];
    if (key === null || value === null) return isStatic ? missing : (this.#built(body, name, writes) ?? missing);
    return writes > 0 ? changed : { kind: "field", name: key, value, within: [field] };
  }

  /** Names of the static members of a class that are written as such, in their order. */
  staticNames(body: Node): readonly string[] {
    return named(body).flatMap((child) => (hasWord(child, "static") ? (this.#nameOf(child) ?? []) : []));
  }

  /** The value that the constructor gives to a member, at its outermost level. */
  #built(body: Node, name: string, writes: number): ClassMember | undefined {
    const maker = named(body).find((child) => this.#nameOf(child) === "constructor");
    const block = maker?.childForFieldName("body") ?? null;
    if (maker === undefined || block === null) return undefined;
    for (const statement of named(block)) {
      const assignment = statement.type === "expression_statement" ? statement.namedChild(0) : null;
      const left = assignment?.type === "assignment_expression" ? assignment.childForFieldName("left") : null;
      const value = assignment?.childForFieldName("right") ?? null;
      if (left?.type !== "member_expression" || left.childForFieldName("object")?.type !== "this") continue;
      const property = left.childForFieldName("property");
      if (property === null || value === null || this.#piece.textOf(property) !== name) continue;
      if (writes > 1) return changed;
      return { kind: "field", name: property, value, within: [maker, block, statement] };
    }
    return undefined;
  }

  #writesIn(body: Node): ReadonlyMap<string, number> {
    const known = this.#writes.get(body.id);
    if (known !== undefined) return known;
    const found = new Map<string, number>();
    for (const [, before, name = "", after] of this.#piece.textOf(body).matchAll(writing)) {
      if (before !== undefined || after !== undefined) found.set(name, (found.get(name) ?? 0) + 1);
    }
    this.#writes.set(body.id, found);
    return found;
  }

  #nameOf(member: Node): string | undefined {
    const name = nameNode(member);
    return name === null || name.type === "computed_property_name"
      ? undefined
      : this.#piece.textOf(name).replace(/^(["'])(.*)\1$/, "$2");
  }
}

/** `this.name` and a sign that writes to it, before it or behind it; of lists also the methods that change them. */
const writing =
  /(\+\+|--|\bdelete\s)?\s*(?<![\w$])this\s*\.\s*(#?[\w$]+)(?:\s*\[[^\][]*\])?\s*((?:[-+*/%&|^]|\*\*|<<|>>>?|&&|\|\||\?\?)?=(?![=>])|\+\+|--|\.\s*(?:push|unshift|splice|pop|shift|sort|reverse|fill)\s*\()?/g;

function nameNode(member: Node): Node | null {
  return member.childForFieldName("name") ?? member.childForFieldName("property");
}

function hasWord(member: Node, word: string): boolean {
  return member.children.some((child) => child?.type === word);
}

/** What a class extends; undefined without it. */
export function heritage(node: Node): Node | undefined {
  const clause = named(node).find((child) => child.type === "class_heritage");
  if (clause === undefined) return undefined;
  const first = named(clause)[0];
  if (first?.type === "implements_clause") return undefined;
  return first?.type === "extends_clause" ? (first.childForFieldName("value") ?? undefined) : first;
}
