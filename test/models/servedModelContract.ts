import { getEventListeners } from "node:events";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Completion, CompletionRequest } from "../../src/models/languageModel.ts";
import { type FailureKind, ModelFailure } from "../../src/models/modelFailure.ts";
import {
  asking,
  type ContractSubject,
  lengths,
  never,
  type OpenModel,
  PLANTED_KEY,
  STREAMED_TOKENS,
} from "./contractSubject.ts";
import { always, type Fault, scripted } from "./loopback/faults.ts";
import type { LoopbackServer } from "./loopback/loopbackServer.ts";
import { type Answering, fixedReply } from "./loopback/simulatedReply.ts";

/** What each fault is told as, and what the provider said about when to come back. */
const failures: readonly { readonly fault: Fault; readonly kind: FailureKind; readonly retryAfterMs?: number }[] = [
  { fault: { kind: "limited" }, kind: "rate limit" },
  { fault: { kind: "limited", told: "seconds", afterMs: 7_000 }, kind: "rate limit", retryAfterMs: 7_000 },
  { fault: { kind: "limited", told: "milliseconds", afterMs: 1_250 }, kind: "rate limit", retryAfterMs: 1_250 },
  { fault: { kind: "error", status: 500 }, kind: "overloaded" },
  { fault: { kind: "error", status: 502 }, kind: "overloaded" },
  { fault: { kind: "error", status: 503, retryAfterSeconds: 3 }, kind: "overloaded", retryAfterMs: 3_000 },
  { fault: { kind: "error", status: 504 }, kind: "overloaded" },
  { fault: { kind: "error", status: 529 }, kind: "overloaded" },
  { fault: { kind: "cut" }, kind: "network" },
  { fault: { kind: "half-closed" }, kind: "network" },
  { fault: { kind: "reset" }, kind: "network" },
  { fault: { kind: "malformed" }, kind: "malformed answer" },
  { fault: { kind: "other shape" }, kind: "malformed answer" },
  { fault: { kind: "page" }, kind: "malformed answer" },
  { fault: { kind: "quota" }, kind: "quota" },
  { fault: { kind: "wrong key" }, kind: "authentication" },
  { fault: { kind: "unknown model" }, kind: "unknown model" },
  { fault: { kind: "too long" }, kind: "too long" },
];

const transient: readonly FailureKind[] = ["rate limit", "overloaded", "network", "timeout", "malformed answer"];

/** What models at a server do when the server or the way there fails. */
export function servedModelContract(subject: ContractSubject): void {
  describe(`${subject.name} at a server`, () => {
    let open: OpenModel;

    beforeEach(async () => {
      open = await subject.open({ timeoutMs: 10_000, key: PLANTED_KEY });
    });
    afterEach(async () => {
      await open.close();
      expect(server().ledger.keysElsewhere).toBe(0);
    });

    async function completed(more: Partial<CompletionRequest> = {}, reply?: Answering): Promise<Completion> {
      if (reply) open.answerWith?.(reply);
      return open.model.complete(asking(more), never);
    }

    function server(): LoopbackServer {
      if (open.server === undefined) throw new Error(`${subject.name} has no server`);
      return open.server;
    }

    async function failed(more: Partial<CompletionRequest> = {}, model = open.model): Promise<ModelFailure> {
      const thrown: unknown = await model.complete(asking(more), never).then(
        (completion) => new Error(`there was an answer: ${completion.text}`),
        (error: unknown) => error,
      );
      if (!(thrown instanceof ModelFailure)) throw thrown;
      return thrown;
    }

    for (const [length, maxTokens] of lengths) {
      test.each(failures)(`tells $fault as "$kind" (${length})`, async ({ fault, kind, retryAfterMs }) => {
        server().meet(always(fault));
        const failure = await failed({ maxTokens });
        expect(failure).toMatchObject({ kind, retryAfterMs, attempts: 1 });
        expect(failure.transient).toBe(transient.includes(kind));
        expect(failure.message).toContain(open.model.name);
        expect(failure.message).toMatch(/[.!]$/);
        expect(JSON.stringify([failure, failure.message, failure.stack, String(failure.cause)])).not.toContain(
          PLANTED_KEY,
        );
        // One call is one request: nobody but the layers above asks again.
        expect(server().ledger.received).toBe(1);
      });

      test(`repeats the key of no error that repeats it (${length})`, async () => {
        server().meet(always({ kind: "echo" }));
        const failure = await failed({ maxTokens });
        expect(failure.kind).toBe("bad request");
        expect(failure.message).toContain("Bearer [key]");
        expect(`${failure.message} ${failure.stack}`).not.toContain(PLANTED_KEY);
      });

      test(`is told when to come back as a date (${length})`, async () => {
        server().meet(always({ kind: "limited", told: "date", afterMs: 90_000 }));
        const { retryAfterMs = 0 } = await failed({ maxTokens });
        expect(retryAfterMs).toBeGreaterThan(60_000);
        expect(retryAfterMs).toBeLessThanOrEqual(90_000);
      });

      test(`answers after faults have passed (${length})`, async () => {
        server().meet(scripted({ kind: "cut" }, { kind: "reset" }, { kind: "malformed" }, { kind: "duplicate" }));
        for (let fault = 0; fault < 3; fault++) await failed({ maxTokens });
        expect((await completed({ maxTokens }, fixedReply("The Seine."))).text).toBe("The Seine.");
        expect((await completed({ maxTokens }, fixedReply("The Thames."))).text).toBe("The Thames.");
      });

      test(`takes a request that was filtered for an outcome (${length})`, async () => {
        server().meet(always({ kind: "filtered request" }));
        expect(await completed({ maxTokens })).toMatchObject({ text: "", stop: "filtered" });
      });

      test(`waits for late headers and late bodies (${length})`, async () => {
        server().meet(scripted({ kind: "slow headers", ms: 30 }, { kind: "slow body", ms: 30 }));
        expect((await completed({ maxTokens })).stop).toBe("end");
        expect((await completed({ maxTokens })).stop).toBe("end");
      });

      test.each([{ kind: "silent" }, { kind: "slow body", ms: 60_000 }] as const)(
        `gives up when there is no sign of life (${length}, %j)`,
        async (fault) => {
          const impatient = await subject.open({ timeoutMs: 150, key: PLANTED_KEY });
          impatient.server?.meet(always(fault));
          expect(await failed({ maxTokens }, impatient.model)).toMatchObject({ kind: "timeout", transient: true });
          await expect.poll(() => impatient.server?.ledger.underWay).toBe(0);
          await impatient.close();
        },
      );

      test.each([{ kind: "silent" }, { kind: "slow body", ms: 60_000 }] as const)(
        `closes its connection when the caller gives up (${length}, %j)`,
        async (fault) => {
          server().meet(always(fault));
          const controller = new AbortController();
          const reason = new Error("the user stopped it");
          const answer = open.model.complete(asking({ maxTokens }), controller.signal);
          await expect.poll(() => server().ledger.underWay).toBe(1);
          controller.abort(reason);
          await expect(answer).rejects.toBe(reason);
          await expect.poll(() => server().ledger).toMatchObject({ underWay: 0, abandoned: 1 });
          expect(getEventListeners(controller.signal, "abort")).toEqual([]);
        },
      );
    }

    test("takes a stream that ends before its answer does for none", async () => {
      server().meet(always({ kind: "ended early" }));
      expect(await failed({ maxTokens: STREAMED_TOKENS })).toMatchObject({ kind: "network", transient: true });
    });

    test("tells an error in the middle of a stream as what it is", async () => {
      server().meet(always({ kind: "error in stream" }));
      expect(await failed({ maxTokens: STREAMED_TOKENS })).toMatchObject({ kind: "overloaded" });
    });

    test("tells a server that is not there as one, with its address", async () => {
      const gone = await subject.open({ timeoutMs: 5_000, key: PLANTED_KEY });
      await gone.close();
      const failure = await failed({}, gone.model);
      expect(failure.kind).toBe("network");
      expect(failure.message).toContain("127.0.0.1");
    });

    test.each(subject.uniqueIds ? lengths : [])(
      "takes no answer to an earlier request for that to the next one (%s)",
      async (_, maxTokens) => {
        server().meet(scripted({ kind: "late duplicate" }));
        open.answerWith?.((request) => fixedReply(`echo of ${request.messages[0]?.content}`)(request));
        const ask = (content: string): Promise<Completion> =>
          open.model.complete(asking({ maxTokens, messages: [{ role: "user", content }] }), never);
        expect((await ask("first")).text).toBe("echo of first");
        const failures: unknown[] = [];
        // Which of the next requests goes over the same connection is left to the connections.
        for (const content of ["second", "third", "fourth", "fifth"]) {
          const told = await ask(content).catch((error: unknown) => error);
          if (told instanceof ModelFailure) failures.push(told);
          else expect(told).toMatchObject({ text: `echo of ${content}` });
        }
        expect(failures).toMatchObject([{ transient: true }]);
      },
    );

    test("sends its key in the header for it, and nowhere else", async () => {
      await completed();
      await completed({ maxTokens: STREAMED_TOKENS });
      const names = Object.keys(server().ledger.keys).map((line) => line.split(" ")[0]);
      expect(names).toEqual([subject.keyHeader]);
    });

    test("asks nothing without a key, and says how to give one", async () => {
      const keyless = await subject.open({ timeoutMs: 5_000, key: undefined });
      const failure = await failed({}, keyless.model);
      expect(failure).toMatchObject({ kind: "authentication", endsRun: true });
      expect(failure.message).toContain("Set THE_KEY");
      expect(keyless.server?.ledger.received).toBe(0);
      await keyless.close();
    });

    test.each(["sk-two\nlines-123456", "sk-dash–123456", "sk-a b-123456"])(
      "sends no key that is none: %j",
      async (key) => {
        const mistaken = await subject.open({ timeoutMs: 5_000, key });
        const failure = await failed({}, mistaken.model);
        expect(failure).toMatchObject({ kind: "authentication" });
        expect(`${failure.message} ${failure.stack}`).not.toContain("123456");
        expect(mistaken.server?.ledger.received).toBe(0);
        await mistaken.close();
      },
    );

    test("repeats nothing of a key that is refused", async () => {
      const stranger = await subject.open({ timeoutMs: 5_000, key: "sk-stranger-9876543210" });
      const failure = await failed({}, stranger.model);
      expect(failure.kind).toBe("authentication");
      expect(failure.message).toContain("Set THE_KEY");
      expect(`${failure.message} ${failure.stack}`).not.toMatch(/stranger|9876/);
      await stranger.close();
    });
  });
}
