/**
 * `npm run bench:models`: what lies between the engine and its models, measured against servers of their own processes
 * on this machine. Each line says what was measured, the target, and whether it was met; the exit code is 1 when one
 * was not.
 */
import { execFile } from "node:child_process";
import { setMaxListeners } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { CachedAnswers } from "../../src/models/cachedAnswers.ts";
import { gatedModel } from "../../src/models/gatedModel.ts";
import type { CompletionRequest, LanguageModel } from "../../src/models/languageModel.ts";
import { Limiter } from "../../src/models/limiter.ts";
import type { ModelAccess, ProviderLimits } from "../../src/models/modelAccess.ts";
import { openaiCompatible } from "../../src/models/providers/openaiCompatible.ts";
import { contents } from "../../src/models/record/eviction.ts";
import { recordedModel } from "../../src/models/recordedModel.ts";
import { limitReader } from "../../src/models/reportedLimits.ts";
import { retryingModel } from "../../src/models/retryingModel.ts";
import { ModelMeter } from "../../src/optimize/meteredModel.ts";
import { nothingPaid, PaidCalls } from "../../src/run/paidCalls.ts";
import { paidToyExperiment, paidToyModels } from "../cli/paidToy.ts";
import type { LedgerLines } from "../models/loopback/ledger.ts";
import { type LoopbackProcess, startLoopbackProcess } from "../models/loopback/loopbackProcess.ts";
import { quickestMs } from "../ownTime.ts";

/** The limit of the server, in requests a minute: it looks at every second, and lets ten at once through. */
const PER_MINUTE = 600;
const BURST = 10;
const LATENCY_MS = 100;

/** Takes a little more than two minutes at the limit. */
const REQUESTS = 1_300;

const PAIRS = 100;
/** Rounds of them at most, for other processes have a part in the time of a round. */
const MOST_ROUNDS = 8;

/** Answers in the record, and how often at most all of them are asked for again in one way. */
const RECORDED = 10_000;
const ROUNDS = 5;

const never = new AbortController().signal;
setMaxListeners(0, never);

const loopback = (settings: Parameters<typeof startLoopbackProcess>[0]): Promise<LoopbackProcess> =>
  // This file is run as a bundle, from dist/bench.
  startLoopbackProcess(settings, join(import.meta.dirname, "../../test/models/loopback/main.ts"));

let failed = 0;
function report(what: string, value: number, unit: string, target: number, kind: "at most" | "at least"): void {
  const met = kind === "at most" ? value <= target : value >= target;
  if (!met) failed += 1;
  const shown = value >= 1_000 ? Math.round(value).toLocaleString("en") : Number(value.toFixed(3)).toString();
  console.log(
    `${met ? "met   " : "MISSED"}  ${what}: ${[shown, unit].join(" ").trim()} (${kind} ${target.toLocaleString("en")})`,
  );
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function request(number: number): CompletionRequest {
  const content = `Question ${number}: in which year was the first of them built?\n### answer`;
  return { messages: [{ role: "user", content }], temperature: 0.7, maxTokens: 64, sample: number };
}

const keys: ModelAccess["keys"] = { key: () => Promise.resolve(undefined), remedy: () => "" };

function adapter(server: LoopbackProcess, fetch: typeof globalThis.fetch): LanguageModel {
  const place = { provider: "bench", model: "loopback", baseUrl: `${server.url}/v1`, keyVariable: undefined };
  return openaiCompatible({ ...place, access: { keys, fetch } }, false);
}

interface Crowd {
  readonly ms: number;
  readonly ledger: LedgerLines;
}

/** Many requests at a server with the limit, all wanted at once. */
async function crowd(limits: ProviderLimits | undefined, reads: boolean): Promise<Crowd> {
  const server = await loopback({ latencyMs: LATENCY_MS, requestsPerMinute: PER_MINUTE, burst: BURST });
  const reader = limitReader(globalThis.fetch);
  const model = retryingModel(
    gatedModel(adapter(server, reader.fetch), {
      gate: new Limiter(),
      limits: new Map(limits ? [["bench", limits]] : []),
      reported: reads ? reader.take : undefined,
    }),
  );
  const start = performance.now();
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < REQUESTS) await model.complete(request(next++), never);
  };
  await Promise.all(Array.from({ length: 32 }, worker));
  const ms = performance.now() - start;
  const ledger = await server.ledger();
  await server.close();
  return { ms, ledger };
}

/** The same requests by the SDK alone and through all that lies around it, in turns, on one machine in one state. */
async function overhead(): Promise<void> {
  // Long enough for the record to be written between two requests, short enough for many pairs.
  const server = await loopback({ latencyMs: 5 });
  const { OpenAI } = await import("openai");
  const sdk = new OpenAI({ apiKey: "none", baseURL: `${server.url}/v1`, maxRetries: 0 });
  const reader = limitReader(globalThis.fetch);
  const limits = { requestsPerMinute: 60_000_000, tokensPerMinute: 1_000_000_000, concurrency: 64 };
  const model = gatedModel(adapter(server, reader.fetch), {
    gate: new Limiter(),
    limits: new Map([["bench", limits]]),
    reported: reader.take,
  });
  const record = new CachedAnswers(join(folder, "overhead"));
  const paid = new PaidCalls(folder, nothingPaid);
  const meter = new ModelMeter(
    {},
    {
      around: (asked) => recordedModel(retryingModel(asked), { record }),
      keepPaid: (call) => paid.keep(call),
      limits: { calls: 1e9, tokens: 1e12, usd: null },
    },
  );
  const layered = meter.metered(model, "answerer", "evaluation");
  const bare = async (number: number): Promise<number> => {
    const { messages, temperature, maxTokens } = request(number);
    const body = { model: "loopback", messages: [...messages], temperature, max_tokens: maxTokens };
    const start = performance.now();
    await sdk.chat.completions.create(body);
    return performance.now() - start;
  };
  const whole = async (number: number): Promise<number> => {
    const start = performance.now();
    await layered.complete(request(number), never);
    return performance.now() - start;
  };
  let number = 0;
  const round = async (): Promise<number> => {
    const differences: number[] = [];
    for (let pair = 0; pair < PAIRS; pair++) {
      // Whoever goes first in a pair may find a colder machine.
      if (pair % 2 === 0) {
        const alone = await bare(number++);
        differences.push((await whole(number++)) - alone);
      } else {
        const layers = await whole(number++);
        differences.push(layers - (await bare(number++)));
      }
    }
    return median(differences);
  };
  await round();
  const ms = await quickestMs(1, round, MOST_ROUNDS);
  await record.settled();
  paid.close();
  await server.close();
  report(`overhead per call over the bare SDK, record written, median of ${PAIRS} pairs`, ms, "ms", 1, "at most");
}

const answeredModel: LanguageModel = {
  name: "bench:answered",
  simulated: false,
  complete: () =>
    Promise.resolve({
      text: "It was built in 1889, which the third of the passages says.\n".repeat(4),
      stop: "end",
      usage: { inputTokens: 40, outputTokens: 60 },
    }),
};
const refusingModel: LanguageModel = {
  ...answeredModel,
  complete: () => Promise.reject(new Error("this was answered before")),
};

/** Milliseconds of all requests, so many under way at a time. */
async function msOfAll(model: LanguageModel, atOnce: number): Promise<number> {
  const start = performance.now();
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < RECORDED) await model.complete(request(next++), never);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return performance.now() - start;
}

/** A process that finds what others recorded, from its first request on: it says how long all of them took. */
async function coldProcess(atOnce: number): Promise<number> {
  const program = process.argv[1] ?? "";
  const { stdout } = await promisify(execFile)(process.execPath, [program, "--cold", hitsFolder, String(atOnce)]);
  return Number(stdout);
}

/** Requests that were answered before: by the process that has the answers in memory, and by the next ones. */
async function hits(): Promise<void> {
  const record = new CachedAnswers(hitsFolder);
  const keptMs = await msOfAll(recordedModel(answeredModel, { record }), 64);
  await record.settled();
  const again = recordedModel(refusingModel, { record });
  const limitMs = RECORDED / 10;
  const rate = async (what: string, round: () => Promise<number>): Promise<void> =>
    report(what, (1_000 * RECORDED) / (await quickestMs(limitMs, round, ROUNDS)), "a second", 10_000, "at least");
  await rate("answers from the record, in memory, many at once", () => msOfAll(again, 64));
  for (const [atOnce, words] of [[1, "one after another"] as const, [64, "many at once"] as const]) {
    await rate(`answers from the record, read from the disk by a new process, ${words}`, async () => {
      // Used longest ago: that they are used now has to be noted, too.
      for (const { path } of await contents(hitsFolder)) await utimes(path, 0, 0);
      return coldProcess(atOnce);
    });
  }
  console.log(`        ${Math.round((1_000 * RECORDED) / keptMs).toLocaleString("en")} a second kept`);
}

/**
 * A whole optimization by the command line at the limit: how much longer it takes than its requests alone would. Steps wait
 * for one another: a proposal for the rewards of the one before, an iteration for the gate.
 */
async function optimization(): Promise<void> {
  const root = join(import.meta.dirname, "../..");
  const settings = { latencyMs: LATENCY_MS, share: 0, requestsPerMinute: PER_MINUTE };
  const server = await startLoopbackProcess(settings, join(root, "test/cli/paidToyServer.ts"));
  const toy = join(folder, "toy");
  mkdirSync(toy);
  const models = JSON.parse(paidToyModels(server.url)) as object;
  const limits = { openai: { requestsPerMinute: PER_MINUTE } };
  writeFileSync(join(toy, "optimas.models.json"), JSON.stringify({ ...models, limits }));
  const longer = paidToyExperiment
    .replace("iterations: 3, budgetRuns: 120, concurrency: 4,", "iterations: 12, budgetRuns: null,")
    .replace("make(6,", "make(40,")
    .replace("make(4,", "make(20,")
    .replace("validationRows: 4, stageOneInputs: 4,", "validationRows: 20, stageOneInputs: 20,");
  writeFileSync(join(toy, "experiment.ts"), longer);
  const command = [join(root, "dist/cli.js"), "run", "experiment.ts", "--yes", "--no-save"];
  const env = { ...process.env, OPENAI_API_KEY: "sk-bench-0123456789" };
  const start = performance.now();
  await promisify(execFile)(process.execPath, command, { cwd: toy, env });
  const ms = performance.now() - start;
  const { received, limited } = await server.ledger();
  await server.close();
  const best = ((received - BURST) * 60_000) / PER_MINUTE + LATENCY_MS;
  console.log(
    `        a whole optimization: ${received} requests in ${(ms / 1_000).toFixed(1)} s, ${(ms / best).toFixed(2)} of what they need at best; ${limited} refusals`,
  );
}

const [, , mode, coldFolder = "", coldAtOnce = ""] = process.argv;
if (mode === "--cold") {
  const ms = await msOfAll(recordedModel(refusingModel, { record: new CachedAnswers(coldFolder) }), Number(coldAtOnce));
  console.log(ms);
  process.exit(0);
}
/** What all parts keep on the disk, until the end. */
const folder = mkdtempSync(join(tmpdir(), "optimas-bench-"));
const hitsFolder = join(folder, "hits");
await overhead();
await hits();
if (!process.argv.includes("--quick")) await optimization();
rmSync(folder, { recursive: true, force: true });

const idealMs = ((REQUESTS - BURST) * 60_000) / PER_MINUTE + LATENCY_MS;
const described: ProviderLimits = { requestsPerMinute: PER_MINUTE, tokensPerMinute: null, concurrency: 64 };
// What takes minutes is left out by `npm run bench:models -- --quick`.
if (process.argv.includes("--quick")) process.exit(failed === 0 ? 0 : 1);
const crowds = await Promise.all([
  crowd(described, true).then((came) => ({ ...came, name: "limit described", target: 1.1 })),
  crowd(undefined, true).then((came) => ({ ...came, name: "limit told by the server's headers", target: 1.1 })),
  crowd(undefined, false).then((came) => ({ ...came, name: "limit learnt from refusals", target: 1.1 })),
]);
console.log(
  `        ${REQUESTS.toLocaleString("en")} requests at ${PER_MINUTE} a minute and ${LATENCY_MS} ms take ${(idealMs / 1_000).toFixed(1)} s at best`,
);
for (const { name, ms, ledger, target } of crowds) {
  report(`${name}: time in relation to the best`, ms / idealMs, "", target, "at most");
  const late = ledger.limitedAt.filter((at) => at > 60_000).length;
  report(`${name}: refusals after the first minute`, late, "", 0, "at most");
  console.log(
    `        ${ledger.limited - late} refusals before, at most ${ledger.mostUnderWay} requests at the same time`,
  );
}
process.exitCode = failed === 0 ? 0 : 1;
