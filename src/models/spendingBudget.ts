import { BudgetExhausted, type BudgetKind } from "../system/ledger.ts";
import type { Amount } from "./modelPrice.ts";

/** Most that a run may spend on models; null for no limit. */
export interface SpendingLimits {
  readonly calls: number | null;
  readonly tokens: number | null;
  /** US dollars. */
  readonly usd: number | null;
}

export const noLimits: SpendingLimits = { calls: null, tokens: null, usd: null };

/** What one request may take; whoever reserves settles, however the request ends. */
export interface HeldAmount {
  /** @param actual what the request came to, which counts from now on */
  settle(actual: Amount): void;
}

interface Sums {
  calls: number;
  tokens: number;
  usd: number;
}

/** Below the rounding of many small sums, money is no money. */
const ROUNDING = 1e-9;

/**
 * Keeps a run's requests within what may be spent on them. Each request sets its worst case aside before it is sent, so
 * that nothing is overshot; where that is not there now but may come back from requests under way, it waits for these.
 */
export class SpendingBudget {
  readonly #limits: SpendingLimits;
  readonly #spent: Sums;
  readonly #held: Sums = { calls: 0, tokens: 0, usd: 0 };
  #underWay = 0;
  #aside: Amount | undefined;
  /** Most that one request asked for so far: what it came to in the end was less. */
  readonly #dearest: Sums = { calls: 0, tokens: 0, usd: 0 };
  readonly #waiting: (() => void)[] = [];

  /** @param spent by earlier processes of the run */
  constructor(limits: SpendingLimits, spent: Amount = { calls: 0, tokens: 0, usd: 0 }) {
    this.#limits = limits;
    this.#spent = { calls: spent.calls, tokens: spent.tokens, usd: spent.usd ?? 0 };
  }

  get limits(): SpendingLimits {
    return this.#limits;
  }

  /** Money of models whose price is not known is not in it. */
  get spent(): Amount {
    return { ...this.#spent };
  }

  /**
   * Keeps something back for what comes at the end of the run, and besides what the last request of that may need to be
   * sent at all; undefined gives it free.
   * @returns false, keeping nothing, where more than half of what is left would be kept back
   */
  setAside(amount: Amount | undefined): boolean {
    this.#aside = undefined;
    if (amount === undefined) return true;
    const tooMuch = budgets.some(({ key }) => {
      const limit = this.#limits[key];
      return limit !== null && (amount[key] ?? 0) + this.#dearest[key] > (limit - this.#spent[key]) / 2;
    });
    if (!tooMuch) this.#aside = amount;
    return !tooMuch;
  }

  /**
   * Sets the worst case of one request aside, after those that asked before.
   * @throws BudgetExhausted where it is not there and nothing under way can give it back, or where money is limited and the
   *   price is not known; the signal's reason once it is aborted
   */
  async reserve(worst: Amount, model: string, signal: AbortSignal): Promise<HeldAmount> {
    if (this.#limits.usd !== null && worst.usd === null) {
      throw new BudgetExhausted(
        "money",
        `Nobody knows the price of ${model}, so that a budget in money cannot hold it. Write its price into optimas.models.json, or give the budget in tokens.`,
      );
    }
    this.#dearest.tokens = Math.max(this.#dearest.tokens, worst.tokens);
    this.#dearest.usd = Math.max(this.#dearest.usd, worst.usd ?? 0);
    for (;;) {
      signal.throwIfAborted();
      const lacking = this.#lacking(worst);
      if (lacking === undefined) break;
      if (this.#underWay === 0) throw this.#exhausted(lacking, worst);
      await this.#change(signal);
    }
    this.#add(this.#held, worst, 1);
    this.#underWay += 1;
    let open = true;
    return {
      settle: (actual) => {
        if (!open) throw new Error(`a request to ${model} was settled twice`);
        open = false;
        this.#underWay -= 1;
        this.#add(this.#held, worst, -1);
        this.#add(this.#spent, actual, 1);
        for (const wake of this.#waiting.splice(0)) wake();
      },
    };
  }

  #lacking(worst: Amount): (typeof budgets)[number] | undefined {
    return budgets.find(({ key }) => {
      const limit = this.#limits[key];
      const taken = this.#spent[key] + this.#held[key] + this.#keptBack(key);
      return limit !== null && taken + (worst[key] ?? 0) > limit + ROUNDING;
    });
  }

  #keptBack(key: keyof SpendingLimits): number {
    return this.#aside === undefined ? 0 : (this.#aside[key] ?? 0) + this.#dearest[key];
  }

  #exhausted({ key, kind, text }: (typeof budgets)[number], worst: Amount): BudgetExhausted {
    const limit = this.#limits[key] ?? 0;
    const aside = this.#keptBack(key);
    const kept = aside > 0 ? ` and ${text(aside)} kept for the test rows` : "";
    return new BudgetExhausted(
      kind,
      `Of a budget of ${text(limit)}, ${text(this.#spent[key])} is spent${kept}; the next request may need ${text(worst[key] ?? 0)}.`,
    );
  }

  #add(sums: Sums, amount: Amount, sign: 1 | -1): void {
    sums.calls += sign * amount.calls;
    sums.tokens += sign * amount.tokens;
    sums.usd += sign * (amount.usd ?? 0);
  }

  #change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        signal.removeEventListener("abort", wake);
        resolve();
      };
      signal.addEventListener("abort", wake, { once: true });
      this.#waiting.push(wake);
    });
  }
}

const budgets: readonly {
  readonly key: keyof SpendingLimits;
  readonly kind: BudgetKind;
  readonly text: (amount: number) => string;
}[] = [
  { key: "calls", kind: "calls", text: (amount) => `${amount} model ${amount === 1 ? "call" : "calls"}` },
  { key: "tokens", kind: "tokens", text: (amount) => `${amount} tokens` },
  { key: "usd", kind: "money", text: dollars },
];

/** Cents where it is dollars, three digits where it is less. */
function dollars(amount: number): string {
  return `$${amount >= 1 || amount === 0 ? amount.toFixed(2) : amount.toPrecision(3)}`;
}
