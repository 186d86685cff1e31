import { type Clock, pause, steadyClock } from "../system/clock.ts";
import { SHORTEST_TOLD_MS, type WaitListener } from "./gateWait.ts";
import type { LanguageModel } from "./languageModel.ts";
import { type FailureKind, ModelFailure } from "./modelFailure.ts";
import { accountOf } from "./providers/provider.ts";
import { wrappedModel } from "./wrappedModel.ts";

/** How many requests were answered: what fails again and again beside answers has its fault in itself. */
export class AnsweredRequests {
  count = 0;
}

export interface Retrying {
  /** Shared by the layers around one model; one of its own by default. */
  readonly answered?: AnsweredRequests;
  /** Hears of waits before a request is sent again while no other is answered. */
  readonly waits?: WaitListener | undefined;
  readonly clock?: Clock;
  /** Uniform in [0, 1). */
  readonly random?: () => number;
  /** Milliseconds of waiting between attempts, all of them together; ten minutes by default. */
  readonly patienceMs?: number;
}

/** Attempts at most that come to this: waiting alone mends neither. */
const mostOfKind: Partial<Readonly<Record<FailureKind, number>>> = {
  // A model that writes nonsense may write it again, and each answer is paid for.
  "malformed answer": 5,
  // Each of them took its whole time.
  timeout: 4,
};

/** Attempts at most of a request that fails while others are answered: it lies in this one. */
const MOST_BESIDE_OTHERS = 10;

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;

/**
 * `model` asked again after failures that pass. Waits double from half a second to half a minute, each shortened by chance by
 * up to a half so that requests that failed together do not come back together; a provider that says when to come back
 * is believed. What does not pass by itself is thrown at once, and the signal ends every wait.
 * @throws ModelFailure when patience is over, with the number of attempts; its message says how long it was tried
 */
export function retryingModel(model: LanguageModel, options: Retrying = {}): LanguageModel {
  const { clock = steadyClock, random = Math.random, patienceMs = 10 * 60_000 } = options;
  const answered = options.answered ?? new AnsweredRequests();
  return wrappedModel(model, async (request, signal) => {
    const began = { at: clock.now(), answers: answered.count };
    const failed: ModelFailure[] = [];
    let waitedMs = 0;
    for (;;) {
      try {
        const completion = await model.complete(request, signal);
        answered.count++;
        options.waits?.answered();
        if (failed.length === 0) return completion;
        const before = completion.failedAttempts ?? 0;
        return {
          ...completion,
          failedAttempts: attemptsIn(failed) + before,
          waitedMs: waitedMs + (completion.waitedMs ?? 0),
        };
      } catch (thrown) {
        signal.throwIfAborted();
        if (!(thrown instanceof ModelFailure)) throw thrown;
        failed.push(thrown);
        const tookMs = clock.now() - began.at;
        if (!thrown.transient) throw attemptsIn(failed) === thrown.attempts ? thrown : givenUp(failed, tookMs, false);
        const besideOthers = answered.count > began.answers && thrown.kind !== "rate limit";
        const waitMs = waitBefore(failed.length, thrown.retryAfterMs, random());
        const isOver =
          ofKind(failed, thrown.kind) >= (mostOfKind[thrown.kind] ?? Number.POSITIVE_INFINITY) ||
          (besideOthers && failed.length >= MOST_BESIDE_OTHERS) ||
          waitedMs + waitMs > patienceMs;
        if (isOver) throw givenUp(failed, tookMs, besideOthers);
        if (waitMs >= SHORTEST_TOLD_MS && answered.count === began.answers) {
          const [provider = ""] = (request.model ?? model.name).split(":");
          options.waits?.waiting({ provider: accountOf(provider), why: "retry", failure: thrown.kind, ms: waitMs });
        }
        await pause(clock, waitMs, signal);
        waitedMs += waitMs;
      }
    }
  });
}

function attemptsIn(failed: readonly ModelFailure[]): number {
  return failed.reduce((sum, { attempts }) => sum + attempts, 0);
}

function ofKind(failed: readonly ModelFailure[], kind: FailureKind): number {
  return failed.filter((failure) => failure.kind === kind).length;
}

function waitBefore(failed: number, retryAfterMs: number | undefined, chance: number): number {
  const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.max(0, failed - 1));
  const waitMs = longest * (0.5 + 0.5 * chance);
  return retryAfterMs === undefined ? waitMs : Math.max(retryAfterMs + FIRST_WAIT_MS * chance, waitMs);
}

/** The last failure with all that was tried, and what can be done. */
function givenUp(failed: readonly ModelFailure[], tookMs: number, besideOthers: boolean): ModelFailure {
  const last = failed.at(-1);
  if (last === undefined) throw new Error("nothing failed that could be given up");
  const { kind, retryAfterMs, endsRun, message } = last;
  const attempts = attemptsIn(failed);
  const times = attempts === 0 ? "Not asked" : attempts === 1 ? "Asked once" : `Asked ${attempts} times`;
  const tried = failed.length === 1 ? times : `${times} in ${durationWords(tookMs)}`;
  const wants = (retryAfterMs ?? 0) > LONGEST_WAIT_MS ? `; asks to wait ${durationWords(retryAfterMs ?? 0)}` : "";
  const beside = besideOthers ? ", while other requests were answered" : "";
  return new ModelFailure(kind, `${message} ${tried}${wants}${beside}. ${remedies[kind] ?? ""}`.trimEnd(), {
    retryAfterMs,
    attempts,
    cause: last,
    ofOneRequest: besideOthers || !endsRun,
  });
}

const remedies: Partial<Readonly<Record<FailureKind, string>>> = {
  "rate limit":
    "Resume the run later, or write the limits of your account into optimas.models.json so that fewer requests are sent.",
  overloaded: "Resume the run once the provider is well again.",
  network: "Resume the run once the provider can be reached.",
  timeout:
    "Resume the run later, allow shorter answers, or give the model more time (timeoutSeconds in optimas.models.json).",
  "malformed answer": "Resume the run to try again, or use another model.",
};

/** "40 s", "3 min" */
function durationWords(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1_000));
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
