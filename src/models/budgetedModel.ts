import type { Completion, CompletionRequest, LanguageModel, ModelPrice, Usage } from "./languageModel.ts";
import { ModelFailure } from "./modelFailure.ts";
import { amountOf, mostTokens } from "./modelPrice.ts";
import { notesOf } from "./requestNotes.ts";
import type { SpendingBudget } from "./spendingBudget.ts";
import { wrappedModel } from "./wrappedModel.ts";

/** Hears what becomes of one request, before anyone else does. What it is told last settles the request. */
export interface SpendingListener {
  /** Tells the request from all others, those of other processes included. */
  readonly id: string;
  /**
   * It is about to be sent.
   * @returns undefined where nothing is to be waited for
   */
  sending(signal: AbortSignal): Promise<void> | undefined;
  answered(usage: Usage): void;
  /** It was sent and brought no answer. @param atMost what the provider may charge for all the same */
  unanswered(atMost: Usage): void;
  /** It was not sent after all. */
  unsent(): void;
}

const nothing: Usage = { inputTokens: 0, outputTokens: 0 };
const noAmount = { calls: 0, tokens: 0, usd: 0 };

/**
 * `model` within a budget: each request sets aside what it may cost before it is sent.
 * @param priceOf price of a model by its name; undefined where it is not known
 * @param listen to one request, which may cost `atMost`
 */
export function budgetedModel(
  model: LanguageModel,
  budget: SpendingBudget,
  priceOf: (name: string) => ModelPrice | undefined,
  listen: (model: string, atMost: Usage, key: string | undefined) => SpendingListener,
): LanguageModel {
  return wrappedModel(model, async (request, signal) => {
    const name = request.model ?? model.name;
    const price = priceOf(name);
    const most = mostTokens(request);
    const held = await budget.reserve(amountOf(most, price), name, signal);
    const notes = notesOf(request);
    const listener = listen(name, most, notes.key);
    let [isTold, isSent] = [false, false];
    notes.sending = (waiting) => {
      isTold = true;
      const safe = listener.sending(waiting);
      isSent = true;
      return safe?.catch((thrown: unknown) => {
        isSent = false;
        throw thrown;
      });
    };
    let completion: Completion;
    try {
      if (model.announces !== true) await notes.sending(signal);
      completion = await model.complete(request, signal);
    } catch (thrown) {
      if (!isSent || (thrown instanceof ModelFailure && thrown.attempts === 0)) {
        held.settle(noAmount);
        if (isTold) listener.unsent();
      } else {
        const charged = chargedFor(thrown, request, signal);
        held.settle(amountOf(charged, price));
        listener.unanswered(charged);
      }
      throw thrown;
    }
    if (completion.recorded === true) {
      held.settle(noAmount);
      if (isTold) listener.unsent();
      return completion;
    }
    const usage = countable(completion.usage);
    const counted = { ...completion, usage };
    try {
      await notes.keep?.(counted, listener.id);
    } finally {
      held.settle(amountOf(usage, price));
      listener.answered(usage);
    }
    return counted;
  });
}

/**
 * Providers charge nothing for what they refuse. What was broken off may have been answered all the same: it counts as the
 * most that it can have cost.
 */
function chargedFor(thrown: unknown, request: CompletionRequest, signal: AbortSignal): Usage {
  if (signal.aborted) return mostTokens(request);
  if (!(thrown instanceof ModelFailure)) return nothing;
  const isUnsure = ["network", "timeout", "malformed answer"].includes(thrown.kind);
  return isUnsure ? mostTokens(request) : nothing;
}

/** Models of one's own may report anything; what is no number of tokens counts as none. */
function countable({ inputTokens, outputTokens, cachedInputTokens, ...rest }: Usage): Usage {
  const whole = (tokens: number) => (Number.isFinite(tokens) && tokens > 0 ? Math.round(tokens) : 0);
  return {
    ...rest,
    inputTokens: whole(inputTokens),
    outputTokens: whole(outputTokens),
    ...(cachedInputTokens === undefined ? {} : { cachedInputTokens: whole(cachedInputTokens) }),
  };
}
