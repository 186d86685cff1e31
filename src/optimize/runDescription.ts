import { type BodyOf, type ComponentInfo, type EventBody, RUN_FORMAT } from "../run/events.ts";
import type { Configuration } from "../system/configuration.ts";
import type { System } from "../system/system.ts";
import type { SessionRequest } from "./session.ts";

/** What a run's log begins with. @param saved accepted values among those that it starts from */
export function runStart(
  request: SessionRequest,
  configuration: Configuration,
  saved: BodyOf<"run.started">["saved"],
): EventBody[] {
  const notes = request.rewards.notes ?? [];
  return [
    { ...runStarted(request, configuration), ...(saved && { saved }) },
    ...notes.map((message) => ({ type: "warning" as const, message })),
  ];
}

/** The first event of a run: everything that shapes it. */
function runStarted(request: SessionRequest, configuration: Configuration): BodyOf<"run.started"> {
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
    ...(request.estimate && { estimate: request.estimate }),
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
