import type { Edit } from "@vscode/tree-sitter-wasm";
import { pointAt } from "./textLines.ts";

/** A text and where its lines begin. */
export interface LinedText {
  readonly text: string;
  readonly lineStarts: readonly number[];
}

/** The one edit that makes `after` of `before`, as short as it can be; undefined where they are equal. */
export function textDifference(before: LinedText, after: LinedText): Edit | undefined {
  const [a, b] = [before.text, after.text];
  if (a === b) return undefined;
  const most = Math.min(a.length, b.length);
  let start = 0;
  while (start < most && a.charCodeAt(start) === b.charCodeAt(start)) start++;
  let end = 0;
  while (end < most - start && a.charCodeAt(a.length - 1 - end) === b.charCodeAt(b.length - 1 - end)) end++;
  // Half of a character is no place for an edit.
  if (start > 0 && isHigh(a.charCodeAt(start - 1))) start--;
  if (end > 0 && isLow(a.charCodeAt(a.length - end))) end--;
  const point = ({ lineStarts }: LinedText, offset: number) => {
    const { line, character } = pointAt(lineStarts, offset);
    return { row: line, column: character };
  };
  return {
    startIndex: start,
    oldEndIndex: a.length - end,
    newEndIndex: b.length - end,
    startPosition: point(before, start),
    oldEndPosition: point(before, a.length - end),
    newEndPosition: point(after, b.length - end),
  };
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}
