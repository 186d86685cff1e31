import { Anthropic } from "@anthropic-ai/sdk";
import { OpenAI } from "openai";
import { describe, expect, test } from "vitest";
import { passingFaults, seededFaults } from "./faults.ts";
import { startLoopbackProcess } from "./loopbackProcess.ts";
import { startLoopback } from "./loopbackServer.ts";
import { RequestLimit } from "./requestLimit.ts";
import { fixedReply } from "./simulatedReply.ts";

function ask(url: string, content: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ model: "m", messages: [{ role: "user", content }] }),
  });
}

describe("a limit of requests a minute", () => {
  test("lets as many through as there are, then one each time the minute's share has passed", () => {
    let now = 0;
    const limit = new RequestLimit(60, 3, () => now);
    expect([limit.take(), limit.take(), limit.take(), limit.take()]).toEqual([true, true, true, false]);
    expect(limit.waitMs).toBe(1_000);
    now = 999;
    expect(limit.take()).toBe(false);
    now = 1_000;
    expect([limit.take(), limit.take()]).toEqual([true, false]);
    now = 60_000;
    expect(limit.remaining).toBe(3);
  });
});

describe("the loopback server", () => {
  test("counts everything that it receives and answers, by body", async () => {
    const server = await startLoopback();
    await Promise.all(["a", "b", "a"].map((content) => ask(server.url, content).then((response) => response.json())));
    expect(server.ledger).toMatchObject({ received: 3, answered: 3, underWay: 0, faults: {} });
    const lines = Object.values(server.ledger.bodies);
    expect(lines.map(({ received }) => received).sort()).toEqual([1, 2]);
    expect(lines.every(({ received, answered }) => received === answered)).toBe(true);
    await server.close();
  });

  test("says 429 where the limit is reached, when to come back and what is left", async () => {
    const server = await startLoopback({ limit: new RequestLimit(60, 1) });
    const [first, second] = [await ask(server.url, "a"), await ask(server.url, "b")];
    expect([first.status, second.status]).toEqual([200, 429]);
    expect(second.headers.get("retry-after")).toBe("1");
    expect(second.headers.get("x-ratelimit-limit-requests")).toBe("60");
    expect(server.ledger).toMatchObject({ received: 2, answered: 1, limited: 1 });
    await server.close();
  });

  test("refuses what the language does not know", async () => {
    const server = await startLoopback();
    const response = await fetch(`${server.url}/v1/chat/completions`, { method: "POST", body: '{"model":1}' });
    expect(response.status).toBe(400);
    expect(server.ledger).toMatchObject({ refused: 1, answered: 0 });
    await server.close();
  });

  test("notices a key outside of its header", async () => {
    const server = await startLoopback();
    await ask(server.url, "my key is sk-loose", { authorization: "Bearer sk-loose" });
    await ask(server.url, "nothing", { authorization: "Bearer sk-loose" });
    expect(server.ledger.keysElsewhere).toBe(1);
    await server.close();
  });

  test("lists its models as OpenAI and as Ollama do", async () => {
    const server = await startLoopback({ models: ["a", "b"] });
    const [listed, tags] = await Promise.all(
      ["/v1/models", "/api/tags"].map(async (path) => (await fetch(server.url + path)).json()),
    );
    expect(listed).toMatchObject({ object: "list", data: [{ id: "a" }, { id: "b" }] });
    expect(tags).toMatchObject({ models: [{ name: "a" }, { name: "b" }] });
    await server.close();
  });

  test("runs in a process of its own, and tells its ledger", async () => {
    const server = await startLoopbackProcess({ latencyMs: 1 });
    expect((await ask(server.url, "a")).status).toBe(200);
    expect(await server.ledger()).toMatchObject({ received: 1, answered: 1 });
    await server.close();
  });
});

describe("what the server sends", () => {
  const messages = [{ role: "user" as const, content: "Which river runs through Paris?" }];
  const stops = ["end", "length", "refused", "filtered", "empty"] as const;

  /** Without what is each answer's own, and what streams do not tell: annotations where there are none, empty texts. */
  function comparable(answer: object): object {
    const own = ["id", "created", "created_at", "output_text", "annotations"];
    return JSON.parse(
      JSON.stringify(answer, (key, value) =>
        own.includes(key) ? undefined : key === "content" ? value || null : value,
      ),
    );
  }

  /** An answer as it comes whole, and as the SDK's own reader puts the stream together. */
  async function bothWays<T extends object>(
    stop: (typeof stops)[number],
    whole: (url: string) => Promise<T>,
    streamed: (url: string) => Promise<T>,
  ): Promise<void> {
    const text = stop === "empty" || stop === "filtered" ? "" : "It is the Seine, as everybody knows.";
    const tokens = { inputTokens: 1_000, outputTokens: 50, cachedInputTokens: 600, keptInputTokens: 150 };
    const server = await startLoopback({ answer: fixedReply(text, { stop, ...tokens }) });
    const [first, second] = [await whole(server.url), await streamed(server.url)];
    expect(comparable(second)).toMatchObject(comparable(first));
    await server.close();
  }

  test.each(stops)("OpenAI's SDK reads the same completion from both (%s)", (stop) => {
    const client = (url: string) => new OpenAI({ apiKey: "sk", baseURL: `${url}/v1`, maxRetries: 0 });
    return bothWays<object>(
      stop,
      (url) => client(url).chat.completions.create({ model: "m", messages }),
      (url) =>
        client(url)
          .chat.completions.stream({ model: "m", messages, stream_options: { include_usage: true } })
          .finalChatCompletion(),
    );
  });

  test.each(stops)("OpenAI's SDK reads the same response from both (%s)", (stop) => {
    const client = (url: string) => new OpenAI({ apiKey: "sk", baseURL: `${url}/v1`, maxRetries: 0 });
    return bothWays<object>(
      stop,
      (url) => client(url).responses.create({ model: "m", input: messages }),
      (url) => client(url).responses.stream({ model: "m", input: messages }).finalResponse(),
    );
  });

  test.each(stops)("Anthropic's SDK reads the same message from both (%s)", (stop) => {
    const client = (url: string) => new Anthropic({ apiKey: "sk", baseURL: url, maxRetries: 0 });
    const params = { model: "m", max_tokens: 100, messages };
    return bothWays<object>(
      stop,
      (url) => client(url).messages.create(params),
      (url) => client(url).messages.stream(params).finalMessage(),
    );
  });
});

describe("faults by chance", () => {
  const attempts = Array.from({ length: 2_000 }, (_, index) => ({ index, hash: `request ${index}`, repeat: 0 }));

  test("come as often as they should, of all kinds", () => {
    const faults = seededFaults("seed", 0.2);
    const met = attempts.map(faults).filter((fault) => fault !== undefined);
    // Three standard deviations of a share of 0.2 among 2,000.
    expect(Math.abs(met.length / attempts.length - 0.2)).toBeLessThan(0.027);
    expect(new Set(met).size).toBe(passingFaults.length);
  });

  test("depend on the request, not on when it comes", () => {
    const faults = seededFaults("seed", 0.2);
    expect(attempts.map((attempt) => faults({ ...attempt, index: 0 }))).toEqual(attempts.map(faults));
    expect(attempts.map(seededFaults("other", 0.2))).not.toEqual(attempts.map(faults));
  });

  test("end after a few attempts", () => {
    const faults = seededFaults("seed", 1, passingFaults, 2);
    expect([0, 1, 2, 3].map((repeat) => faults({ index: 0, hash: "a", repeat }) !== undefined)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});
