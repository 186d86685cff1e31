import { requireFields } from "../data/splits.ts";
import type { BodyOf, ComponentInfo } from "../run/events.ts";
import { RUN_FORMAT } from "../run/events.ts";
import type { ResumePoint } from "../run/recorder.ts";
import { bootstrapDifference, mean } from "../run/statistics.ts";
import { type Configuration, completeConfiguration, configurationHash } from "../system/configuration.ts";
import { componentNamed, requiredInputs, type System } from "../system/system.ts";
import { errorMessage } from "../system/userError.ts";
import { iterate } from "./iteration.ts";
import { drawLandscape, landscapeValues } from "./landscape.ts";
import { evaluationEvent, measureStart } from "./measurement.ts";
import { Optimization } from "./optimization.ts";
import type { SessionRequest } from "./session.ts";
import { runStageOne } from "./stageOne.ts";

/** What a run is for. */
export type Goal =
  | { readonly kind: "optimize" }
  | { readonly kind: "evaluate" }
  | { readonly kind: "rewards" }
  | { readonly kind: "landscape"; readonly component: string; readonly key: string };

export interface RunRequest extends SessionRequest {
  readonly goal: Goal;
  /** Where the search starts; what it leaves out has the author's values. */
  readonly configuration?: Configuration | undefined;
  readonly resume?: ResumePoint | undefined;
}

type Stop = BodyOf<"summary">["stop"];
type SplitScores = { readonly unoptimized: readonly number[]; readonly optimized: readonly number[] };

/**
 * Runs an experiment to its end and records everything that happens. The last event is the summary, or says why there
 * is none: interrupted, or failed.
 * @throws UserError for what the user can mend; the signal's reason when aborted
 */
export async function pursue(request: RunRequest): Promise<BodyOf<"summary">> {
  const { experiment, settings, splits, goal } = request;
  const { system } = experiment;
  const start = completeConfiguration(system.components, request.configuration ?? {});
  for (const name of settings.components ?? []) componentNamed(system, name);
  if (goal.kind === "landscape") {
    const component = componentNamed(system, goal.component);
    landscapeValues(component, goal.key, start[component.name] ?? null);
  }
  for (const split of [splits.train, splits.validation, splits.test])
    if (split) requireFields(split, requiredInputs(system));
  const optimization = await Optimization.open(request, start, request.resume);
  const { session } = optimization;
  try {
    if (request.resume?.state === undefined) session.record(runStarted(request, start));
    const stop = await work(optimization, goal);
    const summary = await conclude(optimization, stop);
    session.record(summary);
    return summary;
  } catch (thrown) {
    if (request.signal.aborted)
      session.record({ type: "run.interrupted", reason: errorMessage(request.signal.reason) });
    else session.record({ type: "run.failed", message: errorMessage(thrown) });
    throw thrown;
  }
}

async function work(optimization: Optimization, goal: Goal): Promise<Stop> {
  const { session, state } = optimization;
  await measureStart(optimization);
  switch (goal.kind) {
    case "evaluate":
      return "evaluated";
    case "rewards":
      await runStageOne(optimization, session.optimizable());
      return "rewards fitted";
    case "landscape": {
      const component = componentNamed(session.system, goal.component);
      await runStageOne(optimization, [component]);
      await drawLandscape(optimization, component, goal.key);
      return "landscape drawn";
    }
    case "optimize": {
      const components = session.optimizable();
      if (components.length === 0) return "nothing to optimize";
      if (session.settings.scorer !== "global") await runStageOne(optimization, components);
      session.record({ type: "phase", phase: "iterating" });
      while (state.stop === undefined) {
        if (state.iteration >= session.settings.iterations) state.stop = "iterations";
        else if (!(await iterate(optimization, components))) state.stop = "budget";
      }
      return state.stop;
    }
  }
}

/** Measures start and result on the test rows, which nothing has touched so far, and sums the run up. */
async function conclude(optimization: Optimization, stop: Stop): Promise<BodyOf<"summary">> {
  const { session, state } = optimization;
  const { gate } = state;
  if (gate === undefined) throw new Error("a run cannot end before its start was measured");
  const validation = { unoptimized: gate.initial, optimized: gate.scores };
  const optimized = { scores: gate.scores, mean: mean(gate.scores), failures: [] };
  session.record(evaluationEvent("optimized", "validation", gate.exampleIds, optimized));
  const test = await scoreTestRows(optimization);
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
    modelCalls: session.meter.counts(),
  };
}

async function scoreTestRows(optimization: Optimization): Promise<SplitScores | undefined> {
  const { session, state } = optimization;
  const { test } = session.request.splits;
  if (test === undefined) return undefined;
  session.record({ type: "phase", phase: "testing" });
  const exampleIds = test.examples.map((example) => example.id);
  const measure = async (of: "unoptimized" | "optimized", configuration: Configuration) => {
    const sample = session.sampleNumber("test");
    const label = `${of} system on the test rows`;
    const evaluation = await session.evaluate(configuration, test.examples, "test", {
      sample,
      label,
      phase: "testing",
    });
    session.record(evaluationEvent(of, "test", exampleIds, evaluation));
    return evaluation.scores;
  };
  const unoptimized = await measure("unoptimized", state.initial);
  if (configurationHash(state.initial) === configurationHash(state.configuration)) {
    return { unoptimized, optimized: unoptimized };
  }
  return { unoptimized, optimized: await measure("optimized", state.configuration) };
}

function runStarted(request: RunRequest, configuration: Configuration): BodyOf<"run.started"> {
  const { experiment, settings, splits, model } = request;
  const data = (split: { examples: readonly unknown[]; hash: string; source: string }) => ({
    n: split.examples.length,
    hash: split.hash,
    source: split.source,
  });
  return {
    type: "run.started",
    format: RUN_FORMAT,
    runId: request.recorder.runId,
    experiment: request.experimentPath,
    system: describeSystem(experiment.system),
    settings: { ...settings },
    iterations: settings.iterations,
    budgetRuns: settings.budgetRuns,
    seed: settings.seed,
    model: model.name,
    simulated: model.simulated,
    data: {
      train: data(splits.train),
      validation: data(splits.validation),
      ...(splits.test && { test: data(splits.test) }),
    },
    configuration,
  };
}

function describeSystem(system: System): BodyOf<"run.started">["system"] {
  const components: ComponentInfo[] = system.components.map((component) => ({
    name: component.name,
    description: component.description,
    kind: component.variable.kind,
    inputs: Object.keys(component.inputs),
    outputs: Object.keys(component.outputs),
    share: system.shareOf.get(component.name) ?? 0,
  }));
  return { name: system.name, components, outputs: [...system.outputs] };
}
