import type { CellText } from "./cellText.ts";

export interface ModuleTail {
  readonly text: string;
  /** Whether every name of the scope is imported, and not only those that the cell mentions. */
  readonly allNames: boolean;
  /** The names that it imports, and the module that each comes from. */
  readonly imported: ReadonlyMap<string, string>;
}

/**
 * What follows a cell's text so that it becomes a module: imports of the names that earlier cells declare, and exports of
 * its own. Imports are hoisted, so they may stand at the end, where they move no position.
 * @param scope names that the cell finds, and the module that each is imported from
 * @param allNames whether to import every name of the scope, for completions, or only those that the text mentions
 */
export function moduleTail(cell: CellText, scope: ReadonlyMap<string, string>, allNames: boolean): ModuleTail {
  const imported = new Map<string, string>();
  const byModule = new Map<string, string[]>();
  for (const name of allNames ? scope.keys() : cell.words) {
    const from = scope.get(name);
    if (from === undefined || cell.names.has(name)) continue;
    imported.set(name, from);
    const names = byModule.get(from);
    if (names === undefined) byModule.set(from, [name]);
    else names.push(name);
  }
  const imports = [...byModule].map(([from, names]) => `import { ${names.join(", ")} } from ${JSON.stringify(from)};`);
  const exported = [...cell.names.keys()].filter((name) => !cell.exported.has(name));
  // The semicolon keeps a text that ends within a statement, such as `x.`, from going on; the empty line keeps these imports
  // from being ordered together with those of the text.
  const text = ["", `${cell.closers};`, "", ...imports, `export { ${exported.join(", ")} };`].join("\n");
  return { text, allNames, imported };
}
