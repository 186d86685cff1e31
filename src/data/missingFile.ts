import { readdirSync } from "node:fs";
import { basename, dirname } from "node:path";
import { UserError } from "../system/userError.ts";
import { similarName } from "./similarName.ts";

const LISTED = 10;

/**
 * What to tell of a data file that cannot be read: errors of the file system become a sentence, others stay as they are.
 * @param given the path as the user wrote it
 * @param path where that is
 */
export function dataFileError(error: unknown, given: string, path: string): unknown {
  switch (errorCode(error)) {
    case "ENOENT":
    case "ENOTDIR":
      return new UserError(
        `There is no file ${path}${given === path ? "" : ` (given as "${given}")`}. ${whatIsThere(path)}`,
      );
    case "EISDIR":
      return new UserError(`${path} is a folder, not a data file. ${whatIsThere(`${path}/`)}`);
    case "EACCES":
    case "EPERM":
      return new UserError(`${path} may not be read. Give your user permission to read it.`);
    case "ERR_FS_FILE_TOO_LARGE":
    case "ERR_STRING_TOO_LONG":
      return new UserError(`${path} is too large to be read in one piece. Split it, or write it as JSON Lines.`);
    default:
      return error;
  }
}

function errorCode(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

/** One sentence on the content of the folder that holds `path`, the likeliest file first. */
export function whatIsThere(path: string): string {
  const folder = path.endsWith("/") ? path : dirname(path);
  const names = namesIn(folder);
  if (names === undefined) return `The folder ${folder} does not exist either.`;
  const similar = path.endsWith("/") ? undefined : similarName(basename(path), names);
  if (similar !== undefined) return `Did you mean ${similar}?`;
  if (names.length === 0) return `The folder ${folder} is empty.`;
  const data = names.filter((name) => /\.(jsonl|csv|json|ndjson|tsv|parquet)$/i.test(name));
  const shown = [...data, ...names.filter((name) => !data.includes(name))].slice(0, LISTED);
  const more = names.length > shown.length ? ` and ${names.length - shown.length} more` : "";
  return `The folder ${folder} holds ${shown.join(", ")}${more}.`;
}

function namesIn(folder: string): string[] | undefined {
  try {
    return readdirSync(folder).sort();
  } catch {
    // Missing, a file, or not ours to read: there is nothing to list in any of these cases.
    return undefined;
  }
}
