import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Fault } from "./faults.ts";
import type { Reply, Wire, WireRequest } from "./reply.ts";

/** The answer as it is sent, with what the fault makes of it. */
export function bodyText(wire: Wire, request: WireRequest, reply: Reply, id: string, fault: Fault | undefined): string {
  const otherShape = { object: "list", data: [] };
  if (!request.streamed) {
    if (fault?.kind === "malformed" || fault?.kind === "ended early") return '{"id": "x", ';
    return JSON.stringify(fault?.kind === "other shape" ? otherShape : wire.answer(request, reply, id));
  }
  const events = wire.events(request, reply, id);
  const [first] = events;
  const half = events.slice(0, Math.ceil(events.length / 2)).map(eventText);
  switch (fault?.kind) {
    case "other shape":
      return eventText({ name: first?.name, data: otherShape });
    case "malformed":
      return [...half, eventText({ name: first?.name, data: '{"id": ' })].join("");
    case "ended early":
      return half.join("");
    case "error in stream": {
      const error = wire.error({ status: 529, kind: "overloaded", message: "Overloaded" });
      return [...half, eventText({ name: "error", data: error })].join("");
    }
    default:
      return events.map(eventText).join("");
  }
}

/** Unlike all others, those of servers that had the same address before too. */
export function newId(): string {
  return randomUUID().replaceAll("-", "");
}

/** What the client cannot make an answer of. */
export function spoils({ kind }: Fault): boolean {
  return ["malformed", "other shape", "ended early", "error in stream"].includes(kind);
}

export function withFault(reply: Reply, fault: Fault | undefined): Reply {
  switch (fault?.kind) {
    case "refused":
      return { ...reply, text: "I cannot help with that.", stop: "refused" };
    case "filtered":
      return { ...reply, text: "", stop: "filtered" };
    case "empty":
      return { ...reply, text: "", stop: "empty" };
    case "cut off":
      return { ...reply, text: reply.text.slice(0, Math.ceil(reply.text.length / 2)), stop: "length" };
    default:
      return reply;
  }
}

/** The same answer once more, though nobody asked: on a connection that is kept for the next request. */
export function sendAgain(response: ServerResponse, text: string): void {
  response.socket?.write(
    `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  );
}

function eventText({ name, data }: { readonly name: string | undefined; readonly data: unknown }): string {
  const named = name === undefined ? "" : `event: ${name}\n`;
  return `${named}data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`;
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Record<string, string>,
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

/** @returns whether the other side is still there */
export function elapsed(ms: number, response: ServerResponse): Promise<boolean> {
  return new Promise((resolve) => {
    const gone = (): void => {
      clearTimeout(timer);
      resolve(false);
    };
    const timer = setTimeout(() => {
      response.off("close", gone);
      resolve(!response.destroyed);
    }, ms);
    response.once("close", gone);
  });
}

export async function bodyOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
