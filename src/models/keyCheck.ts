import { redacted } from "../system/secrets.ts";
import { errorMessage } from "../system/userError.ts";
import type { ModelDescriptions } from "./modelAccess.ts";
import { anthropicProvider, openaiProvider } from "./providers/knownProviders.ts";

/** A server that wants a key. */
export interface KeyedServer {
  /** The part of its models' names before the colon. */
  readonly provider: string;
  readonly baseUrl: string;
  /** Environment variable that holds the key where nothing else does. */
  readonly keyVariable: string;
  /** False where the workspace says that the provider answers elsewhere than it usually does. */
  readonly isUsual: boolean;
}

/** What a server said to a key. */
export type KeyVerdict =
  | { readonly kind: "accepted" }
  | { readonly kind: "refused"; readonly status: number }
  /** It answered in another way, or not at all; whether the key is good is not known. `reason` never repeats it. */
  | { readonly kind: "unknown"; readonly reason: string };

/** Servers that want a key, those that the workspace describes among them. */
export function keyedServers({ servers }: Pick<ModelDescriptions, "servers">): KeyedServer[] {
  const usual = { openai: openaiProvider, anthropic: anthropicProvider };
  const known = Object.entries(usual).flatMap(([provider, { baseUrl, keyVariable }]): KeyedServer[] => {
    const own = servers.get(provider);
    const variable = own === undefined ? keyVariable : own.keyVariable;
    const isUsual = own === undefined || own.baseUrl === baseUrl;
    return variable === undefined
      ? []
      : [{ provider, baseUrl: own?.baseUrl ?? baseUrl, keyVariable: variable, isUsual }];
  });
  const described = [...servers].flatMap(([provider, { baseUrl, keyVariable }]): KeyedServer[] =>
    provider in usual || keyVariable === undefined ? [] : [{ provider, baseUrl, keyVariable, isUsual: true }],
  );
  return [...known, ...described];
}

/** Asks for the list of the server's models, which costs nothing, and reads no more of it than its status. */
export async function checkKey(
  server: KeyedServer,
  key: string,
  { fetch, signal }: { readonly fetch: typeof globalThis.fetch; readonly signal: AbortSignal },
): Promise<KeyVerdict> {
  const base = server.baseUrl.replace(/\/+$/, "");
  const [address, headers] =
    server.provider === "anthropic"
      ? [`${base}/v1/models?limit=1`, { "x-api-key": key, "anthropic-version": "2023-06-01" }]
      : [`${base}/models`, { authorization: `Bearer ${key}` }];
  try {
    // A key goes to the server that it is for and nowhere else.
    const answer = await fetch(address, { headers, redirect: "manual", signal });
    await answer.body?.cancel();
    if (answer.ok) return { kind: "accepted" };
    if (answer.status === 401 || answer.status === 403) return { kind: "refused", status: answer.status };
    return { kind: "unknown", reason: `HTTP ${answer.status}` };
  } catch (error) {
    signal.throwIfAborted();
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    return { kind: "unknown", reason: redacted(errorMessage(cause)) };
  }
}
