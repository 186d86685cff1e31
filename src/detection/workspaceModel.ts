import {
  type ComponentDefinition,
  type Definition,
  type ExperimentDefinition,
  isComponent,
  type SystemDefinition,
  type ValueSource,
} from "./definition.ts";

/** Everything found in a workspace, and what belongs to what. Never changes; a new one is made when anything does. */
export class WorkspaceModel {
  readonly #definitions: ReadonlyMap<string, Definition>;
  readonly #systemsOf = new Map<string, SystemDefinition[]>();
  readonly #experimentsOf = new Map<string, ExperimentDefinition[]>();
  readonly #standing = new Map<string, ComponentDefinition[]>();

  constructor(definitions: readonly Definition[]) {
    this.#definitions = new Map(definitions.map((definition) => [definition.id, definition]));
    for (const definition of definitions) {
      if (definition.kind === "system") {
        for (const id of new Set(definition.components?.map((reference) => reference.definition))) {
          if (id !== undefined) add(this.#systemsOf, id, definition);
        }
      } else if (definition.kind === "experiment") {
        const id = definition.system?.definition;
        if (id !== undefined) add(this.#experimentsOf, id, definition);
      } else {
        for (const place of new Set(valuesOf(definition).map(placeOf))) add(this.#standing, place, definition);
      }
    }
  }

  /** In the order given: by file, and by place in it. */
  get definitions(): readonly Definition[] {
    return [...this.#definitions.values()];
  }

  definition(id: string): Definition | undefined {
    return this.#definitions.get(id);
  }

  components(): readonly ComponentDefinition[] {
    return this.definitions.filter(isComponent);
  }

  systems(): readonly SystemDefinition[] {
    return this.definitions.filter((definition) => definition.kind === "system");
  }

  experiments(): readonly ExperimentDefinition[] {
    return this.definitions.filter((definition) => definition.kind === "experiment");
  }

  /** Systems that list the component. */
  systemsOf(component: ComponentDefinition): readonly SystemDefinition[] {
    return this.#systemsOf.get(component.id) ?? [];
  }

  /** Experiments on the system, or on any system that lists the component. */
  experimentsOf(owner: ComponentDefinition | SystemDefinition): readonly ExperimentDefinition[] {
    if (owner.kind === "system") return this.#experimentsOf.get(owner.id) ?? [];
    return [...new Set(this.systemsOf(owner).flatMap((system) => this.experimentsOf(system)))];
  }

  /** Components that the system lists, as far as their definitions are known, each once, in the order written. */
  componentsOf(system: SystemDefinition): readonly ComponentDefinition[] {
    const listed = system.components?.flatMap((reference) => {
      const definition = reference.definition === undefined ? undefined : this.definition(reference.definition);
      return definition !== undefined && isComponent(definition) ? [definition] : [];
    });
    return [...new Set(listed)];
  }

  /** The system that an experiment is about. */
  systemOf(experiment: ExperimentDefinition): SystemDefinition | undefined {
    const id = experiment.system?.definition;
    const definition = id === undefined ? undefined : this.definition(id);
    return definition?.kind === "system" ? definition : undefined;
  }

  /** Components whose value stands at the same place: who writes there changes them all. */
  sharing(value: ValueSource): readonly ComponentDefinition[] {
    return this.#standing.get(placeOf(value)) ?? [];
  }
}

/** Where the values of a component's variable stand; none for a variable that code makes. */
export function valuesOf({ variable }: ComponentDefinition): readonly ValueSource[] {
  if (variable.kind === "prompt" || variable.kind === "model") return [variable.value];
  return variable.kind === "options" ? Object.values(variable.values) : [];
}

function placeOf(value: ValueSource): string {
  const span = value.kind === "implied" ? value.insertion.span : value.span;
  return `${value.at.uri}#${value.at.cell ?? ""}:${span.from}-${span.to}:${value.kind}`;
}

function add<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
