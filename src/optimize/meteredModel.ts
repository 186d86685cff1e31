import type { Completion, LanguageModel } from "../models/languageModel.ts";
import type { CallOutcome, CallRecorder } from "../run/callLog.ts";
import type { PricedModel, SpentCalls } from "../run/events.ts";

export interface CallCounts {
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** What was counted before, by an earlier process of the run. */
export interface MeterCounts {
  /** By who asked: all that runs of earlier versions kept. */
  readonly calls?: Readonly<Record<string, CallCounts>> | undefined;
  readonly spentCalls?: readonly SpentCalls[] | undefined;
  readonly models?: Readonly<Record<string, PricedModel>> | undefined;
}

/** A call under way: an execution of a component, or one of the proposer. */
export interface MeteredCall {
  /** The model, with every completed call of it counted. */
  readonly model: LanguageModel;
  end(outcome: CallOutcome): void;
}

type Counts = { -readonly [Key in keyof SpentCalls]: SpentCalls[Key] } & { recorded: number };

/** Model calls and tokens by who asked, for what, and which model. Kept apart from the ledger of system runs. */
export class ModelMeter {
  readonly #rows = new Map<string, Counts>();
  readonly #models: Map<string, PricedModel>;
  readonly #recorder: CallRecorder | undefined;

  /** @param recorder is told of calls as they begin and end */
  constructor(given: MeterCounts = {}, recorder?: CallRecorder) {
    this.#recorder = recorder;
    this.#models = new Map(Object.entries(given.models ?? {}));
    for (const row of given.spentCalls ?? untoldRows(given.calls ?? {})) {
      this.#rows.set(keyOf(row.who, row.purpose, row.model), { ...row, recorded: row.recorded ?? 0 });
    }
  }

  /**
   * A call begins.
   * @param who name of a component, or "proposer"
   * @param priced knows prices, where it is not `model` itself
   */
  begin(model: LanguageModel, who: string, purpose: string, priced = model): MeteredCall {
    const spent = { calls: 0, recorded: 0, inputTokens: 0, outputTokens: 0, waitedMs: 0 };
    let last: string | undefined;
    const ended = this.#recorder?.begin({ who, purpose });
    return {
      model: {
        name: model.name,
        simulated: model.simulated,
        complete: async (request, signal) => {
          const completion = await model.complete(request, signal);
          last = request.model ?? model.name;
          this.#count(who, purpose, priced, last, completion);
          spent.waitedMs += completion.waitedMs ?? 0;
          if (completion.recorded === true) {
            spent.recorded++;
          } else {
            spent.calls++;
            spent.inputTokens += completion.usage.inputTokens;
            spent.outputTokens += completion.usage.outputTokens;
          }
          return completion;
        },
      },
      end: (outcome) => ended?.({ outcome, ...spent, model: last }),
    };
  }

  /** The same model, each of whose calls is one of `who`. */
  metered(model: LanguageModel, who: string, purpose: string): LanguageModel {
    return {
      name: model.name,
      simulated: model.simulated,
      complete: async (request, signal) => {
        const call = this.begin(model, who, purpose);
        try {
          const completion = await call.model.complete(request, signal);
          call.end("done");
          return completion;
        } catch (error) {
          call.end("failed");
          throw error;
        }
      },
    };
  }

  /** By who asked. */
  counts(): Record<string, CallCounts> {
    const counts: Record<string, CallCounts> = {};
    for (const { who, calls, inputTokens, outputTokens } of this.#rows.values()) {
      const before = counts[who] ?? { calls: 0, inputTokens: 0, outputTokens: 0 };
      counts[who] = {
        calls: before.calls + calls,
        inputTokens: before.inputTokens + inputTokens,
        outputTokens: before.outputTokens + outputTokens,
      };
    }
    return counts;
  }

  spentCalls(): SpentCalls[] {
    return [...this.#rows.values()].map(({ recorded, ...row }) => (recorded === 0 ? row : { ...row, recorded }));
  }

  /** What is known of the prices of all models that were called. */
  models(): Record<string, PricedModel> {
    return Object.fromEntries(this.#models);
  }

  #count(who: string, purpose: string, model: LanguageModel, name: string, completion: Completion): void {
    const key = keyOf(who, purpose, name);
    const row = this.#rows.get(key) ?? {
      who,
      purpose,
      model: name,
      calls: 0,
      recorded: 0,
      inputTokens: 0,
      outputTokens: 0,
    };
    this.#rows.set(key, row);
    if (!this.#models.has(name)) this.#models.set(name, pricedModel(model, name));
    if (completion.recorded === true) {
      row.recorded++;
      return;
    }
    row.calls++;
    row.inputTokens += completion.usage.inputTokens;
    row.outputTokens += completion.usage.outputTokens;
  }
}

function pricedModel(model: LanguageModel, name: string): PricedModel {
  return { simulated: model.simulated, price: model.simulated ? null : (model.priceOf?.(name) ?? null) };
}

function untoldRows(calls: Readonly<Record<string, CallCounts>>): SpentCalls[] {
  return Object.entries(calls).map(([who, counts]) => ({ who, purpose: null, model: null, ...counts }));
}

function keyOf(who: string, purpose: string | null, model: string | null): string {
  return JSON.stringify([who, purpose, model]);
}
