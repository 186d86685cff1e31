import { UserError } from "../system/userError.ts";
import type { ModelAccess } from "./modelAccess.ts";
import { ModelFailure } from "./modelFailure.ts";
import { anthropicProvider, localServers, openaiProvider } from "./providers/knownProviders.ts";
import { accountOf } from "./providers/provider.ts";
import { keyFor } from "./providers/providerCall.ts";

const usual = new Map(Object.entries({ openai: openaiProvider, anthropic: anthropicProvider }));

/**
 * Looks for the keys that models want, so that a run does not find out in its middle that one is missing.
 * @param names of models, `provider:model`
 * @throws UserError saying how the key is given, where there is none or what there is cannot be one
 */
export async function requireKeys(
  names: Iterable<string>,
  { keys, fetch, descriptions }: Pick<ModelAccess, "keys" | "fetch" | "descriptions">,
  signal: AbortSignal,
): Promise<void> {
  const asked = new Set<string>();
  for (const name of names) {
    const [provider = "", ...rest] = name.split(":");
    const account = accountOf(provider);
    const server = descriptions.servers.get(account) ?? usual.get(account) ?? localServers.get(account);
    if (server === undefined || asked.has(account)) continue;
    asked.add(account);
    const { baseUrl, keyVariable } = server;
    const said = descriptions.places?.get(account);
    try {
      await keyFor({ provider, model: rest.join(":"), baseUrl, keyVariable, said, access: { keys, fetch } }, signal);
    } catch (thrown) {
      throw thrown instanceof ModelFailure ? new UserError(thrown.message) : thrown;
    }
  }
}
