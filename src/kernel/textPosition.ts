/** A place in a text, counted from 1, columns in UTF-16 units: as editors and V8 count. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

/** What ends a line: to JavaScript also two rare separators, to editors only line feeds and carriage returns. */
const lineEnds = { javascript: /\r\n|[\n\r\u2028\u2029]/g, editor: /\r\n|[\n\r]/g, lineFeed: /\n/g };

export type LineRule = keyof typeof lineEnds;

export function positionAt(text: string, offset: number, rule: LineRule): TextPosition {
  let line = 1;
  let start = 0;
  for (const end of text.matchAll(lineEnds[rule])) {
    if (end.index + end[0].length > offset) break;
    line++;
    start = end.index + end[0].length;
  }
  return { line, column: offset - start + 1 };
}

/** Offset of a position; the end of the text for positions behind it. */
export function offsetAt(text: string, { line, column }: TextPosition, rule: LineRule): number {
  let at = 1;
  let start = 0;
  for (const end of line > 1 ? text.matchAll(lineEnds[rule]) : []) {
    at++;
    start = end.index + end[0].length;
    if (at === line) break;
  }
  return at < line ? text.length : Math.min(start + column - 1, text.length);
}

/** Lines as an editor shows them. */
export function editorLines(text: string): string[] {
  return text.split(lineEnds.editor);
}
