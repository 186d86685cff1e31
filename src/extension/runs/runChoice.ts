import type {
  ComponentDefinition,
  Definition,
  ExperimentDefinition,
  SystemDefinition,
} from "../../detection/definition.ts";
import type { WorkspaceModel } from "../../detection/workspaceModel.ts";
import type { L10n } from "../l10n.ts";
import type { Memory } from "../notebook/rememberedRuns.ts";

/** Keys over whose values a landscape of the component goes; none where its variable has no values to go over. */
export function landscapeKeys({ variable }: ComponentDefinition): readonly string[] {
  if (variable.kind === "model") return ["model"];
  return variable.kind === "options" ? Object.keys(variable.space ?? {}) : [];
}

/** Why a component cannot be optimized from here, in words for the user; undefined where it can. */
export function whyNotOptimized(component: ComponentDefinition, l10n: L10n): string | undefined {
  const shown = component.name ?? component.binding ?? "";
  if (component.language === "python") {
    return l10n.t("{0} is written in Python. Optimas finds such components but does not run them yet.", shown);
  }
  if (component.name === undefined) {
    return l10n.t(
      "The name of this component is computed, so that a run cannot be told which one is meant. Write it as text.",
    );
  }
  if (component.variable.kind === "none") {
    return l10n.t(
      "{0} has no variable, so there is nothing to optimize in it. Give it options, a prompt or a choice of model.",
      shown,
    );
  }
  return undefined;
}

/** The experiments that a definition can be worked on with. */
export function experimentsFor(definition: Definition, model: WorkspaceModel): readonly ExperimentDefinition[] {
  return definition.kind === "experiment" ? [definition] : model.experimentsOf(definition);
}

/** What people call an experiment: the name of its system. */
export function experimentName(experiment: ExperimentDefinition, model: WorkspaceModel): string | undefined {
  return model.systemOf(experiment)?.name ?? experiment.name;
}

/** Definitions with those that were chosen last, and those at the cursor before these, in front. */
export function inOrder<T extends Definition>(
  definitions: readonly T[],
  chosen: readonly string[],
  atCursor: readonly string[] = [],
): T[] {
  const rank = ({ id }: T): number => {
    if (atCursor.includes(id)) return atCursor.indexOf(id);
    return atCursor.length + (chosen.includes(id) ? chosen.indexOf(id) : chosen.length);
  };
  return definitions.toSorted((a, b) => rank(a) - rank(b));
}

/**
 * Those of the definitions that a file is about: what it declares, else what shares an experiment with that; all of them
 * where there is nothing of the kind.
 */
export function aboutFile<T extends Definition>(
  definitions: readonly T[],
  uri: string,
  model: WorkspaceModel,
): readonly T[] {
  const declared = definitions.filter(({ at }) => at.uri === uri);
  if (declared.length > 0) return declared;
  const here = model.definitions.filter(({ at }) => at.uri === uri);
  const experiments = new Set(here.flatMap((definition) => experimentsFor(definition, model)));
  const around = definitions.filter((one) =>
    experimentsFor(one, model).some((experiment) => experiments.has(experiment)),
  );
  return around.length > 0 ? around : definitions;
}

/** Ids of the definitions in a text whose stretch holds a line, the innermost first. */
export function definitionsAt(definitions: readonly Definition[], line: number): readonly string[] {
  return definitions
    .filter(({ span }) => span.start.line <= line && line <= span.end.line)
    .sort((a, b) => a.span.to - a.span.from - (b.span.to - b.span.from))
    .map(({ id }) => id);
}

/** What an experiment may be made around: the only system of a component, else the component. */
export function ownSystem(
  definition: ComponentDefinition | SystemDefinition,
  model: WorkspaceModel,
): SystemDefinition | undefined {
  return definition.kind === "system" ? definition : model.systemsOf(definition)[0];
}

const KEY = "optimas.chosenDefinitions";
const MOST = 20;

/** What was chosen in this workspace, latest first. */
export class LastChosen {
  readonly #memory: Memory;

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  get ids(): readonly string[] {
    return this.#memory.get<readonly string[]>(KEY) ?? [];
  }

  async add(id: string): Promise<void> {
    await this.#memory.update(KEY, [id, ...this.ids.filter((other) => other !== id)].slice(0, MOST));
  }
}
