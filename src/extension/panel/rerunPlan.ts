import { basename, dirname } from "node:path";
import type { RunInfo } from "../../run/runInfo.ts";
import type { Configuration } from "../../system/configuration.ts";
import type { L10n } from "../l10n.ts";
import type { TrialPlan } from "../trials/trialKernel.ts";

const NOTEBOOK = /\.(?:optnb|ipynb)$/i;

/** How a row of a run can be run again. */
export type RerunPlan =
  | {
      readonly kind: "plan";
      readonly plan: TrialPlan;
      readonly file: string /** The file is another than when the run began. */;
      readonly hasChanged: boolean;
    }
  /** In words for people: why not, and what to do. */
  | { readonly kind: "refused"; readonly message: string };

interface Given {
  /** Absolute path of the run's folder. */
  readonly folder: string;
  readonly info: Pick<RunInfo, "runId" | "experiment" | "system">;
  /** That of the cell. */
  readonly configuration: Configuration;
  /** The run has learnt local rewards that can be read now. */
  readonly hasRewards: boolean;
  /** `fileDigest` of a path; undefined where there is no such file. */
  readonly digestOf: (path: string) => string | undefined;
}

/** What is started in order to run a row again, or why nothing is. */
export function rerunPlan({ folder, info, configuration, hasRewards, digestOf }: Given, l10n: L10n): RerunPlan {
  const { path, digest } = info.experiment;
  if (path === "" || NOTEBOOK.test(path)) {
    return {
      kind: "refused",
      message: l10n.t(
        "{0} was begun by code that lies in no file of its own, so that the editor cannot run its rows. There, a row runs by trials({ start: values }) and runExamples([id]).",
        info.runId,
      ),
    };
  }
  const now = digestOf(path);
  if (now === undefined) {
    const message = l10n.t(
      "{0} is no longer in {1}. Put it back there, or start a new run of the experiment where it lies now.",
      basename(path),
      dirname(path),
    );
    return { kind: "refused", message };
  }
  return {
    kind: "plan",
    file: path,
    hasChanged: digest !== undefined && digest !== now,
    plan: {
      file: path,
      exported: { by: "system", system: info.system },
      asInRun: folder,
      start: configuration,
      ...(hasRewards && { rewardsFrom: folder }),
    },
  };
}
