import { getEventListeners } from "node:events";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Completion, CompletionRequest } from "../../src/models/languageModel.ts";
import { asking, type ContractSubject, lengths, never, type OpenModel, PLANTED_KEY } from "./contractSubject.ts";
import type { WireRequest } from "./loopback/reply.ts";
import { type Answering, fixedReply } from "./loopback/simulatedReply.ts";

/** What every model answers by, whoever it is. */
export function languageModelContract(subject: ContractSubject): void {
  describe(`${subject.name} as a language model`, () => {
    let open: OpenModel;

    beforeEach(async () => {
      open = await subject.open({ timeoutMs: 10_000, key: PLANTED_KEY });
    });
    afterEach(async () => {
      const { server } = open;
      await open.close();
      expect(server?.ledger.keysElsewhere ?? 0).toBe(0);
    });

    /** The requests that the model behind gets, answered as given. */
    function heard(answer: Answering): WireRequest[] {
      const requests: WireRequest[] = [];
      open.answerWith?.((request) => {
        requests.push(request);
        return answer(request);
      });
      return requests;
    }

    async function completed(more: Partial<CompletionRequest> = {}, reply?: Answering): Promise<Completion> {
      if (reply) open.answerWith?.(reply);
      return open.model.complete(asking(more), never);
    }

    test("has a name with its provider, and answers with text and whole counts of tokens", async () => {
      expect(open.model.name).toMatch(/^[\w-]+:\S/);
      const { text, stop, usage } = await completed();
      expect(text).not.toBe("");
      expect(stop).toBe("end");
      expect(Number.isInteger(usage.inputTokens) && usage.inputTokens > 0).toBe(true);
      expect(Number.isInteger(usage.outputTokens) && usage.outputTokens > 0).toBe(true);
    });

    test("says whether it keeps to a format", () => {
      expect(open.model.structured?.(open.model.name) ?? false).toBe(subject.structured);
    });

    test("asks nothing once its signal is aborted, and throws the signal's reason", async () => {
      const reason = new Error("the user stopped it");
      await expect(open.model.complete(asking(), AbortSignal.abort(reason))).rejects.toBe(reason);
      expect(open.server?.ledger.received ?? 0).toBe(0);
    });

    test("cuts an answer where it is longer than it may be", async () => {
      const { text, stop } = await completed(
        { maxTokens: 16, messages: [{ role: "user", content: "word ".repeat(400) }] },
        fixedReply("word ".repeat(100)),
      );
      expect(stop).toBe("length");
      expect(text).not.toBe("");
      expect(text.length).toBeLessThanOrEqual(16 * 4);
    });

    test("keeps no listener on the caller's signal", async () => {
      const { signal } = new AbortController();
      await open.model.complete(asking(), signal);
      expect(getEventListeners(signal, "abort")).toEqual([]);
    });

    if (subject.answersAsTold)
      describe("with answers that are told", () => {
        test("hands over who said what, in order, and what is for the system", async () => {
          const requests = heard(fixedReply("The Seine."));
          await completed({
            messages: [
              { role: "system", content: "Answer in one word." },
              { role: "user", content: "Which river runs through Paris?" },
              { role: "assistant", content: "Seine" },
              { role: "user", content: 'And through London?\nThink of {braces} and "quotes".' },
            ],
          });
          expect(requests).toHaveLength(1);
          expect(requests[0]?.messages).toEqual([
            { role: subject.hasSystemMessages === false ? "user" : "system", content: "Answer in one word." },
            { role: "user", content: "Which river runs through Paris?" },
            { role: "assistant", content: "Seine" },
            { role: "user", content: 'And through London?\nThink of {braces} and "quotes".' },
          ]);
        });

        test("hands over temperature and the bound of the answer's length", async () => {
          const requests = heard(fixedReply("The Seine."));
          await completed({ temperature: 0.7, maxTokens: 123 });
          expect(requests[0]).toMatchObject({ temperature: subject.temperature ? 0.7 : undefined, maxTokens: 123 });
        });

        test.each(lengths)("gives the text as it was written (%s)", async (_, maxTokens) => {
          const text = '  "Ünïcode", 日本語, 👩‍🔬\r\n\n```json\n{"a": 1}\n```  ';
          expect((await completed({ maxTokens }, fixedReply(text))).text).toBe(text);
        });

        test.each(lengths)("counts nothing that was written as empty (%s)", async (_, maxTokens) => {
          expect(await completed({ maxTokens }, fixedReply(""))).toMatchObject({ text: "", stop: "empty" });
        });

        test.each(subject.refusals ? lengths : [])(
          "tells refusals and filters from answers (%s)",
          async (_, maxTokens) => {
            const refused = fixedReply("I cannot help with that.", { stop: "refused" });
            expect(await completed({ maxTokens }, refused)).toMatchObject({
              text: "I cannot help with that.",
              stop: "refused",
            });
            const filtered = fixedReply("", { stop: "filtered" });
            expect(await completed({ maxTokens }, filtered)).toMatchObject({ text: "", stop: "filtered" });
          },
        );

        test.each(subject.usage === "reported" ? lengths : [])(
          "counts tokens as they are reported, those read before among them (%s)",
          async (_, maxTokens) => {
            const tokens = { inputTokens: 1_000, outputTokens: 50, cachedInputTokens: 600, keptInputTokens: 150 };
            const { usage } = await completed({ maxTokens }, fixedReply("The Seine.", tokens));
            expect(usage).toEqual({ inputTokens: 1_000, outputTokens: 50, cachedInputTokens: 600 });
          },
        );

        test.each(subject.usage === "estimated" ? lengths : [])(
          "estimates tokens that are not reported, and says so (%s)",
          async (_, maxTokens) => {
            const { usage } = await completed({ maxTokens }, fixedReply("four".repeat(10)));
            expect(usage).toEqual({ inputTokens: 8, outputTokens: 10, estimated: true });
          },
        );

        test.each(subject.structured ? lengths : [])(
          "asks for a shape and gives what was written in it (%s)",
          async (_, maxTokens) => {
            const requests = heard(fixedReply('{"river":"Seine","why":"it does"}'));
            const format = { name: "answer", fields: ["river", "why", "odd name-1"] };
            const { text } = await completed({ format, maxTokens });
            expect(requests[0]?.format?.fields).toEqual(format.fields);
            expect(JSON.parse(text)).toEqual({ river: "Seine", why: "it does" });
          },
        );

        test.each(subject.thinks ? lengths : [])(
          "gives what was written and not what was thought before, and counts both (%s)",
          async (_, maxTokens) => {
            const reply = fixedReply("The Seine.", { thought: "Which rivers are there?", outputTokens: 90 });
            const { text, stop, usage } = await completed({ maxTokens }, reply);
            expect({ text, stop, tokens: usage.outputTokens }).toEqual({ text: "The Seine.", stop: "end", tokens: 90 });
          },
        );

        test.each(subject.thinks ? lengths : [])(
          "tells an answer that was cut off before its first word from others (%s)",
          async (_, maxTokens) => {
            const thought = fixedReply("", { stop: "thought", thought: "word ".repeat(400), outputTokens: maxTokens });
            const { text, stop, usage } = await completed({ maxTokens }, thought);
            expect({ text, stop, tokens: usage.outputTokens }).toEqual({
              text: "",
              stop: "thought",
              tokens: maxTokens,
            });
          },
        );

        test.each(subject.thinks ? (["low", "high", "max"] as const) : [])(
          "hands over how much is to be thought: %s",
          async (effort) => {
            const requests = heard(fixedReply("The Seine."));
            await completed({ effort });
            await completed();
            expect(requests.map((request) => request.effort)).toEqual([effort, undefined]);
          },
        );

        test("many requests at once are each given their own answer", async () => {
          open.answerWith?.((request) => fixedReply(`echo of ${request.messages[0]?.content}`)(request));
          const contents = Array.from({ length: 20 }, (_, at) => `question ${at}`);
          const answers = await Promise.all(
            contents.map((content) => completed({ messages: [{ role: "user", content }] })),
          );
          expect(answers.map(({ text }) => text)).toEqual(contents.map((content) => `echo of ${content}`));
        });
      });
  });
}
