import type { Configuration } from "../../system/configuration.ts";
import type { RunView } from "./runView.ts";

/**
 * The configuration in force after an iteration of a run: what it started from, with every update accepted by then.
 * @param iteration from 0, the start
 * @throws RangeError when the run has not begun
 */
export function configurationAfter({ header, updates }: RunView, iteration: number): Configuration {
  if (header === null) throw new RangeError("a run that has not begun has no configuration");
  const accepted = updates.filter((update) => update.decision === "accepted" && update.iteration <= iteration);
  return { ...header.configuration, ...Object.fromEntries(accepted.map(({ component, after }) => [component, after])) };
}
