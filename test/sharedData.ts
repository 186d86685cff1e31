import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const folder = resolve(process.env.OPTIMAS_SHARED_DATA ?? fileURLToPath(new URL("../../shared/data", import.meta.url)));

/**
 * Folder of a real dataset ("hotpotqa"), or undefined where this machine has none; tests then use
 * `describe.skipIf(data === undefined)`.
 * @throws Error in CI, where nothing may be skipped.
 */
export function sharedData(dataset: string): string | undefined {
  const path = join(folder, dataset);
  if (existsSync(path)) return path;
  const missing = `The dataset "${dataset}" is not in ${folder}; set OPTIMAS_SHARED_DATA to the folder that has it.`;
  if (process.env.CI === "true" || process.env.CI === "1") throw new Error(missing);
  console.warn(`SKIPPED tests on real data: ${missing}`);
  return undefined;
}
