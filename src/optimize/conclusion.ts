import type { BodyOf } from "../run/events.ts";
import { bootstrapDifference, mean } from "../run/statistics.ts";
import { type Configuration, configurationHash } from "../system/configuration.ts";
import type { Evaluation } from "../system/evaluation.ts";
import { BudgetExhausted } from "../system/ledger.ts";
import { evaluationEvent } from "./measurement.ts";
import type { Optimization } from "./optimization.ts";

type Stop = BodyOf<"summary">["stop"];
type SplitScores = { readonly unoptimized: readonly number[]; readonly optimized: readonly number[] };

/** Measures start and result on the test rows, which nothing has touched so far, and sums the run up. */
export async function conclude(optimization: Optimization, stop: Stop): Promise<BodyOf<"summary">> {
  const { session, state } = optimization;
  const { gate } = state;
  if (gate === undefined) throw new Error("a run cannot end before its start was measured");
  const validation = { unoptimized: gate.initial, optimized: gate.scores };
  const optimized = { scores: gate.scores, mean: mean(gate.scores), failures: [] };
  if (state.iteration > 0) session.record(evaluationEvent("optimized", "validation", gate.exampleIds, optimized));
  const test = await affordableTestRows(optimization);
  const random = session.random("bootstrap");
  const difference = (scores: SplitScores) => bootstrapDifference(scores.unoptimized, scores.optimized, random);
  const means = (which: keyof SplitScores) => ({
    validation: { mean: mean(validation[which]), n: validation[which].length },
    ...(test && { test: { mean: mean(test[which]), n: test[which].length } }),
  });
  const fits = Object.entries(state.standings).flatMap(([name, { fit }]) => (fit ? [[name, fit] as const] : []));
  const byPurpose = session.ledger.byPurpose();
  const { test: testRuns = 0, ...runsByPurpose } = byPurpose;
  return {
    type: "summary",
    runId: session.request.recorder.runId,
    model: session.request.model.name,
    simulated: session.request.model.simulated,
    stop,
    ...(stop === "budget" && { budget: state.budget ?? "system runs" }),
    unoptimized: means("unoptimized"),
    optimized: means("optimized"),
    difference: { validation: difference(validation), ...(test && { test: difference(test) }) },
    iterations: state.iteration,
    accepted: state.accepted,
    rejected: state.rejected,
    configuration: state.configuration,
    alignment: Object.fromEntries(
      fits.flatMap(([name, { alignment }]) => (alignment === undefined ? [] : [[name, alignment] as const])),
    ),
    alignmentPairs: Object.fromEntries(fits.map(([name, { heldOut }]) => [name, heldOut] as const)),
    runsByPurpose,
    testRuns,
    ...session.account(),
  };
}

/** Undefined where there are none, or where a budget does not pay for them. */
async function affordableTestRows(optimization: Optimization): Promise<SplitScores | undefined> {
  const { session } = optimization;
  session.meter.budget.setAside(undefined);
  try {
    return await scoreTestRows(optimization);
  } catch (thrown) {
    if (!(thrown instanceof BudgetExhausted)) throw thrown;
    const message = `${thrown.message} So start and result are not compared on the test rows.`;
    session.record({ type: "warning", message });
    return undefined;
  }
}

async function scoreTestRows(optimization: Optimization): Promise<SplitScores | undefined> {
  const { session, state } = optimization;
  const { test } = session.request.splits;
  if (test === undefined) return undefined;
  session.record({ type: "phase", phase: "testing" });
  const exampleIds = test.examples.map((example) => example.id);
  const measure = (of: "unoptimized" | "optimized", configuration: Configuration): Promise<Evaluation> => {
    const sample = session.sampleNumber("test");
    const label = `${of} system on the test rows`;
    return session.evaluate(configuration, test.examples, "test", { sample, label, phase: "testing" });
  };
  const tell = (of: "unoptimized" | "optimized", evaluation: Evaluation) => {
    session.record(evaluationEvent(of, "test", exampleIds, evaluation));
    return evaluation.scores;
  };
  if (configurationHash(state.initial) === configurationHash(state.configuration)) {
    const scores = tell("unoptimized", await measure("unoptimized", state.initial));
    return { unoptimized: scores, optimized: scores };
  }
  // Side by side: neither needs the other, and models take their time. Both are over before either is told.
  const [start, result] = await Promise.allSettled([
    measure("unoptimized", state.initial),
    measure("optimized", state.configuration),
  ]);
  if (start.status === "rejected") throw start.reason;
  const unoptimized = tell("unoptimized", start.value);
  // Whoever stops the run at this gets no summary.
  session.request.signal.throwIfAborted();
  if (result.status === "rejected") throw result.reason;
  return { unoptimized, optimized: tell("optimized", result.value) };
}
