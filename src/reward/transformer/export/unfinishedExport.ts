import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

/** What folders are called in which exports are written, within the one that they are for. */
const PREFIX = ".export-";

export const isUnfinishedExport = (name: string): boolean => name.startsWith(PREFIX);

/** @returns the path of a new folder to write an export in; those of exports that were cut off are removed */
export function unfinishedExport(folder: string): string {
  removeUnfinishedExports(folder);
  return mkdtempSync(join(folder, PREFIX));
}

/** Removes what exports left that were cut off. */
export function removeUnfinishedExports(folder: string): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder).filter(isUnfinishedExport))
    rmSync(join(folder, name), { recursive: true, force: true });
}
