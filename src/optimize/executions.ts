import type { Component } from "../system/component.ts";
import type { Configuration } from "../system/configuration.ts";
import { executionsOf } from "../system/execution.ts";
import type { System } from "../system/system.ts";

/** How often components run, by name. */
export type Executions = ReadonlyMap<string, number>;

export const noExecutions: Executions = new Map();

/** At least, likely and at most. */
export interface ExecutionRange {
  readonly low: Executions;
  readonly expected: Executions;
  readonly high: Executions;
}

/** Of each of the components, once. */
export function onceEach(components: readonly Component[], configuration: Configuration): Executions {
  return new Map(components.map((one) => [one.name, executionsOf(one, configuration[one.name] ?? null)]));
}

/** Components that read what the given one writes, directly or through others. */
export function behind(system: System, { name }: Component): Component[] {
  const downstream = system.downstreamOf.get(name) ?? [];
  return system.components.filter((component) => downstream.includes(component.name));
}

export function isDeterministic(system: System): boolean {
  return system.components.every((component) => component.deterministic);
}

/** What they cost, in equivalent full runs of the system. */
export function systemRuns(system: System, executions: Executions): number {
  return [...executions].reduce((sum, [name, count]) => sum + count * (system.shareOf.get(name) ?? 0), 0);
}

export function scaled(executions: Executions, by: number): Executions {
  return new Map([...executions].map(([name, count]) => [name, count * by]));
}

export function plus(a: Executions, b: Executions): Executions {
  return merged(a, b, (one, other) => one + other);
}

/** The larger of both, component by component. */
export function most(a: Executions, b: Executions): Executions {
  return merged(a, b, Math.max);
}

/** The smaller of both, component by component. */
export function least(a: Executions, b: Executions): Executions {
  return merged(a, b, Math.min);
}

function merged(a: Executions, b: Executions, by: (one: number, other: number) => number): Executions {
  const names = new Set([...a.keys(), ...b.keys()]);
  return new Map([...names].map((name) => [name, by(a.get(name) ?? 0, b.get(name) ?? 0)]));
}
