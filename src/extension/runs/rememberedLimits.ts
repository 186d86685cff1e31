import * as z from "zod";
import { budgetsSchema } from "../../run/budgets.ts";
import type { Memory } from "../notebook/rememberedRuns.ts";
import type { ChosenLimits } from "./budgetQuestions.ts";

const KEY = "optimas.chosenLimits";
/** Most experiments whose limits are remembered. */
const MOST = 50;

const keptSchema = z.array(
  z.object({
    experiment: z.string(),
    budgets: budgetsSchema,
    cache: z.enum(["on", "off"]).exactOptional(),
  }),
);

/** The limits that were chosen last for each experiment of this workspace. */
export class RememberedLimits {
  readonly #memory: Memory;

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  /** @param experiment id of its definition */
  of(experiment: string): ChosenLimits | undefined {
    const found = this.#all().find((one) => one.experiment === experiment);
    return found && { budgets: found.budgets, ...(found.cache && { cache: found.cache }) };
  }

  async remember(experiment: string, { budgets, cache }: ChosenLimits): Promise<void> {
    const others = this.#all().filter((one) => one.experiment !== experiment);
    const isNothing = Object.keys(budgets).length === 0 && cache === undefined;
    const kept = isNothing ? [] : [{ experiment, budgets, ...(cache && { cache }) }];
    await this.#memory.update(KEY, [...kept, ...others].slice(0, MOST));
  }

  #all(): z.infer<typeof keptSchema> {
    const kept = keptSchema.safeParse(this.#memory.get<unknown>(KEY));
    return kept.success ? kept.data : [];
  }
}
