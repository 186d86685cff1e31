import type { Clock } from "../../system/clock.ts";
import { addSecret, redacted } from "../../system/secrets.ts";
import { errorMessage, UserError } from "../../system/userError.ts";
import { HubFailure } from "./hubFailure.ts";

const PUBLIC_HUB = "https://huggingface.co";
const MOST_REDIRECTS = 8;
/** A server that is silent for so long is given up. */
const SILENCE_MS = 60_000;

interface Given {
  /** HF_ENDPOINT, or the public hub. */
  readonly endpoint?: string | undefined;
  /** HF_TOKEN. */
  readonly token?: string | undefined;
  readonly fetch?: typeof globalThis.fetch | undefined;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** What came: its beginning, and the rest as it comes. */
export interface HubResponse {
  readonly response: Response;
  /** What the hub itself says the content is, wherever it sends for it; else what the last host says. */
  readonly etag: string | null;
  /** The content, piece by piece. @throws HubFailure where it breaks off, or nothing comes for a while */
  readonly body: AsyncIterable<Uint8Array>;
  /** Ends it, where the content is not wanted. */
  readonly discard: () => Promise<void>;
}

/**
 * Sends requests to a hub, and where it sends for files. The token goes to the hub's own origin and nowhere else, whatever
 * redirects say.
 */
export class HubConnection {
  /** Without a slash at its end. */
  readonly endpoint: string;
  readonly #origin: string;
  readonly #token: string | undefined;
  readonly #fetch: typeof globalThis.fetch;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;

  /** @throws UserError where the endpoint is no address, or the token none */
  constructor({ endpoint, token, fetch, clock, signal }: Given) {
    const address = hubAddress(endpoint || PUBLIC_HUB);
    this.endpoint = `${address.origin}${address.pathname.replace(/\/+$/, "")}`;
    this.#origin = address.origin;
    this.#token = usableToken(token);
    this.#fetch = fetch ?? globalThis.fetch;
    this.#clock = clock;
    this.#signal = signal;
  }

  get hasToken(): boolean {
    return this.#token !== undefined;
  }

  get host(): string {
    return new URL(this.endpoint).host;
  }

  /**
   * Asks for something, and follows where it is said to lie.
   * @throws HubFailure where it does not come; the signal's reason
   */
  async get(address: string, headers: Readonly<Record<string, string>> = {}): Promise<HubResponse> {
    const patience = new Patience(this.#clock);
    const signal = AbortSignal.any([this.#signal, patience.signal]);
    let url = new URL(address);
    let etag: string | null = null;
    try {
      for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
        const response = await this.#send(url, headers, signal);
        etag = response.headers.get("x-linked-etag") ?? etag;
        const next = redirectOf(response, url);
        if (next === undefined) {
          await this.#check(response, url);
          etag ??= response.headers.get("etag");
          const discard = async (): Promise<void> => {
            patience.end();
            await response.body?.cancel();
          };
          return { response, etag, body: this.#pieces(response, url, patience), discard };
        }
        await response.body?.cancel();
        url = next;
      }
      throw nonsense(url, "it sends from one address to the next without end");
    } catch (error) {
      patience.end();
      throw this.#failure(error, "unreachable", url, patience);
    }
  }

  /** One request, without the token where it does not belong. */
  #send(url: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Response> {
    const own = url.origin === this.#origin && this.#token !== undefined;
    return this.#fetch(url.href, {
      // A part of a compressed file is no part of the file.
      headers: { ...headers, "accept-encoding": "identity", ...(own && { authorization: `Bearer ${this.#token}` }) },
      redirect: "manual",
      signal,
    });
  }

  async #check(response: Response, url: URL): Promise<void> {
    if (response.ok) return;
    await response.body?.cancel();
    const { status, headers } = response;
    const answer = {
      kind: "status",
      status,
      code: headers.get("x-error-code"),
      isHub: url.origin === this.#origin,
    } as const;
    throw new HubFailure(answer, url.host, retryAfter(headers.get("retry-after")));
  }

  async *#pieces({ body }: Response, url: URL, patience: Patience): AsyncGenerator<Uint8Array> {
    try {
      patience.heard();
      for await (const piece of body ?? []) {
        patience.heard();
        yield piece;
      }
    } catch (error) {
      throw this.#failure(error, "broken", url, patience);
    } finally {
      patience.end();
    }
  }

  #failure(error: unknown, kind: "unreachable" | "broken", url: URL, patience: Patience): unknown {
    if (this.#signal.aborted) return this.#signal.reason;
    if (error instanceof HubFailure) return error;
    if (patience.signal.aborted) return new HubFailure({ kind: "silent", ms: SILENCE_MS }, url.host);
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    return new HubFailure({ kind, reason: redacted(errorMessage(cause)) }, url.host);
  }
}

/** Aborts what nothing is heard of for a while. */
class Patience {
  readonly #controller = new AbortController();
  readonly #clock: Clock;
  #callOff: () => void = () => undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.heard();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  heard(): void {
    this.#callOff();
    this.#callOff = this.#clock.after(SILENCE_MS, () => this.#controller.abort());
  }

  end(): void {
    this.#callOff();
  }
}

function hubAddress(text: string): URL {
  const address = URL.canParse(text) ? new URL(text) : undefined;
  if (address === undefined || !/^https?:$/.test(address.protocol) || address.username !== "" || address.search !== "")
    throw new UserError(
      `HF_ENDPOINT is no address of a hub: it begins with https:// and holds neither a name nor a question mark.`,
    );
  return address;
}

function usableToken(text: string | undefined): string | undefined {
  const token = text?.trim() || undefined;
  if (token === undefined) return undefined;
  // What cannot stand in a request is named by nobody: it may be a token all the same, with something beside it.
  if (!/^[!-~]+$/.test(token) || !addSecret(token))
    throw new UserError("HF_TOKEN is no token of the hub: it is too short, or holds blanks or other signs.");
  return token;
}

function redirectOf({ status, headers }: Response, from: URL): URL | undefined {
  const location = status >= 300 && status < 400 ? headers.get("location") : null;
  if (location === null) return undefined;
  if (!URL.canParse(location, from.href)) throw nonsense(from, "it sends to an address that is none");
  const to = new URL(location, from);
  // Nobody on the way may change what comes.
  if (to.protocol !== "https:" && to.protocol !== from.protocol)
    throw nonsense(from, "it sends to an address without encryption");
  return to;
}

const nonsense = (url: URL, reason: string): HubFailure => new HubFailure({ kind: "nonsense", reason }, url.host);

/** Milliseconds until the moment that a header names. */
function retryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  const seconds = /^\d+$/.test(header.trim()) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds * 1000) : undefined;
}
