import { BudgetExhausted } from "../system/ledger.ts";
import type { Optimization } from "./optimization.ts";

/**
 * Does a part of a run that a budget may end in its midst. What was scored until then stands, the configuration in force
 * is the best that there is, and nothing later is begun. The checkpoint before stays in force: whoever goes on with more
 * money does the part again from its beginning, as the run would have done it, with the answers that were recorded.
 * @returns what the part gave; undefined where a budget ended it, which the state then says
 * @throws BudgetExhausted where not even the start was measured, everything else as it comes
 */
export async function untilBudget<T>(optimization: Optimization, part: () => Promise<T>): Promise<T | undefined> {
  const { session, state } = optimization;
  try {
    return await part();
  } catch (thrown) {
    if (!(thrown instanceof BudgetExhausted) || state.gate === undefined) throw thrown;
    state.stop = "budget";
    state.budget = thrown.budget;
    session.record({ type: "warning", message: `${thrown.message} The run ends here with what it has accepted.` });
    return undefined;
  }
}
