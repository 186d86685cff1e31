import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import type { AnswerRecord, RecordedAnswer } from "../../src/models/answerRecord.ts";
import type { Completion, CompletionRequest, LanguageModel } from "../../src/models/languageModel.ts";
import { ModelFailure } from "../../src/models/modelFailure.ts";
import { type BlockedAnswer, type Recording, recordedModel } from "../../src/models/recordedModel.ts";

const never = new AbortController().signal;
const usage = { inputTokens: 3, outputTokens: 2 };

function request(content: string, more: Partial<CompletionRequest> = {}): CompletionRequest {
  return { messages: [{ role: "user", content }], temperature: 0, maxTokens: 10, sample: 0, ...more };
}

class MemoryRecord implements AnswerRecord {
  readonly answers = new Map<string, RecordedAnswer>();
  /** Thrown by the next attempts to keep something. */
  readonly problems: unknown[] = [];

  find(key: string): Promise<RecordedAnswer | undefined> {
    return Promise.resolve(this.answers.get(key));
  }

  async keep(key: string, _: unknown, answer: RecordedAnswer): Promise<void> {
    const [problem] = this.problems.splice(0, 1);
    if (problem !== undefined) throw problem;
    this.answers.set(key, answer);
  }
}

interface Sent {
  readonly request: CompletionRequest;
  readonly signal: AbortSignal;
  answer(text: string): void;
  fail(thrown: unknown): void;
}

/** A model that answers when the test says so. */
function held(): { readonly model: LanguageModel; readonly sent: Sent[] } {
  const sent: Sent[] = [];
  const model: LanguageModel = {
    name: "test:model",
    simulated: false,
    complete: (asked, signal) =>
      new Promise<Completion>((resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason), { once: true });
        sent.push({
          request: asked,
          signal,
          answer: (text) => resolve({ text, stop: "end", usage, waitedMs: 7, failedAttempts: 1 }),
          fail: reject,
        });
      }),
  };
  return { model, sent };
}

function bench(more: Partial<Recording> = {}) {
  const record = new MemoryRecord();
  const { model, sent } = held();
  return { record, sent, model, asked: recordedModel(model, { record, ...more }) };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const outcome = (asked: Promise<Completion>): Promise<unknown> => asked.catch((thrown: unknown) => thrown);
const recorded = (text: string): Completion => ({ text, stop: "end", usage, recorded: true });
const first = (text: string): Completion => ({ text, stop: "end", usage, waitedMs: 7, failedAttempts: 1 });

describe("an answer", () => {
  test("is asked for once and then taken from the record, with the tokens that it took", async () => {
    const { asked, sent } = bench();
    const one = asked.complete(request("a"), never);
    await settled();
    sent[0]?.answer("A");
    expect(await one).toEqual(first("A"));
    expect(await asked.complete(request("a"), never)).toEqual(recorded("A"));
    expect(sent).toHaveLength(1);
  });

  test.each(["end", "length", "refused", "filtered", "empty"] as const)(
    "that ended by %s is kept: it was paid for",
    async (stop) => {
      const record = new MemoryRecord();
      const complete = vi.fn(async (): Promise<Completion> => ({ text: "", stop, usage }));
      const asked = recordedModel({ name: "test:model", simulated: false, complete }, { record });
      await asked.complete(request("a"), never);
      expect(await asked.complete(request("a"), never)).toEqual({ text: "", stop, usage, recorded: true });
      expect(complete).toHaveBeenCalledTimes(1);
    },
  );

  test("to another sample is asked for above temperature 0, and is the same at 0", async () => {
    const { asked, sent } = bench();
    const hot = [0, 1].map((sample) => asked.complete(request("a", { temperature: 1, sample }), never));
    const cold = [0, 1].map((sample) => asked.complete(request("a", { sample }), never));
    await settled();
    expect(sent).toHaveLength(3);
    for (const [index, one] of sent.entries()) one.answer(String(index));
    expect((await Promise.all(hot)).map(({ text }) => text)).toEqual(["0", "1"]);
    expect((await Promise.all(cold)).map(({ text }) => text)).toEqual(["2", "2"]);
  });

  test("of a server that the workspace describes is not that of another", async () => {
    const record = new MemoryRecord();
    const { model, sent } = held();
    const [here, there] = ["http://a/v1", "http://b/v1"].map((address) =>
      recordedModel(model, { record, server: () => address }),
    );
    const both = [here?.complete(request("a"), never), there?.complete(request("a"), never)];
    await settled();
    for (const [index, one] of sent.entries()) one.answer(String(index));
    expect((await Promise.all(both)).map((one) => one?.text)).toEqual(["0", "1"]);
  });

  test("of models that are not to be recorded is asked for each time", async () => {
    const { asked, sent, record } = bench({ keeps: (name) => name !== "simulated" });
    const both = [1, 2].map(() => asked.complete(request("a", { model: "simulated" }), never));
    await settled();
    for (const one of sent) one.answer("A");
    await Promise.all(both);
    expect(sent).toHaveLength(2);
    expect(record.answers.size).toBe(0);
  });
});

describe("equal requests at the same time", () => {
  test("are sent once, whichever run they are of, and one of them counts as sent", async () => {
    const record = new MemoryRecord();
    const { model, sent } = held();
    const runs = [1, 2].map(() => recordedModel(model, { record, run: {} }));
    const all = runs.flatMap((run) => [1, 2, 3].map(() => run.complete(request("a"), never)));
    await settled();
    expect(sent).toHaveLength(1);
    sent[0]?.answer("A");
    expect(await Promise.all(all)).toEqual([first("A"), ...Array.from({ length: 5 }, () => recorded("A"))]);
  });

  test("share a failure, which is not kept", async () => {
    const { asked, sent } = bench();
    const both = [1, 2].map(() => outcome(asked.complete(request("a"), never)));
    await settled();
    const failure = new ModelFailure("overloaded", "too much to do");
    sent[0]?.fail(failure);
    expect(await Promise.all(both)).toEqual([failure, failure]);
    const later = asked.complete(request("a"), never);
    await settled();
    sent[1]?.answer("A");
    expect(await later).toEqual(first("A"));
  });

  test("of another run do not fail with what stopped the one that sent it: they are sent by the other", async () => {
    const record = new MemoryRecord();
    const { model, sent } = held();
    const [poor, rich] = [1, 2].map(() => recordedModel(model, { record, run: {} }));
    const ofPoor = [1, 2].map(() => outcome(poor?.complete(request("a"), never) ?? Promise.reject()));
    const ofRich = [1, 2].map(() => rich?.complete(request("a"), never));
    await settled();
    const exhausted = new Error("the budget is over");
    sent[0]?.fail(exhausted);
    expect(await Promise.all(ofPoor)).toEqual([exhausted, exhausted]);
    await settled();
    expect(sent).toHaveLength(2);
    sent[1]?.answer("A");
    expect(await Promise.all(ofRich)).toEqual([first("A"), recorded("A")]);
  });

  test("are broken off when all have gone, and whoever comes then asks anew", async () => {
    const { asked, sent } = bench();
    const controllers = [new AbortController(), new AbortController()];
    const both = controllers.map(({ signal }) => outcome(asked.complete(request("a"), signal)));
    await settled();
    controllers[0]?.abort("first");
    expect(sent[0]?.signal.aborted).toBe(false);
    controllers[1]?.abort("second");
    expect(sent[0]?.signal.aborted).toBe(true);
    const later = asked.complete(request("a"), never);
    expect(await Promise.all(both)).toEqual(["first", "second"]);
    await settled();
    expect(sent).toHaveLength(2);
    sent[1]?.answer("A");
    expect(await later).toEqual(first("A"));
  });

  test("whatever comes and goes, each answer is paid once, and exactly one of those who got it counts as sent", async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant("ask" as const), text: fc.constantFrom("a", "b"), run: fc.nat(1) }),
      fc.record({ kind: fc.constant("go" as const), who: fc.nat(20) }),
      fc.record({ kind: fc.constant("answer" as const), which: fc.nat(20) }),
      fc.record({ kind: fc.constant("fail" as const), which: fc.nat(20) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const record = new MemoryRecord();
        const { model, sent } = held();
        const runs = [1, 2].map(() => recordedModel(model, { record, run: {} }));
        const callers: {
          readonly text: string;
          readonly controller: AbortController;
          readonly came: Promise<unknown>;
        }[] = [];
        const answered = new Set<Sent>();
        for (const step of steps) {
          if (step.kind === "ask") {
            const controller = new AbortController();
            const asked = runs[step.run]?.complete(request(step.text), controller.signal);
            if (asked !== undefined) callers.push({ text: step.text, controller, came: outcome(asked) });
          } else if (step.kind === "go") {
            callers[step.who]?.controller.abort("gone");
          } else {
            const one = sent[step.which];
            const isOpen = one !== undefined && !one.signal.aborted && !answered.has(one);
            if (isOpen) {
              answered.add(one);
              if (step.kind === "answer") one.answer(one.request.messages[0]?.content ?? "");
              else one.fail(new ModelFailure("bad request", "no"));
            }
          }
          await settled();
        }
        for (const { controller } of callers) controller.abort("gone");
        await settled();
        const came = await Promise.all(callers.map(({ came }) => came));
        for (const text of ["a", "b"]) {
          const answers = came.filter((one): one is Completion => isAnswer(one) && one.text === text);
          expect(answers.filter((one) => one.recorded !== true).length).toBe(Math.min(1, answers.length));
          // Never two of the same under way.
          const open = sent.filter(
            (one) => one.request.messages[0]?.content === text && !one.signal.aborted && !answered.has(one),
          );
          expect(open).toEqual([]);
        }
        for (const one of sent) expect(answered.has(one) || one.signal.aborted).toBe(true);
      }),
    );
  });
});

describe("an answer that cannot be written", () => {
  const full = Object.assign(new Error("no space"), { code: "ENOSPC" });

  test("waits until it is written, and only then anybody gets it", async () => {
    const blocked: BlockedAnswer[] = [];
    const rooms: (() => void)[] = [];
    const onBlocked = vi.fn((answer: BlockedAnswer) => {
      blocked.push(answer);
      return new Promise<void>((resolve) => rooms.push(resolve));
    });
    const { asked, sent, record } = bench({ onBlocked });
    record.problems.push(full, full);
    let came: Completion | undefined;
    const one = asked.complete(request("a"), never).then((completion) => {
      came = completion;
    });
    await settled();
    sent[0]?.answer("Añ");
    await settled();
    expect(blocked).toEqual([{ error: full, bytes: 3, write: expect.any(Function) }]);
    await expect(blocked[0]?.write()).rejects.toBe(full);
    expect(record.answers.size).toBe(0);
    await blocked[0]?.write();
    expect(record.answers.size).toBe(1);
    await settled();
    expect(came).toBeUndefined();
    rooms[0]?.();
    await one;
    expect(came).toEqual(first("Añ"));
    expect(onBlocked).toHaveBeenCalledTimes(1);
  });

  test("can still be written when nobody waits for it any longer, and is then found by whoever asks again", async () => {
    const blocked: BlockedAnswer[] = [];
    const { asked, sent, record } = bench({
      onBlocked: (answer, signal) => {
        blocked.push(answer);
        return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
      },
    });
    record.problems.push(full);
    const controller = new AbortController();
    const one = asked.complete(request("a"), controller.signal);
    await settled();
    sent[0]?.answer("A");
    await settled();
    controller.abort(new Error("stopped"));
    await expect(one).rejects.toThrow("stopped");
    await blocked[0]?.write();
    expect(await asked.complete(request("a"), never)).toMatchObject({ text: "A", recorded: true });
    expect(sent).toHaveLength(1);
  });

  test("stops all who wait for it when waiting is over, and is a warning where that mends nothing", async () => {
    const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
    const broken = Object.assign(new Error("broken"), { code: "EIO" });
    const { asked, sent, record } = bench({ onBlocked: () => Promise.reject(broken) });
    record.problems.push(full);
    const both = [asked.complete(request("a"), never), asked.complete(request("a"), never)];
    await settled();
    sent[0]?.answer("A");
    const texts = (await Promise.all(both)).map(({ text }) => text);
    expect(texts).toEqual(["A", "A"]);
    expect(warn).toHaveBeenCalledOnce();
    warn.mockRestore();
  });

  test("is handed on with a warning where nobody waits for room", async () => {
    const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
    const { asked, sent, record } = bench();
    record.problems.push(full, full);
    for (const text of ["a", "b"]) {
      const one = asked.complete(request(text), never);
      await settled();
      sent.at(-1)?.answer("A");
      expect(await one).toEqual(first("A"));
    }
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn.mock.lastCall?.[0]).toContain("no space");
    warn.mockRestore();
  });
});

function isAnswer(came: unknown): came is Completion {
  return typeof came === "object" && came !== null && "text" in came;
}
