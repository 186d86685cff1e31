import { canonicalJson } from "../../system/configuration.ts";
import { briefLine } from "../views/briefLine.ts";
import { countText } from "../views/numberFormat.ts";
import type { RunBrief } from "./compareModel.ts";
import { meantExperiments } from "./meantExperiments.ts";

/** Facts of a run that are no settings of its own, by which runs may differ. */
export const runFacts = ["system", "experiment", "model", "seed", "train", "validation", "test"] as const;
export type RunFact = (typeof runFacts)[number];

/** Something that runs were started with and that is not the same in all of them. */
export interface SettingDifference {
  /** A setting by its name, or a fact that has a name in every language. */
  readonly what: { readonly setting: string } | { readonly fact: RunFact };
  /** In the order of the runs; null where a run does not have it, or is not read. */
  readonly values: readonly (string | null)[];
}

/** Settings that are listed: nobody reads more. */
const MOST_SETTINGS = 100;
const HASH = 8;

/**
 * What the runs were started with that differs between them.
 * @param files of their experiments, in the same order; undefined where they are not known
 */
export function differingSettings(
  briefs: readonly (RunBrief | null)[],
  files: readonly (string | undefined)[] = [],
): SettingDifference[] {
  const told = briefs.flatMap((brief, place) =>
    brief === null ? [] : [{ brief, given: brief.experiment, file: files[place] }],
  );
  const meant = meantExperiments(told);
  const experiments = new Map(told.map(({ brief }, index) => [brief, meant[index] ?? null]));
  const facts = runFacts.flatMap((fact) =>
    difference({ fact }, briefs, (brief) =>
      fact === "experiment" ? (experiments.get(brief) ?? null) : factOf(brief, fact),
    ),
  );
  const names = new Set(briefs.flatMap((brief) => Object.keys(brief?.settings ?? {})));
  // The seed is told already.
  names.delete("seed");
  const settings = [...names]
    .sort()
    .flatMap((setting) => difference({ setting: briefLine(setting) }, briefs, (brief) => settingOf(brief, setting)));
  return [...facts, ...settings].slice(0, MOST_SETTINGS);
}

function difference(
  what: SettingDifference["what"],
  briefs: readonly (RunBrief | null)[],
  textOf: (brief: RunBrief) => string | null,
): SettingDifference[] {
  const values = briefs.map((brief) => (brief === null ? null : textOf(brief)));
  const read = values.filter((_, place) => briefs[place] !== null);
  if (new Set(read).size < 2) return [];
  return [{ what, values: values.map((value) => (value === null ? null : briefLine(value))) }];
}

function settingOf({ settings }: RunBrief, name: string): string | null {
  const value = Object.hasOwn(settings, name) ? settings[name] : undefined;
  if (value === undefined) return null;
  return typeof value === "string" ? value : canonicalJson(value);
}

function factOf(brief: RunBrief, fact: Exclude<RunFact, "experiment">): string | null {
  switch (fact) {
    case "seed":
      return String(brief.seed);
    case "system":
    case "model":
      return brief[fact];
    case "train":
      return dataText(brief.train);
    case "validation":
      return dataText(brief.validation.data);
    case "test":
      return brief.test === null ? null : dataText(brief.test.data);
  }
}

/** Rows are the same where their hash is; the name of their file says nothing. */
function dataText({ n, hash }: RunBrief["train"]): string {
  return `${countText(n)} (${hash.slice(0, HASH)})`;
}
