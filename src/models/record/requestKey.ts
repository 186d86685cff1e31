import { createHash } from "node:crypto";
import type { RecordedRequest } from "../answerRecord.ts";

/** Raised when equal requests of another version must not get the answers kept by this one. */
const KEY_VERSION = 1;

/**
 * Names a request by all that its answer depends on: equal requests have equal keys, and others have others. At temperature
 * 0 the sample number says nothing. Whose key the request is sent with is no part of it.
 */
export function requestKey(request: RecordedRequest): string {
  const { model, server = null, messages, maxTokens, format, sample, effort, thinkingTokens, ownTemperature } = request;
  // -0 is 0.
  const temperature = request.temperature === 0 ? 0 : request.temperature;
  const parts = [
    KEY_VERSION,
    model,
    server,
    temperature,
    maxTokens,
    format === undefined ? null : [format.name, format.fields],
    temperature === 0 ? null : sample,
    messages.map(({ role, content }) => [role, content]),
    // Said only by requests that ask for it: all others have the keys that they always had.
    ...(effort === undefined && thinkingTokens === undefined && ownTemperature === undefined
      ? []
      : [[effort ?? null, thinkingTokens ?? null, ownTemperature ?? false]]),
  ];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}
