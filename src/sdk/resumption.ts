import type { Experiment } from "../optimize/experiment.ts";
import { parseSettings, type Settings, type SettingsInput } from "../optimize/settings.ts";
import type { RunEvent } from "../run/events.ts";
import { type RunInfo, readRunInfo } from "../run/runInfo.ts";
import { canonicalJson } from "../system/configuration.ts";
import { UserError } from "../system/userError.ts";
import type { CellHost } from "./cellHost.ts";
import type { PreparedExperiment } from "./preparation.ts";

/** Settings that change how fast a run goes, or where it ends, but not what it finds. */
const HARMLESS = new Set([
  "iterations",
  "concurrency",
  "timeoutMs",
  // What a budget does not pay for is not begun; what it paid for stays as it is.
  "budgetRuns",
  "budgetCalls",
  "budgetTokens",
  "budgetUsd",
  "budgetMinutes",
]);
const REMEDY = "Undo the change, or run the cell without resuming to start a new run.";

/**
 * The run that the cell is to go on with, taken, if it is one of this experiment's system; else it is left to another.
 * @throws UserError when the folder holds no readable run
 */
export function takenRun(cell: CellHost | undefined, experiment: Experiment): string | undefined {
  return offeredRun(cell, experiment) === undefined ? undefined : cell?.takeResume();
}

/** The same run, left where it is. */
export function offeredRun(cell: CellHost | undefined, experiment: Experiment): string | undefined {
  if (cell?.resume === undefined) return undefined;
  const info = readRunInfo(cell.resume);
  // Runs of the command line are resumed by it: their goal and data are not the cell's.
  if (info.asked !== undefined || info.system !== experiment.system.name) return undefined;
  return cell.resume;
}

/**
 * Scores from other data, settings, models or components cannot be compared with those the run has already.
 * @param events those of the run so far
 * @throws UserError naming what has changed
 */
export function refuseChanges(info: RunInfo, events: readonly RunEvent[], prepared: PreparedExperiment): void {
  const { experiment, settings } = prepared;
  const what = changedSince(info, prepared);
  if (what !== undefined) throw changed(info, what);
  const recorded: Readonly<Record<string, unknown>> = comparable(parseSettings(info.settings as SettingsInput));
  for (const [name, value] of Object.entries(comparable(settings))) {
    const then = recorded[name];
    if (HARMLESS.has(name) || canonicalJson(then ?? null) === canonicalJson(value ?? null)) continue;
    throw changed(info, `the setting ${name} (${JSON.stringify(then)}, now ${JSON.stringify(value)})`);
  }
  const started = events.find((event) => event.type === "run.started");
  if (started === undefined) return;
  const described = (components: readonly { readonly name: string; readonly kind: string }[]) =>
    components.map(({ name, kind }) => `${name} (${kind})`).join(", ");
  const then = described(started.system.components);
  const now = described(experiment.system.components.map(({ name, variable }) => ({ name, kind: variable.kind })));
  if (then !== now) throw changed(info, `the components of ${info.system} (${then}; now ${now})`);
}

/** How much memory a fit may take changes nothing of what it finds. */
function comparable({ rewards: { memoryMb: _, ...rewards }, ...settings }: Settings) {
  return { ...settings, rewards };
}

/** Which data, or whether the model, is another than when the run was started; undefined where all is the same. */
export function changedSince(info: Pick<RunInfo, "data" | "model">, prepared: PreparedExperiment): string | undefined {
  const { splits, model } = prepared;
  for (const split of ["train", "validation", "test"] as const) {
    const [then, now] = [info.data[split], splits[split]];
    if (then?.hash !== now?.hash) return `the ${split} data (${then?.source ?? now?.source})`;
  }
  return model.name === info.model ? undefined : `the model (${info.model}, now ${model.name})`;
}

function changed(info: RunInfo, what: string): UserError {
  return new UserError(`Run ${info.runId} cannot go on: since it was started ${what} changed. ${REMEDY}`);
}

/** Iterations done when code asked for `iterations` more, where that was asked for and not come to its end. */
export function plannedFrom(events: readonly RunEvent[], iterations: number): number | undefined {
  for (let index = events.length - 1; index >= 0; index--) {
    const event = events[index];
    if (event?.type === "summary") return undefined;
    if (event?.type !== "phase" || event.plan === undefined) continue;
    return event.plan.of - event.plan.from === iterations ? event.plan.from : undefined;
  }
  return undefined;
}
