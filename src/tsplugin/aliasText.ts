import type ts from "typescript-services";

/**
 * Takes the words away by which the server says that a name is imported, since a person imported nothing: "(alias) " at
 * the start, "import x" on a line of its own at the end.
 */
export function withoutAlias(parts: readonly ts.SymbolDisplayPart[] | undefined): ts.SymbolDisplayPart[] | undefined {
  if (parts === undefined) return undefined;
  const [open, word, close] = parts;
  if (open?.text !== "(" || word?.text !== "alias" || close?.text !== ")") return [...parts];
  const rest = parts.slice(parts[3]?.text === " " ? 4 : 3);
  const line = rest.findLastIndex(({ kind }) => kind === "lineBreak");
  const isImport = line !== -1 && rest[line + 1]?.text === "import";
  return isImport ? rest.slice(0, line) : rest;
}
