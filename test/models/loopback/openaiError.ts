import type OpenAI from "openai";
import type { WireError } from "./reply.ts";

/** Type and code that OpenAI gives each kind. */
const told: Readonly<Record<WireError["kind"], readonly [type: string, code: string | null]>> = {
  limited: ["requests", "rate_limit_exceeded"],
  overloaded: ["server_error", null],
  broken: ["server_error", null],
  quota: ["insufficient_quota", "insufficient_quota"],
  "wrong key": ["invalid_request_error", "invalid_api_key"],
  "unknown model": ["invalid_request_error", "model_not_found"],
  "too long": ["invalid_request_error", "context_length_exceeded"],
  filtered: ["invalid_request_error", "content_policy_violation"],
  "bad request": ["invalid_request_error", null],
};

export function openaiError({ kind, message, parameter }: WireError): { error: OpenAI.ErrorObject } {
  const [type, code] = told[kind];
  const unsupported = parameter === undefined ? code : (code ?? "unsupported_parameter");
  return { error: { message, type, param: parameter ?? null, code: unsupported } };
}
