import type { LanguageModel } from "../models/languageModel.ts";

export interface CallCounts {
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** Model calls and tokens by who asked: component names, or "proposer". Kept apart from the ledger of system runs. */
export class ModelMeter {
  readonly #counts: Map<string, CallCounts>;

  constructor(counts: Readonly<Record<string, CallCounts>> = {}) {
    this.#counts = new Map(Object.entries(counts));
  }

  /** The same model, with every completed call counted for `who`. */
  metered(model: LanguageModel, who: string): LanguageModel {
    return {
      name: model.name,
      simulated: model.simulated,
      complete: async (request, signal) => {
        const completion = await model.complete(request, signal);
        const { calls, inputTokens, outputTokens } = this.#counts.get(who) ?? {
          calls: 0,
          inputTokens: 0,
          outputTokens: 0,
        };
        this.#counts.set(who, {
          calls: calls + 1,
          inputTokens: inputTokens + completion.usage.inputTokens,
          outputTokens: outputTokens + completion.usage.outputTokens,
        });
        return completion;
      },
    };
  }

  counts(): Record<string, CallCounts> {
    return Object.fromEntries(this.#counts);
  }
}
