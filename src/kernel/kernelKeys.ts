import { environmentKeys } from "../models/environmentKeys.ts";
import { type KeyAddress, originOf } from "../models/keyAddress.ts";
import type { KeySource } from "../models/modelAccess.ts";
import { type KeyRequest, kernelMessages, keyResultSchema } from "../notebook/kernelProtocol.ts";
import { addSecret } from "../system/secrets.ts";
import { UserError } from "../system/userError.ts";
import type { ParentRequests } from "./parentRequests.ts";

/**
 * Keys of providers as code in a kernel finds them: in its own environment where a cell put them there, else the parent
 * has them. They are kept in memory, until the provider refuses them.
 */
export function kernelKeys(parent: Pick<ParentRequests, "ask" | "tell">): KeySource {
  const own = environmentKeys();
  const asked = new Map<string, Promise<string | undefined>>();
  /** Keys that the parent need not be told of again. */
  const told = new Set<string>();
  const remedies = new Map<string, string>();
  const ask = async (
    provider: string,
    variable: string,
    signal: AbortSignal,
    address: KeyAddress | undefined,
  ): Promise<string | undefined> => {
    const request: KeyRequest = { provider, variable, ...(address && { address }) };
    const { key, remedy, refusal } = keyResultSchema.parse(
      await parent.ask(kernelMessages.key.method, request, signal),
    );
    remedies.set(nameOf(provider, variable), remedy);
    if (refusal !== undefined) throw new UserError(refusal);
    if (key === null) return undefined;
    addSecret(key);
    return key;
  };
  return {
    key: async (provider, variable, signal, address) => {
      const ownKey = await own.key(provider, variable, signal, address);
      if (ownKey !== undefined) {
        if (!told.has(ownKey)) parent.tell(kernelMessages.secret.method, { secret: ownKey });
        told.add(ownKey);
        return ownKey;
      }
      const name = nameOf(provider, variable, address);
      for (;;) {
        const pending = asked.get(name);
        if (pending === undefined) break;
        const answer = await pending.then(
          (key) => ({ key }),
          () => undefined,
        );
        if (answer !== undefined) return answer.key;
        // Whoever asked has taken the question back.
        signal.throwIfAborted();
        if (asked.get(name) === pending) asked.delete(name);
      }
      const asking = ask(provider, variable, signal, address);
      asked.set(name, asking);
      let key: string | undefined;
      try {
        key = await asking;
        return key;
      } finally {
        // One that there was not, or that was not to be sent, may be given at any time.
        if (key === undefined && asked.get(name) === asking) asked.delete(name);
      }
    },
    refused: async (provider, variable, key) => {
      const names = [...asked.keys()].filter((name) => isOf(name, provider, variable));
      for (const name of names) {
        // Another request may have brought a new one meanwhile.
        const known = await asked.get(name)?.catch(() => undefined);
        if (known === key) asked.delete(name);
      }
    },
    remedy: (provider, variable) => remedies.get(nameOf(provider, variable)) ?? own.remedy(provider, variable),
  };
}

function nameOf(provider: string, variable: string, address?: KeyAddress | undefined): string {
  return `${provider} ${variable}${address === undefined ? "" : ` ${originOf(address.baseUrl)}`}`;
}

function isOf(name: string, provider: string, variable: string): boolean {
  const own = nameOf(provider, variable);
  return name === own || name.startsWith(`${own} `);
}
