import { editorLines, type TextPosition } from "./textPosition.ts";

/** Lines shown before the one with the mistake. */
const LINES_BEFORE = 2;

/** Columns shown of one line, at most. */
const SHOWN_COLUMNS = 160;

/** A cell that cannot run as it is written: it does not parse, or imports what is not there. */
export class CellSyntaxError extends SyntaxError {
  override readonly name = "SyntaxError";
  /** In the cell's code. */
  readonly position: TextPosition;

  constructor(message: string, { order, code }: { readonly order: number; readonly code: string }, at: TextPosition) {
    super(message);
    this.position = at;
    // The place in the cell is all that a reader needs; frames of the kernel say nothing.
    const place = `    at cell [${order}]:${at.line}:${at.column}`;
    Object.defineProperty(this, "stack", {
      value: `SyntaxError: ${message}\n${place}\n\n${codeFrame(code, at)}`,
      configurable: true,
      writable: true,
    });
  }
}

/** The lines around a position, with a mark below it. */
export function codeFrame(code: string, { line, column }: TextPosition): string {
  const lines = editorLines(code);
  const first = Math.max(1, line - LINES_BEFORE);
  const last = Math.min(lines.length, line + 1);
  const width = String(last).length;
  // Of a long line the part around the mark.
  const from = Math.max(0, column - 1 - SHOWN_COLUMNS / 2);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
    .flatMap((number) => {
      const text = (lines[number - 1] ?? "").slice(from, from + SHOWN_COLUMNS);
      const shown = `${number === line ? ">" : " "} ${String(number).padStart(width)} | ${text}`.trimEnd();
      // Tabs stay tabs, so that the mark stands below its character whatever their width.
      const indent = text.slice(0, column - 1 - from).replace(/[^\t]/g, " ");
      return number === line ? [shown, `  ${" ".repeat(width)} | ${indent}^`] : [shown];
    })
    .join("\n");
}
