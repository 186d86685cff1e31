import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { ZodError } from "zod";
import { Bookkeeping } from "./bookkeeping.ts";
import { type ChatHabits, chatWire, openaiHabits } from "./chatWire.ts";
import { type Fault, type Faults, noFaults } from "./faults.ts";
import { count, type LedgerLines, sha256 } from "./ledger.ts";
import { messagesWire } from "./messagesWire.ts";
import { modelLists } from "./modelLists.ts";
import { BadWireRequest, type Reply, type Wire, type WireError, type WireRequest } from "./reply.ts";
import type { RequestLimit } from "./requestLimit.ts";
import { responsesWire } from "./responsesWire.ts";
import { bodyOf, bodyText, elapsed, newId, sendAgain, sendJson, spoils, withFault } from "./sentAnswer.ts";
import { type Answering, simulatedReply } from "./simulatedReply.ts";
import { limitHeaders, type Provider, retryHeaders } from "./wireHeaders.ts";

export interface LoopbackOptions {
  /** Default: the simulated model. */
  readonly answer?: Answering;
  /** Milliseconds from the request's last byte to the answer's first. Default 0. */
  readonly latencyMs?: number;
  /** Default: no limit. */
  readonly limit?: RequestLimit;
  readonly faults?: Faults;
  /** Key that requests must have; undefined: any, or none. */
  readonly key?: string;
  /** Names of models there are; undefined: all that are asked for. */
  readonly models?: readonly string[];
  /** How `/v1/chat/completions` speaks. Default: as OpenAI does. */
  readonly habits?: ChatHabits;
}

/** A server on this machine that speaks the languages of the providers, with faults on demand. */
export interface LoopbackServer {
  /** "http://127.0.0.1:54321" */
  readonly url: string;
  readonly ledger: LedgerLines;
  /** Takes the place of what was given at the start; counts of attempts begin anew. */
  meet(faults: Faults): void;
  answerWith(answer: Answering): void;
  /** Ends all connections, those under way too. */
  close(): Promise<void>;
}

/** @throws whatever listening throws */
export async function startLoopback(options: LoopbackOptions = {}, port = 0): Promise<LoopbackServer> {
  const loopback = new Loopback(options);
  await loopback.listen(port);
  return loopback;
}

/** Where each language is spoken. */
function languages(habits: ChatHabits): Readonly<Record<string, { readonly provider: Provider; readonly wire: Wire }>> {
  return {
    "/v1/chat/completions": { provider: "openai", wire: chatWire(habits) },
    "/v1/responses": { provider: "openai", wire: responsesWire(habits.temperature) },
    "/v1/messages": { provider: "anthropic", wire: messagesWire },
  };
}

interface Exchange {
  readonly response: ServerResponse;
  readonly provider: Provider;
  readonly wire: Wire;
  readonly request: WireRequest;
  readonly key: string | undefined;
  readonly id: string;
  readonly hash: string;
}

class Loopback implements LoopbackServer {
  readonly #books = new Bookkeeping();
  readonly #options: LoopbackOptions;
  readonly #languages: ReturnType<typeof languages>;
  readonly #server: Server;
  #answer: Answering;
  #faults: Faults;
  /** Requests and requests by body since the faults began. */
  #seen = 0;
  readonly #repeats = new Map<string, number>();
  /** Answers that come once more, before that to the next request. */
  readonly #stale = new WeakMap<Socket, string>();

  constructor(options: LoopbackOptions) {
    this.#options = options;
    this.#languages = languages(options.habits ?? openaiHabits);
    this.#answer = options.answer ?? simulatedReply;
    this.#faults = options.faults ?? noFaults;
    this.#server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
      this.#take(request, response).catch((error: unknown) => {
        // A defect of the server itself: the test is to see it.
        if (!response.headersSent) response.writeHead(500, { "content-type": "text/plain", "x-defect": "1" });
        response.end(String(error instanceof Error ? error.stack : error));
      });
    });
  }

  get ledger(): LedgerLines {
    return this.#books.ledger;
  }

  async listen(port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, "127.0.0.1", resolve);
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  meet(faults: Faults): void {
    this.#faults = faults;
    this.#seen = 0;
    this.#repeats.clear();
  }

  answerWith(answer: Answering): void {
    this.#answer = answer;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  async #take(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await bodyOf(incoming);
    const stale = this.#stale.get(incoming.socket);
    if (stale !== undefined) {
      this.#stale.delete(incoming.socket);
      sendAgain(response, stale);
    }
    const path = new URL(incoming.url ?? "/", this.url).pathname;
    const list = incoming.method === "GET" ? modelLists(path, this.#options.models ?? ["loopback"]) : undefined;
    if (list !== undefined) return this.#list(incoming, response, path, list);
    const language = this.#languages[path];
    if (language === undefined || incoming.method !== "POST") {
      this.ledger.refused++;
      return sendJson(response, 404, { error: { message: `Invalid URL (${incoming.method} ${path})` } }, {});
    }
    const hash = sha256(`${incoming.method} ${path}\n${text}`);
    const index = this.#seen++;
    const repeat = this.#repeats.get(hash) ?? 0;
    this.#repeats.set(hash, repeat + 1);
    const id = newId();
    this.#books.enter(hash, response);
    const key = this.#books.noteKeys(incoming, text);
    const exchange = { response, ...language, id, hash };
    const fault = this.#faults({ index, hash, repeat });
    if (fault) count(this.ledger.faults, fault.kind);
    else if (!this.#withinLimit(exchange)) return;
    if (this.#options.key !== undefined && key !== this.#options.key) {
      return this.#refuse(exchange, { status: 401, kind: "wrong key", message: `Incorrect API key provided: ${key}.` });
    }
    const request = this.#read(exchange, text);
    if (request === undefined) return;
    await this.#respond({ ...exchange, request, key }, fault);
  }

  /** Lists of models are no requests to a model, but a key that is wanted is wanted here too. */
  #list(incoming: IncomingMessage, response: ServerResponse, path: string, list: object): void {
    const { key } = this.#options;
    const { authorization, "x-api-key": apiKey } = incoming.headers;
    const isAllowed =
      key === undefined || path === "/api/tags" || [`Bearer ${key}`, key].includes(authorization ?? String(apiKey));
    const message = "Incorrect API key provided.";
    const refusal = { error: { message, type: "invalid_request_error", param: null, code: "invalid_api_key" } };
    sendJson(response, isAllowed ? 200 : 401, isAllowed ? list : refusal, {});
  }

  #withinLimit(exchange: Omit<Exchange, "request" | "key">): boolean {
    const { limit } = this.#options;
    if (limit === undefined || limit.take()) return true;
    this.ledger.limited++;
    this.ledger.limitedAt.push(this.#books.sinceFirst());
    const headers = { ...limitHeaders(exchange.provider, limit), ...retryHeaders("seconds", limit.waitMs) };
    const error = { status: 429, kind: "limited", message: "Rate limit reached for requests." } as const;
    sendJson(exchange.response, 429, exchange.wire.error(error), headers);
    return false;
  }

  #read(exchange: Omit<Exchange, "request" | "key">, text: string): WireRequest | undefined {
    try {
      const request = exchange.wire.read(JSON.parse(text));
      const { models } = this.#options;
      if (models === undefined || models.includes(request.model)) return request;
      const message = `The model \`${request.model}\` does not exist or you do not have access to it.`;
      this.#refuse(exchange, { status: 404, kind: "unknown model", message });
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const message = error instanceof ZodError ? error.issues.map((issue) => issue.message).join("; ") : error.message;
      const parameter = error instanceof BadWireRequest ? error.parameter : undefined;
      this.#refuse(exchange, { status: 400, kind: "bad request", message, parameter });
    }
    return undefined;
  }

  #refuse({ response, wire }: Omit<Exchange, "request" | "key">, error: WireError): void {
    this.ledger.refused++;
    sendJson(response, error.status, wire.error(error), {});
  }

  async #respond(exchange: Exchange, fault: Fault | undefined): Promise<void> {
    const { response, wire } = exchange;
    const fails = (error: WireError, headers: Record<string, string> = {}): void =>
      sendJson(response, error.status, wire.error(error), headers);
    const latencyMs = this.#options.latencyMs ?? 0;
    switch (fault?.kind) {
      case "limited":
        return fails(
          { status: 429, kind: "limited", message: "Rate limit reached for requests." },
          fault.told === undefined ? {} : retryHeaders(fault.told, fault.afterMs ?? 0),
        );
      case "error":
        return fails(
          {
            status: fault.status,
            kind: fault.status === 529 || fault.status === 503 ? "overloaded" : "broken",
            message: fault.status === 529 ? "Overloaded" : "The server had an error while processing your request.",
          },
          fault.retryAfterSeconds === undefined ? {} : { "retry-after": String(fault.retryAfterSeconds) },
        );
      case "quota":
        return exchange.provider === "openai"
          ? fails({ status: 429, kind: "quota", message: "You exceeded your current quota." })
          : fails({ status: 402, kind: "quota", message: "Your credit balance is too low." });
      case "wrong key":
        return fails({ status: 401, kind: "wrong key", message: "Incorrect API key provided." });
      case "echo":
        return fails({ status: 400, kind: "bad request", message: `What is "Bearer ${exchange.key}"?` });
      case "unknown model":
        return fails({ status: 404, kind: "unknown model", message: "The model does not exist." });
      case "too long":
        return exchange.provider === "openai"
          ? fails({ status: 400, kind: "too long", message: "This model's maximum context length is 128000 tokens." })
          : fails({ status: 400, kind: "too long", message: "prompt is too long: 210000 tokens > 200000 maximum" });
      case "filtered request":
        return fails({ status: 400, kind: "filtered", message: "Output blocked by content filtering policy" });
      case "page":
        response.writeHead(200, { "content-type": "text/html" });
        response.end("<!doctype html><title>Sign in</title><p>Please sign in.");
        return;
      case "reset":
        response.socket?.resetAndDestroy();
        return;
      case "half-closed":
        response.socket?.end();
        return;
      case "silent":
        return;
      case "slow headers":
        if (!(await elapsed(fault.ms, response))) return;
        break;
      default:
    }
    if (latencyMs > 0 && !(await elapsed(latencyMs, response))) return;
    const reply = withFault(await this.#answer(exchange.request), fault);
    await this.#send(exchange, reply, fault);
  }

  async #send(
    { response, provider, wire, request, id, hash }: Exchange,
    reply: Reply,
    fault: Fault | undefined,
  ): Promise<void> {
    const { limit } = this.#options;
    const headers = {
      [provider === "openai" ? "x-request-id" : "request-id"]: `req_${id}`,
      ...(limit ? limitHeaders(provider, limit) : {}),
    };
    const text = bodyText(wire, request, reply, id, fault);
    const bytes = Buffer.byteLength(text);
    response.writeHead(200, {
      "content-type": request.streamed ? "text/event-stream; charset=utf-8" : "application/json",
      ...(request.streamed ? {} : { "content-length": bytes }),
      ...headers,
    });
    if (fault?.kind === "cut") {
      response.write(Buffer.from(text).subarray(0, Math.floor(bytes / 2)), () => response.socket?.destroy());
      return;
    }
    if (fault?.kind === "slow body") {
      response.flushHeaders();
      if (!(await elapsed(fault.ms, response))) return;
    }
    response.end(text, () => {
      if (fault?.kind === "duplicate") sendAgain(response, text);
      if (fault?.kind === "late duplicate" && response.req.socket) this.#stale.set(response.req.socket, text);
      if (fault && spoils(fault)) return;
      this.ledger.answered++;
      this.ledger.inputTokens += reply.inputTokens;
      this.ledger.outputTokens += reply.outputTokens;
      const line = this.ledger.bodies[hash];
      if (line) line.answered++;
    });
  }
}
