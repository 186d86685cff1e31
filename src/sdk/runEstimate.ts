import { readdirSync } from "node:fs";
import { join } from "node:path";
import { knownPrice } from "../models/knownPrice.ts";
import { settingsOf } from "../models/modelSettings.ts";
import { type Estimate, estimate, type Measured } from "../optimize/estimate.ts";
import { measuredIn, type PastRun } from "../optimize/measured.ts";
import { optimizationStateSchema } from "../optimize/optimizationState.ts";
import type { Plan } from "../optimize/plannedExecutions.ts";
import type { Goal } from "../optimize/pursue.ts";
import type { RunEstimate } from "../run/events.ts";
import { readRunInfo } from "../run/runInfo.ts";
import { readRunState } from "../run/runState.ts";
import type { Configuration } from "../system/configuration.ts";
import type { Purpose } from "../system/ledger.ts";
import type { PreparedExperiment } from "./preparation.ts";

/** Newest runs of the same system and model that averages are taken of. */
const RUNS_READ = 5;
/** Folders that are looked into for them. */
const FOLDERS_READ = 100;

/**
 * What a run of a prepared experiment may come to. Asks nobody, and costs nothing.
 * @param given.out folder of earlier runs, whose averages hold for this one
 */
export function estimateOf(
  prepared: PreparedExperiment,
  given: {
    readonly goal: Goal;
    readonly configuration?: Configuration | undefined;
    readonly out: string | undefined;
    /** What is to be done, where it is no run. */
    readonly plan?: Plan | undefined;
    /** Purposes that were seen to already. */
    readonly without?: readonly Purpose[] | undefined;
    /** Averages of earlier runs, where they were read before. */
    readonly measured?: Measured | undefined;
  },
): Estimate {
  const { experiment, splits, settings, model, proposer, descriptions } = prepared;
  const simulated = (name: string) =>
    name === proposer.name ? proposer.simulated : model.simulated || name.startsWith("simulated");
  const own = new Map([model, proposer].map((one) => [one.name, one]));
  return estimate({
    system: experiment.system,
    splits,
    settings,
    goal: given.goal,
    plan: given.plan,
    without: given.without,
    configuration: given.configuration,
    model: model.name,
    proposer: proposer.name,
    simulated,
    priceOf: (name) => (own.get(name) ?? model).priceOf?.(name) ?? knownPrice(name, descriptions),
    thinkingTokens: (name) => settingsOf(name, descriptions.models).thinkingTokens,
    limits: (name) => descriptions.limits.get(name) ?? descriptions.limits.get(name.split(":")[0] ?? ""),
    measured: given.measured ?? (given.out === undefined ? undefined : averagesIn(given.out, prepared)),
  });
}

/** Averages of the newest earlier runs in a folder of runs. */
export function averagesIn(out: string, prepared: PreparedExperiment): Measured | undefined {
  return measuredIn(pastRuns(out, prepared));
}

/** An estimate as a run's log keeps it. */
export function loggedEstimate({ rows: _rows, unpriced: _unpriced, sentences, ...figures }: Estimate): RunEstimate {
  return { ...figures, sentences: [...sentences] };
}

/** Whether a run asks models that are paid for, or may be. */
export function asksPaidModels({ paid }: PreparedExperiment): boolean {
  return paid.size > 0;
}

function pastRuns(out: string, { experiment, model }: PreparedExperiment): PastRun[] {
  const found: PastRun[] = [];
  for (const folder of newestFolders(out)) {
    if (found.length >= RUNS_READ) break;
    try {
      const info = readRunInfo(folder);
      if (info.system !== experiment.system.name || info.model !== model.name || info.simulated !== model.simulated) {
        continue;
      }
      const state = optimizationStateSchema.safeParse(readRunState(folder)?.state);
      if (!state.success) continue;
      const { ledger, spentCalls, elapsedMs } = state.data;
      found.push({ executions: ledger, spentCalls, elapsedMs });
    } catch {
      // A run that cannot be read teaches nothing; whoever looks at it is told why.
    }
  }
  return found;
}

/** Runs are named by the moment at which they began. */
function newestFolders(out: string): string[] {
  try {
    return readdirSync(out)
      .toSorted()
      .toReversed()
      .slice(0, FOLDERS_READ)
      .map((name) => join(out, name));
  } catch {
    return [];
  }
}
