import { existsSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../system/userError.ts";
import type { SplitName } from "./example.ts";
import { whatIsThere } from "./missingFile.ts";
import { csv, type FileSource, jsonl } from "./source.ts";

/** The files of a data folder as sources. */
export interface DirectorySources {
  readonly train: FileSource;
  readonly validation: FileSource;
  readonly test?: FileSource;
}

/**
 * The sources in a folder that holds `train`, `validation` and, where present, `test`, each as `.jsonl` or `.csv`.
 * @param directory absolute, or relative to the working directory
 * @throws UserError when train or validation is missing, or a split is there in both formats
 */
export function dataDirectory(directory: string): DirectorySources {
  const train = sourceIn(directory, "train");
  const validation = sourceIn(directory, "validation");
  const test = sourceIn(directory, "test");
  if (train === undefined) throw missing(directory, "train");
  if (validation === undefined) throw missing(directory, "validation");
  return { train, validation, ...(test && { test }) };
}

function sourceIn(directory: string, split: SplitName): FileSource | undefined {
  const candidates = [jsonl(join(directory, `${split}.jsonl`)), csv(join(directory, `${split}.csv`))];
  const [found, second] = candidates.filter(({ path }) => existsSync(path));
  if (found && second) throw new UserError(`There are both ${found.path} and ${second.path}. Remove one of them.`);
  return found;
}

function missing(directory: string, split: SplitName): UserError {
  const path = join(directory, `${split}.jsonl`);
  return new UserError(`There is no ${path} (nor ${split}.csv). ${whatIsThere(`${directory}/`)}`);
}
