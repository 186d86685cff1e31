import type { AskConsent } from "../../notebook/kernelClient.ts";
import type { Consent } from "../../notebook/kernelProtocol.ts";

/** Below the rounding of many small sums, money is no money. */
const ROUNDING = 1e-9;

export interface AgreedSpendingParts {
  /** Asks the user, above the amount that they set. */
  readonly ask: AskConsent;
  /** What is said of a value that is not tried, because a trial like it was declined before. */
  readonly declined: () => string;
}

/**
 * What the user has agreed to spend on trials for as long as a panel is open, whatever kernels do them: up to the amount
 * of the last yes nobody is asked again. A value that was not to be tried for its cost is not asked about at every edit.
 */
export class AgreedSpending {
  readonly #parts: AgreedSpendingParts;
  readonly #kernels = new Set<{ spentUsd: number }>();
  /** US dollars in all; Infinity for whatever it costs. */
  #agreedUsd = 0;
  #declinedUsd = Number.POSITIVE_INFINITY;

  constructor(parts: AgreedSpendingParts) {
    this.#parts = parts;
  }

  /** US dollars that are known to be spent. */
  get spentUsd(): number {
    return [...this.#kernels].reduce((sum, { spentUsd }) => sum + spentUsd, 0);
  }

  /** Whether the user has agreed to so many further US dollars; null where a price is not known. */
  covers(usd: number | null): boolean {
    return usd === null
      ? this.#agreedUsd === Number.POSITIVE_INFINITY
      : this.spentUsd + usd <= this.#agreedUsd + ROUNDING;
  }

  /** The user has agreed to so many further US dollars; null for whatever it costs. */
  agree(usd: number | null): void {
    this.#agreedUsd = Math.max(this.#agreedUsd, usd === null ? Number.POSITIVE_INFINITY : this.spentUsd + usd);
  }

  /** Values that were not to be tried are asked about again: somebody has asked for it by more than an edit. */
  askAgain(): void {
    this.#declinedUsd = Number.POSITIVE_INFINITY;
  }

  /** Answers one kernel. */
  forKernel(): AskConsent {
    const kernel = { spentUsd: 0 };
    this.#kernels.add(kernel);
    return async (request, signal) => {
      kernel.spentUsd = Math.max(kernel.spentUsd, request.spentUsd ?? 0);
      const others = this.spentUsd - kernel.spentUsd;
      const mostUsd = request.mostUsd === null ? null : others + request.mostUsd;
      const most = mostUsd ?? Number.POSITIVE_INFINITY;
      if (most <= this.#agreedUsd + ROUNDING) return { agreed: true };
      if (request.what === "value" && most >= this.#declinedUsd - ROUNDING) {
        return { agreed: false, reason: this.#parts.declined() };
      }
      const asked: Consent = { ...request, mostUsd, ...(this.spentUsd > 0 && { spentUsd: this.spentUsd }) };
      const answer = await this.#parts.ask(asked, signal);
      if (answer.agreed !== true) {
        if (request.what === "value" && answer.agreed === false) this.#declinedUsd = most;
        return { ...answer, ...(request.what === "value" && { reason: this.#parts.declined() }) };
      }
      const upTo = (answer.upToUsd === undefined ? mostUsd : answer.upToUsd) ?? Number.POSITIVE_INFINITY;
      this.#agreedUsd = Math.max(this.#agreedUsd, upTo);
      this.#declinedUsd = Number.POSITIVE_INFINITY;
      // The kernel asks again for whatever comes to more: others may be spending meanwhile.
      return { agreed: true };
    };
  }
}
