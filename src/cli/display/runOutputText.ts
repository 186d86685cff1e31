import type { RunOutput, UpdateOutput } from "../../run/runOutput.ts";
import { estimateRows, modelWords, outputStatusWords } from "../../run/runOutputWords.ts";
import { changeText, counted, countText, rewardText, spentRunsText } from "../../run/views/numberFormat.ts";
import { visibleLine } from "../../run/views/visibleText.ts";
import type { Display } from "./terminalText.ts";

/** What a cell shows of a run when it is through, as lines for a terminal. */
export function runOutputLines(output: RunOutput, { colors }: Display): string[] {
  const { status, warnings } = output;
  const stopped = status.state === "interrupted" || status.state === "failed" ? [outputStatusWords(output)] : [];
  return [
    `  ${[...stopped.map(visibleLine), ...facts(output)].join(", ")}`,
    ...estimateRows(output).map(
      ([of, estimated, came, place]) => `  ${of}: ${came} came, ${estimated} estimated, ${place}`,
    ),
    ...warnings.map((warning) => colors.yellow(`  warning: ${visibleLine(warning)}`)),
  ];
}

/** Which run it is, and where it lies. */
export function runOutputOrigin({ system, runId, folder }: RunOutput): string {
  return `  ${visibleLine(system)}: run ${folder === null ? runId : visibleLine(folder)}`;
}

/** A run in one line, for as long as it goes on. */
export function runOutputStatus(output: RunOutput): string {
  const { status, iteration } = output;
  if (status.state !== "running") return [visibleLine(outputStatusWords(output)), ...facts(output)].join(" | ");
  const { progress } = status;
  const step = progress === null ? "" : ` ${visibleLine(progress.label)} ${progress.done}/${progress.total}`;
  const at = iteration === null ? "" : ` ${iteration.iteration}/${iteration.of} ${visibleLine(iteration.component)}`;
  return [`${visibleLine(outputStatusWords(output))}${at}${step}`, ...facts(output)].join(" | ");
}

/** What an update did, in one line. */
export function updateOutputLine(
  { iteration, component, decision, validation, reason }: UpdateOutput,
  { colors }: Display,
): string {
  const paint = decision === "accepted" ? colors.green : decision === "rejected" ? colors.red : colors.dim;
  const score =
    validation === null
      ? ""
      : `, validation ${rewardText(validation.before)} -> ${rewardText(validation.after)} (${changeText(validation.after - validation.before)})`;
  return `  iteration ${iteration} ${visibleLine(component)}: ${paint(decision)}${score}: ${visibleLine(reason)}`;
}

function facts({ rewards, updates, spent, models, simulated }: RunOutput): string[] {
  const [first, last] = [rewards.at(0), rewards.at(-1)];
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
    spentRunsText(spent.runs, spent.budget),
    ...(models === undefined ? [] : [`model calls ${modelWords(models).calls}`, `money ${modelWords(models).money}`]),
  ];
}
