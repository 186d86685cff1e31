/** Node.js gives up to wait for an answer's headers, and for the next piece of it, after five minutes. */
const NODE_WAITS_MS = 300_000;

/** Where Node.js keeps the connections that `fetch` uses unless it is given others. */
const CONNECTIONS = Symbol.for("undici.globalDispatcher.1");

type Dispatcher = NonNullable<RequestInit["dispatcher"]>;
type Connections = new (waits: { readonly headersTimeout: number; readonly bodyTimeout: number }) => Dispatcher;

/**
 * `fetch` that waits as long as it is told to, also longer than Node.js does by itself. Where the process has another `fetch`,
 * it waits as long as that one does.
 * @param nodeWaitsMs below this nothing is changed
 */
export function patientFetch(
  fetch: typeof globalThis.fetch,
  waitsMs: number,
  nodeWaitsMs = NODE_WAITS_MS,
): typeof globalThis.fetch {
  if (waitsMs < nodeWaitsMs) return fetch;
  let own: Dispatcher | undefined;
  return async (input, init) => {
    own ??= await connections(waitsMs);
    return fetch(input, own === undefined ? init : { ...init, dispatcher: own });
  };
}

/** Connections of their kind are made by Node.js alone, which has no name for them and makes the first when it needs them. */
async function connections(waitsMs: number): Promise<Dispatcher | undefined> {
  if (!Reflect.has(globalThis, CONNECTIONS)) await globalThis.fetch("data:,");
  const known: unknown = Reflect.get(globalThis, CONNECTIONS);
  if (typeof known !== "object" || known === null) return undefined;
  const Kind = known.constructor as Connections;
  return Kind.name === "Agent" ? new Kind({ headersTimeout: waitsMs, bodyTimeout: waitsMs }) : undefined;
}
