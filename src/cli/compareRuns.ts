import { basename } from "node:path";
import { readEvents } from "../run/eventLog.ts";
import { compareModel } from "../run/panel/compareModel.ts";
import { MOST_COMPARED, plainCompareQuery } from "../run/panel/compareQuery.ts";
import { COMPONENTS_LISTED, type ComparedSource, type Comparison, comparison } from "../run/panel/comparison.ts";
import { ComparisonMemory } from "../run/panel/comparisonMemory.ts";
import { eventsFile } from "../run/runFolder.ts";
import { experimentFile } from "../run/runInfo.ts";
import { findRun } from "../run/runList.ts";
import { liveOwner } from "../run/runLock.ts";
import { effectiveEvents } from "../run/views/effectiveEvents.ts";
import { UserError } from "../system/userError.ts";
import { comparisonText } from "./display/comparisonText.ts";
import type { Terminal } from "./terminal.ts";

/**
 * Prints runs side by side, compared with the first.
 * @throws UserError when they are too many, one is named twice, or one cannot be found or read
 */
export function compareRuns(
  texts: readonly string[],
  { out, json = false }: { readonly out: string; readonly json?: boolean },
  terminal: Terminal,
): void {
  if (texts.length > MOST_COMPARED) {
    throw new UserError(`At most ${MOST_COMPARED} runs can be compared; ${texts.length} were given.`);
  }
  const folders = texts.map((text) => findRun(out, text));
  for (const [place, folder] of folders.entries()) {
    const first = folders.indexOf(folder);
    if (first !== place) throw new UserError(`"${texts[first]}" and "${texts[place]}" are the same run, ${folder}.`);
  }
  const shown = wholeComparison(folders.map(sourceOf));
  if (json) terminal.result(JSON.stringify(shown));
  else for (const line of comparisonText(shown, terminal.resultDisplay())) terminal.result(line);
}

function sourceOf(folder: string): ComparedSource {
  const state = compareModel.empty();
  for (const event of effectiveEvents([...readEvents(eventsFile(folder))])) compareModel.add(state, event);
  const brief = compareModel.shown(state, undefined);
  return {
    folder,
    id: basename(folder),
    live: liveOwner(folder) !== undefined,
    file: experimentFile(folder),
    read: { state: "read", brief },
  };
}

/** A page shows components a few at a time; here all stand below one another. */
function wholeComparison(sources: readonly ComparedSource[]): Comparison {
  const memory = new ComparisonMemory();
  const first = comparison(sources, plainCompareQuery, memory);
  const listed = [...first.components.listed];
  while (listed.length < first.components.meant) {
    const from = listed.length;
    const { components } = comparison(sources, { ...plainCompareQuery, from }, memory);
    listed.push(...components.listed);
    if (components.listed.length < COMPONENTS_LISTED) break;
  }
  return { ...first, components: { ...first.components, listed } };
}
