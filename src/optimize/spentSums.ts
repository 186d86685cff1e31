import type { LanguageModel, Usage } from "../models/languageModel.ts";
import { type Amount, amountOf } from "../models/modelPrice.ts";
import type { PricedModel, SpentCalls } from "../run/events.ts";

export interface CallCounts {
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** What was counted before, by earlier processes of the run. */
export interface EarlierSums {
  /** By who asked: all that runs of earlier versions kept. */
  readonly calls?: Readonly<Record<string, CallCounts>> | undefined;
  readonly spentCalls?: readonly SpentCalls[] | undefined;
  readonly models?: Readonly<Record<string, PricedModel>> | undefined;
  /** Counted since, one call each: what a run that was killed has paid for after its last checkpoint. */
  readonly since?: readonly SpentCalls[] | undefined;
}

/** Who asks, and for what. */
export type Asker = Pick<SpentCalls, "who" | "purpose">;

/** Model calls and tokens by who asked, for what, and which model, and what is known of the prices of these models. */
export class SpentSums {
  readonly #rows = new Map<string, SpentCalls>();
  readonly #models: Map<string, PricedModel>;

  /** @param known models that may know prices of what was paid for since the last checkpoint, which has not told them yet */
  constructor(given: EarlierSums = {}, known: readonly LanguageModel[] = []) {
    this.#models = new Map(Object.entries(given.models ?? {}));
    for (const row of given.spentCalls ?? untoldRows(given.calls ?? {})) this.add(row);
    for (const row of given.since ?? []) {
      this.add(row);
      if (row.model !== null) this.#learnPrice(row.model, known);
    }
  }

  add(call: SpentCalls): void {
    const key = JSON.stringify([call.who, call.purpose, call.model]);
    const row = this.#rows.get(key);
    this.#rows.set(key, row === undefined ? withoutZeros(call) : withoutZeros(sum(row, call)));
  }

  /** In an order that does not hang on which call was answered first. */
  spentCalls(): SpentCalls[] {
    const keys = [...this.#rows.keys()].sort();
    return keys.flatMap((key) => this.#rows.get(key) ?? []);
  }

  /** By who asked. */
  counts(): Record<string, CallCounts> {
    const counts: Record<string, CallCounts> = {};
    for (const { who, calls, inputTokens, outputTokens } of this.spentCalls()) {
      const before = counts[who] ?? { calls: 0, inputTokens: 0, outputTokens: 0 };
      counts[who] = {
        calls: before.calls + calls,
        inputTokens: before.inputTokens + inputTokens,
        outputTokens: before.outputTokens + outputTokens,
      };
    }
    return counts;
  }

  /** What is known of the prices of all models that were called. */
  models(): Record<string, PricedModel> {
    return Object.fromEntries([...this.#models].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** Price of a model by its name, the same for the whole run. @param model knows prices */
  price(model: LanguageModel, name: string): PricedModel {
    const known = this.#models.get(name);
    if (known !== undefined) return known;
    const price = model.simulated ? null : (model.priceOf?.(name) ?? null);
    const priced = { simulated: model.simulated, price };
    this.#models.set(name, priced);
    return priced;
  }

  /** All together; what unanswered requests may have cost is in it. */
  amount(): Amount {
    let total = { calls: 0, tokens: 0, usd: 0 };
    for (const row of this.#rows.values()) {
      const price = row.model === null ? undefined : (this.#models.get(row.model)?.price ?? undefined);
      for (const part of [row, ...(row.unanswered ? [row.unanswered] : [])]) {
        const { tokens, usd } = amountOf(usageOf(part), price ?? undefined);
        total = { calls: total.calls + part.calls, tokens: total.tokens + tokens, usd: total.usd + (usd ?? 0) };
      }
    }
    return total;
  }

  #learnPrice(name: string, known: readonly LanguageModel[]): void {
    if (this.#models.has(name)) return;
    // Nobody pays for the stand-in: what was paid for is of another.
    const paid = known.filter(({ simulated }) => !simulated);
    const knowing = paid.find((model) => model.priceOf?.(name) !== undefined) ?? paid[0];
    if (knowing !== undefined) this.price(knowing, name);
  }
}

/** A call that was answered. */
export function answeredCall({ who, purpose }: Asker, model: SpentCalls["model"], usage: Usage): SpentCalls {
  const { inputTokens, outputTokens, cachedInputTokens, estimated } = usage;
  return {
    who,
    purpose,
    model,
    calls: 1,
    inputTokens,
    outputTokens,
    ...(cachedInputTokens === undefined ? {} : { cachedInputTokens }),
    ...(estimated && { estimated }),
  };
}

/** A request that was sent, and what the provider may charge for it at most. */
export function unansweredCall(asker: Asker, model: string, atMost: Usage): SpentCalls {
  const { inputTokens, outputTokens } = atMost;
  return { ...freeCall(asker, model), unanswered: { calls: 1, inputTokens, outputTokens } };
}

/** Nothing that counts. */
export function freeCall({ who, purpose }: Asker, model: string): SpentCalls {
  return { who, purpose, model, calls: 0, inputTokens: 0, outputTokens: 0 };
}

function usageOf(row: Pick<SpentCalls, "inputTokens" | "outputTokens" | "cachedInputTokens">): Usage {
  const { inputTokens, outputTokens, cachedInputTokens } = row;
  return { inputTokens, outputTokens, ...(cachedInputTokens === undefined ? {} : { cachedInputTokens }) };
}

function sum(a: SpentCalls, b: SpentCalls): SpentCalls {
  const [left, right] = [a.unanswered, b.unanswered];
  const unanswered = {
    calls: (left?.calls ?? 0) + (right?.calls ?? 0),
    inputTokens: (left?.inputTokens ?? 0) + (right?.inputTokens ?? 0),
    outputTokens: (left?.outputTokens ?? 0) + (right?.outputTokens ?? 0),
  };
  return {
    ...a,
    calls: a.calls + b.calls,
    recorded: (a.recorded ?? 0) + (b.recorded ?? 0),
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    cachedInputTokens: (a.cachedInputTokens ?? 0) + (b.cachedInputTokens ?? 0),
    ...((a.estimated ?? b.estimated) && { estimated: true }),
    unanswered,
  };
}

/** What says nothing is left out. */
function withoutZeros({ recorded = 0, cachedInputTokens = 0, unanswered, ...row }: SpentCalls): SpentCalls {
  return {
    ...row,
    ...(recorded > 0 && { recorded }),
    ...(cachedInputTokens > 0 && { cachedInputTokens }),
    ...(unanswered !== undefined && unanswered.calls > 0 && { unanswered }),
  };
}

function untoldRows(calls: Readonly<Record<string, CallCounts>>): SpentCalls[] {
  return Object.entries(calls).map(([who, counts]) => ({ who, purpose: null, model: null, ...counts }));
}
