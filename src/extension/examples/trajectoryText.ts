import { rewardText } from "../../run/views/numberFormat.ts";
import { valueText } from "../../run/views/valueText.ts";
import { visibleLine, visibleText } from "../../run/views/visibleText.ts";
import type { L10n } from "../l10n.ts";
import { type ExampleOutput, fieldText, type KnownScore, scoreWords } from "./exampleVerdict.ts";

export interface TrajectoryAbout {
  readonly system: string;
  readonly model: string;
  readonly simulated: boolean;
  readonly known: KnownScore | undefined;
}

export interface TrajectoryText {
  readonly text: string;
  /** Line, from 0, that tells how the row came off. */
  readonly line: number;
}

/**
 * Everything that happened to one row. Headings alone stand at the beginning of a line; whatever comes from data, models
 * and prompts is indented line by line, so that none of it can pass for a heading.
 */
export function trajectoryText(run: ExampleOutput, about: TrajectoryAbout, l10n: L10n): TrajectoryText {
  const head = [
    l10n.t("{0}, row {1}", visibleLine(about.system), visibleLine(run.exampleId)),
    l10n.t("Score: {0}", scoreWords(run, about.known)),
    l10n.t("Model: {0}", about.simulated ? l10n.t("simulated model") : visibleLine(about.model)),
  ];
  const line = run.failure === null ? 1 : head.length;
  const failure =
    run.failure === null
      ? []
      : [l10n.t("Failed in {0}:", visibleLine(run.failure.at)), indented(run.failure.message, 1)];
  const steps = run.steps.flatMap((step, index) => [
    "",
    `${index + 1}. ${visibleLine(step.component)}`,
    ...(step.value === null ? [] : [`${indent(1)}${l10n.t("Value")}`, indented(valueText(step.value), 2)]),
    ...(step.localReward === null ? [] : [`${indent(1)}${l10n.t("Local reward: {0}", rewardText(step.localReward))}`]),
    `${indent(1)}${l10n.t("Input")}`,
    ...fieldLines(step.input, 2),
    `${indent(1)}${l10n.t("Output")}`,
    ...fieldLines(step.output, 2),
  ]);
  const row = ["", l10n.t("Row"), ...fieldLines(run.example, 1)];
  return { text: `${[...head, ...failure, ...row, ...steps].join("\n")}\n`, line };
}

function fieldLines(fields: Readonly<Record<string, unknown>>, depth: number): string[] {
  return Object.entries(fields).flatMap(([name, value]) => [
    `${indent(depth)}${visibleLine(name)}`,
    indented(fieldText(value), depth + 1),
  ]);
}

function indented(text: string, depth: number): string {
  return visibleText(text)
    .split("\n")
    .map((line) => `${indent(depth)}${line}`)
    .join("\n");
}

function indent(depth: number): string {
  return "    ".repeat(depth);
}
