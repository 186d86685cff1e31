import { errorMessage, UserError } from "../system/userError.ts";
import { decodeUtf8, readLines } from "./fileLines.ts";
import type { LocatedRow } from "./locatedRow.ts";

const BYTE_ORDER_MARK = "\ufeff";

/**
 * Reads the rows of a JSON Lines file; blank lines are skipped but counted.
 * @param label how messages name the file
 * @throws UserError naming file and line of what is no UTF-8 or no JSON; the file system's error when it cannot be read
 */
export function* readJsonl(path: string, label: string): Generator<LocatedRow> {
  for (const line of readLines(path)) {
    const where = `${label}, line ${line.number}`;
    const decoded = decodeUtf8(line.bytes);
    if (decoded === undefined) throw notUtf8(where);
    const text = (line.number === 1 && decoded.startsWith(BYTE_ORDER_MARK) ? decoded.slice(1) : decoded).trim();
    if (text === "") continue;
    yield { value: parseLine(text, where, line.number), where };
  }
}

/** The mistake of a file in another encoding. */
export function notUtf8(where: string): UserError {
  return new UserError(`${where}: this is not UTF-8 text. Save the file as UTF-8.`);
}

function parseLine(text: string, where: string, lineNumber: number): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const remedy =
      lineNumber === 1 && (text.startsWith("[") || text === "{")
        ? "The file looks like ordinary JSON; JSON Lines has one whole object on each line."
        : "Mend or remove the line.";
    throw new UserError(`${where}: not valid JSON (${errorMessage(error)}). ${remedy}`);
  }
}
