import { setMaxListeners } from "node:events";
import type { Example } from "../data/example.ts";
import type { Splits } from "../data/splits.ts";
import type { WaitListener } from "../models/gateWait.ts";
import type { LanguageModel, Usage } from "../models/languageModel.ts";
import type { LocalRewards } from "../reward/localRewards.ts";
import type { Account, EventBody, EventType, Phase, RunEstimate, SpentSoFar } from "../run/events.ts";
import type { OthersWrite } from "../run/heldWrites.ts";
import type { OpenRequest } from "../run/paidCalls.ts";
import type { Recorder } from "../run/recorder.ts";
import { spentSoFar } from "../run/views/spentSoFar.ts";
import { CallMemo } from "../system/callMemo.ts";
import type { Component } from "../system/component.ts";
import { CallScope } from "../system/componentCall.ts";
import type { Configuration } from "../system/configuration.ts";
import { type Evaluation, type EvaluationRequest, evaluate } from "../system/evaluation.ts";
import type { Execution, ModelChoice } from "../system/execution.ts";
import { BudgetExhausted, Ledger, type LedgerCounts, type Purpose } from "../system/ledger.ts";
import { type Random, seededRandom, seedFrom } from "../system/random.ts";
import type { System } from "../system/system.ts";
import { UserError } from "../system/userError.ts";
import type { Experiment } from "./experiment.ts";
import { ModelMeter } from "./meteredModel.ts";
import { isOptimizable } from "./optimizers/optimizers.ts";
import type { Settings } from "./settings.ts";
import type { EarlierSums } from "./spentSums.ts";
import { ToldWaits } from "./toldWaits.ts";

/**
 * The disk refused what a layer had to write: resolves once it is written.
 * @throws the error where waiting mends nothing; the signal's reason once it is aborted, and then it is tried all the same
 */
export type Blocked = (other: OthersWrite, error: unknown, signal: AbortSignal) => Promise<void>;

/** What a run is given. */
export interface SessionRequest {
  readonly experiment: Experiment;
  /** Path of the experiment file as the user gave it; "" for a run started from code. */
  readonly experimentPath: string;
  readonly splits: Splits;
  readonly settings: Settings;
  readonly model: LanguageModel;
  readonly proposer: LanguageModel;
  readonly rewards: LocalRewards;
  readonly recorder: Recorder;
  readonly signal: AbortSignal;
  /** The layers around each request to a model: the record of answers, further attempts, turns; none by default. */
  readonly around?: (model: LanguageModel, onBlocked: Blocked) => LanguageModel;
  /** What a request that was under way when an earlier process was killed has brought after all, as far as that is kept. */
  readonly answerTo?: ((open: OpenRequest) => Promise<Usage | undefined>) | undefined;
  /** Hears why requests are not sent for a while. */
  readonly waits?: { listen(listener: WaitListener): () => void } | undefined;
  /** False: models answer equal requests differently, and no record holds what they answered before. True by default. */
  readonly repeatable?: boolean;
  /** What the run was thought to come to before it began. */
  readonly estimate?: RunEstimate | undefined;
}

/** What all steps of a run share: system, data, ledgers, chance, and the way to execute and to record. */
export class Session {
  readonly system: System;
  readonly settings: Settings;
  readonly rewards: LocalRewards;
  readonly signal: AbortSignal;
  readonly ledger: Ledger;
  readonly meter: ModelMeter;
  readonly proposer: LanguageModel;
  /** Every component gives the same output to equal calls: one rollout is enough, and trajectories can be reused. */
  readonly deterministic: boolean;
  /** Components that have a local reward function by now, with which they can choose per input. */
  readonly rewarded = new Set<string>();
  /** Cleared at every checkpoint. */
  readonly memo = new CallMemo();
  readonly #request: SessionRequest;
  readonly #opened = performance.now();
  readonly #earlierMs: number;
  readonly #scope: CallScope;
  readonly #random: Random;
  readonly #waits: ToldWaits;

  constructor(
    request: SessionRequest,
    counts: { ledger?: LedgerCounts; spent?: EarlierSums; elapsedMs?: number | undefined } = {},
  ) {
    const { experiment, settings, recorder } = request;
    this.#request = request;
    this.#earlierMs = counts.elapsedMs ?? 0;
    this.system = request.repeatable === false ? withUnrepeatableModels(experiment.system) : experiment.system;
    this.settings = settings;
    this.rewards = request.rewards;
    this.signal = withDeadline(request.signal, settings.budgetMinutes, this.#earlierMs);
    const blocked: Blocked = async (other, error, signal) => {
      if (recorder.hold === undefined) throw error;
      await recorder.hold(other, error, signal);
    };
    this.ledger = new Ledger(this.system.shareOf, settings.budgetRuns ?? Number.POSITIVE_INFINITY, counts.ledger);
    this.meter = new ModelMeter(counts.spent, {
      calls: recorder.calls,
      keepPaid: (call) => recorder.keepPaid?.(call),
      known: [request.model, request.proposer],
      ready: (waiting) => recorder.ready?.(waiting),
      limits: { calls: settings.budgetCalls, tokens: settings.budgetTokens, usd: settings.budgetUsd },
      around: request.around && ((model) => request.around?.(model, blocked) ?? model),
    });
    // Proposals are asked for where values are searched for.
    this.proposer = this.meter.metered(request.proposer, "proposer", "local search" satisfies Purpose);
    this.deterministic = this.system.components.every((component) => component.deterministic);
    // Every step under way listens to the run's one signal; their number says nothing about a leak.
    setMaxListeners(0, this.signal);
    this.#scope = new CallScope(this.signal, (waiting) => recorder.ready?.(waiting));
    this.#random = seededRandom(settings.seed);
    this.#waits = new ToldWaits((event) => this.record(event));
    request.waits?.listen(this.#waits);
    this.signal.addEventListener("abort", () => this.#waits.end(), { once: true });
  }

  /** Milliseconds at work, those of earlier processes up to their last checkpoint included. */
  get elapsedMs(): number {
    return this.#earlierMs + performance.now() - this.#opened;
  }

  get request(): SessionRequest {
    return this.#request;
  }

  /** Components that have a variable and that the settings do not leave out, in execution order. */
  optimizable(): readonly Component[] {
    const { components } = this.settings;
    return this.system.components.filter(
      ({ name, variable }) => isOptimizable(variable) && (components === null || components.includes(name)),
    );
  }

  /** Whether the share of stage 1 is below what the settings find worth beginning. */
  get tooSmallForStageOne(): boolean {
    const { stageOneShare, leastStageOneRuns } = this.settings;
    return this.ledger.limit * stageOneShare < leastStageOneRuns;
  }

  random(...path: readonly (string | number)[]): Random {
    return this.#random.derive(...path);
  }

  /** Number that tells repetitions of equal calls apart; the same in an interrupted and resumed run. */
  sampleNumber(...path: readonly (string | number)[]): number {
    return seedFrom(this.settings.seed, ...path);
  }

  /** @param purpose what its calls are made for */
  execution(
    configuration: Configuration,
    sample: number,
    purpose: Purpose,
    extra: { readonly temperature?: number | undefined } = {},
  ): Omit<Execution, "charge"> {
    return {
      configuration,
      scope: this.#scope,
      modelFor: () => this.#request.model,
      watch: (component, model) => this.meter.begin(model, component, purpose, this.#request.model),
      sample,
      timeoutMs: this.settings.timeoutMs,
      temperature: extra.temperature,
      choiceOf: (component) => (this.rewarded.has(component) ? this.#choose : undefined),
      memo: this.memo,
    };
  }

  evaluate(
    configuration: Configuration,
    examples: readonly Example[],
    purpose: Purpose,
    given: {
      readonly sample?: number;
      readonly from?: EvaluationRequest["from"];
      readonly label: string;
      readonly phase: Phase;
      /** Where this evaluation stands in a longer one; by itself by default. */
      readonly progress?: { readonly done: number; readonly total: number };
    },
  ): Promise<Evaluation> {
    const { label, phase, progress = { done: 0, total: examples.length } } = given;
    const { total } = progress;
    return evaluate({
      system: this.system,
      reward: this.#request.experiment.reward,
      examples,
      // Rows stand for themselves: an evaluation of n rows counts n runs, also where two rows ask the same.
      execution: {
        ...this.execution(configuration, given.sample ?? 0, purpose),
        memo: undefined,
        now: () => performance.now(),
      },
      ledger: this.ledger,
      purpose,
      concurrency: this.settings.concurrency,
      signal: this.signal,
      from: given.from,
      onExample: (done) => this.record({ type: "progress", phase, label, done: progress.done + done, total }),
    });
  }

  /** What was spent so far, in the detail in which events tell of it. */
  account() {
    const counts = Object.entries(this.ledger.counts());
    return {
      executions: Object.fromEntries(counts.map(([purpose, components]) => [purpose, { ...components }])),
      modelCalls: this.meter.counts(),
      spentCalls: this.meter.spentCalls(),
      models: this.meter.models(),
    } satisfies Account;
  }

  record(body: EventBody): void {
    if (lastWords.has(body.type)) this.#waits.end();
    const told = body.type === "progress" ? { ...body, spent: this.#spentSoFar() } : body;
    this.#request.recorder.record(told, this.ledger.spent);
  }

  #spentSoFar(): SpentSoFar {
    return spentSoFar(this.meter.spentCalls(), this.meter.models(), this.#request.model.simulated);
  }

  /** Rollouts that an expected global reward needs behind `component`. */
  rolloutsAfter(component: string): number {
    const downstream = this.system.downstreamOf.get(component) ?? [];
    const stochastic = this.system.components.some(
      ({ name, deterministic }) => !deterministic && downstream.includes(name),
    );
    return stochastic ? this.settings.rollouts : 1;
  }

  share(component: string): number {
    const share = this.system.shareOf.get(component);
    if (share === undefined) throw new UserError(`System "${this.system.name}" has no component "${component}".`);
    return share;
  }

  /** The arg-max of the component's local reward (paper, section 4.2: the choice at inference). */
  readonly #choose: ModelChoice = async (component, input, outputs) => {
    const scores = await this.rewards.score(
      component,
      outputs.map((output) => ({ input, output })),
      this.signal,
    );
    return scores.indexOf(Math.max(...scores));
  };
}

/** After these nothing is told of a run. */
const lastWords: ReadonlySet<EventType> = new Set(["summary", "run.interrupted", "run.failed"]);

/** Components that ask a model, in a system whose models never answer the same way twice. */
function withUnrepeatableModels(system: System): System {
  const components = system.components.map((component) =>
    component.samples ? { ...component, deterministic: false } : component,
  );
  return { ...system, components };
}

/** Aborted with `signal`, or by the end of what a run may take. A timer holds no process. */
function withDeadline(signal: AbortSignal, minutes: number | null, earlierMs: number): AbortSignal {
  if (minutes === null) return signal;
  const deadline = new AbortController();
  const end = () =>
    deadline.abort(
      new BudgetExhausted("time", `The budget of ${minutes} ${minutes === 1 ? "minute" : "minutes"} is over.`),
    );
  setTimeout(end, Math.min(Math.max(0, minutes * 60_000 - earlierMs), LONGEST_TIMER_MS)).unref();
  return AbortSignal.any([signal, deadline.signal]);
}

/** Longest time that a timer can be set to: about 25 days. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
