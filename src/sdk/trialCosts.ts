import type { Measured } from "../optimize/estimate.ts";
import type { Optimization } from "../optimize/optimization.ts";
import { type TrialWork, trialPlan } from "../optimize/trialPlans.ts";
import type { RunEstimate } from "../run/events.ts";
import type { Configuration } from "../system/configuration.ts";
import type { PreparedExperiment } from "./preparation.ts";
import { SpendingConsent } from "./runConsent.ts";
import { asksPaidModels, averagesIn, estimateOf, loggedEstimate } from "./runEstimate.ts";
import type { Step } from "./step.ts";

/** What trials of one experiment may cost, and whether a person agrees to it. Costs of what was tried before count on. */
export class TrialCosts {
  readonly #prepared: PreparedExperiment;
  /** Folder of runs, whose averages hold for trials as well. */
  readonly #out: string;
  readonly #consent = new SpendingConsent();
  /** US dollars that trials have come to which are not open any more. */
  #earlierUsd = 0;
  #averages: { readonly measured: Measured | undefined } | undefined;

  /** @param out folder of runs */
  constructor(prepared: PreparedExperiment, out: string) {
    this.#prepared = prepared;
    this.#out = out;
  }

  /** Undefined where no model of a provider is asked. */
  estimate(optimization: Optimization, configuration: Configuration, work: TrialWork): RunEstimate | undefined {
    if (!asksPaidModels(this.#prepared)) return undefined;
    this.#averages ??= { measured: averagesIn(this.#out, this.#prepared) };
    const plan = trialPlan(optimization.session.system, configuration, work);
    const given = { goal: { kind: "evaluate" as const }, configuration, plan, out: undefined };
    return loggedEstimate(estimateOf(this.#prepared, { ...given, ...this.#averages }));
  }

  /** @throws UserError where nobody agrees to what it may cost */
  async agree(optimization: Optimization, configuration: Configuration, work: TrialWork, step: Step): Promise<void> {
    const estimate = this.estimate(optimization, configuration, work);
    if (estimate === undefined) return;
    const { system, settings } = optimization.session;
    const spentUsd = this.#earlierUsd + spentBy(optimization);
    const costly = { system: system.name, what: work.kind, estimate, settings, spentUsd };
    await step.unlessStopped(this.#consent.agree(costly, step.cell?.models, step.signal));
  }

  /** These trials are not open any more. */
  closed(optimization: Optimization): void {
    this.#earlierUsd += spentBy(optimization);
  }
}

function spentBy({ session }: Optimization): number {
  return session.meter.budget.spent.usd ?? 0;
}
