import type OpenAI from "openai";

/** The lists of models that servers show, by path; undefined where there is none. */
export function modelLists(path: string, models: readonly string[]): object | undefined {
  if (path === "/v1/models") {
    const data = models.map(
      (id): OpenAI.Model => ({ id, object: "model", created: 1_772_000_000, owned_by: "loopback" }),
    );
    return { object: "list", data };
  }
  if (path === "/api/tags") {
    return {
      models: models.map((name) => ({
        name,
        model: name,
        modified_at: "2026-03-01T00:00:00Z",
        size: 1_000_000,
        digest: "0".repeat(64),
        details: { format: "gguf", family: "loopback", parameter_size: "1B", quantization_level: "Q4_0" },
      })),
    };
  }
  return undefined;
}
