import { addSecret } from "../system/secrets.ts";
import { UserError } from "../system/userError.ts";
import { addressRefusal, isUsualVariable } from "./keyAddress.ts";
import type { KeySource } from "./modelAccess.ts";

/**
 * Keys as terminals and build servers hand them over: in environment variables. The usual variable of a provider is sent
 * to that provider and to this machine alone; `KeyAddress` says why.
 */
export function environmentKeys(environment: Readonly<Record<string, string | undefined>> = process.env): KeySource {
  return {
    key: async (provider, variable, _signal, address) => {
      const key = keyIn(environment, variable);
      if (key === undefined || address === undefined || !isUsualVariable(variable)) return key;
      throw new UserError(addressRefusal(provider, variable, address));
    },
    remedy: (_provider, variable) => `set the environment variable ${variable} to your key`,
  };
}

/** The key in a variable; undefined where it is not set, or empty. */
export function keyIn(environment: Readonly<Record<string, string | undefined>>, variable: string): string | undefined {
  const key = environment[variable]?.trim();
  if (key === undefined || key === "") return undefined;
  addSecret(key);
  return key;
}
