import { isAbsolute, resolve } from "node:path";
import { typeName } from "../system/component.ts";
import { UserError } from "../system/userError.ts";
import { readCsv } from "./csvFile.ts";
import { readJsonl } from "./jsonlFile.ts";
import type { LocatedRow } from "./locatedRow.ts";
import { dataFileError } from "./missingFile.ts";
import type { DataSource, FileSource, LoadContext, Row, RowSchema } from "./source.ts";

/** A row that is known to be an object. */
export interface SourceRow {
  readonly row: Row;
  readonly where: string;
}

/** The rows of a source in order, each checked against the source's schema. @throws UserError naming the row */
export async function readSource(source: DataSource, split: string, context: LoadContext): Promise<SourceRow[]> {
  const located = isFile(source) ? readFile(source, context) : await rowsOf(source, split, context);
  const schema = isFile(source) ? source.schema : undefined;
  const read: SourceRow[] = [];
  for (const { value, where } of located) {
    context.signal.throwIfAborted();
    if (!isRow(value)) {
      throw new UserError(`${where}: a row must be an object of named fields, but this is ${typeName(value)}.`);
    }
    read.push({ row: schema ? await conform(value, schema, where) : value, where });
  }
  return read;
}

/** How messages and the run's record name a source. */
export function sourceLabel(source: DataSource): string {
  if (typeof source === "function") return source.name === "" ? "a function" : `${source.name}()`;
  if (isList(source)) return "rows in code";
  return source.kind === "rows" ? source.label : source.path;
}

function isRow(value: unknown): value is Row {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isList(source: DataSource): source is readonly Row[] {
  return Array.isArray(source);
}

function isFile(source: DataSource): source is FileSource {
  return typeof source === "object" && !isList(source) && (source.kind === "jsonl" || source.kind === "csv");
}

function readFile(source: FileSource, { baseDirectory }: LoadContext): Iterable<LocatedRow> {
  const path = isAbsolute(source.path) ? source.path : resolve(baseDirectory, source.path);
  try {
    // Read to the end here, so that every file system error passes through this function.
    return source.kind === "csv" ? readCsv(path, source.path) : [...readJsonl(path, source.path)];
  } catch (error) {
    throw dataFileError(error, source.path, path);
  }
}

async function rowsOf(
  source: Exclude<DataSource, FileSource>,
  split: string,
  context: LoadContext,
): Promise<LocatedRow[]> {
  if (typeof source !== "function" && !isList(source) && source.kind !== "rows") throw noSource(source, split);
  const list: unknown = await listOf(source, context);
  if (!Array.isArray(list)) {
    throw new UserError(`The ${split} data must be a list of rows, but ${sourceLabel(source)} gave ${typeName(list)}.`);
  }
  return list.map((value: unknown, index) => ({ value, where: `${split}, row ${index + 1}` }));
}

function listOf(
  source: Exclude<DataSource, FileSource>,
  context: LoadContext,
): readonly Row[] | Promise<readonly Row[]> {
  if (typeof source === "function") return source(context);
  return isList(source) ? source : source.rows;
}

/** Code that the compiler has not checked may pass anything, most often a bare path. */
function noSource(given: unknown, split: string): UserError {
  const remedy = typeof given === "string" ? `Write jsonl(${JSON.stringify(given)}) or csv(...).` : "Use jsonl or csv.";
  return new UserError(`The ${split} data is ${typeName(given)}, not a source of rows. ${remedy}`);
}

async function conform(row: Row, schema: RowSchema, where: string): Promise<Row> {
  const result = await schema["~standard"].validate(row);
  if (result.issues === undefined) return result.value;
  const issue = result.issues[0];
  const field = (issue?.path ?? []).map(pathKey).join(".");
  throw new UserError(
    `${where}${field === "" ? "" : `, field "${field}"`}: ${issue?.message ?? "not as the schema says"}.`,
  );
}

function pathKey(segment: unknown): string {
  return String(typeof segment === "object" && segment !== null && "key" in segment ? segment.key : segment);
}
