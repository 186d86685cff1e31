import type { BodyOf } from "../run/events.ts";
import type { ResumePoint } from "../run/recorder.ts";
import { type Configuration, completeConfiguration } from "../system/configuration.ts";
import { componentNamed } from "../system/system.ts";
import { errorMessage } from "../system/userError.ts";
import { conclude } from "./conclusion.ts";
import { iterate } from "./iteration.ts";
import { drawLandscape, landscapeValues } from "./landscape.ts";
import { measureStart } from "./measurement.ts";
import { Optimization } from "./optimization.ts";
import { runStart } from "./runDescription.ts";
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
  /** Accepted values among those of `configuration`. */
  readonly saved?: BodyOf<"run.started">["saved"];
  readonly resume?: ResumePoint | undefined;
}

type Stop = BodyOf<"summary">["stop"];

/**
 * Runs an experiment to its end and records everything that happens. The last event is the summary, or says why there
 * is none: interrupted, or failed.
 * @throws UserError for what the user can mend; the signal's reason when aborted
 */
export async function pursue(request: RunRequest): Promise<BodyOf<"summary">> {
  const { experiment, goal, splits } = request;
  // Whoever only evaluates wants all rows; the gate's sample is for what is measured again and again.
  const settings =
    goal.kind === "evaluate"
      ? { ...request.settings, validationRows: splits.validation.examples.length }
      : request.settings;
  const { system } = experiment;
  const start = completeConfiguration(system.components, request.configuration ?? {});
  for (const name of settings.components ?? []) componentNamed(system, name);
  if (goal.kind === "landscape") {
    const component = componentNamed(system, goal.component);
    landscapeValues(component, goal.key, start[component.name] ?? null);
  }
  const optimization = await Optimization.open({ ...request, settings }, start, request.resume);
  const { session, state } = optimization;
  // Whoever goes on with a run that a budget ended may have raised it.
  if (state.stop === "budget") delete state.stop;
  try {
    if (request.resume?.state === undefined) {
      for (const event of runStart(session.request, start, request.saved)) session.record(event);
    }
    const ended = await work(optimization, goal);
    const stop = optimization.state.stop === "budget" ? "budget" : ended;
    const summary = await conclude(optimization, stop);
    session.record(summary);
    await request.recorder.ready?.(request.signal);
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
        else state.stop = await iterate(optimization, components);
      }
      return state.stop;
    }
  }
}
