import { MalformedAnswer } from "./malformedAnswer.ts";

/** Answers that are remembered for each address. */
const REMEMBERED = 256;

/** One for all models: they share the connections to an address. */
const seen = new Map<string, Set<string>>();

/**
 * Connections are kept for the next request. Where something on the way delivers an answer twice, the second delivery would
 * be taken for the answer to that next request: wrong, and nobody would know.
 * @throws MalformedAnswer when an answer with this identifier came from this address before
 */
export function deliveredOnce(baseUrl: string, id: string | null | undefined): void {
  if (id === null || id === undefined || id === "") return;
  const ids = seen.get(baseUrl) ?? new Set();
  seen.set(baseUrl, ids);
  if (ids.has(id)) throw new MalformedAnswer("the answer to an earlier request came once more");
  ids.add(id);
  const [oldest] = ids;
  if (ids.size > REMEMBERED && oldest !== undefined) ids.delete(oldest);
}
