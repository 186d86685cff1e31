import type { Component, FieldMap, Fields } from "./component.ts";
import { UserError } from "./userError.ts";

/**
 * Says which components run for an input (the paper's dynamic planning, section 3): the names of those that do. All
 * others are skipped for this example and cost nothing.
 */
export type Route = (inputs: Fields) => readonly string[];

/** Components wired by field names into a directed acyclic graph (paper: G). */
export interface System {
  readonly name: string;
  /** In execution order: the one topological order used everywhere; ties keep the order of declaration. */
  readonly components: readonly Component[];
  /** Fields the example must bring: those that some component reads, or the output names, and none writes. */
  readonly inputs: readonly string[];
  /** Final output fields, given to the reward. */
  readonly outputs: readonly string[];
  /** Component that writes a field. */
  readonly writerOf: ReadonlyMap<string, string>;
  /** Components that read an output of the named one, in execution order. */
  readonly readersOf: ReadonlyMap<string, readonly string[]>;
  /** All components that depend on the named one, directly or not, in execution order. */
  readonly downstreamOf: ReadonlyMap<string, readonly string[]>;
  /** Cost share w_c of one execution of the named component; the shares sum to 1. */
  readonly shareOf: ReadonlyMap<string, number>;
  readonly route: Route | undefined;
}

export interface SystemDeclaration {
  readonly name: string;
  readonly components: readonly Component[];
  readonly outputs: readonly string[];
  readonly route?: Route | undefined;
}

/**
 * Wires components by field names.
 * @throws UserError naming what is wrong: no components, a name used twice, a field written twice, an output that
 * nothing writes, or the components of a cycle.
 */
export function wireSystem(declaration: SystemDeclaration): System {
  const { name, components, outputs, route } = declaration;
  const where = `System "${name}"`;
  if (components.length === 0) throw new UserError(`${where} has no components; give it at least one.`);
  if (outputs.length === 0) throw new UserError(`${where} has no outputs; name the fields that the reward scores.`);
  refuseRepeatedNames(where, components);
  const writerOf = writers(where, components);
  for (const output of outputs) {
    if (!writerOf.has(output)) {
      throw new UserError(
        `${where} should give "${output}", but no component writes it; written are ${[...writerOf.keys()].join(", ")}.`,
      );
    }
  }
  const ordered = topologicalOrder(where, components, writerOf);
  const readersOf = new Map(
    ordered.map((writer) => [
      writer.name,
      ordered.filter((reader) => readsFrom(reader, writer.outputs)).map((reader) => reader.name),
    ]),
  );
  const inputs = [...new Set(ordered.flatMap((component) => Object.keys(component.inputs)))].filter(
    (input) => !writerOf.has(input),
  );
  const totalWeight = ordered.reduce((sum, component) => sum + component.weight, 0);
  if (!(totalWeight > 0)) throw new UserError(`${where}: at least one component must have a weight above 0.`);
  return {
    name,
    components: ordered,
    inputs,
    outputs,
    writerOf,
    readersOf,
    downstreamOf: new Map(ordered.map((component) => [component.name, downstream(component.name, ordered, readersOf)])),
    shareOf: new Map(ordered.map((component) => [component.name, component.weight / totalWeight])),
    route,
  };
}

/** The named component. @throws UserError listing the names there are. */
export function componentNamed(system: System, name: string): Component {
  const found = system.components.find((component) => component.name === name);
  if (found) return found;
  const names = system.components.map((component) => component.name).join(", ");
  throw new UserError(`System "${system.name}" has no component "${name}"; there are ${names}.`);
}

/** Inputs the example must bring for sure: those read as required fields. */
export function requiredInputs(system: System): string[] {
  return system.inputs.filter((input) =>
    system.components.some((component) => component.inputs[input]?.optional === false),
  );
}

function refuseRepeatedNames(where: string, components: readonly Component[]): void {
  const seen = new Set<string>();
  for (const { name } of components) {
    if (seen.has(name)) throw new UserError(`${where} has two components called "${name}"; rename one.`);
    seen.add(name);
  }
}

function writers(where: string, components: readonly Component[]): Map<string, string> {
  const writerOf = new Map<string, string>();
  for (const component of components) {
    for (const output of Object.keys(component.outputs)) {
      const other = writerOf.get(output);
      if (other !== undefined) {
        throw new UserError(
          `${where}: "${output}" is written by ${other} and by ${component.name}; rename one of them.`,
        );
      }
      writerOf.set(output, component.name);
    }
  }
  return writerOf;
}

function readsFrom(reader: Component, outputs: FieldMap): boolean {
  return Object.keys(reader.inputs).some((input) => Object.hasOwn(outputs, input));
}

function topologicalOrder(
  where: string,
  components: readonly Component[],
  writerOf: ReadonlyMap<string, string>,
): Component[] {
  const placed = new Set<string>();
  const ordered: Component[] = [];
  while (ordered.length < components.length) {
    const next = components.find(
      (component) =>
        !placed.has(component.name) &&
        Object.keys(component.inputs).every((input) => {
          const writer = writerOf.get(input);
          return writer === undefined || placed.has(writer);
        }),
    );
    if (next === undefined) throw new UserError(cycleMessage(where, components, placed, writerOf));
    placed.add(next.name);
    ordered.push(next);
  }
  return ordered;
}

/** Follows unplaced writers backwards until a component repeats: that stretch is a cycle. */
function cycleMessage(
  where: string,
  components: readonly Component[],
  placed: ReadonlySet<string>,
  writerOf: ReadonlyMap<string, string>,
): string {
  const blocker = (component: Component) => {
    for (const field of Object.keys(component.inputs)) {
      const writer = writerOf.get(field);
      if (writer !== undefined && !placed.has(writer)) return { field, writer };
    }
    throw new Error(`${component.name} is not blocked`);
  };
  const byName = new Map(components.map((component) => [component.name, component]));
  const steps: { reader: string; field: string; writer: string }[] = [];
  let component = components.find(({ name }) => !placed.has(name));
  while (component !== undefined && !steps.some((step) => step.reader === component?.name)) {
    const { field, writer } = blocker(component);
    steps.push({ reader: component.name, field, writer });
    component = byName.get(writer);
  }
  const start = steps.findIndex((step) => step.reader === component?.name);
  const cycle = steps.slice(start).map((step) => `${step.reader} needs "${step.field}" from ${step.writer}`);
  return `${where} runs in a circle: ${cycle.join(", ")}. Remove one of these inputs.`;
}

function downstream(
  name: string,
  ordered: readonly Component[],
  readersOf: ReadonlyMap<string, readonly string[]>,
): string[] {
  const reached = new Set<string>(readersOf.get(name));
  for (const component of ordered) {
    if (reached.has(component.name)) for (const reader of readersOf.get(component.name) ?? []) reached.add(reader);
  }
  return ordered.filter((component) => reached.has(component.name)).map((component) => component.name);
}
