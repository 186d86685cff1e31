import type { ComponentDefinition } from "../../detection/definition.ts";
import { plural } from "../../run/l10n.ts";
import { briefLine } from "../../run/views/briefLine.ts";
import type { L10n } from "../l10n.ts";
import { type Activity, type ComponentFacts, isRun } from "./componentFacts.ts";

/** Characters of a sentence of which no more is to be read beside a row. */
const LONGEST = 1000;

/** How a component is doing, in a few words. */
export interface Health {
  readonly words: string;
  /** The same with what it means and why. */
  readonly explained: string;
  readonly icon: { readonly name: string; readonly color?: string };
}

/** A reward or an alignment where there is little room. */
export function shortFigure(value: number): string {
  return value.toFixed(2);
}

/** Name of a definition as people know it. */
export function nameOf(definition: {
  readonly name: string | undefined;
  readonly binding: string | undefined;
}): string | undefined {
  const name = definition.name ?? definition.binding;
  return name === undefined ? undefined : briefLine(name);
}

/** "aligned 0.78", "not trusted, aligned 0.41"; undefined before the first fit. */
export function alignmentWords({ standing }: ComponentFacts, l10n: L10n): string | undefined {
  const fitted = standing?.fitted;
  if (fitted === undefined) return undefined;
  const { alignment, trusted } = fitted;
  if (alignment === null) return l10n.t("alignment not measured");
  const figure = shortFigure(alignment);
  return trusted ? l10n.t("aligned {0}", figure) : l10n.t("not trusted, aligned {0}", figure);
}

/** How a component is doing: what is being done to it first, then what is known. */
export function healthOf(component: ComponentDefinition, facts: ComponentFacts, l10n: L10n): Health {
  const { activity, standing, freshness } = facts;
  if (activity !== undefined) return busy(activity, l10n);
  if (!isRun(component)) return { ...listedOnly(component, l10n), icon: { name: "symbol-class" } };
  if (component.variable.kind === "none") {
    return {
      words: l10n.t("no variable"),
      explained: l10n.t("Nothing in it may be changed, so it is run and never optimized."),
      icon: { name: "circle-slash" },
    };
  }
  const aligned = alignmentWords(facts, l10n);
  const simulated = standing?.simulated === true ? l10n.t("simulated model") : undefined;
  const joined = (...parts: readonly (string | undefined)[]) => parts.filter((part) => part !== undefined).join(", ");
  if (standing?.fitted === undefined || aligned === undefined) {
    return {
      words: l10n.t("never fitted"),
      explained: l10n.t("No run has learned a local reward for it yet. Optimize it to begin."),
      icon: { name: "circle-outline" },
    };
  }
  if (freshness === "changed") {
    return {
      words: joined(l10n.t("stale because code changed"), simulated),
      explained: l10n.t(
        "Its local reward ({0}) was learned before its code changed. Optimize it to learn anew.",
        aligned,
      ),
      icon: { name: "history", color: "charts.orange" },
    };
  }
  if (freshness === "file changed") {
    return {
      words: joined(aligned, l10n.t("file changed since"), simulated),
      explained: l10n.t("Its file was changed after the run. Whether the component itself was is not known."),
      icon: { name: "history", color: "charts.yellow" },
    };
  }
  const { trusted, reason, heldOut } = standing.fitted;
  return trusted
    ? {
        words: joined(aligned, simulated),
        explained: plural(
          l10n,
          "Its local reward orders {0, plural, one {# held-out pair} other {# held-out pairs}} as the global reward does: alignment {1}.",
          heldOut,
          shortFigure(standing.fitted.alignment ?? 0),
        ),
        icon: { name: "pass", color: "charts.green" },
      }
    : {
        words: joined(aligned, simulated),
        explained: l10n.t(
          "It is optimized on the global reward, because its local reward is not trusted: {0}",
          briefLine(reason, LONGEST),
        ),
        icon: { name: "warning", color: "charts.yellow" },
      };
}

function busy(activity: Activity, l10n: L10n): Health {
  const words = activityWords(activity, l10n);
  const simulated = activity.simulated ? `, ${l10n.t("simulated model")}` : "";
  const icon = activity.state === "queued" ? { name: "clock" } : { name: "sync~spin", color: "charts.blue" };
  return { words: `${words}${simulated}`, explained: `${words}${simulated}`, icon };
}

/** "optimizing 3 of 10". */
export function activityWords({ state, goal, iteration }: Activity, l10n: L10n): string {
  switch (state) {
    case "queued":
      return l10n.t("queued");
    case "starting":
      return l10n.t("starting");
    case "stopping":
      return l10n.t("stopping");
    case "running":
      if (goal === "evaluate") return l10n.t("evaluating");
      if (goal === "rewards") return l10n.t("learning local rewards");
      if (goal === "landscape") return l10n.t("drawing its landscape");
      return iteration === undefined
        ? l10n.t("optimizing")
        : l10n.t("optimizing {0} of {1}", iteration.iteration, iteration.of);
  }
}

function listedOnly(component: ComponentDefinition, l10n: L10n): Pick<Health, "words" | "explained"> {
  const explained = l10n.t("Python is found and listed; Optimas runs TypeScript and JavaScript.");
  switch (component.kind) {
    case "base component":
      return { words: l10n.t("Python component"), explained };
    case "signature":
      return { words: l10n.t("DSPy signature"), explained };
    case "module":
      return { words: l10n.t("DSPy module"), explained };
    case "predictor":
      return { words: l10n.t("DSPy predictor"), explained };
    case "component":
    case "llm":
      return { words: l10n.t("Python component"), explained };
  }
}
