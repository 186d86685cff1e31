import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import {
  configurationFile,
  notebookConfigurationFile,
  readSaved,
  type SavedConfiguration,
} from "../../run/configurationFile.ts";

/** A file that goes with another one. */
export interface MovedFile {
  readonly from: string;
  readonly to: string;
}

const NOTEBOOK = /\.(?:optnb|ipynb)$/i;
const SCRIPT = /\.[cm]?[jt]sx?$/i;

/**
 * Files of accepted values that belong to an experiment file or notebook which is about to be renamed or moved: they are
 * named after it. What cannot be read, and what would take another file's place, stays where it is.
 */
export function movedStateFiles({ from, to }: MovedFile): MovedFile[] {
  const moved = NOTEBOOK.test(from) ? ofNotebook(from, to) : SCRIPT.test(from) ? ofScript(from, to) : [];
  return moved.filter((file) => file.from !== file.to && !existsSync(file.to));
}

function ofScript(from: string, to: string): MovedFile[] {
  const file = configurationFile(from);
  const saved = SCRIPT.test(to) ? savedIn(file) : undefined;
  return saved === undefined || saved.experiment !== undefined ? [] : [{ from: file, to: configurationFile(to) }];
}

function ofNotebook(from: string, to: string): MovedFile[] {
  if (!NOTEBOOK.test(to)) return [];
  const stem = `${basename(from, extname(from))}.`;
  const names = readdirSync(dirname(from)).filter((name) => name.startsWith(stem) && name.endsWith(".optimas.json"));
  return names.flatMap((name) => {
    const file = join(dirname(from), name);
    const experiment = savedIn(file)?.experiment;
    if (experiment?.notebook !== basename(from)) return [];
    return [{ from: file, to: notebookConfigurationFile({ notebook: to, name: experiment.name }) }];
  });
}

function savedIn(file: string): SavedConfiguration | undefined {
  try {
    return existsSync(file) ? readSaved(file) : undefined;
  } catch {
    return undefined;
  }
}
