import { randomUUID } from "node:crypto";
import { budgetedModel, type SpendingListener } from "../models/budgetedModel.ts";
import type { LanguageModel, ModelPrice, Usage } from "../models/languageModel.ts";
import { isSimulated } from "../models/modelNames.ts";
import { type Amount, amountOf } from "../models/modelPrice.ts";
import { noLimits, SpendingBudget, type SpendingLimits } from "../models/spendingBudget.ts";
import { wrappedModel } from "../models/wrappedModel.ts";
import type { CallOutcome, CallRecorder } from "../run/callLog.ts";
import type { PricedModel, SpentCalls } from "../run/events.ts";
import type { PaidCall } from "../run/paidCalls.ts";
import type { Ready } from "../system/componentCall.ts";
import { isRunEnd, type RunEnd } from "../system/runEnd.ts";
import { answeredCall, type CallCounts, type EarlierSums, freeCall, SpentSums, unansweredCall } from "./spentSums.ts";

/** What lies between who asks and the model, besides counting. */
export interface MeterParts {
  /** Told of calls as they begin and end. */
  readonly calls?: CallRecorder | undefined;
  /**
   * Makes safe what is paid for: told of each request before it is sent, as what it may cost at most, and of what became of
   * it before anyone gets its answer.
   * @throws where it cannot be written: nothing is then sent, and no answer handed on
   */
  readonly keepPaid?: ((call: PaidCall) => void) | undefined;
  /** Models that may know prices of what earlier processes paid for. */
  readonly known?: readonly LanguageModel[] | undefined;
  /** Waited for before a request is sent, and before an answer is handed on: what was paid for is safe by then. */
  readonly ready?: Ready | undefined;
  readonly limits?: SpendingLimits | undefined;
  /** The layers around single requests: the record of answers, further attempts, turns. */
  readonly around?: ((model: LanguageModel) => LanguageModel) | undefined;
}

const free: ModelPrice = { inputPerMillion: 0, outputPerMillion: 0 };

/** A call under way: an execution of a component, or one of the proposer. */
export interface MeteredCall {
  /** The model, with every completed call of it counted. */
  readonly model: LanguageModel;
  /** What one of its calls threw that ends the run. */
  readonly runEnd: RunEnd | undefined;
  end(outcome: CallOutcome): void;
}

interface PricedAsker {
  readonly who: string;
  readonly purpose: string;
  /** Knows prices. */
  readonly priced: LanguageModel;
}

/** Ids of requests: no other process has the beginning. */
const PROCESS = randomUUID().slice(0, 13);
let requests = 0;

/**
 * The layers around the models of a run: what each call of them came to is counted by who asked, for what, and which model, and
 * kept within the limits of what may be spent on them. Kept apart from the ledger of system runs.
 */
export class ModelMeter {
  readonly budget: SpendingBudget;
  readonly #sums: SpentSums;
  readonly #parts: MeterParts;
  #worth = { calls: 0, tokens: 0, usd: 0 };

  constructor(given: EarlierSums = {}, parts: MeterParts = {}) {
    this.#parts = parts;
    this.#sums = new SpentSums(given, parts.known);
    this.budget = new SpendingBudget(parts.limits ?? noLimits, this.#sums.amount());
  }

  /**
   * A call begins.
   * @param who name of a component, or "proposer"
   * @param priced knows prices, where it is not `model` itself
   */
  begin(model: LanguageModel, who: string, purpose: string, priced = model): MeteredCall {
    const spent = { calls: 0, recorded: 0, inputTokens: 0, outputTokens: 0, waitedMs: 0 };
    let last: string | undefined;
    let runEnd: RunEnd | undefined;
    const ended = this.#parts.calls?.begin({ who, purpose });
    const layered = this.#layered(model, { who, purpose, priced });
    return {
      get runEnd() {
        return runEnd;
      },
      model: wrappedModel(model, async (request, signal) => {
        const name = request.model ?? model.name;
        try {
          const completion = await layered.complete({ ...request, model: name }, signal);
          await this.#parts.ready?.(signal);
          last = name;
          spent.waitedMs += completion.waitedMs ?? 0;
          this.#weigh(completion.usage, this.#sums.price(priced, name));
          if (completion.recorded === true) {
            spent.recorded++;
            this.#sums.add({ ...freeCall({ who, purpose }, name), recorded: 1 });
          } else {
            spent.calls++;
            spent.inputTokens += completion.usage.inputTokens;
            spent.outputTokens += completion.usage.outputTokens;
          }
          return completion;
        } catch (thrown) {
          if (isRunEnd(thrown)) runEnd ??= thrown;
          throw thrown;
        }
      }),
      end: (outcome) => ended?.({ outcome, ...spent, model: last }),
    };
  }

  /** What the calls of this process would have cost without any record of answers. */
  get worth(): Amount {
    return { ...this.#worth };
  }

  /** The same model, each of whose calls is one of `who`. */
  metered(model: LanguageModel, who: string, purpose: string): LanguageModel {
    return wrappedModel(model, async (request, signal) => {
      const call = this.begin(model, who, purpose);
      try {
        const completion = await call.model.complete(request, signal);
        call.end("done");
        return completion;
      } catch (error) {
        call.end("failed");
        throw error;
      }
    });
  }

  /** By who asked. */
  counts(): Record<string, CallCounts> {
    return this.#sums.counts();
  }

  /** In an order that does not hang on which call was answered first. */
  spentCalls(): SpentCalls[] {
    return this.#sums.spentCalls();
  }

  /** What is known of the prices of all models that were called. */
  models(): Record<string, PricedModel> {
    return this.#sums.models();
  }

  #layered(model: LanguageModel, asker: PricedAsker): LanguageModel {
    const paid = budgetedModel(
      this.#afterPause(model),
      this.budget,
      (name) => this.#priceFor(asker, name),
      (name, atMost, key) => this.#listener(asker, name, atMost, key),
    );
    return this.#parts.around?.(paid) ?? paid;
  }

  /** Undefined where it is not known; nothing is paid for the stand-in, so that a budget of money holds it, too. */
  #priceFor({ priced }: PricedAsker, name: string): ModelPrice | undefined {
    const { simulated, price } = this.#sums.price(priced, name);
    return simulated || isSimulated(name) ? free : (price ?? undefined);
  }

  #afterPause(model: LanguageModel): LanguageModel {
    const { ready } = this.#parts;
    if (ready === undefined) return model;
    return wrappedModel(model, async (request, signal) => {
      await ready(signal);
      return model.complete(request, signal);
    });
  }

  #listener(asker: PricedAsker, name: string, atMost: Usage, key: string | undefined): SpendingListener {
    const { keepPaid, ready } = this.#parts;
    // Nobody pays for the stand-in, and what it answered it answers again.
    const keep = this.#sums.price(asker.priced, name).simulated ? undefined : keepPaid;
    const id = `${PROCESS}-${requests++}`;
    let isSent = false;
    const settled = (call: SpentCalls): void => {
      keep?.({ ...call, ...(isSent && { settles: id }) });
      this.#sums.add(call);
    };
    return {
      id,
      sending: (signal) => {
        isSent = true;
        keep?.({ ...unansweredCall(asker, name, atMost), sent: { id, ...(key !== undefined && { key }) } });
        return ready?.(signal);
      },
      answered: (usage) => settled(answeredCall(asker, name, usage)),
      unanswered: (charged) => settled(unansweredCall(asker, name, charged)),
      unsent: () => keep?.({ ...freeCall(asker, name), settles: id }),
    };
  }

  #weigh(usage: Usage, { price }: PricedModel): void {
    const { tokens, usd } = amountOf(usage, price ?? undefined);
    const { calls, tokens: before, usd: money } = this.#worth;
    this.#worth = { calls: calls + 1, tokens: before + tokens, usd: money + (usd ?? 0) };
  }
}
