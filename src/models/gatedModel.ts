import type { WaitListener } from "./gateWait.ts";
import type { Completion, CompletionRequest, LanguageModel } from "./languageModel.ts";
import type { ModelDescriptions } from "./modelAccess.ts";
import { ModelFailure } from "./modelFailure.ts";
import { estimatedUsage } from "./providers/estimatedUsage.ts";
import {
  type Entry,
  GateClosed,
  type Passage,
  type Permit,
  type ReportedLimits,
  type RequestGate,
} from "./requestGate.ts";
import { notesOf } from "./requestNotes.ts";
import { wrappedModel } from "./wrappedModel.ts";

export interface Gating {
  readonly gate: RequestGate;
  /** What must be there before the first request can be sent; waited for outside of the gate, so that turns are used at once. */
  readonly ready?: (() => Promise<unknown>) | undefined;
  /** Limits that the workspace describes. */
  readonly limits?: ModelDescriptions["limits"] | undefined;
  /** Hears why requests are not sent for a while. */
  readonly waits?: WaitListener | undefined;
  /** What the latest answer told of limits. */
  readonly reported?: (() => ReportedLimits | undefined) | undefined;
}

/** `model` whose requests are sent when the gate lets them through; their answers tell for how long they waited. */
export function gatedModel(model: LanguageModel, gating: Gating): LanguageModel {
  let isReady = gating.ready === undefined;
  const gated = wrappedModel(model, async (request, signal) => {
    const entry = entryOf(request.model ?? model.name, request, gating.limits);
    if (!isReady) await gating.ready?.();
    isReady = true;
    const permit = await entered(gating, entry, signal);
    let passage: Passage = { kind: "unused" };
    try {
      signal.throwIfAborted();
      await announced(request, permit, signal);
      passage = { kind: "failed" };
      const completion = await model.complete(request, signal);
      passage = { kind: "answered", tokens: tokensOf(completion), limits: gating.reported?.() };
      return { ...completion, waitedMs: permit.waitedMs + (completion.waitedMs ?? 0) };
    } catch (thrown) {
      if (thrown instanceof ModelFailure) passage = passageOf(thrown, gating.reported?.());
      throw thrown;
    } finally {
      permit.leave(passage);
    }
  });
  return { ...gated, announces: true };
}

/** A disk that takes nothing for a while keeps no turn of others. */
async function announced(request: CompletionRequest, permit: Permit, signal: AbortSignal): Promise<void> {
  const safe = notesOf(request).sending?.(signal);
  if (safe === undefined) return;
  permit.stepAside?.(true);
  try {
    await safe;
  } finally {
    permit.stepAside?.(false);
  }
}

/** `openai-responses:` names another way to ask OpenAI: its limits are those of the account. */
const accounts: Readonly<Record<string, string>> = { "openai-responses": "openai" };

function entryOf(name: string, request: CompletionRequest, limits: Gating["limits"]): Entry {
  const colon = name.indexOf(":");
  const written = colon < 0 ? name : name.slice(0, colon);
  const provider = accounts[written] ?? written;
  const model = colon < 0 ? "" : name.slice(colon + 1);
  return {
    provider,
    model,
    tokens: estimatedUsage(request, "").inputTokens + request.maxTokens,
    limits: { provider: limits?.get(provider), model: limits?.get(`${provider}:${model}`) },
  };
}

async function entered({ gate, waits }: Gating, entry: Entry, signal: AbortSignal): Promise<Permit> {
  try {
    return await gate.enter(entry, signal, waits && ((wait) => waits.waiting(wait)));
  } catch (thrown) {
    if (!(thrown instanceof GateClosed)) throw thrown;
    throw new ModelFailure(
      "rate limit",
      `${entry.provider}:${entry.model} was not asked: ${thrown.message}. Resume the run then, or use another model.`,
      { retryAfterMs: thrown.retryAfterMs, attempts: 0, cause: thrown },
    );
  }
}

function tokensOf({ usage }: Completion): number {
  return usage.inputTokens + usage.outputTokens;
}

function passageOf(failure: ModelFailure, limits: ReportedLimits | undefined): Passage {
  const { retryAfterMs } = failure;
  if (failure.kind === "rate limit") return { kind: "limited", retryAfterMs, limits };
  if (failure.kind === "overloaded") return { kind: "overloaded", retryAfterMs };
  return { kind: "failed" };
}
