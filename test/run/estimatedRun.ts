import type { RunEstimate, RunEvent, SpentCalls } from "../../src/run/events.ts";
import { finishedRun } from "./exampleEvents.ts";

/** What an example run was thought to come to: its calls and its money lie within, its tokens above, its time below. */
export const exampleEstimate: RunEstimate = {
  calls: { low: 420, expected: 900, high: 2600 },
  tokens: { low: 90_000, expected: 300_000, high: 800_000 },
  usd: { low: 0.02, expected: 0.11, high: 0.9 },
  minutes: { low: 3, expected: 9, high: 40 },
  simulated: false,
  sentences: [
    "Executions: at most what the engine sets aside for each step, likely what runs have come to of it.",
    "Iterations: 4 to 12 (likely 9) of 12.",
    "Minutes: a call is taken to last 1.5 s.",
    "Answers that are recorded already cost nothing; none are taken off here.",
  ],
};

const model = "openai:gpt-4o-mini";
const price = { inputPerMillion: 0.15, outputPerMillion: 0.6, asOf: "2026-03-14", source: "the provider's list" };

/** A finished run with its estimate, of a model that is paid for unless it is simulated. */
export function estimatedRun(
  given: {
    readonly estimate?: RunEstimate;
    readonly simulated?: boolean;
    readonly priced?: boolean;
    readonly recorded?: number;
  } = {},
): RunEvent[] {
  const { simulated = false, priced = true, recorded = 40 } = given;
  const free = { low: 0, expected: 0, high: 0 };
  const { estimate = simulated ? { ...exampleEstimate, usd: free, simulated } : exampleEstimate } = given;
  const spent = (who: string, purpose: string, calls: number): SpentCalls => ({
    who,
    purpose,
    model,
    calls,
    inputTokens: 800 * calls,
    outputTokens: 90 * calls,
  });
  const spentCalls = [
    spent("answer_generator", "validation", 60),
    { ...spent("answer_generator", "offline pairs", 900), recorded },
    spent("proposer", "local search", 12),
  ];
  const models = { [model]: { simulated, price: priced && !simulated ? price : null } };
  return finishedRun({ simulated, estimate }).map((event) =>
    event.type === "summary" ? { ...event, spentCalls, models } : event,
  );
}
