import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const folder = resolve(process.env.OPTIMAS_SHARED_DATA ?? fileURLToPath(new URL("../../shared/data", import.meta.url)));

/**
 * Folder of a real dataset ("hotpotqa"), or undefined where this machine has none; tests then use
 * `describe.skipIf(data === undefined)`.
 * @throws Error in CI, where nothing may be skipped.
 */
export function sharedData(dataset: string): string | undefined {
  return sharedFolder(join(folder, dataset), `The data of "${dataset}"`);
}

/** Folder of values that another program computed ("onnx"), as `sharedData`. */
export function sharedFixtures(name: string): string | undefined {
  return sharedFolder(join(folder, "..", "fixtures", name), `The reference values "${name}"`);
}

function sharedFolder(path: string, title: string): string | undefined {
  if (existsSync(path)) return path;
  const missing = `${title} are not in ${dirname(path)}; set OPTIMAS_SHARED_DATA to the folder of datasets.`;
  if (process.env.CI === "true" || process.env.CI === "1") throw new Error(missing);
  console.warn(`SKIPPED tests on real data: ${missing}`);
  return undefined;
}
