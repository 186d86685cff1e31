import type { ModelPrice } from "./languageModel.ts";
import type { ModelDescriptions } from "./modelAccess.ts";
import { priceTable } from "./priceTable.ts";
import { localServers } from "./providers/knownProviders.ts";

/** Names of the file in which a workspace says what it knows about its models. */
export const DESCRIPTIONS_FILE = "optimas.models.json";

/** A dated version of a model costs what the model does... */
const DATED = /-(?:\d{4}-\d{2}-\d{2}|\d{8})$/;
/** ...but for this one, which is from before a change of price. */
const OF_ITS_OWN = new Set(["openai:gpt-4o-2024-05-13"]);

/**
 * What a model costs: what `optimas.models.json` says of it, else of all models of its provider ("ollama:*"), else the
 * table. Undefined where none of them does, which is another thing than 0.
 * @param name `provider:model`
 */
export function knownPrice(
  name: string,
  { prices, servers }: Pick<ModelDescriptions, "prices" | "servers">,
): ModelPrice | undefined {
  const provider = providerOf(name);
  const own = prices.get(name) ?? prices.get(`${provider}:*`);
  if (own !== undefined) return own;
  const seller = provider === "openai-responses" ? "openai" : provider;
  // Another server under a known name has prices of its own.
  if (servers.has(seller)) return undefined;
  const listed = `${seller}${name.slice(provider.length)}`;
  if (OF_ITS_OWN.has(listed)) return undefined;
  return priceTable.get(listed) ?? priceTable.get(listed.replace(DATED, ""));
}

/** Why the price of a model is not known, and what to do about it. */
export function unknownPriceText(name: string, servers: ModelDescriptions["servers"] = new Map()): string {
  const provider = providerOf(name);
  if (provider === "vscode") {
    return `${name} is paid for by your editor's plan, which tells nobody what a request costs.`;
  }
  const remedy = `into ${DESCRIPTIONS_FILE} ("Optimas: Edit Model Prices and Limits")`;
  if (isLocal(provider, servers)) {
    return `${name} is asked on this machine; where that costs nothing, write a price of 0 ${remedy}.`;
  }
  return `Nobody knows the price of ${name}; write it ${remedy}.`;
}

/** A server that is reached without leaving this machine. What is behind it may be charged for all the same. */
export function isLocal(provider: string, servers: ModelDescriptions["servers"]): boolean {
  const baseUrl = servers.get(provider)?.baseUrl ?? localServers.get(provider)?.baseUrl;
  return baseUrl !== undefined && isLocalAddress(baseUrl);
}

/** An address of this machine. */
export function isLocalAddress(baseUrl: string): boolean {
  if (!URL.canParse(baseUrl)) return false;
  const { hostname } = new URL(baseUrl);
  return hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

function providerOf(name: string): string {
  const colon = name.indexOf(":");
  return colon < 0 ? name : name.slice(0, colon);
}
