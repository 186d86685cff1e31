import type { ExperimentDefinition } from "../../detection/definition.ts";
import { settingsSchema } from "../../optimize/settings.ts";
import { BUDGET_NAMES, type Budgets } from "../../run/budgets.ts";
import type { OwnLimits } from "./budgetQuestions.ts";

/** Limits that an experiment says in its source; nothing is known of one whose settings are computed. */
export function ownLimits({ settings }: Pick<ExperimentDefinition, "settings">): OwnLimits {
  if (settings === undefined) return { budgets: {} };
  const named = [...BUDGET_NAMES, "cache"].filter((name) => name in settings);
  const parsed = settingsSchema.safeParse(Object.fromEntries(named.map((name) => [name, settings[name]])));
  // What the run is going to refuse is nothing to begin from.
  if (!parsed.success) return { budgets: {} };
  const budgets: Budgets = Object.fromEntries(BUDGET_NAMES.map((name) => [name, parsed.data[name]]));
  return { budgets, cache: parsed.data.cache };
}
