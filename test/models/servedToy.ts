import { Waits } from "../../src/models/gateWait.ts";
import type { CompletionRequest, LanguageModel } from "../../src/models/languageModel.ts";
import { Limiter } from "../../src/models/limiter.ts";
import { languageModel } from "../../src/models/modelRegistry.ts";
import { retryingModel } from "../../src/models/retryingModel.ts";
import type { SettingsInput } from "../../src/optimize/settings.ts";
import type { BodyOf, RunEvent } from "../../src/run/events.ts";
import { type Clock, steadyClock } from "../../src/system/clock.ts";
import { parseFields } from "../../src/system/fieldFormat.ts";
import { seedFrom } from "../../src/system/random.ts";
import { run } from "../optimize/toyRuns.ts";
import { completing, type ToyRun, toyModel, toyProposer } from "../optimize/toySystem.ts";
import { type Faults, noFaults } from "./loopback/faults.ts";
import type { LedgerLines } from "./loopback/ledger.ts";
import { startLoopback } from "./loopback/loopbackServer.ts";
import { RequestLimit } from "./loopback/requestLimit.ts";
import { type Answering, fixedReply } from "./loopback/simulatedReply.ts";
import { openAccess } from "./modelAccess.ts";

const never = new AbortController().signal;

/** The toy's models in one. What is drawn by chance depends on the messages alone: that is all that a server is told. */
export const servedToyModel: LanguageModel = {
  ...completing("fake:served", () => ""),
  complete: async ({ messages }, signal) => {
    const contents = messages.map(({ content }) => content);
    const request: CompletionRequest = { messages, temperature: 0, maxTokens: 1_024, sample: seedFrom(...contents) };
    const model = contents.at(-1)?.includes("<prompt>") ? toyProposer : toyModel;
    return model.complete(request, signal);
  },
};

/** The toy's models behind a server. */
export const toyAnswers: Answering = async (request) => {
  const { messages, format } = request;
  const { text } = await servedToyModel.complete({ messages, temperature: 0, maxTokens: 1_024, sample: 0 }, never);
  return fixedReply(format ? JSON.stringify(parseFields(text, format.fields)) : text)(request);
};

/** Waits are as long as they should be, but nobody lives through them. */
const hasty: Clock = { now: steadyClock.now, after: (ms, action) => steadyClock.after(Math.min(ms, 2), action) };

export interface ServedRun {
  readonly provider: string;
  readonly faults?: Faults;
  readonly latencyMs?: number;
  /** Limit of the server, which the workspace describes; none by default. */
  readonly perMinute?: number;
  readonly settings?: SettingsInput;
  readonly toy?: ToyRun;
}

export interface Served {
  /** Undefined where the run came to no end. */
  readonly summary: BodyOf<"summary"> | undefined;
  readonly events: readonly RunEvent[];
  /** What the server counted. */
  readonly ledger: LedgerLines;
  readonly thrown: unknown;
}

/** A whole optimization whose models are asked at a server, in the layers that every run has. */
export async function servedRun({
  provider,
  faults = noFaults,
  latencyMs = 0,
  perMinute,
  settings,
  toy,
}: ServedRun): Promise<Served> {
  const limit = perMinute === undefined ? {} : { limit: new RequestLimit(perMinute, 10) };
  const server = await startLoopback({ answer: toyAnswers, faults, latencyMs, ...limit });
  const name = `${provider}:toy`;
  const access = openAccess({
    openai: { baseUrl: `${server.url}/v1`, keyVariable: "OPENAI_API_KEY" },
    anthropic: { baseUrl: server.url, keyVariable: "ANTHROPIC_API_KEY" },
  });
  const described = { requestsPerMinute: perMinute ?? null, tokensPerMinute: null, concurrency: 64 };
  const descriptions = {
    ...access.descriptions,
    limits: new Map(perMinute === undefined ? [] : [[provider, described] as const]),
    prices: new Map([[name, servedPrice]]),
  };
  const gate = perMinute === undefined ? access.gate : new Limiter();
  const waits = new Waits();
  const model = languageModel(name, { ...access, gate, descriptions, waits });
  const events: RunEvent[] = [];
  try {
    const { summary } = await run({
      ...toy,
      settings: { ...toy?.settings, ...settings },
      onEvent: (event) => events.push(event),
      request: {
        model,
        proposer: model,
        around: (asked) => retryingModel(asked, { clock: hasty, waits }),
        waits,
        ...toy?.request,
      },
    });
    return { summary, events, ledger: server.ledger, thrown: undefined };
  } catch (thrown) {
    return { summary: undefined, events, ledger: server.ledger, thrown };
  } finally {
    await server.close();
  }
}

export const servedPrice = { inputPerMillion: 3, outputPerMillion: 15 } as const;

/** What the server's answers cost, in US dollars. */
export function costOf({ inputTokens, outputTokens }: Pick<LedgerLines, "inputTokens" | "outputTokens">): number {
  return (inputTokens * servedPrice.inputPerMillion + outputTokens * servedPrice.outputPerMillion) / 1e6;
}

/** What a run comes to. */
export function resultOf(summary: BodyOf<"summary"> | undefined): unknown {
  if (summary === undefined) return undefined;
  const { configuration, unoptimized, optimized, accepted, rejected, runsByPurpose, testRuns, stop } = summary;
  return { configuration, unoptimized, optimized, accepted, rejected, runsByPurpose, testRuns, stop };
}
