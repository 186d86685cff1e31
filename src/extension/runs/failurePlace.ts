import { isAbsolute, join } from "node:path";

/** A place in a file; line and column from 1. */
export interface FailurePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The end of a frame, and of a compiler's line: a path, a line and a column. */
const FRAME = /(?:\(|\bat (?:async )?)((?:\/|[A-Za-z]:[\\/])[^()]*?):(\d+):(\d+)\)?\s*$/;
const MISTAKE = /^(?:SyntaxError: |Error: )?(\S[^\n]*?\.[cm]?[jt]sx?):(\d+):(\d+): /;

/**
 * Where the user has to look after a failure: the innermost frame in a file of theirs, else the place of a compiler's
 * message.
 * @param folder that relative paths of messages start from
 */
export function failurePlace(error: { readonly message: string; readonly stack: string }, folder: string) {
  const found = error.stack.split("\n").flatMap((line) => placeIn(FRAME.exec(line)) ?? []);
  const own = found.find(({ file }) => !/[\\/]node_modules[\\/]/.test(file));
  if (own !== undefined) return own;
  const mistake = error.message.split("\n").flatMap((line) => placeIn(MISTAKE.exec(line)) ?? []);
  const [first] = mistake;
  if (first === undefined) return undefined;
  return { ...first, file: isAbsolute(first.file) ? first.file : join(folder, first.file) };
}

function placeIn(match: RegExpExecArray | null): FailurePlace | undefined {
  if (match === null) return undefined;
  const [, file = "", line, column] = match;
  return { file, line: Number(line), column: Number(column) };
}
