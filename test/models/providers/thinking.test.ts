import { afterEach, describe, expect, test } from "vitest";
import type { CompletionRequest } from "../../../src/models/languageModel.ts";
import { ModelFailure } from "../../../src/models/modelFailure.ts";
import { anthropicMessages } from "../../../src/models/providers/anthropicMessages.ts";
import { openaiChat } from "../../../src/models/providers/openaiChat.ts";
import { openaiResponses } from "../../../src/models/providers/openaiResponses.ts";
import { openaiHabits } from "../loopback/chatWire.ts";
import { type LoopbackServer, startLoopback } from "../loopback/loopbackServer.ts";
import type { WireRequest } from "../loopback/reply.ts";
import { fixedReply } from "../loopback/simulatedReply.ts";
import { providerModel } from "./providerModel.ts";

const never = new AbortController().signal;
const request: CompletionRequest = {
  messages: [{ role: "user", content: "Which river runs through Paris?" }],
  temperature: 0,
  maxTokens: 3_000,
  sample: 0,
};

describe("how much a model thinks", () => {
  let server: LoopbackServer | undefined;
  afterEach(async () => {
    await server?.close();
  });

  async function opened(effort = true): Promise<{ server: LoopbackServer; requests: WireRequest[] }> {
    const requests: WireRequest[] = [];
    server = await startLoopback({
      habits: { ...openaiHabits, effort },
      answer: (wireRequest) => {
        requests.push(wireRequest);
        return fixedReply('{"river":"Seine"}')(wireRequest);
      },
    });
    return { server, requests };
  }

  test("is a number of tokens for models that want one, and left to those that decide by themselves", async () => {
    const { server, requests } = await opened();
    for (const name of ["claude-haiku-4-5", "claude-sonnet-4-5-20250929", "claude-opus-5-5", "claude-sonnet-4-6"]) {
      const model = anthropicMessages(providerModel(server, { model: name, baseUrl: server.url }));
      await model.complete({ ...request, thinkingTokens: 2_000 }, never);
    }
    expect(requests.map(({ thinking }) => thinking)).toEqual([
      { budget: 2_000 },
      { budget: 2_000 },
      "adaptive",
      "adaptive",
    ]);
    expect(requests.every(({ maxTokens }) => maxTokens === 3_000)).toBe(true);
    expect(server.ledger.refused).toBe(0);
  });

  test("is said in the other form once a model has refused one, and the shape is asked for all the same", async () => {
    const { server, requests } = await opened();
    const format = { name: "answer", fields: ["river"] };
    // Their names are taken for those of the other kind.
    for (const name of ["claude-new-4-5", "claude-opus-4-1"]) {
      const model = anthropicMessages(providerModel(server, { model: name, baseUrl: server.url }));
      const asked = { ...request, format, effort: "low", thinkingTokens: 2_000 } as const;
      expect(await model.complete(asked, never)).toMatchObject({ stop: "end", failedAttempts: 1 });
      expect(await model.complete(asked, never)).not.toHaveProperty("failedAttempts");
    }
    expect(requests.map(({ thinking }) => thinking)).toEqual([
      { budget: 2_000 },
      { budget: 2_000 },
      "adaptive",
      "adaptive",
    ]);
    expect(requests.every((asked) => asked.effort === "low" && asked.format?.fields[0] === "river")).toBe(true);
  });

  test("may be nothing, or as little as there is", async () => {
    const { server, requests } = await opened();
    const model = anthropicMessages(providerModel(server, { model: "claude-opus-5", baseUrl: server.url }));
    await model.complete({ ...request, effort: "none" }, never);
    await model.complete({ ...request, effort: "minimal" }, never);
    expect(requests.map(({ effort, thinking }) => [effort, thinking])).toEqual([
      [undefined, "disabled"],
      ["low", undefined],
    ]);
  });

  test("that a model does not let choose ends the run, and the remedy is told", async () => {
    const { server } = await opened(false);
    const model = openaiChat(providerModel(server));
    const thrown: unknown = await model
      .complete({ ...request, effort: "high" }, never)
      .catch((error: unknown) => error);
    if (!(thrown instanceof ModelFailure)) throw thrown;
    expect(thrown).toMatchObject({ kind: "bad request", transient: false, endsRun: true });
    expect(thrown.message).toContain("reasoning_effort");
    expect(thrown.message).toContain("optimas.models.json");
    // What has nothing to do with it lies in its one request, as ever.
    expect(await model.complete(request, never)).toMatchObject({ stop: "end" });
  });

  test("leaves the temperature to models that are said to take none", async () => {
    const { server, requests } = await opened();
    for (const make of [openaiChat, openaiResponses]) {
      await make(providerModel(server)).complete({ ...request, ownTemperature: true }, never);
    }
    expect(requests.map(({ temperature }) => temperature)).toEqual([undefined, undefined]);
  });
});
