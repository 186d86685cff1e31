import { addSecret, type KeyFault, keyFault, redacted, SHORTEST_KEY } from "../../system/secrets.ts";
import { errorMessage, UserError } from "../../system/userError.ts";
import { isUsualAddress } from "../keyAddress.ts";
import type { Completion, CompletionRequest } from "../languageModel.ts";
import { type FailureKind, ModelFailure } from "../modelFailure.ts";
import { deliveredOnce } from "./deliveredOnce.ts";
import { estimatedUsage } from "./estimatedUsage.ts";
import { advice, askedRules, type FailureRule, statusRules } from "./failureTable.ts";
import { MalformedAnswer } from "./malformedAnswer.ts";
import { accountOf, nameOf, type ProviderModel, REQUEST_TIMEOUT_MS } from "./provider.ts";
import { isProviderError, type ProviderError, providerError, retryAfterMs } from "./providerError.ts";

/** What one request goes through, whatever the provider. */
export interface Sending {
  /** Reaches the socket: aborted with the caller's signal, and when time is up. */
  readonly signal: AbortSignal;
  /** Tells that the answer is coming: time begins anew. */
  alive(): void;
  /** @throws MalformedAnswer when an answer of this identifier came before */
  arrived(id: string | null | undefined): void;
}

/**
 * Sends one request under the caller's signal and the time limit, and tells what went wrong as a failure.
 * @throws ModelFailure; the signal's reason once it is aborted
 */
export async function providerCall(
  model: ProviderModel,
  rules: readonly FailureRule[],
  request: CompletionRequest,
  signal: AbortSignal,
  send: (sending: Sending) => Promise<Completion>,
): Promise<Completion> {
  signal.throwIfAborted();
  const timeoutMs = model.timeoutMs ?? REQUEST_TIMEOUT_MS;
  // One of our own for each request: SDKs leave their listeners on the signals they get.
  const controller = new AbortController();
  let late = false;
  const giveUp = (): void => {
    late = true;
    controller.abort();
  };
  let timer = setTimeout(giveUp, timeoutMs);
  const alive = (): void => {
    clearTimeout(timer);
    timer = setTimeout(giveUp, timeoutMs);
  };
  const abort = (): void => controller.abort(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  try {
    const arrived = (id: string | null | undefined): void => {
      if (model.uniqueIds ?? true) deliveredOnce(model.baseUrl, id);
    };
    return await send({ signal: controller.signal, alive, arrived });
  } catch (thrown) {
    signal.throwIfAborted();
    if (thrown instanceof ModelFailure) throw thrown;
    if (late) throw failure(model, "timeout", `did not answer within ${Math.round(timeoutMs / 1000)} s.`);
    return answerOf(thrown, model, rules, request);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
  }
}

/** @throws ModelFailure unless what was thrown tells an outcome */
function answerOf(
  thrown: unknown,
  model: ProviderModel,
  rules: readonly FailureRule[],
  request: CompletionRequest,
): Completion {
  const malformed = [thrown, thrown instanceof Error ? thrown.cause : undefined].find(
    (error) => error instanceof MalformedAnswer || error instanceof SyntaxError,
  );
  if (malformed !== undefined) {
    const said = quoted(errorMessage(malformed)).replace(/[.\s]*$/, "");
    const words = `gave an answer that cannot be read: ${said}.`;
    throw failure(model, "malformed answer", `${words} ${advice["malformed answer"]}`);
  }
  if (!isProviderError(thrown)) throw thrown;
  const error = providerError(thrown);
  const own = request.effort === undefined && request.thinkingTokens === undefined ? [] : askedRules;
  const rule = [...rules, ...own, ...statusRules].find(({ fits }) => fits(error));
  const kind = rule?.kind ?? "bad request";
  if (kind === "filtered") return { text: "", stop: "filtered", usage: estimatedUsage(request, "") };
  throw refusal(model, kind, error, rule);
}

function refusal(
  model: ProviderModel,
  kind: FailureKind,
  error: ProviderError,
  rule: FailureRule | undefined,
): ModelFailure {
  const ownAdvice = rule?.advice;
  const after = retryAfterMs(error.headers, Date.now());
  const status = error.status === undefined ? "" : ` (${error.status})`;
  if (kind === "authentication") {
    // Providers repeat parts of a wrong key in what they say: it is not repeated here.
    const said = error.code || error.type;
    const remedy = ownAdvice ?? keyRemedy(model);
    return failure(model, kind, `refused the key${status}${said === "" ? "" : `: ${quoted(said)}`}. ${remedy}`);
  }
  const words = `${did[kind]}${status}: ${quoted(error.message)}`;
  const told = `${words.replace(/[.\s]*$/, "")}. ${ownAdvice ?? advice[kind]}`.trimEnd();
  return failure(model, kind, told, after, rule?.endsRun === true ? false : undefined);
}

const did: Readonly<Record<Exclude<FailureKind, "authentication">, string>> = {
  "rate limit": "got too many requests",
  overloaded: "is overloaded or out of order",
  network: "could not be reached, or did not answer to the end",
  timeout: "took too long",
  "malformed answer": "gave an answer that cannot be read",
  quota: "has nothing left to spend on this account",
  "unknown model": "is not known",
  "too long": "cannot hold the request",
  "bad request": "does not take the request",
};

function failure(
  model: ProviderModel,
  kind: FailureKind,
  words: string,
  after?: number,
  ofOneRequest?: boolean,
): ModelFailure {
  const more = ofOneRequest === undefined ? {} : { ofOneRequest };
  return new ModelFailure(kind, `${nameOf(model)} ${words}`, { retryAfterMs: after, ...more });
}

/** How the key that was refused is replaced. */
function keyRemedy({ provider, keyVariable, access }: ProviderModel): string {
  if (keyVariable === undefined) {
    return `Name the environment variable that holds its key in optimas.models.json: servers.${provider}.keyVariable.`;
  }
  return capitalized(`${access.keys.remedy(accountOf(provider), keyVariable)}.`);
}

/**
 * Asks with the model's key; where the provider refuses it and another one was set meanwhile, once more with that one.
 * @param ask gets undefined where the server wants no key
 * @throws ModelFailure where there is no key but should be, and as `ask` does
 */
export async function withKey(
  model: ProviderModel,
  signal: AbortSignal,
  ask: (key: string | undefined) => Promise<Completion>,
): Promise<Completion> {
  const key = await keyFor(model, signal);
  try {
    return await ask(key);
  } catch (thrown) {
    const { access, provider, keyVariable } = model;
    const isRefused = thrown instanceof ModelFailure && thrown.kind === "authentication";
    if (!isRefused || key === undefined || keyVariable === undefined) throw thrown;
    await access.keys.refused?.(accountOf(provider), keyVariable, key, signal);
    const other = await keyFor(model, signal);
    if (other === key) throw thrown;
    const completion = await ask(other);
    return { ...completion, failedAttempts: (completion.failedAttempts ?? 0) + 1 };
  }
}

/** @throws ModelFailure where there is none but should be */
export async function keyFor(model: ProviderModel, signal: AbortSignal): Promise<string | undefined> {
  const { provider, baseUrl, said, keyVariable, access } = model;
  if (keyVariable === undefined) return undefined;
  const account = accountOf(provider);
  const address = isUsualAddress(account, keyVariable, baseUrl) ? undefined : { baseUrl, said };
  const key = (await givenKey())?.trim() ?? "";
  const fault = keyFault(key);
  if (fault === undefined && addSecret(key)) return key;
  const words = fault === undefined || fault === "empty" ? "needs a key" : `has a key that ${faultWords[fault]}`;
  throw failure(model, "authentication", `${words}. ${keyRemedy(model)}`);

  async function givenKey(): Promise<string | undefined> {
    try {
      return await access.keys.key(account, keyVariable ?? "", signal, address);
    } catch (thrown) {
      if (!(thrown instanceof UserError)) throw thrown;
      throw failure(model, "authentication", `cannot be asked: ${thrown.message}`);
    }
  }
}

/** What is wrong with a key, without a word of it. */
const faultWords: Readonly<Record<Exclude<KeyFault, "empty">, string>> = {
  quoted: "stands in quotation marks, which do not belong to it",
  "with a name": "begins with a name or a scheme, which does not belong to it",
  "odd characters": "has characters that no key has",
  "too short": `is shorter than ${SHORTEST_KEY} characters`,
  "a word": "is a plain word or number and would be found in innocent texts",
};

const LONGEST = 300;

/** What a provider said, in one line of bounded length, without keys. */
function quoted(said: string): string {
  const line = redacted(said).replace(/\s+/g, " ").trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}...` : line;
}

function capitalized(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
