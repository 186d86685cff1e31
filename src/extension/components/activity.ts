import type { KnownRun } from "../../run/views/knownRun.ts";
import type { EditorRun } from "../runs/editorRun.ts";
import type { Activity } from "./componentFacts.ts";

/** A run of this window, as far as it matters here. */
export type OwnRun = Pick<EditorRun, "id" | "state" | "output" | "folder"> & {
  readonly plan: Pick<EditorRun["plan"], "file" | "goal">;
};

/** Everything at work: runs of this window, and those of other processes that work on the same files. */
export interface LiveRuns {
  readonly own: readonly OwnRun[];
  readonly others: readonly KnownRun[];
}

/** Which experiments are meant: by their files, and the names of their systems where a run was started from code. */
export interface Experiments {
  readonly files: readonly string[];
  readonly systems: readonly string[];
}

/**
 * What is being done to one component: by a run that may change it alone, or that is just at it. A run that may change
 * several is not shown at all of them.
 */
export function componentActivity(name: string, of: Experiments, { own, others }: LiveRuns): Activity | undefined {
  const mine = own.find((run) => of.files.includes(run.plan.file) && isAbout(name, run));
  if (mine !== undefined) return ownActivity(mine);
  const other = others.find(({ outline, info }) => {
    const { status, iteration } = outline;
    const iterating = status.state === "running" && status.phase === "iterating";
    return iterating && iteration?.component === name && isOf(info, of);
  });
  return other && otherActivity(other);
}

/** What is being done to a whole system or experiment. */
export function systemActivity(of: Experiments, { own, others }: LiveRuns): Activity | undefined {
  const mine = own.find(({ plan, state }) => of.files.includes(plan.file) && state.kind !== "ended");
  if (mine !== undefined) return ownActivity(mine);
  const other = others.find(({ info }) => isOf(info, of));
  return other && otherActivity(other);
}

/** The activity of a run of this window, whatever it works on. */
export function ownActivity({ id, state, plan, output }: OwnRun): Activity | undefined {
  if (state.kind === "ended") return undefined;
  const iterating = output?.status.state === "running" && output.status.phase === "iterating";
  const { iteration } = output ?? {};
  return {
    state: state.kind,
    goal: plan.goal.kind,
    iteration: iterating && iteration ? { iteration: iteration.iteration, of: iteration.of } : undefined,
    stop: { editorRun: id },
    simulated: output?.simulated === true,
  };
}

function isAbout(name: string, { plan, state, output }: OwnRun): boolean {
  if (state.kind === "ended") return false;
  const { goal } = plan;
  if (goal.kind === "evaluate") return false;
  if (goal.kind === "landscape") return goal.component === name;
  if (goal.components !== undefined) return goal.components.includes(name);
  return (
    output?.status.state === "running" && output.status.phase === "iterating" && output.iteration?.component === name
  );
}

function otherActivity({ outline, info }: KnownRun): Activity {
  const { status, iteration } = outline;
  const iterating = status.state === "running" && status.phase === "iterating";
  return {
    state: "running",
    goal: info.asked?.goal.kind ?? "optimize",
    iteration: iterating && iteration !== null ? { iteration: iteration.iteration, of: iteration.of } : undefined,
    stop: undefined,
    simulated: info.simulated,
  };
}

function isOf({ experiment, system }: KnownRun["info"], of: Experiments): boolean {
  if (experiment.path !== "" && of.files.length > 0) return of.files.includes(experiment.path);
  return of.systems.includes(system);
}
