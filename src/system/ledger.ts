import { RunEnd } from "./runEnd.ts";

/**
 * What system runs are spent on. `test` is counted apart: rows that measure the result never count against a budget.
 */
export type Purpose =
  | "offline pairs"
  | "fresh pairs"
  | "local search"
  | "validation"
  | "landscape"
  | "evaluation"
  | "test";

/** What a run may have a limit of. */
export type BudgetKind = "system runs" | "calls" | "tokens" | "money" | "time";

/** Thrown when a step or a request would overshoot a budget; nothing of it was begun. */
export class BudgetExhausted extends RunEnd {
  readonly endsRun = true;
  readonly budget: BudgetKind;
  constructor(budget: BudgetKind, message: string) {
    super(message);
    this.budget = budget;
  }
}

/** Component executions by purpose and component name: the whole state of a ledger. */
export type LedgerCounts = Readonly<Record<string, Readonly<Record<string, number>>>>;

/**
 * Counts equivalent system runs: the sum over component executions of the component's cost share, so that one full
 * execution is exactly 1. Work is reserved before it starts, with its worst case, so the budget is never overshot.
 */
export class Ledger {
  readonly #shareOf: ReadonlyMap<string, number>;
  readonly #limit: number;
  readonly #counts = new Map<Purpose, Map<string, number>>();
  #reserved = 0;

  /** @param limit most system runs that may be spent, test rows apart; Infinity for no limit */
  constructor(shareOf: ReadonlyMap<string, number>, limit = Infinity, counts: LedgerCounts = {}) {
    this.#shareOf = shareOf;
    this.#limit = limit;
    for (const [purpose, components] of Object.entries(counts)) {
      this.#counts.set(purpose as Purpose, new Map(Object.entries(components)));
    }
  }

  /** Equivalent runs spent, test rows apart. */
  get spent(): number {
    return round(
      [...this.#counts.keys()].reduce((sum, purpose) => sum + (purpose === "test" ? 0 : this.spentOn(purpose)), 0),
    );
  }

  get limit(): number {
    return this.#limit;
  }

  /** What may still be reserved. */
  get left(): number {
    return this.#limit - this.spent - this.#reserved;
  }

  spentOn(purpose: Purpose): number {
    let sum = 0;
    for (const [component, count] of this.#counts.get(purpose) ?? []) sum += count * this.#share(component);
    return round(sum);
  }

  byPurpose(): Record<string, number> {
    return Object.fromEntries([...this.#counts.keys()].map((purpose) => [purpose, this.spentOn(purpose)] as const));
  }

  counts(): LedgerCounts {
    return Object.fromEntries(
      [...this.#counts].map(([purpose, components]) => [purpose, Object.fromEntries(components)] as const),
    );
  }

  /**
   * Sets `worstCase` system runs aside for one step.
   * @throws BudgetExhausted when they are not there.
   */
  reserve(purpose: Purpose, worstCase: number): Reservation {
    // A hair of tolerance: shares like 1/5 do not add up to whole numbers exactly.
    if (purpose !== "test" && worstCase > this.left + 1e-6) {
      throw new BudgetExhausted(
        "system runs",
        `The budget has ${round(this.left)} system runs left and the next step may need ${round(worstCase)}; raise the budget.`,
      );
    }
    const held = purpose === "test" ? 0 : worstCase;
    this.#reserved += held;
    let open = true;
    let used = 0;
    return {
      spend: (component) => {
        if (!open) throw new Error(`a closed reservation for ${purpose} was charged for ${component}`);
        used += this.#share(component);
        if (used > worstCase + 1e-6) throw new Error(`${purpose} spent ${used} system runs of ${worstCase} reserved`);
        const components = this.#counts.get(purpose) ?? new Map<string, number>();
        components.set(component, (components.get(component) ?? 0) + 1);
        this.#counts.set(purpose, components);
        if (held > 0) this.#reserved -= this.#share(component);
      },
      close: () => {
        if (open && held > 0) this.#reserved -= Math.max(0, held - used);
        open = false;
      },
    };
  }

  #share(component: string): number {
    const share = this.#shareOf.get(component);
    if (share === undefined) throw new Error(`the ledger does not know component "${component}"`);
    return share;
  }
}

/** Runs set aside for a step. Whoever reserves closes, in a `finally`. */
export interface Reservation {
  /** Charges one execution of a component; call it when the execution starts. */
  spend(component: string): void;
  /** Gives back what was not spent. */
  close(): void;
}

function round(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
