import type { RunInfo } from "../runInfo.ts";
import type { RunPause } from "../runPause.ts";
import type { RunOutline } from "./runOutline.ts";

/** A run as lists of the editor show it. */
export interface KnownRun {
  readonly kind: "run";
  readonly id: string;
  /** Absolute path. */
  readonly folder: string;
  readonly info: RunInfo;
  readonly outline: RunOutline;
  /** A process works on it now. The log of a killed run ends as if it were under way, too; only this tells the two apart. */
  readonly live: boolean;
  /** Why nothing goes on, as that process says. */
  readonly pause?: RunPause;
}

/** A folder among the runs that cannot be read, and why. */
export interface UnreadableRun {
  readonly kind: "unreadable";
  readonly id: string;
  readonly folder: string;
  readonly problem: string;
}

/** A folder among the runs, readable or not. */
export type FoundRun = KnownRun | UnreadableRun;

/** `interrupted`: stopped or killed before its end; it can be resumed. */
export type KnownStatus = "running" | "interrupted" | "failed" | "finished";

/** Where a run stands: by its log, and by whether a process holds it. */
export function knownStatus(run: Pick<KnownRun, "live" | "outline">): KnownStatus {
  if (isAtWork(run)) return "running";
  const { state } = run.outline.status;
  return state === "finished" || state === "failed" ? state : "interrupted";
}

/** True while a process works on the run: a notebook holds its runs as long as its kernel lives, ended ones, too. */
export function isAtWork({ live, outline }: Pick<KnownRun, "live" | "outline">): boolean {
  const { state } = outline.status;
  return live && (state === "running" || state === "waiting");
}

/** Mean validation scores before the first update and of the configuration in force; undefined where not measured. */
export function validationOf({ incumbent, summary }: RunOutline): {
  readonly before: number | undefined;
  readonly after: number | undefined;
} {
  return {
    before: summary?.unoptimized.validation.mean ?? incumbent[0]?.mean,
    after: summary?.optimized.validation.mean ?? incumbent.at(-1)?.mean,
  };
}

/** When something last happened in a run, in milliseconds since 1970. */
export function lastAt({ info, outline }: KnownRun): number {
  return outline.lastAt ?? info.startedAt;
}
