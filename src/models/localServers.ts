import * as z from "zod";
import { localServers as usualServers } from "./providers/knownProviders.ts";

/** A kind of server that people run on their own machine, and where it usually answers. */
export interface LocalPlace {
  /** The part of its models' names before the colon: "ollama". */
  readonly provider: string;
  /** "http://127.0.0.1:11434/v1" */
  readonly baseUrl: string;
}

/** A server that answered. */
export interface LocalServer extends LocalPlace {
  /** Names as they are written in experiments: "ollama:llama3.2". */
  readonly models: readonly string[];
  /** Which kind answered, as far as it tells: another one may listen at this one's usual port. */
  readonly kind: string;
}

/** Why a port where something listens is no server of models, as far as can be told. */
export interface LocalStranger extends LocalPlace {
  readonly reason: string;
}

export interface LocalSearch {
  readonly servers: readonly LocalServer[];
  /** Something answered there, but not as a server of models does. */
  readonly strangers: readonly LocalStranger[];
  /** Where nothing answers. */
  readonly silent: readonly LocalPlace[];
}

/** Milliseconds that a server of this machine may take to answer. */
export const LOCAL_PATIENCE_MS = 1_500;

/** Most bytes of a list of models that are read: whatever listens there is a stranger. */
const MOST_BYTES = 1024 * 1024;
/** Most models of one server. */
const MOST_MODELS = 1_000;

const openaiList = z.object({ data: z.array(z.object({ id: z.string().min(1), owned_by: z.string().optional() })) });
const ollamaList = z.object({ models: z.array(z.object({ name: z.string().min(1) })) });

/** Where the usual servers answer, by their names. */
export const usualPlaces: readonly LocalPlace[] = [...usualServers].map(([provider, { baseUrl }]) => ({
  provider,
  baseUrl,
}));

/**
 * Looks which servers of models run on this machine: every place is asked for its list of models, all at once, and nothing
 * else is contacted. To be called only when a person asks for it.
 * @param given.patienceMs milliseconds that one place may take
 * @throws the signal's reason once it is aborted
 */
export async function findLocalServers(given: {
  readonly fetch: typeof globalThis.fetch;
  readonly signal: AbortSignal;
  readonly places?: readonly LocalPlace[];
  readonly patienceMs?: number;
}): Promise<LocalSearch> {
  const { fetch, signal, places = usualPlaces, patienceMs = LOCAL_PATIENCE_MS } = given;
  const asked = await Promise.all(
    places.map(async (place) => ({ place, answer: await askPlace(place, { fetch, signal, patienceMs }) })),
  );
  signal.throwIfAborted();
  return {
    servers: asked.flatMap(({ place, answer }) =>
      answer.kind === "models"
        ? [{ ...place, models: answer.names.map((name) => `${place.provider}:${name}`), kind: answer.server }]
        : [],
    ),
    strangers: asked.flatMap(({ place, answer }) =>
      answer.kind === "stranger" ? [{ ...place, reason: answer.reason }] : [],
    ),
    silent: asked.flatMap(({ place, answer }) => (answer.kind === "silent" ? [place] : [])),
  };
}

type Answer =
  | { readonly kind: "models"; readonly names: readonly string[]; readonly server: string }
  | { readonly kind: "stranger"; readonly reason: string }
  | { readonly kind: "silent" };

interface Asking {
  readonly fetch: typeof globalThis.fetch;
  readonly signal: AbortSignal;
  readonly patienceMs: number;
}

async function askPlace(place: LocalPlace, asking: Asking): Promise<Answer> {
  if (place.provider !== "ollama") {
    const list = await readList(`${place.baseUrl}/models`, asking);
    if (list.kind !== "json") return list;
    const parsed = openaiList.safeParse(list.value);
    if (!parsed.success) return { kind: "stranger", reason: "its answer is no list of models" };
    const owners = parsed.data.data.flatMap(({ owned_by }) => (owned_by === undefined ? [] : [owned_by]));
    return models(
      parsed.data.data.map(({ id }) => id),
      kindOf(place.provider, owners),
    );
  }
  const list = await readList(new URL("/api/tags", place.baseUrl).href, asking);
  if (list.kind !== "json") return list;
  const parsed = ollamaList.safeParse(list.value);
  if (!parsed.success) return { kind: "stranger", reason: "its answer is no list of models" };
  return models(
    parsed.data.models.map(({ name }) => name),
    place.provider,
  );
}

function models(names: readonly string[], server: string): Answer {
  return { kind: "models", names: [...new Set(names)].slice(0, MOST_MODELS), server };
}

/** Some servers say that their models are owned by their own kind. */
function kindOf(provider: string, owners: readonly string[]): string {
  return [...usualServers.keys()].find((kind) => owners.includes(kind)) ?? provider;
}

type List =
  | { readonly kind: "json"; readonly value: unknown }
  | Extract<Answer, { readonly kind: "stranger" | "silent" }>;

async function readList(address: string, { fetch, signal, patienceMs }: Asking): Promise<List> {
  const patience = AbortSignal.timeout(patienceMs);
  let answered = false;
  try {
    // Nobody is followed to another machine.
    const response = await fetch(address, { redirect: "manual", signal: AbortSignal.any([signal, patience]) });
    answered = true;
    if (!response.ok) {
      await response.body?.cancel();
      return { kind: "stranger", reason: reasonOf(response.status) };
    }
    const text = await boundedText(response);
    return text === undefined
      ? { kind: "stranger", reason: "its answer is longer than a list of models" }
      : { kind: "json", value: JSON.parse(text) };
  } catch (thrown) {
    signal.throwIfAborted();
    if (thrown instanceof SyntaxError) return { kind: "stranger", reason: "its answer is no JSON" };
    if (patience.aborted) return { kind: "stranger", reason: "it did not answer in time" };
    return answered ? { kind: "stranger", reason: "its answer broke off" } : { kind: "silent" };
  }
}

function reasonOf(status: number): string {
  return status === 401 || status === 403 ? `it wants a key (HTTP ${status})` : `it answered with HTTP ${status}`;
}

/** Undefined where it is too long. */
async function boundedText(response: Response): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MOST_BYTES) return undefined;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
