import { redacted } from "../../system/secrets.ts";
import { MalformedAnswer } from "./malformedAnswer.ts";

/** Characters of a page that are told. */
const TOLD = 300;

/**
 * `fetch` that takes no page for an answer: proxies and log-ins answer with status 200 and HTML. SDKs read such a page as a
 * text, or as a stream without events.
 * @throws MalformedAnswer as the cause of what the SDK throws
 */
export function answersOnly(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    const type = response.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
    const isAnswer = type === undefined || /(?:^text\/event-stream|[/+]json)$/.test(type);
    if (!response.ok || isAnswer) return response;
    const text = await response.text();
    throw new MalformedAnswer(`${type}: ${redacted(text).slice(0, TOLD)}`);
  };
}
