import {
  type ComponentDefinition,
  type Definition,
  isComponent,
  type Reference,
  type SystemDefinition,
} from "../../detection/definition.ts";
import type { WorkspaceModel } from "../../detection/workspaceModel.ts";
import { plural } from "../../run/l10n.ts";
import { briefLine } from "../../run/views/briefLine.ts";
import type { L10n } from "../l10n.ts";
import { type Facts, isRun, isTunable } from "./componentFacts.ts";
import { activityWords, healthOf, nameOf } from "./componentWords.ts";
import type { Row } from "./row.ts";

/** Characters of a sentence of which no more is to be read beside a row. */
const LONGEST = 1000;

/** What rows of components need to be told. */
export interface ComponentRowsContext {
  readonly model: WorkspaceModel;
  readonly facts: Facts;
  /** A file as people know it: relative to the workspace. */
  readonly pathOf: (uri: string) => string;
  readonly l10n: L10n;
}

/** Systems with their components, then the files of components that belong to no system. */
export function componentRows(context: ComponentRowsContext): Row[] {
  const { model } = context;
  const systems = model.systems().map((system) => systemRow(system, context));
  const byFile = new Map<string, Definition[]>();
  for (const definition of model.definitions) {
    if (!isUnowned(definition, model)) continue;
    const others = byFile.get(definition.at.uri);
    if (others === undefined) byFile.set(definition.at.uri, [definition]);
    else others.push(definition);
  }
  return [...systems, ...[...byFile].map(([uri, definitions]) => fileRow(uri, definitions, context))];
}

/** Shown under its file: a component of no system, and an experiment whose system could not be told. */
function isUnowned(definition: Definition, model: WorkspaceModel): boolean {
  if (isComponent(definition)) return model.systemsOf(definition).length === 0;
  return definition.kind === "experiment" && model.systemOf(definition) === undefined;
}

function systemRow(system: SystemDefinition, context: ComponentRowsContext): Row {
  const { model, facts, pathOf, l10n } = context;
  const label = nameOf(system) ?? l10n.t("system without a name");
  const activity = facts.activityOf(system);
  const path = briefLine(pathOf(system.at.uri), LONGEST);
  const description = activity === undefined ? path : activityWords(activity, l10n);
  const count = model.experimentsOf(system).length;
  const experiments =
    count === 0
      ? l10n.t("No experiment uses it yet.")
      : plural(l10n, "{0, plural, one {One experiment uses it.} other {# experiments use it.}}", count);
  return {
    id: system.id,
    label,
    description,
    tooltip: `${path}\n${experiments}`,
    icon: activity === undefined ? { name: "type-hierarchy" } : { name: "sync~spin", color: "charts.blue" },
    context: count === 0 ? "system.alone" : "system",
    spoken: l10n.t("System {0}, {1}", label, description),
    does: "go to definition",
    definition: system.id,
    open: true,
    children: () => componentsIn(system, context),
  };
}

function componentsIn(system: SystemDefinition, context: ComponentRowsContext): Row[] {
  const { model, l10n } = context;
  const shown = new Set<string>();
  return (system.components ?? []).flatMap((reference, index) => {
    const definition = reference.definition === undefined ? undefined : model.definition(reference.definition);
    if (definition === undefined || !isComponent(definition)) return missingRow(reference, index, system, l10n);
    // Listed twice by mistake: one row, for ids must not repeat.
    if (shown.has(definition.id)) return [];
    shown.add(definition.id);
    return componentRow(definition, `${system.id} > ${definition.id}`, context);
  });
}

function fileRow(uri: string, definitions: readonly Definition[], context: ComponentRowsContext): Row {
  const path = briefLine(context.pathOf(uri), LONGEST);
  return {
    id: uri,
    label: path,
    icon: { name: "file-code" },
    context: "file",
    spoken: context.l10n.t("Components of no system in {0}", path),
    open: true,
    children: () =>
      definitions.flatMap((definition) => {
        if (isComponent(definition)) return componentRow(definition, definition.id, context);
        return definition.kind === "experiment" ? experimentRow(definition, context.l10n) : [];
      }),
  };
}

function componentRow(component: ComponentDefinition, id: string, context: ComponentRowsContext): Row {
  const { facts, pathOf, l10n } = context;
  const known = facts.of(component);
  const label = nameOf(component) ?? l10n.t("component without a name");
  const health = healthOf(component, known, l10n);
  const lines = [
    component.description === undefined ? undefined : briefLine(component.description, LONGEST),
    fieldsOf(component),
    health.explained,
    briefLine(pathOf(component.at.uri), LONGEST),
  ];
  return {
    id,
    label,
    description: health.words,
    tooltip: lines.filter((line) => line !== undefined).join("\n"),
    icon: health.icon,
    context: contextOf(component, known.activity?.stop !== undefined, known.standing?.lastAccepted !== undefined),
    spoken: l10n.t("Component {0}, {1}", label, health.words),
    does: "go to definition",
    definition: component.id,
    ...known.activity?.stop,
  };
}

function contextOf(component: ComponentDefinition, live: boolean, accepted: boolean): string {
  if (!isRun(component)) return "component.listed";
  const kind = isTunable(component) ? "component.tunable" : "component.fixed";
  return `${kind}${live ? ".live" : ""}${accepted ? ".accepted" : ""}`;
}

function fieldsOf({ inputs, outputs }: ComponentDefinition): string | undefined {
  if (inputs === undefined || outputs === undefined) return undefined;
  return `${inputs.map((name) => briefLine(name)).join(", ")} → ${outputs.map((name) => briefLine(name)).join(", ")}`;
}

function missingRow(reference: Reference, index: number, system: SystemDefinition, l10n: L10n): Row {
  const label = briefLine(reference.name);
  const words = l10n.t("not found");
  return {
    id: `${system.id} > ${index} ${reference.name}`,
    label,
    description: words,
    tooltip: l10n.t("{0} is in the list of components, but where it is defined could not be told.", label),
    icon: { name: "question" },
    context: "component.missing",
    spoken: l10n.t("Component {0}, {1}", label, words),
    does: "go to definition",
    definition: system.id,
  };
}

function experimentRow(experiment: Exclude<Definition, ComponentDefinition>, l10n: L10n): Row {
  const label = nameOf(experiment) ?? l10n.t("experiment");
  const words = l10n.t("its system was not found");
  return {
    id: experiment.id,
    label,
    description: words,
    icon: { name: "beaker" },
    context: "experiment",
    spoken: l10n.t("Experiment {0}, {1}", label, words),
    does: "go to definition",
    definition: experiment.id,
  };
}
