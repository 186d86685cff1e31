import {
  type ComponentDefinition,
  type Definition,
  type DetectedDimension,
  isComponent,
  type ValueSource,
} from "../../detection/definition.ts";
import type { WorkspaceModel } from "../../detection/workspaceModel.ts";
import { plural } from "../../run/l10n.ts";
import { rewardText } from "../../run/views/numberFormat.ts";
import { shortDiff } from "../../run/views/shortDiff.ts";
import { valueText } from "../../run/views/valueText.ts";
import { visibleLine } from "../../run/views/visibleText.ts";
import { valueDiff } from "../../run/views/wordDiff.ts";
import type { OptionValue, VariableValue } from "../../system/variable.ts";
import type { L10n } from "../l10n.ts";
import { type ComponentFacts, type Facts, isRun, isTunable } from "./componentFacts.ts";
import { activityWords, healthOf, nameOf, shortFigure } from "./componentWords.ts";
import { commandLink, markdownText } from "./markdownText.ts";

/** Commands that a hover may link to. */
export const hoverCommands = [
  "optimas.optimizeComponent",
  "optimas.tweakComponent",
  "optimas.evaluate",
  "optimas.showDiff",
  "optimas.openRun",
  "optimas.openReport",
  "optimas.runExperiment",
  "optimas.showLandscape",
  "optimas.openNotebookFor",
] as const;

export interface HoverContext {
  readonly model: WorkspaceModel;
  readonly facts: Facts;
  /** Links act, which needs trust. */
  readonly trusted: boolean;
  readonly l10n: L10n;
}

/** What is known of a definition, as Markdown with HTML; everything from outside in it is escaped. */
export function hoverText(definition: Definition, context: HoverContext): string {
  const parts = isComponent(definition) ? componentParts(definition, context) : systemParts(definition, context);
  return parts.filter((part) => part !== undefined).join("\n\n");
}

function componentParts(component: ComponentDefinition, context: HoverContext): (string | undefined)[] {
  const { model, facts, l10n } = context;
  const known = facts.of(component);
  const health = healthOf(component, known, l10n);
  const systems = model.systemsOf(component).flatMap((system) => nameOf(system) ?? []);
  return [
    `**${markdownText(nameOf(component) ?? l10n.t("component without a name"))}** · ${markdownText(health.words)}`,
    // Near the top: long hovers are cut off below.
    context.trusted ? componentLinks(component, known, l10n) : undefined,
    component.description === undefined ? undefined : shortened(component.description),
    fields(component, l10n),
    variableText(component, l10n),
    spaceTable(component, known, l10n),
    promptChange(component, known, l10n),
    bestText(known, l10n),
    markdownText(health.explained),
    systems.length === 0 ? undefined : markdownText(l10n.t("Part of {0}.", systems.join(", "))),
  ];
}

function systemParts(
  definition: Exclude<Definition, ComponentDefinition>,
  { model, facts, trusted, l10n }: HoverContext,
): (string | undefined)[] {
  const activity = facts.activityOf(definition);
  const system = definition.kind === "system" ? definition : model.systemOf(definition);
  const components = system === undefined ? [] : model.componentsOf(system);
  const title = nameOf(definition) ?? (system && nameOf(system)) ?? definition.kind;
  const rows = components.map((component) => [
    markdownText(nameOf(component) ?? "–"),
    markdownText(kindWords(component, l10n)),
    markdownText(healthOf(component, facts.of(component), l10n).words),
  ]);
  const argument = { definition: definition.id };
  const links = [
    commandLink(l10n.t("Run"), "optimas.runExperiment", argument),
    commandLink(l10n.t("Evaluate"), "optimas.evaluate", argument),
    commandLink(l10n.t("Landscape"), "optimas.showLandscape", argument),
    commandLink(l10n.t("Open notebook"), "optimas.openNotebookFor", argument),
  ];
  return [
    `**${markdownText(title)}**${activity === undefined ? "" : ` · ${markdownText(activityWords(activity, l10n))}`}`,
    trusted ? links.join(" · ") : undefined,
    rows.length === 0 ? undefined : table([l10n.t("component"), l10n.t("variable"), l10n.t("state")], rows),
  ];
}

function fields({ inputs, outputs }: ComponentDefinition, l10n: L10n): string | undefined {
  if (inputs === undefined && outputs === undefined) return undefined;
  const list = (names: readonly string[] | undefined) =>
    names === undefined
      ? markdownText(l10n.t("computed"))
      : names.map((name) => markdownText(visibleLine(name))).join(", ");
  return `${list(inputs)} → ${list(outputs)}`;
}

function kindWords({ variable }: ComponentDefinition, l10n: L10n): string {
  switch (variable.kind) {
    case "none":
      return l10n.t("none");
    case "prompt":
      return l10n.t("prompt");
    case "options":
      return l10n.t("options");
    case "model":
      return l10n.t("choice of model");
    case "computed":
      return l10n.t("made by code");
  }
}

function variableText(component: ComponentDefinition, l10n: L10n): string | undefined {
  const { variable } = component;
  if (!isRun(component) && variable.kind === "none") return undefined;
  const words = markdownText(l10n.t("Variable: {0}", kindWords(component, l10n)));
  if (variable.kind === "computed") return `${words}. ${markdownText(visibleLine(variable.why))}`;
  if (variable.kind === "prompt" && variable.maxLength !== undefined) {
    return `${words}, ${markdownText(plural(l10n, "at most {0, plural, one {# character} other {# characters}}", variable.maxLength))}`;
  }
  return words;
}

/** The search space, a line per option, with today's value beside the best known one. */
function spaceTable(component: ComponentDefinition, { standing }: ComponentFacts, l10n: L10n): string | undefined {
  const { variable } = component;
  const best = standing?.best?.value;
  const head = [l10n.t("option"), l10n.t("values"), l10n.t("now"), l10n.t("best known")];
  if (variable.kind === "options") {
    const names = new Set([...Object.keys(variable.space ?? {}), ...Object.keys(variable.values)]);
    if (names.size === 0) return undefined;
    const rows = [...names].map((name) => [
      markdownText(name),
      dimensionText(variable.space?.[name], l10n),
      sourceText(variable.values[name], l10n),
      markdownText(optionOf(best, name)),
    ]);
    return table(head, rows);
  }
  if (variable.kind !== "model") return undefined;
  const models = variable.models?.map((model) => markdownText(model)).join(", ") ?? markdownText(l10n.t("computed"));
  const now = sourceText(variable.value, l10n);
  return table(head.slice(1), [[models, now, markdownText(best === undefined ? "–" : valueText(best))]]);
}

function dimensionText(dimension: DetectedDimension | undefined, l10n: L10n): string {
  if (dimension === undefined) return markdownText(l10n.t("computed"));
  switch (dimension.kind) {
    case "choice":
      return shortened(dimension.values.map(String).join(", "));
    case "range": {
      const { low, high, integer, log, step } = dimension;
      const parts = [
        l10n.t("{0} to {1}", low, high),
        ...(step === undefined ? [] : [l10n.t("step {0}", step)]),
        ...(integer ? [l10n.t("whole numbers")] : []),
        ...(log ? [l10n.t("logarithmic")] : []),
      ];
      return markdownText(parts.join(", "));
    }
    case "computed":
      return markdownText(l10n.t("computed"));
  }
}

function sourceText(source: ValueSource | undefined, l10n: L10n): string {
  const value = source === undefined || source.kind === "computed" ? undefined : source.value;
  return value === undefined ? markdownText(l10n.t("computed")) : shortened(String(value));
}

function optionOf(value: VariableValue | undefined, name: string): string {
  if (typeof value !== "object" || value === null) return "–";
  const option: OptionValue | null | undefined = Object.entries(value).find(([key]) => key === name)?.[1];
  return option === undefined || option === null ? "–" : String(option);
}

/** Today's prompt, with what the best known one says otherwise marked word by word. */
function promptChange(component: ComponentDefinition, { standing }: ComponentFacts, l10n: L10n): string | undefined {
  const { variable } = component;
  if (variable.kind !== "prompt" || variable.value.kind === "computed") return undefined;
  const now = variable.value.value;
  const best = standing?.best?.value;
  if (typeof now !== "string") {
    return typeof best === "string" ? quoted(l10n.t("Best known:"), shortened(best)) : undefined;
  }
  if (typeof best !== "string") return quoted(l10n.t("Prompt:"), shortened(now));
  if (now === best) return quoted(l10n.t("Prompt, the best known:"), shortened(now));
  const marked = shortDiff(valueDiff(now, best)).parts.map(({ kind, text }) => {
    const escaped = markdownText(text);
    return kind === "same" ? escaped : kind === "added" ? `<ins>${escaped}</ins>` : `<del>${escaped}</del>`;
  });
  return quoted(l10n.t("Prompt, and what the best known one says otherwise:"), marked.join(""));
}

function quoted(title: string, text: string): string {
  return `${markdownText(title)}\n\n> ${text}`;
}

function bestText({ standing }: ComponentFacts, l10n: L10n): string | undefined {
  if (standing === undefined) return undefined;
  const { best, localReward, accepted, rejected, simulated } = standing;
  const parts = [
    ...(best === undefined
      ? []
      : [
          plural(
            l10n,
            "validation score {0} on {1, plural, one {# row} other {# rows}} with the best known value",
            rewardText(best.validation),
            best.n,
          ),
        ]),
    ...(localReward === undefined ? [] : [l10n.t("local reward {0}", shortFigure(localReward))]),
    ...(accepted + rejected === 0 ? [] : [l10n.t("{0} accepted, {1} rejected", accepted, rejected)]),
  ];
  if (parts.length === 0) return undefined;
  return markdownText([...parts, ...(simulated ? [l10n.t("simulated model")] : [])].join(" · "));
}

function componentLinks(component: ComponentDefinition, { standing }: ComponentFacts, l10n: L10n): string | undefined {
  if (!isRun(component)) return undefined;
  const argument = { definition: component.id };
  return [
    ...(isTunable(component)
      ? [
          commandLink(l10n.t("Optimize"), "optimas.optimizeComponent", argument),
          commandLink(l10n.t("Tweak"), "optimas.tweakComponent", argument),
        ]
      : []),
    commandLink(l10n.t("Evaluate"), "optimas.evaluate", argument),
    ...(standing?.lastAccepted === undefined ? [] : [commandLink(l10n.t("Diff"), "optimas.showDiff", argument)]),
    ...(standing === undefined
      ? []
      : [
          commandLink(l10n.t("Run"), "optimas.openRun", {
            run: standing.lastAccepted?.runFolder ?? standing.runFolder,
          }),
          commandLink(l10n.t("Report"), "optimas.openReport", {
            run: standing.fitted?.runFolder ?? standing.runFolder,
          }),
        ]),
  ].join(" · ");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  // The editor sets columns without a gap.
  const apart = (cells: readonly string[]) => line(cells.map((cell) => `${cell}&nbsp;&nbsp;`));
  return [apart(head.map(markdownText)), line(head.map(() => "---")), ...rows.map(apart)].join("\n");
}

/** Characters of a text of which no more is to be seen in a hover. */
const LONGEST = 300;

function shortened(text: string): string {
  const characters = [...text.trim()];
  const cut = characters.length > LONGEST ? `${characters.slice(0, LONGEST).join("")}…` : characters.join("");
  return markdownText(cut);
}
