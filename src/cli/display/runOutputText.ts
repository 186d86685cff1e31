import type { RunOutput, UpdateOutput } from "../../run/runOutput.ts";
import { outputStatusWords } from "../../run/runOutputWords.ts";
import { changeText, counted, countText, differenceText, rewardText, runsText } from "../../run/views/numberFormat.ts";
import { visibleLine } from "../../run/views/visibleText.ts";
import type { Display } from "./terminalText.ts";

/** Updates that are listed; the report has all of them. */
const SHOWN = 8;

/** What a cell shows of a run, as lines for a terminal. */
export function runOutputLines(output: RunOutput, display: Display): string[] {
  const { colors } = display;
  const { summary, updates, warnings } = output;
  return [
    colors.bold(`${visibleLine(output.system)}: ${visibleLine(outputStatusWords(output))}`),
    `  ${facts(output).join(", ")}`,
    ...updates.last.slice(-SHOWN).map((update) => `  ${updateLine(update, display)}`),
    ...(summary?.results ?? []).map(
      ({ split, n, unoptimized, optimized, difference }) =>
        `  ${split} (n = ${countText(n)}): ${rewardText(unoptimized)} -> ${rewardText(optimized)}, difference ${differenceText(difference)}`,
    ),
    ...warnings.map((warning) => colors.yellow(`  warning: ${visibleLine(warning)}`)),
    colors.dim(`  run ${output.runId}${output.folder === null ? "" : ` in ${visibleLine(output.folder)}`}`),
  ];
}

/** A run in one line, for as long as it goes on. */
export function runOutputStatus(output: RunOutput): string {
  const { status, iteration } = output;
  const progress = status.state === "running" ? status.progress : null;
  const step = progress === null ? "" : ` ${visibleLine(progress.label)} ${progress.done}/${progress.total}`;
  const at = iteration === null ? "" : ` ${iteration.iteration}/${iteration.of} ${visibleLine(iteration.component)}`;
  return [`${visibleLine(outputStatusWords(output))}${at}${step}`, ...facts(output)].join(" | ");
}

function facts({ rewards, updates, spent, simulated }: RunOutput): string[] {
  const [first, last] = [rewards.at(0), rewards.at(-1)];
  const budget = spent.budget === null ? "" : ` of ${runsText(spent.budget)}`;
  const tried = updates.accepted + updates.rejected;
  return [
    ...(simulated ? ["simulated model"] : []),
    ...(first === undefined || last === undefined
      ? []
      : [
          rewards.length === 1
            ? `validation ${rewardText(first.mean)}`
            : `validation ${rewardText(first.mean)} -> ${rewardText(last.mean)}`,
        ]),
    ...(tried === 0
      ? []
      : [`${counted(updates.accepted, "update")} accepted, ${countText(updates.rejected)} rejected`]),
    `${runsText(spent.runs)}${budget} system runs`,
  ];
}

function updateLine({ iteration, component, decision, validation, reason }: UpdateOutput, { colors }: Display): string {
  const paint = decision === "accepted" ? colors.green : decision === "rejected" ? colors.red : colors.dim;
  const score =
    validation === null
      ? ""
      : `, validation ${rewardText(validation.before)} -> ${rewardText(validation.after)} (${changeText(validation.after - validation.before)})`;
  return `${iteration} ${visibleLine(component)}: ${paint(decision)}${score}: ${visibleLine(reason)}`;
}
