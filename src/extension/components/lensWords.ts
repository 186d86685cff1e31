import { type ComponentDefinition, type Definition, isComponent } from "../../detection/definition.ts";
import { isSimulated } from "../../models/modelNames.ts";
import { plural } from "../../run/l10n.ts";
import { visibleLine } from "../../run/views/visibleText.ts";
import type { L10n } from "../l10n.ts";
import { type Activity, type ComponentFacts, type Facts, isRun } from "./componentFacts.ts";
import { activityWords, alignmentWords, healthOf, nameOf, shortFigure } from "./componentWords.ts";
import type { LensDeed } from "./lensCommands.ts";

/** The places of a lens line. What is not known is said in a word where it belongs, so that no place comes or goes. */
export type LensPlace =
  | "optimize"
  | "evaluate"
  | "tweak"
  | "reward"
  | "counts"
  | "diff"
  | "run"
  | "landscape"
  | "model"
  | "notebook";

export interface LensWords {
  readonly title: string;
  readonly tooltip: string;
  /** Undefined where there is nothing to do: the lens is plain text. */
  readonly does?: LensDeed;
}

/** The lenses over a definition, from left to right. What updates there were comes last, so that nothing moves for it. */
export function lensPlaces(definition: Definition, facts: Facts): readonly LensPlace[] {
  if (!isRun(definition)) return [];
  if (definition.kind === "experiment") return ["run", "evaluate", "landscape", "model", "notebook"];
  if (!isComponent(definition)) return ["run", "evaluate", "landscape", "notebook"];
  if (definition.variable.kind === "none") return ["evaluate", "reward"];
  const { standing } = facts.of(definition);
  return [
    "optimize",
    "evaluate",
    "tweak",
    "reward",
    ...(standing !== undefined && standing.accepted + standing.rejected > 0 ? (["counts"] as const) : []),
    ...(standing?.lastAccepted === undefined ? [] : (["diff"] as const)),
  ];
}

/** @param iterations that a run started from a lens makes */
export function lensWords(
  place: LensPlace,
  definition: Definition,
  facts: Facts,
  iterations: number,
  l10n: L10n,
): LensWords {
  return isComponent(definition)
    ? componentLens(place, definition, facts.of(definition), l10n)
    : systemLens(place, definition, facts.activityOf(definition), iterations, l10n);
}

function componentLens(place: LensPlace, component: ComponentDefinition, facts: ComponentFacts, l10n: L10n): LensWords {
  const { activity, standing } = facts;
  const name = nameOf(component) ?? l10n.t("this component");
  const does = (command: string) => ({ command, argument: { definition: component.id } });
  switch (place) {
    case "optimize":
      if (activity !== undefined) return atWork(activity, l10n);
      return {
        title: l10n.t("Optimize"),
        tooltip: l10n.t("Runs an experiment that may change {0} alone.", name),
        does: does("optimas.optimizeComponent"),
      };
    case "evaluate":
      if (activity?.stop !== undefined) return stopLens(activity.stop, l10n);
      return {
        title: l10n.t("Evaluate"),
        tooltip: l10n.t("Scores the system that contains {0} on the validation rows.", name),
        does: does("optimas.evaluate"),
      };
    case "tweak":
      return {
        title: l10n.t("Tweak"),
        tooltip: l10n.t("Change the value of {0} by hand and see at once what it does.", name),
        does: does("optimas.tweakComponent"),
      };
    case "reward": {
      const { explained } = healthOf(component, { ...facts, activity: undefined }, l10n);
      if (standing === undefined) return { title: rewardTitle(component, facts, l10n), tooltip: explained };
      return {
        title: rewardTitle(component, facts, l10n),
        tooltip: `${explained} ${l10n.t("Open the report of the run.")}`,
        does: { command: "optimas.openReport", argument: { run: standing.fitted?.runFolder ?? standing.runFolder } },
      };
    }
    case "counts":
      return {
        title: l10n.t("{0} accepted, {1} rejected", standing?.accepted ?? 0, standing?.rejected ?? 0),
        tooltip: l10n.t("Updates that the validation rows confirmed, and those that they did not. Show them."),
        does: {
          command: "optimas.openRun",
          argument: { run: standing?.lastAccepted?.runFolder ?? standing?.runFolder },
        },
      };
    case "diff":
      return {
        title: l10n.t("Diff"),
        tooltip: l10n.t("What the last accepted update changes in {0}.", name),
        does: does("optimas.showDiff"),
      };
    case "run":
    case "landscape":
    case "model":
    case "notebook":
      throw new Error(`a component has no lens "${place}"`);
  }
}

/** "local reward 0.62, aligned 0.78", or what takes its place. */
function rewardTitle(component: ComponentDefinition, facts: ComponentFacts, l10n: L10n): string {
  const { standing, freshness } = facts;
  if (component.variable.kind === "none") return l10n.t("no variable");
  const aligned = alignmentWords(facts, l10n);
  const reward = standing?.localReward;
  const parts = [
    ...(reward === undefined ? [] : [l10n.t("local reward {0}", shortFigure(reward))]),
    aligned ?? l10n.t("never fitted"),
    ...(aligned === undefined || freshness === "same" ? [] : [staleWords(freshness, l10n)]),
    // Where nothing was measured, nothing comes from any model.
    ...(standing?.simulated === true && (reward ?? aligned) !== undefined ? [l10n.t("simulated model")] : []),
  ];
  return parts.join(", ");
}

function staleWords(freshness: "changed" | "file changed", l10n: L10n): string {
  return freshness === "changed" ? l10n.t("code changed since") : l10n.t("file changed since");
}

function systemLens(
  place: LensPlace,
  definition: Exclude<Definition, ComponentDefinition>,
  activity: Activity | undefined,
  iterations: number,
  l10n: L10n,
): LensWords {
  const does = (command: string) => ({ command, argument: { definition: definition.id } });
  const name = nameOf(definition) ?? l10n.t("this system");
  switch (place) {
    case "run":
      if (activity !== undefined) return atWork(activity, l10n);
      return {
        title: plural(l10n, "Run {0, plural, one {# iteration} other {# iterations}}", iterations),
        tooltip: l10n.t("Optimizes every component of {0} that has a variable.", name),
        does: does("optimas.runExperiment"),
      };
    case "evaluate":
      if (activity?.stop !== undefined) return stopLens(activity.stop, l10n);
      return {
        title: l10n.t("Evaluate"),
        tooltip: l10n.t("Scores {0} on the validation rows.", name),
        does: does("optimas.evaluate"),
      };
    case "landscape":
      return {
        title: l10n.t("Landscape"),
        tooltip: l10n.t("Draws the rewards over the values of one variable."),
        does: does("optimas.showLandscape"),
      };
    case "model":
      return {
        title: modelTitle(definition, l10n),
        tooltip: l10n.t("Choose the model that {0} asks where its components name none.", name),
        does: does("optimas.chooseModel"),
      };
    case "notebook":
      return {
        title: l10n.t("Open notebook"),
        tooltip: l10n.t("Opens the experiment's notebook, or begins one."),
        does: does("optimas.openNotebookFor"),
      };
    default:
      throw new Error(`a ${definition.kind} has no lens "${place}"`);
  }
}

function modelTitle(definition: Definition, l10n: L10n): string {
  const source = definition.kind === "experiment" ? definition.model : undefined;
  const model = source === undefined || source.kind === "computed" ? undefined : source.value;
  if (typeof model !== "string") return l10n.t("Choose model");
  return isSimulated(model) ? l10n.t("simulated model") : visibleLine(model);
}

/** What is being done, in the place of what would begin it. */
function atWork(activity: Activity, l10n: L10n): LensWords {
  const words = activityWords(activity, l10n);
  const title = `${words.slice(0, 1).toLocaleUpperCase()}${words.slice(1)}`;
  const simulated = activity.simulated ? `, ${l10n.t("simulated model")}` : "";
  const icon = activity.state === "queued" ? "$(clock)" : "$(sync~spin)";
  const shown: LensWords = {
    title: `${icon} ${visibleLine(title)}${simulated}`,
    tooltip: l10n.t("Show the live runs."),
  };
  return { ...shown, does: { command: "optimas.showEditorRuns", argument: {} } };
}

function stopLens(stop: NonNullable<Activity["stop"]>, l10n: L10n): LensWords {
  return {
    title: l10n.t("Stop"),
    tooltip: l10n.t("Stops the run at its next safe point. What was accepted so far is kept."),
    does: { command: "optimas.stopRun", argument: stop },
  };
}
