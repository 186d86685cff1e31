import type { Phase } from "../events.ts";
import type { RunStatus } from "./runView.ts";

/** What a run is when a phase begins. What is measured of a finished run, as a landscape is, leaves it finished. */
export function statusInPhase(before: RunStatus, phase: Phase): RunStatus {
  return before.state === "finished" && phase === "measuring" ? before : { state: "running", phase };
}
