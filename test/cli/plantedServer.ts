import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** A server that repeats its key wherever an answer has room for it. */
export interface PlantedServer {
  readonly url: string;
  /** Requests as they came: the key may stand in the header alone. */
  readonly requests: readonly { readonly authorization: string; readonly body: string }[];
}

/** Every fifth request fails, with an error that repeats the key; with another key, every request does. */
export async function startPlantedServer(key: string): Promise<PlantedServer> {
  const requests: { authorization: string; body: string }[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const authorization = incoming.headers.authorization ?? "";
    const body = await textOf(incoming);
    requests.push({ authorization, body });
    outgoing.setHeader("content-type", "application/json").setHeader("x-request-id", Buffer.from(key).toString("hex"));
    outgoing.setHeader("x-key", key);
    if (authorization !== `Bearer ${key}`) {
      outgoing
        .writeHead(401)
        .end(JSON.stringify({ error: { message: `Wrong: ${authorization}`, code: authorization } }));
      return;
    }
    if (requests.length % 5 === 0) {
      const error = { message: `Overloaded: ${authorization}`, type: key, code: encodeURIComponent(key) };
      outgoing
        .writeHead(requests.length % 10 === 0 ? 503 : 429, { "retry-after-ms": "1" })
        .end(JSON.stringify({ error }));
      return;
    }
    outgoing.end(JSON.stringify({ ...completion, choices: [choice(answerTo(body, key, requests.length))] }));
  });
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, requests };
}

const completion = {
  id: "planted",
  object: "chat.completion",
  created: 1,
  model: "planted",
  usage: { prompt_tokens: 3, completion_tokens: 5, total_tokens: 8 },
} as const;

function choice(content: string): object {
  return { index: 0, finish_reason: "stop", logprobs: null, message: { role: "assistant", content, refusal: null } };
}

/** A draft, or a proposed prompt, that is the better the more often it says "solid"; both repeat the key. */
function answerTo(body: string, key: string, count: number): string {
  const forms = `${key} ${Buffer.from(`Bearer ${key}`).toString("base64")} ${encodeURIComponent(key)}`;
  if (body.includes("<prompt>")) return `<prompt>Write a solid draft ${count}. ${forms}</prompt>`;
  const merit = body.includes("solid") ? 2 : 1;
  return `### draft\n${"solid ".repeat(merit)}${forms}`;
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of incoming.setEncoding("utf8")) text += String(chunk);
  return text;
}
