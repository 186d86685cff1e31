import type ts from "typescript-services";

/**
 * Takes the words away by which the server says that a name is imported, since a person imported nothing: "(alias) " at
 * the start, "import x" on a line of its own at the end. Functions get back the word that the server leaves out then.
 */
export function withoutAlias(
  parts: readonly ts.SymbolDisplayPart[],
  { isFunction }: { readonly isFunction: boolean },
): ts.SymbolDisplayPart[] {
  const [open, word, close] = parts;
  if (open?.text !== "(" || word?.text !== "alias" || close?.text !== ")") return [...parts];
  const declared = parts.slice(parts[3]?.text === " " ? 4 : 3);
  const line = declared.findLastIndex(({ kind }) => kind === "lineBreak");
  const shown = line !== -1 && declared[line + 1]?.text === "import" ? declared.slice(0, line) : declared;
  if (!isFunction || shown[0]?.kind === "keyword") return shown;
  return [{ text: "function", kind: "keyword" }, { text: " ", kind: "space" }, ...shown];
}
