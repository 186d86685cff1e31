import type { VariableValue } from "../../system/variable.ts";
import { type KnownRun, lastAt, validationOf } from "./knownRun.ts";
import type { ComponentView, UpdateView } from "./runView.ts";

/** What the last fit of a component's local reward gave. */
export interface FittedStanding {
  /** The run that fitted it last, and when that run last said something, in milliseconds since 1970. */
  readonly runFolder: string;
  readonly at: number;
  /** Null when too few pairs were held out to measure it. */
  readonly alignment: number | null;
  readonly heldOut: number;
  /** False: the component is optimized on the global reward, for `reason`. */
  readonly trusted: boolean;
  readonly reason: string;
}

/** The best value of a variable that a run has found. */
export interface BestKnown {
  readonly value: VariableValue;
  /** Mean over the validation rows, of the whole system, with this value and those of the other components. */
  readonly validation: number;
  readonly n: number;
  readonly runFolder: string;
}

/** What the runs of an experiment have found out about one component: of each the newest that is known. */
export interface Standing {
  /** The newest run that has the component. */
  readonly runFolder: string;
  /** When that run last said something, in milliseconds since 1970. */
  readonly at: number;
  /** Undefined as long as no run fitted its local reward. */
  readonly fitted: FittedStanding | undefined;
  /** Mean local reward of the value in force after the last update that was chosen by it; undefined before the first. */
  readonly localReward: number | undefined;
  /** Updates of all these runs. */
  readonly accepted: number;
  readonly rejected: number;
  readonly lastAccepted:
    | { readonly runFolder: string; readonly iteration: number; readonly update: UpdateView }
    | undefined;
  /** The value in force at the end of the run that came furthest, among those with the newest one's rows and model. */
  readonly best: BestKnown | undefined;
  /** What is told comes from the simulated model, in part at least. */
  readonly simulated: boolean;
}

/** Which runs are asked about. */
export interface StandingQuery {
  /** Absolute paths of the files of the experiments that contain the component. */
  readonly experiments: readonly string[];
  /** Names of the systems that list it; the only thing that runs started from code are known by. */
  readonly systems: readonly string[];
  readonly component: string;
  /**
   * True for paths that mean nothing here: the workspace was moved, or is seen from within a container. Runs of such files
   * belong where the file's name and the system are the same. Without it, no path is such.
   */
  readonly isElsewhere?: (path: string) => boolean;
}

/**
 * @param runs newest first
 * @returns undefined where no run has the component
 */
export function standing(runs: readonly KnownRun[], query: StandingQuery): Standing | undefined {
  const found = runs.flatMap((run) => {
    if (!belongs(run, query)) return [];
    const component = run.outline.components.find(({ name }) => name === query.component);
    return component === undefined ? [] : [{ run, component }];
  });
  const [newest] = found;
  if (newest === undefined) return undefined;
  const fit = found.find(({ component }) => component.localReward !== null);
  const rewarded = found
    .map((one) => ({ ...one, reward: localRewardOf(one) }))
    .find(({ reward }) => reward !== undefined);
  const accepting = found.find(({ component }) => component.accepted > 0);
  const lastAccepted = accepting && updatesOf(accepting).findLast(({ decision }) => decision === "accepted");
  const told = [newest, fit, rewarded, accepting].filter((one) => one !== undefined);
  return {
    runFolder: newest.run.folder,
    at: lastAt(newest.run),
    fitted: fit && fittedStanding(fit),
    localReward: rewarded?.reward,
    accepted: found.reduce((sum, { component }) => sum + component.accepted, 0),
    rejected: found.reduce((sum, { component }) => sum + component.rejected, 0),
    lastAccepted:
      accepting && lastAccepted
        ? { runFolder: accepting.run.folder, iteration: lastAccepted.iteration, update: lastAccepted }
        : undefined,
    best: bestKnown(found),
    simulated: told.some(({ run }) => run.info.simulated),
  };
}

/**
 * Folders of the runs that have learnt a component's local reward.
 * @param runs newest first, as the result is
 */
export function learntIn(runs: readonly KnownRun[], query: StandingQuery): string[] {
  return runs.flatMap((run) => {
    const component = run.outline.components.find(({ name }) => name === query.component);
    return belongs(run, query) && (component?.localReward ?? null) !== null ? [run.folder] : [];
  });
}

interface FoundIn {
  readonly run: KnownRun;
  readonly component: ComponentView;
}

function belongs({ info }: KnownRun, { experiments, systems, isElsewhere }: StandingQuery): boolean {
  const { path } = info.experiment;
  if (experiments.includes(path)) return true;
  if (!systems.includes(info.system)) return false;
  if (path === "" || experiments.length === 0) return true;
  return isElsewhere?.(path) === true && experiments.some((file) => fileName(file) === fileName(path));
}

/** Of a path as any system writes it. */
function fileName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
}

function fittedStanding({ run, component: { localReward } }: FoundIn): FittedStanding | undefined {
  if (localReward === null) return undefined;
  const { alignment, heldOut, trusted, reason } = localReward;
  return { runFolder: run.folder, at: lastAt(run), alignment, heldOut, trusted, reason };
}

function updatesOf({ run, component }: FoundIn): readonly UpdateView[] {
  return run.outline.updates.filter((update) => update.component === component.name);
}

function localRewardOf(found: FoundIn): number | undefined {
  const last = updatesOf(found).findLast(({ scorer }) => scorer === "local");
  return last && (last.decision === "accepted" ? last.rewardAfter : last.rewardBefore);
}

/** Scores on other rows, or with another model, say nothing about which value is better. */
function bestKnown(found: readonly FoundIn[]): BestKnown | undefined {
  let best: BestKnown | undefined;
  let like: string | undefined;
  for (const { run, component } of found) {
    const { after } = validationOf(run.outline);
    if (after === undefined) continue;
    const conditions = JSON.stringify([run.info.data.validation.hash, run.info.model]);
    like ??= conditions;
    if (conditions !== like || (best !== undefined && after <= best.validation)) continue;
    const n = run.outline.incumbent.at(-1)?.n ?? run.info.data.validation.n;
    best = { value: component.value, validation: after, n, runFolder: run.folder };
  }
  return best;
}
