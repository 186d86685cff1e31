import type { ProviderModel } from "../../../src/models/providers/provider.ts";
import type { LoopbackServer } from "../loopback/loopbackServer.ts";

/** A model at a server of this machine, whose key is "sk-test-0". */
export function providerModel(server: Pick<LoopbackServer, "url">, more: Partial<ProviderModel> = {}): ProviderModel {
  return {
    provider: "openai",
    model: "the-model",
    baseUrl: `${server.url}/v1`,
    keyVariable: "THE_KEY",
    access: {
      fetch: globalThis.fetch,
      keys: { key: () => Promise.resolve("sk-test-0"), remedy: (_, variable) => `set ${variable}` },
    },
    ...more,
  };
}
