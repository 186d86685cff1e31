import { join } from "node:path";
import type { RunOutput } from "../../run/runOutput.ts";

/** A run that stopped before its end and can go on. */
export interface UnfinishedRun {
  /** Absolute path of the run's folder. */
  readonly folder: string;
  /** Iterations that were begun. */
  readonly iteration: number;
  /** Iterations that were asked for; undefined where nothing says so. */
  readonly of: number | undefined;
}

/**
 * The run that an output points to, if it stopped before its end and nobody works on it now.
 * @param base folder that the pointer starts from: the notebook's own
 */
export async function unfinishedRun(
  output: Pick<RunOutput, "folder" | "status" | "iteration">,
  base: string,
): Promise<UnfinishedRun | undefined> {
  const { status, iteration } = output;
  // A run that waits for its next step was never cut short; all others but these two have come to an end.
  if (status.state !== "running" && status.state !== "interrupted") return undefined;
  if (output.folder === null) return undefined;
  const folder = join(base, output.folder);
  const known = await runIn(folder);
  return known && { folder, iteration: known.iteration, of: known.of ?? iteration?.of };
}

/** What the run's own folder says; undefined for a run that is at work, came to its end, or cannot be read. */
export async function runIn(folder: string): Promise<Omit<UnfinishedRun, "folder"> | undefined> {
  const { readRun } = await import("../../run/runList.ts");
  const run = readRun(folder);
  if (run.kind === "unreadable" || run.held || run.status === "finished") return undefined;
  return { iteration: run.iterations, of: run.planned };
}
