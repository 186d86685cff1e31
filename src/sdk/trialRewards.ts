import { dirname } from "node:path";
import { optimizationStateSchema } from "../optimize/optimizationState.ts";
import { parseSettings, type SettingsInput } from "../optimize/settings.ts";
import type { LocalRewards } from "../reward/localRewards.ts";
import type { RewardSettings } from "../reward/rewardSettings.ts";
import { learntRewards } from "../run/learntRewards.ts";
import { readRunInfo } from "../run/runInfo.ts";
import type { System } from "../system/system.ts";
import { UserError } from "../system/userError.ts";

/** What a run has learnt. */
export interface Learnt {
  /** Where the weights lie. */
  readonly file: string;
  /** Which components they are for, with their alignment. */
  readonly alignment: ReadonlyMap<string, number | undefined>;
  /** On what that run has learnt it. */
  readonly settings: RewardSettings;
  /** Absolute path of the folder that a backbone's path starts in. */
  readonly place: string;
}

/**
 * What a run has learnt about components of a system; undefined where it has learnt nothing yet.
 * @param folder the run's, absolute
 * @param base folder that the paths of a run start in which was started from code, absolute
 * @throws UserError where the run cannot be read
 */
export function learntIn(folder: string, base: string, system: System): Learnt | undefined {
  const learnt = learntRewards(folder);
  if (learnt === undefined) return undefined;
  const { settings, experiment } = readRunInfo(folder);
  const state = optimizationStateSchema.safeParse(learnt.state);
  if (!state.success)
    throw new UserError(`The state of the run in ${folder} cannot be read; choose another run, or none.`);
  const known = new Set(system.components.map(({ name }) => name));
  const fitted = Object.entries(state.data.standings).filter(([name, { fit }]) => known.has(name) && fit !== undefined);
  return {
    file: learnt.file,
    alignment: new Map(fitted.map(([name, { fit }]) => [name, fit?.alignment])),
    settings: parseSettings({ rewards: settings.rewards } as SettingsInput).rewards,
    place: experiment.path === "" ? base : dirname(experiment.path),
  };
}

/** Trials without learnt rewards never ask for one. */
export const noRewards: LocalRewards = {
  backbone: "none",
  fit: () => Promise.reject(new Error("trials fit no local rewards")),
  score: () => Promise.reject(new Error("trials without local rewards scored an output")),
  save: () => Promise.reject(new Error("trials save no local rewards")),
  load: () => Promise.reject(new Error("trials load no local rewards")),
  dispose: () => Promise.resolve(),
};
