import { afterEach, describe, expect, test } from "vitest";
import type { CompletionRequest } from "../../../src/models/languageModel.ts";
import { openaiChat } from "../../../src/models/providers/openaiChat.ts";
import { openaiCompatible } from "../../../src/models/providers/openaiCompatible.ts";
import { openaiResponses } from "../../../src/models/providers/openaiResponses.ts";
import { type ChatHabits, openaiHabits } from "../loopback/chatWire.ts";
import { type LoopbackServer, startLoopback } from "../loopback/loopbackServer.ts";
import type { WireRequest } from "../loopback/reply.ts";
import { fixedReply } from "../loopback/simulatedReply.ts";
import { providerModel } from "./providerModel.ts";

const never = new AbortController().signal;
const request: CompletionRequest = {
  messages: [{ role: "user", content: "Which river runs through Paris?" }],
  temperature: 0,
  maxTokens: 100,
  sample: 0,
  format: { name: "answer", fields: ["river"] },
};

describe("a model that does not take every parameter", () => {
  let server: LoopbackServer | undefined;
  afterEach(async () => {
    await server?.close();
  });

  async function opened(habits: Partial<ChatHabits>): Promise<{ server: LoopbackServer; requests: WireRequest[] }> {
    const requests: WireRequest[] = [];
    server = await startLoopback({
      habits: { ...openaiHabits, ...habits },
      answer: (wireRequest) => {
        requests.push(wireRequest);
        return fixedReply('{"river":"Seine"}')(wireRequest);
      },
    });
    return { server, requests };
  }

  test("is asked without it, once it has said so", async () => {
    const { server, requests } = await opened({ temperature: false });
    const model = openaiChat(providerModel(server));
    expect(await model.complete(request, never)).toMatchObject({ stop: "end", failedAttempts: 1 });
    expect(await model.complete(request, never)).not.toHaveProperty("failedAttempts");
    expect(server.ledger).toMatchObject({ received: 3, answered: 2, refused: 1 });
    expect(requests.map(({ temperature }) => temperature)).toEqual([undefined, undefined]);
  });

  test("is not even asked with it where its name tells", async () => {
    for (const make of [openaiChat, openaiResponses]) {
      const { server, requests } = await opened({ temperature: false });
      for (const name of ["o3", "o4-mini", "gpt-5-mini", "gpt-5-2025-08-07"]) {
        await make(providerModel(server, { model: name })).complete(request, never);
      }
      expect(server.ledger.refused).toBe(0);
      expect(requests).toHaveLength(4);
      await server.close();
    }
  });

  test("is asked with it where a name only looks alike", async () => {
    const { server, requests } = await opened({});
    for (const name of ["gpt-4o", "gpt-5-chat-latest", "gpt-5.2", "olmo"]) {
      await openaiChat(providerModel(server, { model: name })).complete(request, never);
    }
    expect(requests.map(({ temperature }) => temperature)).toEqual([0, 0, 0, 0]);
  });

  test.each(["max_tokens", "max_completion_tokens"] as const)("may bound answers by %s alone", async (bound) => {
    const { server, requests } = await opened({ bound });
    for (const model of [openaiChat(providerModel(server)), openaiCompatible(providerModel(server), true)]) {
      await model.complete(request, never);
      await model.complete(request, never);
    }
    expect(requests.map(({ maxTokens }) => maxTokens)).toEqual([100, 100, 100, 100]);
    expect(server.ledger.refused).toBe(1);
  });

  test("may know no schema, and is asked in words alone; what is asked for stays the same", async () => {
    const { server, requests } = await opened({ schema: false });
    const model = openaiCompatible(providerModel(server), true);
    expect(await model.complete(request, never)).toMatchObject({ text: '{"river":"Seine"}' });
    expect(requests.map(({ format }) => format)).toEqual([undefined]);
    expect(model.structured?.(model.name)).toBe(true);
  });

  test("may take none of them", async () => {
    const { server } = await opened({ schema: false, temperature: false, bound: "max_completion_tokens" });
    const model = openaiCompatible(providerModel(server), true);
    expect(await model.complete(request, never)).toMatchObject({ stop: "end", failedAttempts: 3 });
    expect(server.ledger).toMatchObject({ received: 4, answered: 1, refused: 3 });
  });

  test("is told a bound that is too large as the mistake that it is, and keeps its name for others", async () => {
    const { server } = await opened({ most: 50 });
    const model = openaiChat(providerModel(server));
    await expect(model.complete(request, never)).rejects.toMatchObject({
      kind: "bad request",
      message: expect.stringContaining("too large"),
    });
    expect(await model.complete({ ...request, maxTokens: 40 }, never)).not.toHaveProperty("failedAttempts");
    expect(server.ledger).toMatchObject({ received: 2, answered: 1 });
  });

  test("learns from answers to requests that were under way together", async () => {
    const { server } = await opened({ schema: false, temperature: false, bound: "max_completion_tokens" });
    const model = openaiCompatible(providerModel(server), true);
    await Promise.all(Array.from({ length: 10 }, () => model.complete(request, never)));
    const { received } = server.ledger;
    await model.complete(request, never);
    expect(server.ledger.received).toBe(received + 1);
  });

  test("is not asked again for another reason", async () => {
    const { server } = await opened({});
    server.meet(() => ({ kind: "too long" }));
    await expect(openaiChat(providerModel(server)).complete(request, never)).rejects.toMatchObject({
      kind: "too long",
    });
    expect(server.ledger.received).toBe(1);
  });
});

describe("what a server puts before its answer", () => {
  test.each([
    ["thoughts", "<think>\nHm, {Paris}...\n</think>\n\nThe Seine.", "The Seine.", "end"],
    ["thoughts alone", "<think>\nHm", "", "empty"],
    ["tags inside of the answer", "The <think> tag", "The <think> tag", "end"],
  ])("%s", async (_, sent, text, stop) => {
    const server = await startLoopback({ answer: fixedReply(sent) });
    const model = openaiChat(providerModel(server));
    expect(await model.complete(request, never)).toMatchObject({ text, stop });
    await server.close();
  });
});
