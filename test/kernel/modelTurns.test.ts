import { PassThrough } from "node:stream";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-jsonrpc/node";
import { ChannelRequests } from "../../src/kernel/channelRequests.ts";
import { kernelGate } from "../../src/kernel/kernelGate.ts";
import { ParentRequests } from "../../src/kernel/parentRequests.ts";
import type { ToChannel, ToEvaluation } from "../../src/kernel/threadMessages.ts";
import type { GateWait } from "../../src/models/gateWait.ts";
import { Limiter } from "../../src/models/limiter.ts";
import { type Entry, GateClosed, type Passage, type Permit, type RequestGate } from "../../src/models/requestGate.ts";
import { kernelMessages } from "../../src/notebook/kernelProtocol.ts";
import { KernelTurns } from "../../src/notebook/kernelTurns.ts";
import { until } from "./kernelBench.ts";

const entry: Entry = { provider: "openai", model: "small", tokens: 10 };
const never = new AbortController().signal;

const connections: MessageConnection[] = [];
afterEach(() => {
  for (const connection of connections.splice(0)) connection.dispose();
});

function connected(input: PassThrough, output: PassThrough): MessageConnection {
  const connection = createMessageConnection(new StreamMessageReader(input), new StreamMessageWriter(output));
  connections.push(connection);
  connection.listen();
  return connection;
}

/** Both threads of a kernel, and its parent, in one process; the main thread can be kept from reading what it is sent. */
class KernelPair {
  readonly gate: RequestGate;
  readonly #turns: KernelTurns;
  readonly #requests: ChannelRequests;
  readonly #unread: ToEvaluation[] = [];
  #computes = false;

  constructor(gate: RequestGate) {
    const up = new PassThrough();
    const down = new PassThrough();
    const parent = connected(up, down);
    this.#turns = new KernelTurns(gate);
    parent.onRequest(kernelMessages.enter, (params: unknown, token) =>
      this.#turns.enter(params, token, (waits) => void parent.sendNotification(kernelMessages.waits, waits)),
    );
    parent.onNotification(kernelMessages.leave, (params: unknown) => this.#turns.leave(params));
    const main = new ParentRequests((message) => this.#toChannel(message));
    const read = (message: ToEvaluation): void => {
      if (message.type === "answer") main.answered(message.number, message.answer);
      if (message.type === "turn") main.turn(message.number);
      if (message.type === "waits") main.waits(message.number, message.wait);
    };
    this.#requests = new ChannelRequests(
      connected(down, up),
      (message) => (this.#computes ? this.#unread.push(message) : read(message)),
      (_ms, action) => setTimeout(action, 20),
    );
    this.gate = kernelGate(main);
    this.#read = read;
  }

  readonly #read: (message: ToEvaluation) => void;

  #toChannel(message: ToChannel): void {
    if (message.type === "ask" || message.type === "unask" || message.type === "tell" || message.type === "here") {
      this.#requests.handle(message);
    }
  }

  /** The main thread is in synchronous code from now on. */
  compute(): void {
    this.#computes = true;
  }

  answerAgain(): void {
    this.#computes = false;
    for (const message of this.#unread.splice(0)) this.#read(message);
  }

  terminated(): void {
    this.#requests.terminated();
  }

  responsive(responsive: boolean): void {
    this.#turns.responsive(responsive);
  }

  die(): void {
    this.#turns.end();
  }
}

/** Lets so many through at once, and writes down how they left. */
class CountedGate implements RequestGate {
  readonly passages: Passage[] = [];
  readonly entries: Entry[] = [];
  readonly #limiter = new Limiter();
  held = 0;

  async enter(entry: Entry, signal: AbortSignal, told?: (wait: GateWait) => void): Promise<Permit> {
    const permit = await this.#limiter.enter(entry, signal, told);
    this.entries.push(entry);
    this.held++;
    return {
      waitedMs: permit.waitedMs,
      stepAside: (aside) => permit.stepAside?.(aside),
      leave: (passage) => {
        this.held--;
        this.passages.push(passage);
        permit.leave(passage);
      },
    };
  }
}

describe("a turn in a kernel", () => {
  test("that does not come for a while is told of, with the reason, to whoever waits for it", async () => {
    const kernel = new KernelPair(new CountedGate());
    const first = await kernel.gate.enter(entry, never);
    first.leave({ kind: "limited", retryAfterMs: 60_000 });
    const told: GateWait[] = [];
    const controller = new AbortController();
    const gaveUp = kernel.gate.enter(entry, controller.signal, (wait) => told.push(wait)).catch(() => undefined);
    await until(() => told.length > 0, "the reason is told");
    expect(told[0]).toMatchObject({ provider: "openai", why: "pause" });
    expect(told[0]?.ms).toBeGreaterThan(30_000);
    controller.abort();
    await gaveUp;
  });

  test("comes from the parent with all that is said of limits, and goes back with all that was told", async () => {
    const gate = new CountedGate();
    const kernel = new KernelPair(gate);
    const limits = { provider: { requestsPerMinute: 600, tokensPerMinute: null, concurrency: 3 } };
    const permit = await kernel.gate.enter({ ...entry, limits }, never);
    expect(gate.entries).toEqual([{ ...entry, limits }]);
    const reported = { requests: { limit: 60, remaining: 59, resetMs: 1_000 } };
    permit.leave({ kind: "answered", tokens: 7, limits: reported });
    await until(() => gate.passages.length > 0, "the turn is back");
    expect(gate.passages).toEqual([{ kind: "answered", tokens: 7, limits: reported }]);
  });

  test("is waited for with those of other kernels", async () => {
    const gate = new CountedGate();
    const [one, other] = [new KernelPair(gate), new KernelPair(gate)];
    const limits = { provider: { requestsPerMinute: null, tokensPerMinute: null, concurrency: 1 } };
    const first = await one.gate.enter({ ...entry, limits }, never);
    let came = false;
    const second = other.gate.enter({ ...entry, limits }, never).then((permit) => {
      came = true;
      return permit;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(came).toBe(false);
    first.leave({ kind: "answered", tokens: 1 });
    (await second).leave({ kind: "failed" });
    await until(() => gate.held === 0, "both are back");
  });

  test("that is no longer wanted is taken back at the parent, also when it is on its way", async () => {
    const gate = new CountedGate();
    const kernel = new KernelPair(gate);
    const limits = { provider: { requestsPerMinute: null, tokensPerMinute: null, concurrency: 1 } };
    const first = await kernel.gate.enter({ ...entry, limits }, never);
    const controller = new AbortController();
    const waiting = kernel.gate.enter({ ...entry, limits }, controller.signal);
    const told = expect(waiting).rejects.toThrow("enough");
    first.leave({ kind: "answered", tokens: 1 });
    controller.abort(new Error("enough"));
    await told;
    const next = await kernel.gate.enter({ ...entry, limits }, never);
    next.leave({ kind: "failed" });
    await until(() => gate.held === 0, "all are back");
  });

  test("is not kept by a kernel whose main thread computes, which gets one when it answers again", async () => {
    const gate = new CountedGate();
    const [busy, other] = [new KernelPair(gate), new KernelPair(gate)];
    const limits = { provider: { requestsPerMinute: null, tokensPerMinute: null, concurrency: 1 } };
    busy.compute();
    const missed = busy.gate.enter({ ...entry, limits }, never);
    await until(() => gate.passages.length === 1, "the turn that nobody took is back");
    expect(gate.passages).toEqual([{ kind: "unused" }]);
    (await other.gate.enter({ ...entry, limits }, never)).leave({ kind: "answered", tokens: 1 });
    busy.answerAgain();
    (await missed).leave({ kind: "answered", tokens: 2 });
    await until(() => gate.passages.length === 3, "all are back");
    expect(gate.passages.at(-1)).toEqual({ kind: "answered", tokens: 2 });
  });

  test("in use by a kernel that computes is in nobody's way", async () => {
    const limits = { provider: { requestsPerMinute: null, tokensPerMinute: null, concurrency: 1 } };
    const gate = new CountedGate();
    const [busy, other] = [new KernelPair(gate), new KernelPair(gate)];
    const held = await busy.gate.enter({ ...entry, limits }, never);
    const waiting = other.gate.enter({ ...entry, limits }, never);
    busy.responsive(false);
    (await waiting).leave({ kind: "answered", tokens: 1 });
    busy.responsive(true);
    held.leave({ kind: "answered", tokens: 1 });
    await until(() => gate.held === 0, "both are back");
  });

  test("goes back when its code was terminated, and only once", async () => {
    const gate = new CountedGate();
    const kernel = new KernelPair(gate);
    const permit = await kernel.gate.enter(entry, never);
    kernel.terminated();
    await until(() => gate.held === 0, "the turn is back");
    permit.leave({ kind: "answered", tokens: 1 });
    (await kernel.gate.enter(entry, never)).leave({ kind: "answered", tokens: 2 });
    await until(() => gate.passages.length === 2, "the next one is back as well");
    expect(gate.passages).toEqual([{ kind: "failed" }, { kind: "answered", tokens: 2 }]);
  });

  test("that the provider is closed for is refused with the time that it asked for", async () => {
    const kernel = new KernelPair({ enter: () => Promise.reject(new GateClosed("openai", 3_600_000)) });
    const thrown = await kernel.gate.enter(entry, never).catch((reason: unknown) => reason);
    expect(thrown).toBeInstanceOf(GateClosed);
    expect(thrown).toMatchObject({ retryAfterMs: 3_600_000 });
  });
});

describe("turns", () => {
  test("are never lost, in whatever order kernels abort, compute, fail and die", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            kernel: fc.nat({ max: 2 }),
            deed: fc.constantFrom(
              "ask",
              "ask",
              "ask",
              "leave",
              "leave",
              "abort",
              "compute",
              "answer",
              "terminate",
              "die",
            ),
            at: fc.nat({ max: 20 }),
          }),
          { maxLength: 60 },
        ),
        async (deeds) => {
          const gate = new CountedGate();
          const kernels = [new KernelPair(gate), new KernelPair(gate), new KernelPair(gate)];
          const dead = new Set<number>();
          const aborts: AbortController[] = [];
          const permits: Permit[] = [];
          for (const { kernel, deed, at } of deeds) {
            const pair = kernels[kernel];
            if (pair === undefined || dead.has(kernel)) continue;
            if (deed === "ask") {
              const controller = new AbortController();
              aborts.push(controller);
              void pair.gate.enter(entry, controller.signal).then(
                (permit) => permits.push(permit),
                () => undefined,
              );
            } else if (deed === "leave") permits.splice(at % (permits.length + 1), 1)[0]?.leave({ kind: "limited" });
            else if (deed === "abort") aborts[at % (aborts.length + 1)]?.abort();
            else if (deed === "compute") pair.compute();
            else if (deed === "answer") pair.answerAgain();
            else if (deed === "terminate") pair.terminated();
            else if (deed === "die") {
              dead.add(kernel);
              pair.die();
            }
            if (at % 3 === 0) await new Promise((resolve) => setImmediate(resolve));
          }
          for (const [number, pair] of kernels.entries()) if (!dead.has(number)) pair.answerAgain();
          // What still waits gets its turn as soon as others leave.
          for (const controller of aborts) controller.abort();
          await until(() => {
            for (const permit of permits.splice(0)) permit.leave({ kind: "answered", tokens: 1 });
            return gate.held === 0;
          }, "every turn is back");
        },
      ),
      { numRuns: 60 },
    );
  });
});
