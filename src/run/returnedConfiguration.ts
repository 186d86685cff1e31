import { existsSync, readFileSync, rmSync } from "node:fs";
import { type Configuration, canonicalJson } from "../system/configuration.ts";
import { UserError } from "../system/userError.ts";
import { type ExperimentMark, readSaved, type SavedConfiguration, saveConfiguration } from "./configurationFile.ts";
import { onDisk } from "./diskError.ts";
import { replaceFile } from "./durableFile.ts";
import { configurationAfter } from "./views/configurationAfter.ts";
import { modelText } from "./views/findings.ts";
import type { RunView } from "./views/runView.ts";

/** A return to what was in force after an update of a run, before anything is written. */
export interface PlannedReturn {
  readonly file: string;
  readonly saved: SavedConfiguration;
  /** Components whose values the file does not hold yet; in its order. */
  readonly changed: readonly string[];
}

/**
 * What the configuration file is to say for later runs to start where this one stood after an iteration.
 * @param source today's values in the source, as far as they are known: the file's hold as long as those stay
 * @param experiment as a new file is to name it; undefined for one that a file declares
 * @throws UserError when the file is there and cannot be read
 */
export function plannedReturn(
  file: string,
  view: RunView,
  iteration: number,
  source: Configuration,
  experiment?: ExperimentMark,
): PlannedReturn {
  const configuration = configurationAfter(view, iteration);
  const before = existsSync(file) ? readSaved(file) : undefined;
  const replaces = Object.fromEntries(
    Object.keys(configuration).flatMap((name) => {
      const value = ownValue(source, name) ?? ownValue(before?.replaces, name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const held = before?.configuration ?? source;
  const changed = Object.entries(configuration).flatMap(([name, value]) =>
    value === null || canonicalJson(ownValue(held, name)) === canonicalJson(value) ? [] : [name],
  );
  const origin = originOf(view, iteration);
  const mark = before?.experiment ?? experiment;
  return {
    file,
    changed,
    saved: {
      configuration,
      ...(Object.keys(replaces).length > 0 ? { replaces } : {}),
      ...(mark === undefined ? {} : { experiment: mark }),
      ...(origin === undefined ? {} : { origin }),
    },
  };
}

/** Components may be called what every object has. */
function ownValue(values: Configuration | undefined, name: string): Configuration[string] | undefined {
  return values !== undefined && Object.hasOwn(values, name) ? values[name] : undefined;
}

function originOf({ header, incumbent }: RunView, iteration: number): SavedConfiguration["origin"] {
  const start = incumbent.at(0);
  const then = incumbent.findLast((point) => point.iteration <= iteration);
  if (header === null || start === undefined || then === undefined) return undefined;
  return {
    system: header.system.name,
    run: header.runId,
    model: modelText(header),
    validation: { unoptimized: start.mean, optimized: then.mean, n: then.n },
  };
}

/**
 * Writes it.
 * @returns takes it back, to the byte
 * @throws UserError when the file cannot be read or written; and from what takes it back, when it was changed since
 */
export function returnTo({ file, saved }: PlannedReturn): () => void {
  const before = existsSync(file) ? bytesOf(file) : undefined;
  saveConfiguration(file, saved);
  const written = bytesOf(file);
  return () => {
    if (!existsSync(file) || !bytesOf(file).equals(written)) {
      throw new UserError(`${file} was changed since. It is left as it is.`);
    }
    onDisk(`write ${file}`, undefined, () => {
      if (before === undefined) rmSync(file);
      else replaceFile(file, before.toString("utf8"));
    });
  };
}

function bytesOf(file: string): Buffer {
  return onDisk(`read ${file}`, undefined, () => readFileSync(file));
}
