import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Experiment } from "../optimize/experiment.ts";
import { UserError } from "../system/userError.ts";
import { bundleExperiment } from "./experimentBundle.ts";
import { experimentIn } from "./experimentExport.ts";
import { shownPath } from "./shownPath.ts";

export interface LoadedExperiment {
  readonly experiment: Experiment;
  /** Absolute path of the experiment file. */
  readonly path: string;
  /** Absolute paths of the workspace files it is made of: frames of a stack in these are the user's. */
  readonly files: readonly string[];
}

export interface LoadOptions {
  /** SDK for workspaces that have no "optimas" installed; the shipped one by default. */
  readonly sdk?: string;
  /** Told the workspace files before they run, so that what they throw meanwhile can be traced to them. */
  readonly onBundled?: (files: readonly string[]) => void;
}

/** The SDK that is shipped beside the running program. */
export const shippedSdk: string = fileURLToPath(new URL("./optimas.js", import.meta.url));

/**
 * Loads the experiment that a TypeScript or JavaScript file exports by default. The file runs as if it lay where it is,
 * without being compiled first; stacks of what it throws, now or later, name its own lines.
 * @throws UserError when the file does not exist, does not parse, imports what is not there or exports no experiment;
 * whatever the file itself throws while it is loaded
 */
export async function loadExperiment(file: string, options: LoadOptions = {}): Promise<LoadedExperiment> {
  const { sdk = shippedSdk, onBundled } = options;
  const path = resolve(file);
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw new UserError(`There is no file ${shownPath(path)}; name an experiment file.`);
  if (!found.isFile()) throw new UserError(`${shownPath(path)} is no file; name the experiment file inside.`);
  const folder = await mkdtemp(join(tmpdir(), "optimas-"));
  try {
    const target = join(folder, "experiment.mjs");
    const { code, files } = await bundleExperiment(path, target, sdk);
    onBundled?.(files);
    await writeFile(target, code);
    process.setSourceMapsEnabled(true);
    const module: unknown = await import(/* @vite-ignore */ pathToFileURL(target).href);
    return { experiment: experimentIn(module, shownPath(path)), path, files };
  } finally {
    // Node keeps the code and its source map; the file is not read again.
    await rm(folder, { recursive: true, force: true });
  }
}
