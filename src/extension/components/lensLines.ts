import type { TextPoint } from "../../detection/definition.ts";

/** Where the lenses of a definition stand: above the line of its first character. */
export interface LensLine extends TextPoint {
  readonly definition: string;
}

/** Text that took the place of a stretch. */
export interface Edit {
  readonly start: TextPoint;
  readonly end: TextPoint;
  readonly text: string;
}

/** Where lenses stand after the edits of one change, which all count in the text before it. */
export function afterEdits(lines: readonly LensLine[], edits: readonly Edit[]): readonly LensLine[] {
  // From the end: what comes first does not move what is worked on.
  const last = [...edits].sort((a, b) => order(b.start, a.start));
  return last.reduce<readonly LensLine[]>((moved, edit) => moved.map((line) => afterEdit(line, edit)), lines);
}

function afterEdit(line: LensLine, { start, end, text }: Edit): LensLine {
  if (order(line, start) < 0) return line;
  const added = text.split("\n").length - 1;
  // What stood inside the edit has gone, or stands somewhere in the new text.
  if (order(line, end) < 0) return { ...line, line: Math.min(line.line, start.line + added) };
  return { ...line, line: line.line + added - (end.line - start.line) };
}

function order(a: TextPoint, b: TextPoint): number {
  return a.line - b.line || a.character - b.character;
}

/**
 * The lines that were read, and of those before the ones whose definition is missing: it is being typed. One that is only
 * called otherwise than before stands where the old one stood.
 */
export function withoutGaps(read: readonly LensLine[], before: readonly LensLine[]): readonly LensLine[] {
  const known = new Set(read.map(({ definition }) => definition));
  const taken = new Set(read.map(({ line }) => line));
  const missing = before.filter(({ definition, line }) => !known.has(definition) && !taken.has(line));
  return [...read, ...missing].sort(order);
}
