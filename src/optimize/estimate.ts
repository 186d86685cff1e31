import type { ModelPrice } from "../models/languageModel.ts";
import { costOf } from "../models/modelPrice.ts";
import type { ProviderLimits } from "../models/requestGate.ts";
import { LEXICAL } from "../reward/backboneName.ts";
import { counted, countText } from "../run/views/numberFormat.ts";
import type { Component } from "../system/component.ts";
import { completeConfiguration } from "../system/configuration.ts";
import type { Purpose } from "../system/ledger.ts";
import { asksModel, type CallSize, componentCallSize, proposalSize } from "./callSize.ts";
import { nothing, type Plan, type PlanRequest, PROPOSER, plannedExecutions, type Range } from "./plannedExecutions.ts";

export type { Range } from "./plannedExecutions.ts";

/** What earlier runs of the same experiment came to on this machine: averages over all their calls. */
export interface Measured {
  readonly runs: number;
  /** By who asked: names of components, and "proposer". */
  readonly callers: Readonly<Record<string, MeasuredCaller>>;
  /** Milliseconds at work per call that was sent; null where no run tells. */
  readonly msPerCall: number | null;
}

export interface MeasuredCaller {
  /** Calls for each execution; null where executions were not counted, as for proposals. */
  readonly callsPerExecution: number | null;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedInputTokens: number;
}

export interface EstimateRequest extends PlanRequest {
  readonly model: string;
  readonly proposer: string;
  /** Whether the model of that name is the simulated one, for which nothing is to be paid. */
  readonly simulated: (model: string) => boolean;
  /** Undefined where the price is not known. */
  readonly priceOf: (model: string) => ModelPrice | undefined;
  /** Tokens that a model may think beyond what is asked of it for an answer. */
  readonly thinkingTokens?: ((model: string) => number | undefined) | undefined;
  readonly limits?: ((model: string) => ProviderLimits | undefined) | undefined;
  readonly measured?: Measured | undefined;
  /** What is to be done, where it is no run: the goal then counts for nothing. */
  readonly plan?: Plan | undefined;
  /** Purposes that were seen to already. */
  readonly without?: readonly Purpose[] | undefined;
}

/** Calls of one asker for one purpose. */
export interface EstimateRow {
  readonly who: string;
  readonly purpose: string;
  readonly models: readonly string[];
  readonly calls: Range;
  readonly inputTokens: Range;
  readonly outputTokens: Range;
  /** US dollars; null where the price of a model is not known, which is another thing than 0. */
  readonly usd: Range | null;
}

/** What a run may come to, told before it begins. */
export interface Estimate {
  readonly calls: Range;
  /** Input and output together. */
  readonly tokens: Range;
  /** US dollars; null where the price of a model that will be asked is not known. */
  readonly usd: Range | null;
  readonly minutes: Range;
  /** No model but the simulated one is asked. */
  readonly simulated: boolean;
  readonly rows: readonly EstimateRow[];
  /** Models whose price is not known. */
  readonly unpriced: readonly string[];
  /** How all this was computed, and what it leaves open. */
  readonly sentences: readonly string[];
}

/** Milliseconds of one call where no run has shown how long they take. */
const CALL_MS: Range = { low: 300, expected: 1500, high: 15_000 };
/** Share of the examples at once that are under way at a time: rounds end with their slowest. */
const KEPT_BUSY = 0.6;

/** Below the rounding of an average, nothing differs. */
const ROUNDING = 1e-9;

/** Calls, tokens, money and minutes that a run may take. Asks nobody, and costs nothing. */
export function estimate(request: EstimateRequest): Estimate {
  const { settings, measured } = request;
  const plan = request.plan ?? plannedExecutions(request);
  const sizes = callSizes(request);
  const rows = plan.counts.flatMap(({ who, purpose, count }): EstimateRow[] => {
    if (request.without?.includes(purpose) === true) return [];
    const perExecution = callsPerExecution(request, who);
    if (perExecution.high === 0) return [];
    const size = sizes(who);
    const calls = times(count, perExecution);
    const inputTokens = times(calls, size.input);
    const outputTokens = times(calls, size.output);
    const models = modelsOf(request, who);
    return [
      {
        who,
        purpose,
        models,
        calls,
        inputTokens,
        outputTokens,
        usd: money(request, models, inputTokens, outputTokens),
      },
    ];
  });

  const sum = (of: (row: EstimateRow) => Range) => rows.map(of).reduce(added, nothing);
  const most = mostCalls(request, rows);
  const share = (range: Range) => ({ ...range, high: range.high * most.share });
  const unheld = {
    calls: share(sum(({ calls }) => calls)),
    tokens: share(sum(({ inputTokens, outputTokens }) => added(inputTokens, outputTokens))),
  };
  const unpriced = [...new Set(rows.filter(({ usd }) => usd === null).flatMap(({ models }) => models))].filter(
    (model) => !request.simulated(model) && request.priceOf(model) === undefined,
  );
  const simulated = rows.every(({ models }) => models.every(request.simulated));
  const usd = unpriced.length > 0 ? null : share(sum(({ usd: one }) => one ?? nothing));
  const minutes = minutesOf(request, rows, unheld.calls, unheld.tokens);
  const limits = [
    { limit: settings.budgetCalls, range: unheld.calls, text: (n: number) => counted(n, "call") },
    { limit: settings.budgetTokens, range: unheld.tokens, text: (n: number) => counted(n, "token") },
    { limit: settings.budgetUsd, range: usd, text: (n: number) => `$${countText(n)}` },
    { limit: settings.budgetMinutes, range: minutes, text: (n: number) => counted(n, "minute") },
  ];
  // What one budget leaves of the run it leaves of everything.
  const fit = Math.min(
    1,
    ...limits.map(({ limit, range }) =>
      limit === null || range === null ? 1 : limit / Math.max(range.expected, 1e-12),
    ),
  );
  const held = (range: Range, limit: number | null): Range => {
    const high = Math.min(range.high, limit ?? range.high);
    const expected = Math.min(high, range.expected * fit);
    return { low: Math.min(range.low, expected), expected, high };
  };
  const binding = limits.filter(({ limit, range }) => limit !== null && range !== null && range.high > limit);
  return {
    calls: held(unheld.calls, settings.budgetCalls),
    tokens: held(unheld.tokens, settings.budgetTokens),
    usd: usd && held(usd, settings.budgetUsd),
    minutes: held(minutes, settings.budgetMinutes),
    simulated,
    rows,
    unpriced,
    sentences: [
      ...executionSentences(plan, request.plan === undefined),
      ...(plan.runsBind
        ? [
            `The budget of ${counted(settings.budgetRuns ?? 0, "system run")} is less than the worst case: it ends the run.`,
          ]
        : []),
      ...binding.map(
        ({ limit, text }) =>
          `The budget of ${text(limit ?? 0)} is less than the worst case: nothing beyond it is begun.`,
      ),
      measured === undefined
        ? "Tokens: prompts and rows at four characters a token, answers and what code writes by a guess, at most what they may have; no earlier run of this experiment on this machine has shown more."
        : `Tokens per call: measured in ${counted(measured.runs, "earlier run")} of this experiment.`,
      measured?.msPerCall == null
        ? simulated
          ? "Minutes: the simulated model answers at once; what is left is the work on this machine."
          : "Minutes: a call is taken to last 1.5 s."
        : `Minutes: ${Math.round(measured.msPerCall)} ms at work for each call, as earlier runs took.`,
      ...uncounted(request, plan.stageOneInputs.high > 0),
      ...(unpriced.length === 0 ? [] : [`Money: unknown, for nobody knows the price of ${unpriced.join(", ")}.`]),
      ...(simulated ? [] : ["Answers that are recorded already cost nothing; none are taken off here."]),
    ],
  };
}

/** @param isRun with iterations and preferences */
function executionSentences({ iterations, stageOneInputs }: Plan, isRun: boolean): string[] {
  if (!isRun) return ["Executions: at most what the engine sets aside for it."];
  return [
    "Executions: at most what the engine sets aside for each step, likely what runs have come to of it.",
    iterations.high === 0 ? "No iterations." : `Iterations: ${range(iterations)} of ${countText(iterations.high)}.`,
    ...(stageOneInputs.high === 0
      ? []
      : [
          `Preferences are collected on ${range(stageOneInputs)} of ${counted(stageOneInputs.high, "training input")}.`,
        ]),
  ];
}

function componentOf({ system }: EstimateRequest, who: string): Component | undefined {
  return system.components.find(({ name }) => name === who);
}

function callsPerExecution(request: EstimateRequest, who: string): Range {
  const once = { low: 1, expected: 1, high: 1 };
  const known = request.measured?.callers[who];
  if (who === PROPOSER) return once;
  const component = componentOf(request, who);
  const asking = component !== undefined && asksModel(component);
  if (known?.callsPerExecution == null) return asking ? once : nothing;
  const { callsPerExecution: mean } = known;
  if (asking && Math.abs(mean - 1) < ROUNDING) return once;
  return { low: mean * 0.75, expected: mean, high: Math.max(mean * 1.33, asking ? 1 : 0) };
}

/** @param isLearned local rewards are fitted */
function uncounted({ system, settings, measured }: EstimateRequest, isLearned: boolean): string[] {
  if (measured !== undefined) return [];
  const own = system.components.filter((component) => !asksModel(component)).map(({ name }) => name);
  const { backbone } = settings.rewards;
  const sentences: string[] = [];
  if (own.length > 0) {
    sentences.push(
      `Code of your own (${own.join(", ")}) is taken to ask no model; if it does, an estimate after the first run knows.`,
    );
  }
  if (isLearned && backbone !== LEXICAL) {
    sentences.push(
      `Minutes: without the training of local rewards on ${backbone}, which may take longer than all calls; an estimate after the first run knows.`,
    );
  }
  return sentences;
}

function callSizes(request: EstimateRequest): (who: string) => CallSize {
  const { system, splits, settings, measured } = request;
  const start = completeConfiguration(system.components, request.configuration ?? {});
  const made = new Map<string, CallSize>();
  return (who) => {
    const known = made.get(who);
    if (known !== undefined) return known;
    const component = componentOf(request, who);
    const guessed =
      component === undefined
        ? proposalSize(system.components, settings.historyLength)
        : componentCallSize(system, component, start[who] ?? null, splits.train.examples);
    const size = withMeasured(withThinking(guessed, thinkingOf(request, who)), measured?.callers[who]);
    made.set(who, size);
    return size;
  };
}

/** Nobody knows how much a model will think: nothing, half or all of what it may. */
function withThinking({ input, output }: CallSize, tokens: number): CallSize {
  return {
    input,
    output: { low: output.low, expected: output.expected + tokens / 2, high: output.high + tokens },
  };
}

function thinkingOf(request: EstimateRequest, who: string): number {
  return Math.max(0, ...modelsOf(request, who).map((model) => request.thinkingTokens?.(model) ?? 0));
}

/** Averages hold for another run of the same experiment within a factor; prompts become other prompts. */
function withMeasured(guessed: CallSize, known: MeasuredCaller | undefined): CallSize {
  if (known === undefined) return guessed;
  const around = (mean: number): Range => ({ low: mean / 2, expected: mean, high: mean * 2 });
  return { input: around(known.inputTokens), output: around(known.outputTokens) };
}

function modelsOf(request: EstimateRequest, who: string): string[] {
  if (who === PROPOSER) return [request.proposer];
  const component = componentOf(request, who);
  if (component?.variable.kind === "model") return [...component.variable.models];
  return [component?.model ?? request.model];
}

function money(request: EstimateRequest, models: readonly string[], input: Range, output: Range): Range | null {
  const asked = models.filter((model) => !request.simulated(model));
  if (asked.length === 0) return nothing;
  const prices = asked.flatMap((model) => request.priceOf(model) ?? []);
  if (prices.length < asked.length) return null;
  const costs = (which: keyof Range) =>
    prices.map((price) => costOf({ inputTokens: input[which], outputTokens: output[which] }, price));
  const expected = costs("expected");
  return {
    low: Math.min(...costs("low")),
    expected: expected.reduce((sum, cost) => sum + cost, 0) / expected.length,
    high: Math.max(...costs("high")),
  };
}

/** The budget of system runs holds for all rows together, though any one of them may have most of it. */
function mostCalls({ system, settings }: EstimateRequest, rows: readonly EstimateRow[]): { readonly share: number } {
  const total = rows.reduce((sum, { calls }) => sum + calls.high, 0);
  const charged = rows.filter(({ who, purpose }) => purpose !== "test" && (system.shareOf.get(who) ?? 0) > 0);
  const shares = charged.map(({ who }) => system.shareOf.get(who) ?? 1);
  if (settings.budgetRuns === null || shares.length === 0) return { share: 1 };
  const within = charged.reduce((sum, { calls }) => sum + calls.high, 0);
  const most = settings.budgetRuns / Math.min(...shares);
  return { share: total === 0 ? 1 : (total - within + Math.min(within, most)) / total };
}

function minutesOf(request: EstimateRequest, rows: readonly EstimateRow[], calls: Range, tokens: Range): Range {
  const { settings, measured } = request;
  const ms = measured?.msPerCall;
  const atOnce = Math.max(1, settings.concurrency * KEPT_BUSY);
  const proposals = rows
    .filter(({ who }) => who === PROPOSER)
    .map((row) => row.calls)
    .reduce(added, nothing);
  const limits = [...new Set(rows.flatMap(({ models }) => models))].flatMap((model) => request.limits?.(model) ?? []);
  const perMinute = Math.min(...limits.map(({ requestsPerMinute }) => requestsPerMinute ?? Infinity), Infinity);
  const tokensPerMinute = Math.min(...limits.map(({ tokensPerMinute: limit }) => limit ?? Infinity), Infinity);
  const least = (which: keyof Range) => Math.max(calls[which] / perMinute, tokens[which] / tokensPerMinute);
  const of = (which: keyof Range, factor: number): number =>
    Math.max(
      least(which),
      // Proposals come one after the other, and measured times per call count the waiting of all.
      ms != null
        ? (calls[which] * ms * factor) / 60_000
        : ((calls[which] / (which === "high" ? Math.max(1, atOnce / 2) : atOnce) + proposals[which]) * CALL_MS[which]) /
            60_000,
    );
  if (rows.every(({ models }) => models.every(request.simulated)) && ms == null) {
    // The simulated model answers at once: what is left is this machine's own work, which others may keep waiting.
    const minutes = (count: number, msPerCall: number) => (count * msPerCall) / 60_000;
    return { low: minutes(calls.low, 0.3), expected: minutes(calls.expected, 4), high: minutes(calls.high, 40) };
  }
  return { low: of("low", 0.4), expected: of("expected", 1), high: of("high", 3) };
}

function times(a: Range, b: Range): Range {
  return { low: a.low * b.low, expected: a.expected * b.expected, high: a.high * b.high };
}

function added(a: Range, b: Range): Range {
  return { low: a.low + b.low, expected: a.expected + b.expected, high: a.high + b.high };
}

function range({ low, expected, high }: Range): string {
  const whole = (value: number) => countText(Math.round(value));
  if (Math.round(low) === Math.round(high)) return `${whole(expected)}`;
  return `${whole(low)} to ${whole(high)} (likely ${whole(expected)})`;
}
