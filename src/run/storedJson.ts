import { readFileSync } from "node:fs";
import type * as z from "zod";
import { decodeUtf8, type FileLine, readLines } from "../data/fileLines.ts";
import { UserError } from "../system/userError.ts";
import { onDisk } from "./diskError.ts";
import { RUN_FORMAT } from "./events.ts";

const DAMAGED = "It was changed or damaged after it was written: restore it from a copy, or start a new run.";

/** The mistake of a run's file that is not as it was written. */
export function damaged(where: string, what: string): UserError {
  return new UserError(`${where}: ${what}. ${DAMAGED}`);
}

/** The lines of a run's file, as far as they are whole. @throws UserError when it cannot be read */
export function* wholeLines(file: string): Generator<FileLine> {
  const lines = readLines(file);
  try {
    for (;;) {
      const next = onDisk(`read ${file}`, undefined, () => lines.next());
      if (next.done || !next.value.terminated) return;
      yield next.value;
    }
  } finally {
    lines.return(undefined);
  }
}

/** The value of a whole JSON file of a run. @throws UserError when it is missing, damaged or newer than this product */
export function readStored<T>(file: string, schema: z.ZodType<T>): T {
  const bytes = onDisk(`read ${file}`, undefined, () => readFileSync(file));
  return parseStored(bytes, schema, file);
}

/** The value of JSON bytes that this product wrote. @throws UserError naming where */
export function parseStored<T>(bytes: Buffer, schema: z.ZodType<T>, where: string): T {
  const value = parseJson(bytes, where);
  refuseNewer(value, where);
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw damaged(where, `not as Optimas writes it (${firstIssue(parsed.error)})`);
}

/** The first thing that is wrong, with its place. */
export function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  const path = issue?.path.join(".") ?? "";
  // Zod would list every kind that there is.
  if (issue?.code === "invalid_union" && "discriminator" in issue) return `${path}: of no kind that this version knows`;
  return `${path === "" ? "" : `${path}: `}${issue?.message ?? "invalid"}`;
}

function parseJson(bytes: Buffer, where: string): unknown {
  const text = decodeUtf8(bytes);
  try {
    if (text !== undefined) return JSON.parse(text) as unknown;
  } catch {
    // Told below, together with bytes that are no UTF-8.
  }
  throw damaged(where, "not valid JSON");
}

/** Looked at before anything else: a newer file may differ in ways that would otherwise read as damage. */
function refuseNewer(value: unknown, where: string): void {
  if (typeof value !== "object" || value === null || !("format" in value)) return;
  if (typeof value.format !== "number" || value.format <= RUN_FORMAT) return;
  throw new UserError(
    `${where}: written by a newer version of Optimas (format ${value.format}; this one reads up to ${RUN_FORMAT}). ` +
      "Update Optimas.",
  );
}
