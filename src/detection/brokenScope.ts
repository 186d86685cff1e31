import type { Node } from "@vscode/tree-sitter-wasm";
import type { Piece } from "./piece.ts";

/**
 * Whether broken code around a name may bind it anew before it is used. Where a function is not whole, its parameters and
 * constants are no nodes of their own; whatever looks like one counts.
 * @param path the nodes around the name, outermost first
 */
export function mayBeHidden(name: string, offset: number, path: readonly Node[], piece: Piece): boolean {
  const broken = path.find((node) => node.isError);
  if (broken === undefined) return false;
  const before = piece.text.slice(broken.startIndex, offset);
  const written = name.replaceAll("$", "\\$");
  const declared = `\\b(?:function|class|const|let|var|def|for|as|lambda)\\b\\s*[*({[]*\\s*${written}(?![\\w$])`;
  const listed = `(?:[({[,]|\\.\\.\\.|\\*)\\s*${written}\\s*(?=[,)\\]}=:?]|$)`;
  const assigned = `(?<![\\w$.])${written}\\s*(?:=(?!=)|=>)`;
  return new RegExp(`${declared}|${listed}|${assigned}`).test(before);
}
