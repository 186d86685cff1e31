import { isAbsolute } from "node:path";
import { fileURLToPath } from "node:url";

/** Place in a file, counted from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/**
 * The innermost frame of a stack that lies in one of the user's files: where to look first.
 * @param files absolute paths
 */
export function userFrame(stack: string, files: ReadonlySet<string>): Place | undefined {
  for (const frame of stack.split("\n")) {
    const match =
      /(?:\(|at (?:async )?)(?<file>(?:file:\/\/|\/|[A-Za-z]:\\)[^()]*?):(?<line>\d+):(?<column>\d+)\)?$/.exec(
        frame.trimEnd(),
      );
    const { file, line, column } = match?.groups ?? {};
    if (file === undefined) continue;
    const path = isAbsolute(file) ? file : fileURLToPath(file);
    if (files.has(path)) return { file: path, line: Number(line), column: Number(column) };
  }
  return undefined;
}
