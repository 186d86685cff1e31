import type { ComponentDefinition, ExperimentDefinition, SystemDefinition } from "../../detection/definition.ts";
import type { Standing } from "../../run/views/standing.ts";

/** Whether a definition's code is still the one that its local reward was fitted for. */
export type Freshness =
  | "same"
  /** The definition reads otherwise than during the run; another value of its variable does not count. */
  | "changed"
  /** Its file was changed after a run that nobody watched: whether the definition was cannot be told. */
  | "file changed";

/** A run that is at work on a definition, or waits for its turn. */
export interface Activity {
  readonly state: "queued" | "starting" | "running" | "stopping";
  readonly goal: "optimize" | "evaluate" | "rewards" | "landscape";
  /** Present iteration, from 1, and how many there will be; undefined before the first. */
  readonly iteration: { readonly iteration: number; readonly of: number } | undefined;
  /** What stops it; undefined for runs of other processes, which cannot be stopped from here. */
  readonly stop: { readonly editorRun: string } | undefined;
  readonly simulated: boolean;
}

/** All that views say of a component besides its definition. */
export interface ComponentFacts {
  readonly standing: Standing | undefined;
  readonly freshness: Freshness;
  readonly activity: Activity | undefined;
}

/** What views ask about definitions. */
export interface Facts {
  of(component: ComponentDefinition): ComponentFacts;
  /** The run of a whole system or experiment. */
  activityOf(definition: SystemDefinition | ExperimentDefinition): Activity | undefined;
}

/** Of a component about which no run says anything. */
export const nothingKnown: ComponentFacts = { standing: undefined, freshness: "same", activity: undefined };

/** True for definitions that this product can run: the Python ones are found and listed only. */
export function isRun({ language }: { readonly language: string }): boolean {
  return language !== "python";
}

/** True where there may be something to optimize; a variable that code makes may be of any kind. */
export function isTunable(component: ComponentDefinition): boolean {
  return isRun(component) && component.variable.kind !== "none";
}
