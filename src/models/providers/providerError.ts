import { errorMessage } from "../../system/userError.ts";

/** What a provider said when it did not answer, read from the error that its SDK throws. */
export interface ProviderError {
  /** HTTP status; undefined where nothing came back. */
  readonly status: number | undefined;
  readonly headers: Headers | undefined;
  /** The provider's words for the kind of error: `error.type` and `error.code` of the body; "" where absent. */
  readonly type: string;
  readonly code: string;
  /** Name of the parameter that is not taken; "" where absent. */
  readonly parameter: string;
  readonly message: string;
}

/** The connection ended before the answer did. */
export class BrokenOff extends Error {
  constructor() {
    super("the stream ended before the answer did");
  }
}

/**
 * Whether something that was thrown came from the provider or from the way there: SDKs' errors have a status, if only an
 * undefined one; what breaks while an answer is read has a code, or what broke as its cause. Anything else is a defect.
 */
export function isProviderError(thrown: unknown): boolean {
  if (thrown instanceof BrokenOff || "status" in record(thrown) || "error" in record(thrown)) return true;
  if (!(thrown instanceof Error)) return false;
  const { code } = record(thrown);
  return (typeof code === "string" && /^(?:E[A-Z]+|UND_ERR_\w+)$/.test(code)) || thrown.cause instanceof Error;
}

/** Reads an SDK's error by its shape: all SDKs keep status, headers and body alike, each in classes of its own. */
export function providerError(thrown: unknown): ProviderError {
  const { status, headers, error } = record(thrown);
  const body = record(record(error).error ?? error);
  return {
    status: typeof status === "number" ? status : undefined,
    headers: headers instanceof Headers ? headers : undefined,
    type: text(body.type),
    code: text(body.code) || text(record(body.details).error_code),
    parameter: text(body.param),
    message: text(body.message) || (typeof error === "string" ? error : deepestMessage(thrown)),
  };
}

/** "fetch failed" says less than what made it fail. */
function deepestMessage(thrown: unknown): string {
  let deepest = thrown;
  for (let depth = 0; depth < 5; depth++) {
    const cause = deepest instanceof Error ? deepest.cause : undefined;
    if (cause === undefined) break;
    deepest = cause;
  }
  const { code } = record(deepest);
  return errorMessage(deepest) || text(code) || errorMessage(thrown);
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function text(value: unknown): string {
  if (typeof value === "number") return String(value);
  return typeof value === "string" ? value : "";
}

/**
 * Milliseconds after which the provider wants to be asked again: `retry-after-ms`, or `retry-after` as seconds or as a
 * date; undefined where it does not say, or not in a way that can be read.
 * @param now milliseconds since 1970
 */
export function retryAfterMs(headers: Headers | undefined, now: number): number | undefined {
  const exact = number(headers?.get("retry-after-ms"));
  if (exact !== undefined) return exact;
  const told = headers?.get("retry-after");
  if (told === null || told === undefined) return undefined;
  const seconds = number(told);
  if (seconds !== undefined) return seconds * 1000;
  // "-5" would be a year to `Date.parse`.
  const date = /[a-z]{3}/i.test(told) ? Date.parse(told) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function number(told: string | null | undefined): number | undefined {
  if (told === null || told === undefined || !/^\s*\d{1,12}(?:\.\d+)?\s*$/.test(told)) return undefined;
  return Number(told);
}
