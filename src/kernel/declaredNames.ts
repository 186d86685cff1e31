import type { AnyNode, Pattern, Program } from "acorn";

export interface DeclaredName {
  readonly name: string;
  readonly kind: "const" | "let" | "class" | "function";
}

/** Names that a pattern binds or assigns; members such as `o.p` are none. */
export function patternNames(pattern: Pattern): string[] {
  switch (pattern.type) {
    case "Identifier":
      return [pattern.name];
    case "ObjectPattern":
      return pattern.properties.flatMap((property) =>
        patternNames(property.type === "RestElement" ? property.argument : property.value),
      );
    case "ArrayPattern":
      return pattern.elements.flatMap((element) => (element ? patternNames(element) : []));
    case "RestElement":
      return patternNames(pattern.argument);
    case "AssignmentPattern":
      return patternNames(pattern.left);
    case "MemberExpression":
      return [];
    default:
      // Parentheses around a target leave no trace; other expressions are no targets.
      return [];
  }
}

/** Names that statements declare for the block they stand in: everything but `var`. */
export function blockNames(statements: Program["body"]): DeclaredName[] {
  return statements.flatMap((statement): DeclaredName[] => {
    const node = exportedDeclaration(statement);
    if (node.type === "FunctionDeclaration" || node.type === "ClassDeclaration") {
      const kind = node.type === "FunctionDeclaration" ? "function" : "class";
      return node.id ? [{ name: node.id.name, kind }] : [];
    }
    if (node.type !== "VariableDeclaration" || node.kind === "var") return [];
    const kind = node.kind === "let" ? "let" : "const";
    return node.declarations.flatMap(({ id }) => patternNames(id).map((name) => ({ name, kind })));
  });
}

/** Names that `var` declares for the function around the statements, however deep in blocks and loops. */
export function hoistedNames(statements: readonly AnyNode[]): Set<string> {
  const names = new Set<string>();
  const visit = (node: AnyNode | null | undefined): void => {
    switch (node?.type) {
      case "VariableDeclaration":
        if (node.kind !== "var") break;
        for (const { id } of node.declarations) for (const name of patternNames(id)) names.add(name);
        break;
      case "ExportNamedDeclaration":
        visit(node.declaration);
        break;
      case "BlockStatement":
        node.body.forEach(visit);
        break;
      case "IfStatement":
        visit(node.consequent);
        visit(node.alternate);
        break;
      case "ForStatement":
        visit(node.init);
        visit(node.body);
        break;
      case "ForInStatement":
      case "ForOfStatement":
        visit(node.left);
        visit(node.body);
        break;
      case "WhileStatement":
      case "DoWhileStatement":
      case "LabeledStatement":
        visit(node.body);
        break;
      case "SwitchStatement":
        for (const { consequent } of node.cases) consequent.forEach(visit);
        break;
      case "TryStatement":
        visit(node.block);
        visit(node.handler?.body);
        visit(node.finalizer);
        break;
      default:
        break;
    }
  };
  statements.forEach(visit);
  return names;
}

function exportedDeclaration(statement: Program["body"][number]): AnyNode {
  if (statement.type === "ExportNamedDeclaration") return statement.declaration ?? statement;
  if (statement.type === "ExportDefaultDeclaration") return statement.declaration;
  return statement;
}
