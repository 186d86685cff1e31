import type { Memory } from "../../src/extension/notebook/rememberedRuns.ts";

/** A memory of the editor that keeps what is plain data, as the real one does. */
export function memory(): Memory {
  const kept = new Map<string, string>();
  return {
    get: <T>(key: string) => {
      const text = kept.get(key);
      return text === undefined ? undefined : (JSON.parse(text) as T);
    },
    update: async (key, value) => void kept.set(key, JSON.stringify(value)),
  };
}
