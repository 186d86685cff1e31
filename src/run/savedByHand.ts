import { existsSync } from "node:fs";
import { canonicalJson } from "../system/configuration.ts";
import type { VariableValue } from "../system/variable.ts";
import { readSaved, saveConfiguration } from "./configurationFile.ts";

/**
 * Puts one component's value into an experiment's configuration file, so that runs start from it until its author changes
 * the source. The values of other components stay; a value that the source has anyway needs no place in the file.
 * @param given.source what the source says now
 * @throws UserError when there is a file that is no configuration or of a newer version, which is left as it is
 */
export function saveByHand(
  file: string,
  {
    component,
    value,
    source,
  }: { readonly component: string; readonly value: VariableValue; readonly source: VariableValue },
): void {
  const before = existsSync(file) ? readSaved(file) : { configuration: {} };
  const isSource = canonicalJson(value) === canonicalJson(source);
  const configuration = isSource
    ? without(before.configuration, component)
    : { ...before.configuration, [component]: value };
  const others = without(before.replaces ?? {}, component);
  const replaces = isSource ? others : { ...others, [component]: source };
  // Where the file's values come from, and what they scored, is not told of a value that nobody measured with them.
  saveConfiguration(file, { configuration, ...(Object.keys(replaces).length > 0 ? { replaces } : {}) });
}

function without<T>(record: Readonly<Record<string, T>>, name: string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => key !== name));
}
