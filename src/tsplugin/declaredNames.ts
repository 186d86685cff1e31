import type ts from "typescript-services";

type Compiler = typeof ts;

export interface DeclaredName {
  readonly name: string;
  /** How completions show it. */
  readonly kind: ts.ScriptElementKind;
  /** Whether a later cell may assign to it. */
  readonly assignable: boolean;
}

/** What a cell declares for the cells after it. */
export interface Declarations {
  readonly names: ReadonlyMap<string, DeclaredName>;
  /** Names that the cell exports by its own words. */
  readonly exported: ReadonlySet<string>;
  /** Where the last of the cell's own imports ends; 0 without one. */
  readonly importsEnd: number;
}

/** The top-level declarations of a cell, `var` of nested blocks included. */
export function declarationsIn(compiler: Compiler, file: ts.SourceFile): Declarations {
  const names = new Map<string, DeclaredName>();
  const exported = new Set<string>();
  let importsEnd = 0;
  for (const statement of file.statements) {
    const isExported = hasModifier(compiler, statement, compiler.SyntaxKind.ExportKeyword);
    const isDefault = hasModifier(compiler, statement, compiler.SyntaxKind.DefaultKeyword);
    for (const declared of declaredBy(compiler, statement)) {
      if (isExported && !isDefault) exported.add(declared.name);
      // A value says more than a type of the same name.
      if (!names.has(declared.name) || !isType(compiler, statement)) names.set(declared.name, declared);
    }
    if (compiler.isImportDeclaration(statement) || compiler.isImportEqualsDeclaration(statement)) {
      importsEnd = statement.end;
    }
    if (compiler.isExportDeclaration(statement) && statement.exportClause !== undefined) {
      const clause = statement.exportClause;
      for (const { name } of compiler.isNamedExports(clause) ? clause.elements : [clause]) exported.add(name.text);
    }
  }
  return { names, exported, importsEnd };
}

function hasModifier(compiler: Compiler, statement: ts.Statement, kind: ts.SyntaxKind): boolean {
  if (!compiler.canHaveModifiers(statement)) return false;
  return compiler.getModifiers(statement)?.some((modifier) => modifier.kind === kind) ?? false;
}

function isType(compiler: Compiler, statement: ts.Statement): boolean {
  return compiler.isInterfaceDeclaration(statement) || compiler.isTypeAliasDeclaration(statement);
}

function declaredBy(compiler: Compiler, statement: ts.Statement): DeclaredName[] {
  const kinds = compiler.ScriptElementKind;
  const one = (name: ts.Node | undefined, kind: ts.ScriptElementKind, assignable = false): DeclaredName[] =>
    name !== undefined && compiler.isIdentifier(name) && name.text !== ""
      ? [{ name: name.text, kind, assignable }]
      : [];
  if (compiler.isVariableStatement(statement)) return variablesIn(compiler, statement.declarationList);
  if (compiler.isFunctionDeclaration(statement)) return one(statement.name, kinds.functionElement, true);
  if (compiler.isClassDeclaration(statement)) return one(statement.name, kinds.classElement, true);
  if (compiler.isEnumDeclaration(statement)) return one(statement.name, kinds.enumElement, true);
  if (compiler.isInterfaceDeclaration(statement)) return one(statement.name, kinds.interfaceElement);
  if (compiler.isTypeAliasDeclaration(statement)) return one(statement.name, kinds.typeElement);
  if (compiler.isImportEqualsDeclaration(statement)) return one(statement.name, kinds.alias);
  if (compiler.isModuleDeclaration(statement)) {
    const isGlobal = (statement.flags & compiler.NodeFlags.GlobalAugmentation) !== 0;
    return isGlobal ? [] : one(statement.name, kinds.moduleElement);
  }
  // What a cell exports from elsewhere becomes a name of the notebook as if the cell had imported it.
  if (compiler.isExportDeclaration(statement) && statement.moduleSpecifier !== undefined) {
    const clause = statement.exportClause;
    const named = clause === undefined ? [] : compiler.isNamedExports(clause) ? clause.elements : [clause];
    return named.flatMap(({ name }) => (name.text === "default" ? [] : one(name, kinds.alias)));
  }
  if (compiler.isImportDeclaration(statement)) {
    const bindings = statement.importClause?.namedBindings;
    const named = bindings === undefined ? [] : compiler.isNamespaceImport(bindings) ? [bindings] : bindings.elements;
    return [statement.importClause, ...named].flatMap((binding) => one(binding?.name, kinds.alias));
  }
  return nestedVariables(compiler, statement);
}

function variablesIn(compiler: Compiler, list: ts.VariableDeclarationList): DeclaredName[] {
  const kinds = compiler.ScriptElementKind;
  const scope = list.flags & compiler.NodeFlags.BlockScoped;
  const isLet = scope === compiler.NodeFlags.Let;
  const kind = scope === 0 ? kinds.variableElement : isLet ? kinds.letElement : kinds.constElement;
  const bound = (name: ts.BindingName): string[] =>
    compiler.isIdentifier(name)
      ? [name.text]
      : name.elements.flatMap((element) => (compiler.isBindingElement(element) ? bound(element.name) : []));
  return list.declarations
    .flatMap((declaration) => bound(declaration.name))
    .filter((name) => name !== "")
    .map((name) => ({ name, kind, assignable: scope === 0 || isLet }));
}

/** `var` reaches out of every block that is no function. */
function nestedVariables(compiler: Compiler, node: ts.Node): DeclaredName[] {
  if (compiler.isVariableDeclarationList(node)) {
    return (node.flags & compiler.NodeFlags.BlockScoped) === 0 ? variablesIn(compiler, node) : [];
  }
  const found: DeclaredName[] = [];
  compiler.forEachChild(node, (child) => {
    if (!compiler.isExpression(child) && !compiler.isFunctionLike(child) && !compiler.isClassLike(child)) {
      found.push(...nestedVariables(compiler, child));
    }
  });
  return found;
}
