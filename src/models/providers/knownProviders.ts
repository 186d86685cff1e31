import type { ServerDescription } from "../modelAccess.ts";

/** The usual address of a provider, and where its key is found. */
export interface KnownProvider extends Pick<ServerDescription, "baseUrl" | "keyVariable"> {
  /** How its models are named, to be told in messages. */
  readonly example: string;
}

export const openaiProvider: KnownProvider = {
  baseUrl: "https://api.openai.com/v1",
  keyVariable: "OPENAI_API_KEY",
  example: "openai:gpt-4o-mini",
};

export const anthropicProvider: KnownProvider = {
  baseUrl: "https://api.anthropic.com",
  keyVariable: "ANTHROPIC_API_KEY",
  example: "anthropic:claude-haiku-4-5",
};

/** Servers that people run on their own machines, at their usual ports. All of them keep to a JSON schema. */
export const localServers: ReadonlyMap<string, ServerDescription> = new Map(
  Object.entries({ ollama: 11_434, vllm: 8_000, lmstudio: 1_234, llamacpp: 8_080 }).map(([name, port]) => [
    name,
    { baseUrl: `http://127.0.0.1:${port}/v1`, keyVariable: undefined, structured: true },
  ]),
);
