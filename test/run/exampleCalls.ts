import type { CallLine } from "../../src/run/callLog.ts";
import { seededRandom } from "../../src/system/random.ts";

const START = Date.UTC(2026, 2, 14, 9, 30);

/** Calls of the example run, from its beginning on: some failed, some taken over, all of them invented. */
export function exampleCalls(count: number, given: { readonly who?: (plain: string) => string } = {}): CallLine[] {
  const random = seededRandom("calls of an example");
  const names = ["question_rewriter", "info_extractor", "retriever", "answer_generator", "proposer"];
  const purposes = ["validation", "offline pairs", "fresh pairs", "local search"];
  return Array.from({ length: count }, (_, call): CallLine => {
    const who = names[random.integer(names.length)] ?? "";
    const isModel = who !== "retriever";
    const ms = isModel ? 300 + random.integer(900) : 5 + random.integer(20);
    const outcome = random.next() < 0.02 ? "failed" : random.next() < 0.1 ? "reused" : "done";
    return {
      call,
      who: (given.who ?? ((plain) => plain))(who),
      purpose: purposes[Math.min(3, Math.floor((4 * call) / count))] ?? "",
      at: START + 120 * call,
      ms: outcome === "reused" ? 0 : ms,
      outcome,
      ...(isModel && outcome === "done"
        ? { calls: 1, inputTokens: 820, outputTokens: 94, waitedMs: random.integer(200), model: "openai:gpt-4o-mini" }
        : {}),
    };
  });
}
