import type { Insertion } from "./definition.ts";
import { lineEndOf } from "./literalText.ts";
import type { TextEdit } from "./textEdit.ts";

/** An option and its value as written. */
export interface WrittenEntry {
  readonly key: string;
  readonly value: string;
}

/** An insertion, and where in its text the value of each entry begins, in their order. */
export interface WrittenInsertion {
  readonly edit: TextEdit;
  readonly offsets: readonly number[];
}

/** A further argument that is the value itself: `modelChoice(models, "small")`. */
export function insertedValue(text: string, insertion: Insertion, value: string): WrittenInsertion {
  return inserted(text, insertion, value, [0]);
}

/** Options that were not written down, in one piece. */
export function insertedEntries(
  text: string,
  insertion: Insertion,
  entries: readonly WrittenEntry[],
): WrittenInsertion {
  const property = insertion.kind === "property";
  const padding = isPadded(text) ? " " : "";
  let piece = property ? "" : `{${padding}`;
  const offsets = entries.map(({ key, value }, index) => {
    piece += `${index === 0 ? "" : ", "}${keyText(key)}: `;
    const offset = piece.length;
    piece += value;
    return offset;
  });
  if (!property) return inserted(text, insertion, `${piece}${padding}}`, offsets);
  return insertion.empty
    ? insertedInEmpty(text, insertion, piece, offsets, padding)
    : inserted(text, insertion, piece, offsets);
}

/** True while the list that an insertion belongs to ends after its point. */
export function canInsert(text: string, { kind, span }: Insertion): boolean {
  const behind = text.slice(span.to).replace(/^(?:\s|\/\*[\s\S]*?\*\/|\/\/[^\n]*|,)*/, "");
  return span.to <= text.length && behind.startsWith(kind === "argument" ? ")" : "}");
}

/** The text that may take the place of `at` up to the comma that belongs to what stands before, and what follows. */
interface Gap {
  /** End of what stands before, its comma included. */
  readonly at: number;
  readonly comma: boolean;
  /** The bracket that closes the list is on a later line. */
  readonly breaks: boolean;
}

function inserted(text: string, insertion: Insertion, piece: string, offsets: readonly number[]): WrittenInsertion {
  const gap = gapAt(text, insertion.span.from);
  const spaces = text.slice(gap.at).match(/^[ \t]*/)?.[0].length ?? 0;
  if (insertion.kind === "argument" && gap.comma && !gap.breaks && spaces > 0) {
    const at = gap.at + spaces;
    return { edit: { from: at, to: at, text: piece }, offsets };
  }
  const ahead = (gap.comma ? "" : ",") + (gap.breaks ? lineEndOf(text) + indentationBefore(text, gap.at) : " ");
  // A list with a trailing comma keeps one, where the bracket has a line of its own or the author put a space there.
  const keepsComma = gap.comma && (gap.breaks || insertion.kind === "property");
  const at = gap.comma && gap.breaks ? endOfComment(text, gap.at) : gap.at;
  return {
    edit: { from: at, to: at, text: ahead + piece + (keepsComma ? "," : "") },
    offsets: offsets.map((offset) => ahead.length + offset),
  };
}

function insertedInEmpty(
  text: string,
  insertion: Insertion,
  piece: string,
  offsets: readonly number[],
  padding: string,
): WrittenInsertion {
  const open = text.lastIndexOf("{", Math.max(0, insertion.span.from - 1));
  const close = text.indexOf("}", open);
  const inner = text.slice(open + 1, close);
  const breaks = inner.includes("\n");
  const line = lineEndOf(text) + indentationBefore(text, open);
  const ahead = breaks ? `${line}  ` : padding;
  const behind = breaks ? "," : inner === "" ? padding : "";
  return {
    edit: { from: open + 1, to: open + 1, text: ahead + piece + behind },
    offsets: offsets.map((offset) => ahead.length + offset),
  };
}

function gapAt(text: string, point: number): Gap {
  let end = text.slice(0, point).trimEnd().length;
  let comma = text[end - 1] === ",";
  if (!comma) {
    const next = text.slice(point).match(/^\s*,/);
    comma = next !== null;
    end = next === null ? end : point + next[0].length;
  }
  const closing = text.slice(end).replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, (comment) => comment.replace(/[^\n]/g, " "));
  return { at: end, comma, breaks: /^\s*\n/.test(closing) };
}

/** Past a comment on the same line, which belongs to what stands before it. */
function endOfComment(text: string, at: number): number {
  const comment = text.slice(at).match(/^[ \t]*(?:\/\/[^\r\n]*|\/\*[^\r\n]*?\*\/)(?=[ \t]*\r?\n)/);
  return comment === null ? at : at + comment[0].trimEnd().length;
}

function indentationBefore(text: string, at: number): string {
  const line = text.slice(text.lastIndexOf("\n", at - 1) + 1, at);
  return line.match(/^[ \t]*/)?.[0] ?? "";
}

/** Whether objects on one line are written `{ k: 1 }` or `{k: 1}` in this text. */
function isPadded(text: string): boolean {
  const padded = text.match(/\{ \S[^\n]*? \}/g)?.length ?? 0;
  const tight = text.match(/(?<!\$)\{[\w"'][^\n{}]*:[^\n{}]*\}/g)?.length ?? 0;
  return padded >= tight;
}

function keyText(key: string): string {
  // As a plain key it would set the prototype.
  if (key === "__proto__") return `["__proto__"]`;
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key);
}
