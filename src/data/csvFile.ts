import { readFileSync } from "node:fs";
import { CsvError, parse } from "csv-parse/sync";
import { UserError } from "../system/userError.ts";
import { decodeUtf8, readLines } from "./fileLines.ts";
import { notUtf8 } from "./jsonlFile.ts";
import type { LocatedRow } from "./locatedRow.ts";

/**
 * Reads the rows of a CSV file with a header row; every value is text. Blank lines are skipped.
 * @param label how messages name the file
 * @throws UserError naming file and line of a mistake; the file system's error when it cannot be read
 */
export function readCsv(path: string, label: string): LocatedRow[] {
  const text = decodeUtf8(readFileSync(path));
  if (text === undefined) throw notUtf8(`${label}, line ${firstLineNotUtf8(path)}`);
  const [header, ...records] = parseRecords(text, label);
  if (header === undefined) return [];
  checkHeader(header, label);
  return records.map(({ cells, line }) => {
    const where = `${label}, line ${line}`;
    if (cells.length !== header.cells.length) {
      throw new UserError(
        `${where}: ${number(cells.length, "value")}, but the header has ${number(header.cells.length, "column")}. ` +
          "Put values that contain commas or line breaks in double quotes.",
      );
    }
    return { value: Object.fromEntries(header.cells.map((name, index) => [name, cells[index]] as const)), where };
  });
}

interface CsvRecord {
  readonly cells: readonly string[];
  /** Line on which the record ends, from 1; quoted values may span several. */
  readonly line: number;
}

function parseRecords(text: string, label: string): CsvRecord[] {
  const found: CsvRecord[] = [];
  try {
    parse(text, {
      bom: true,
      relax_column_count: true,
      skip_empty_lines: true,
      on_record: (cells: string[], info) => {
        found.push({ cells, line: info.lines });
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new UserError(`${label}: not valid CSV (${error.message}). Double the quotes inside quoted values.`);
  }
  return found;
}

function checkHeader(header: CsvRecord, label: string): void {
  const empty = header.cells.findIndex((name) => name.trim() === "");
  if (empty !== -1) {
    throw new UserError(`${label}, line ${header.line}: column ${empty + 1} has no name. Give every column a name.`);
  }
  const twice = header.cells.find((name, index) => header.cells.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new UserError(`${label}, line ${header.line}: two columns are called "${twice}". Rename one of them.`);
  }
}

function firstLineNotUtf8(path: string): number {
  for (const line of readLines(path)) if (decodeUtf8(line.bytes) === undefined) return line.number;
  throw new Error(`every line of ${path} is UTF-8, yet the whole is not`);
}

function number(count: number, one: string): string {
  return `${count} ${count === 1 ? one : `${one}s`}`;
}
