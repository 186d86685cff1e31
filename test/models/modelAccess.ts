import type { ModelAccess, ServerDescription } from "../../src/models/modelAccess.ts";
import { openGate } from "../../src/models/requestGate.ts";

/** Access without limits and record, with a key for everything; `servers` are addresses by provider. */
export function openAccess(
  servers: Readonly<Record<string, Partial<ServerDescription>>> = {},
  more: Partial<ModelAccess> = {},
): ModelAccess {
  const described = Object.entries(servers).map(([name, server]): [string, ServerDescription] => [
    name,
    { baseUrl: "http://127.0.0.1:9/v1", keyVariable: undefined, structured: false, ...server },
  ]);
  return {
    keys: {
      key: (provider) => Promise.resolve(`sk-${provider}`),
      remedy: (_, variable) => `set ${variable}`,
    },
    gate: openGate,
    record: undefined,
    editorModels: undefined,
    descriptions: { servers: new Map(described), models: new Map(), limits: new Map(), prices: new Map() },
    fetch: globalThis.fetch,
    ...more,
  };
}
