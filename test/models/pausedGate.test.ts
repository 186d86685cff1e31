import { expect, test } from "vitest";
import { gatedModel } from "../../src/models/gatedModel.ts";
import type { Completion, LanguageModel } from "../../src/models/languageModel.ts";
import { Limiter } from "../../src/models/limiter.ts";
import { ModelMeter } from "../../src/optimize/meteredModel.ts";

const never = new AbortController().signal;

/** Until everything that does not wait for the test has been done. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Two runs that ask one model through one gate, at most one request at a time; the test answers, and pauses the first run. */
function bench() {
  const sent: { readonly content: string; answer(): void }[] = [];
  const provider: LanguageModel = {
    name: "openai:test",
    simulated: false,
    complete: ({ messages }) =>
      new Promise<Completion>((resolve) =>
        sent.push({
          content: messages[0]?.content ?? "",
          answer: () => resolve({ text: "", stop: "end", usage: { inputTokens: 1, outputTokens: 1 } }),
        }),
      ),
  };
  const limits = { requestsPerMinute: null, tokensPerMinute: null, concurrency: 1 };
  const model = gatedModel(provider, { gate: new Limiter(), limits: new Map([["openai", limits]]) });
  let over: (() => void) | undefined;
  let pause: Promise<void> | undefined;
  const waitsWithout = new ModelMeter().metered(model, "other", "test");
  const paused = new ModelMeter(
    {},
    {
      ready: (signal) =>
        pause &&
        new Promise((resolve, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason));
          void pause?.then(resolve);
        }),
    },
  );
  const ask = (asking: LanguageModel, content: string, signal = never) =>
    asking.complete({ messages: [{ role: "user", content }], temperature: 0, maxTokens: 10, sample: 0 }, signal);
  return {
    sent: () => sent.map(({ content }) => content),
    answer: (content: string) => sent.find((one) => one.content === content)?.answer(),
    meter: paused,
    ask: (content: string, signal?: AbortSignal) => ask(paused.metered(model, "run", "test"), content, signal),
    askOther: (content: string) => ask(waitsWithout, content),
    pause: () => {
      pause = new Promise((resolve) => {
        over = resolve;
      });
    },
    goOn: () => {
      pause = undefined;
      over?.();
    },
  };
}

test("a request whose turn comes while its run is paused is not sent, and keeps no turn of other runs", async () => {
  const of = bench();
  const first = of.ask("first");
  const second = of.ask("second");
  await settled();
  expect(of.sent()).toEqual(["first"]);
  of.pause();
  of.answer("first");
  const third = of.askOther("another run's");
  await settled();
  expect(of.sent()).toEqual(["first", "another run's"]);
  of.answer("another run's");
  await third;
  // What was under way has come to its end, and is handed on with the pause's.
  of.goOn();
  await first;
  await settled();
  expect(of.sent()).toEqual(["first", "another run's", "second"]);
  of.answer("second");
  await second;
});

test("a request that is given up while its run is paused was never sent and costs nothing", async () => {
  const of = bench();
  const first = of.ask("first");
  const controller = new AbortController();
  const second = of.ask("second", controller.signal);
  await settled();
  of.pause();
  of.answer("first");
  await settled();
  controller.abort(new Error("stopped"));
  await expect(second).rejects.toThrow("stopped");
  expect(of.sent()).toEqual(["first"]);
  expect(of.meter.spentCalls()).toMatchObject([{ who: "run", calls: 1 }]);
  expect(of.meter.spentCalls()[0]?.unanswered).toBeUndefined();
  of.goOn();
  await first;
});
