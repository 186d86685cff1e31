import { existsSync } from "node:fs";
import type { Component } from "../system/component.ts";
import { type Configuration, canonicalJson, initialConfiguration, valueMismatch } from "../system/configuration.ts";
import { redactedValue } from "../system/secrets.ts";
import { type ExperimentMark, foreignValues, readSaved, type SavedConfiguration } from "./configurationFile.ts";

/** Where a run starts: the source's values, with the accepted ones in the place of those they replaced. */
export interface SavedStart {
  readonly configuration: Configuration;
  /** Components that start from an accepted value which is not the source's. */
  readonly taken: readonly string[];
  /** One sentence each: accepted values that are not in force, and why. */
  readonly leftOut: readonly string[];
}

/**
 * The configuration that a run of these components starts from when their accepted values lie in `file`; the source's own
 * where there is no such file, or another experiment's.
 * @param experiment as the file names it; undefined for one that a file declares
 * @throws UserError when the file is there and cannot be read
 */
export function savedStart(file: string, components: readonly Component[], experiment?: ExperimentMark): SavedStart {
  if (!existsSync(file)) return sourceStart(components);
  const saved = readSaved(file);
  const foreign = foreignValues(file, saved, experiment);
  return foreign === undefined ? startFrom(saved, components) : { ...sourceStart(components), leftOut: [foreign] };
}

/** What the source says, and nothing else. */
export function sourceStart(components: readonly Component[]): SavedStart {
  return { configuration: initialConfiguration(components), taken: [], leftOut: [] };
}

/** As `savedStart`, of what was read. */
export function startFrom(saved: SavedConfiguration, components: readonly Component[]): SavedStart {
  const source = initialConfiguration(components);
  const configuration: Record<string, Configuration[string]> = { ...source };
  const taken: string[] = [];
  const leftOut: string[] = [];
  for (const [name, value] of Object.entries(saved.configuration)) {
    const component = components.find((candidate) => candidate.name === name);
    if (component === undefined) {
      leftOut.push(`The accepted value of ${name} is left out: the system has no such component any more.`);
      continue;
    }
    // A file holds no keys, and so says less than a source that does.
    const [own, replaced] = [canonicalJson(redactedValue(source[name])), saved.replaces?.[name]];
    if (canonicalJson(value) === own) continue;
    const mismatch = valueMismatch(component.variable, value);
    if (mismatch !== undefined) {
      leftOut.push(`The accepted value of ${name} is left out: it ${mismatch}.`);
    } else if (replaced !== undefined && canonicalJson(replaced) !== own) {
      leftOut.push(`The accepted value of ${name} is left out: its value in the source has been changed since.`);
    } else {
      configuration[name] = value;
      taken.push(name);
    }
  }
  return { configuration, taken, leftOut };
}
