import { isLocal, knownPrice } from "./knownPrice.ts";
import { noDescriptions } from "./modelDescriptions.ts";

/** Models that a file is begun with where nothing says which ones are in use. */
const EXAMPLES = ["openai:gpt-4o-mini", "anthropic:claude-haiku-4-5"];

/** `provider:model` as it stands between quotes in code. */
const NAMED = /["'`]((?:openai|openai-responses|anthropic|ollama|vllm|lmstudio|llamacpp):[\w./:-]+)["'`]/g;

/** Models that texts name, each once. */
export function modelsNamedIn(texts: Iterable<string>): string[] {
  const names = new Set<string>();
  for (const text of texts) for (const [, name = ""] of text.matchAll(NAMED)) names.add(name);
  return [...names].sort();
}

/**
 * The text of a new `optimas.models.json`: prices of the models in use as far as they are known, for their user to correct.
 * A model of this machine is written down as free, which its user sees and may change; others that nobody knows are left
 * out, for a price that is made up would be taken for one.
 */
export function newDescriptions(models: readonly string[]): string {
  const prices = (models.length === 0 ? EXAMPLES : models).flatMap((name) => {
    const known = knownPrice(name, noDescriptions);
    const local = isLocal(name.split(":")[0] ?? "", noDescriptions.servers);
    const free = { inputPerMillion: 0, outputPerMillion: 0, source: "runs on this machine" };
    const price = known ?? (local ? free : undefined);
    return price === undefined ? [] : [[name, price] as const];
  });
  return `${JSON.stringify({ version: 1, servers: {}, models: {}, limits: {}, prices: Object.fromEntries(prices) }, null, 2)}\n`;
}
