import type { Experiment } from "../optimize/experiment.ts";
import { EXPERIMENT_BRAND, EXPERIMENT_FORMAT } from "../sdk/experiment.ts";
import { UserError } from "../system/userError.ts";

const REMEDY = "End it with `export default experiment({ system, data, reward })`.";

/**
 * The experiment that a module exports by default.
 * @param label how messages name the module
 * @throws UserError when there is no default export, when it is no experiment or one of another SDK format
 */
export function experimentIn(module: unknown, label: string): Experiment {
  const exported = defaultExport(module);
  if (exported === undefined) throw new UserError(`${label} has no default export. ${REMEDY}`);
  const format = brandOf(exported);
  if (format === undefined) {
    const promised = exported instanceof Promise ? " (it is a promise; put `await` before it)" : "";
    throw new UserError(`The default export of ${label} is not an experiment${promised}. ${REMEDY}`);
  }
  if (format !== EXPERIMENT_FORMAT) {
    throw new UserError(
      `${label} was made with another version of "optimas" (experiment format ${String(format)}, this program reads ` +
        `${EXPERIMENT_FORMAT}). Install the same version in the workspace, or none.`,
    );
  }
  return exported as Experiment;
}

function defaultExport(module: unknown): unknown {
  return typeof module === "object" && module !== null && "default" in module ? module.default : undefined;
}

function brandOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !(EXPERIMENT_BRAND in value)) return undefined;
  return value[EXPERIMENT_BRAND as keyof typeof value];
}
