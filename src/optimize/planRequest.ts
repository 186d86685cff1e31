import type { Splits } from "../data/splits.ts";
import type { Component } from "../system/component.ts";
import type { Configuration } from "../system/configuration.ts";
import { componentNamed, type System } from "../system/system.ts";
import { isOptimizable } from "./optimizers/optimizers.ts";
import type { Goal } from "./pursue.ts";
import type { Settings } from "./settings.ts";

/** What a run is planned from. */
export interface PlanRequest {
  readonly system: System;
  readonly splits: Splits;
  readonly settings: Settings;
  readonly goal: Goal;
  /** Where the search starts; what it leaves out has the author's values. */
  readonly configuration?: Configuration | undefined;
}

/** Components that the goal is about. */
export function plannedComponents({ system, settings, goal }: PlanRequest): Component[] {
  if (goal.kind === "evaluate") return [];
  if (goal.kind === "landscape") return [componentNamed(system, goal.component)];
  const { components } = settings;
  return system.components.filter(
    ({ name, variable }) => isOptimizable(variable) && (components === null || components.includes(name)),
  );
}

/** Validation rows that the gate compares on. */
export function gateRows({ settings, splits }: PlanRequest): number {
  return Math.min(settings.validationRows, splits.validation.examples.length);
}
