import type { ShownStep } from "../../src/run/panel/storedTrajectory.ts";
import { briefLine } from "../../src/run/views/briefLine.ts";
import { countText, rewardText } from "../../src/run/views/numberFormat.ts";
import { valueText } from "../../src/run/views/valueText.ts";
import { visibleText } from "../../src/run/views/visibleText.ts";
import { element } from "../element.ts";
import { l10n } from "../words.ts";
import { fieldTexts } from "./fieldTexts.ts";

/** Everything that happened to a row under one configuration. */
export interface Trajectory {
  readonly row: Readonly<Record<string, unknown>>;
  readonly steps: readonly ShownStep[];
}

/** How it is drawn. */
export interface TrajectoryLook {
  /** What came before: what differs from there is marked. */
  readonly before: Trajectory | undefined;
  /** Without what stayed. */
  readonly only: boolean;
}

/** Every component's part in a row, in execution order. */
export class TrajectoryView {
  readonly root = element("div", { class: "trajectory" });
  #drawn = "";

  show(shown: Trajectory | undefined, look: TrajectoryLook): void {
    const drawn = JSON.stringify([shown ?? null, look]);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    const open = new Set([...this.root.querySelectorAll("details[open]")].map((one) => one.getAttribute("data-of")));
    this.root.replaceChildren(...(shown === undefined ? [] : drawnParts(shown, look)));
    for (const details of this.root.querySelectorAll("details")) {
      if (open.has(details.getAttribute("data-of"))) details.open = true;
    }
  }
}

function drawnParts({ row, steps }: Trajectory, { before, only }: TrajectoryLook): HTMLElement[] {
  const known = new Map(before?.steps.map((step) => [step.component, step]));
  const here = new Set(steps.map(({ component }) => component));
  const gone = before?.steps.filter(({ component }) => !here.has(component)) ?? [];
  return [
    element(
      "details",
      { "data-of": "row" },
      element("summary", {}, l10n.t("The whole row")),
      fieldTexts(l10n.t("Row"), row, undefined),
    ),
    ...steps.map((step, index) => stepSection(step, index, row, before && { step: known.get(step.component), only })),
    ...gone.map(({ component }) =>
      element("p", { class: "quiet" }, l10n.t("{0} did not run here.", briefLine(component))),
    ),
  ];
}

function stepSection(
  step: ShownStep,
  index: number,
  row: Trajectory["row"],
  before: { readonly step: ShownStep | undefined; readonly only: boolean } | undefined,
): HTMLElement {
  const { component, value, input, output } = step;
  const name = briefLine(component);
  const compared = (fields: Readonly<Record<string, unknown>> | undefined) =>
    before && { fields: fields ?? {}, only: before.only };
  return element(
    "section",
    { class: "step", "aria-label": name },
    element("h3", {}, `${index + 1}. ${name}`),
    element("p", { class: "quiet figures" }, figures(step, before?.step)),
    ...(value === null
      ? []
      : [
          element(
            "details",
            { "data-of": component },
            element("summary", {}, l10n.t("Value")),
            element(
              "pre",
              { tabindex: 0, role: "group", "aria-label": l10n.t("Value") },
              visibleText(valueText(value)),
            ),
          ),
        ]),
    element(
      "div",
      { class: "sides" },
      fieldTexts(l10n.t("Input"), input, compared(before?.step?.input)),
      fieldTexts(l10n.t("Output"), output, compared(before?.step?.output), row),
    ),
  );
}

function figures(step: ShownStep, before: ShownStep | undefined): string {
  const { localReward, ms, calls } = step;
  const told = [
    localReward === null && (before?.localReward ?? null) === null
      ? l10n.t("no local reward was learnt by then")
      : l10n.t("local reward {0}", arrow(before, localReward, before?.localReward, rewardText)),
    ...(ms === null ? [] : [l10n.t("{0} s", arrow(before, ms, before?.ms, secondsText))]),
    ...(calls === null ? [] : [l10n.t("model calls: {0}", arrow(before, calls, before?.calls, countText))]),
    ...(before === undefined ? [] : [sameWords(step, before)]),
  ];
  return told.join(" · ");
}

function arrow(
  before: ShownStep | undefined,
  now: number | null,
  then: number | null | undefined,
  text: (value: number) => string,
): string {
  const shown = (value: number | null | undefined) => (value === null || value === undefined ? "–" : text(value));
  return before === undefined || then === undefined || then === now ? shown(now) : `${shown(then)} → ${shown(now)}`;
}

function sameWords(step: ShownStep, before: ShownStep): string {
  const same = JSON.stringify(step.output) === JSON.stringify(before.output);
  return same ? l10n.t("the same output") : l10n.t("another output");
}

/** Seconds: two figures at least. */
export function secondsText(ms: number): string {
  const seconds = ms / 1000;
  return seconds >= 10 ? countText(Math.round(seconds)) : seconds.toFixed(seconds >= 1 ? 1 : 3);
}
