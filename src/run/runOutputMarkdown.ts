import type { RunOutput, UpdateOutput } from "./runOutput.ts";
import { calledRows, estimateRows, modelWords, outputStatusWords } from "./runOutputWords.ts";
import {
  changeText,
  counted,
  countText,
  differenceText,
  durationText,
  rewardText,
  spentRunsText,
} from "./views/numberFormat.ts";

/** Updates in the text; the whole list is in the run's report. */
const SHOWN = 12;

/** A run's output for readers that show Markdown and nothing else. */
export function runMarkdown(output: RunOutput): string {
  const { rewards, spent, time, summary, updates, simulated } = output;
  const [first, last] = [rewards.at(0), rewards.at(-1)];
  const reward =
    first === undefined || last === undefined
      ? []
      : [`validation reward ${rewardText(first.mean)} → ${rewardText(last.mean)}`];
  const facts = [
    ...reward,
    `${counted(updates.accepted, "update")} accepted, ${countText(updates.rejected)} rejected`,
    spentRunsText(spent.runs, spent.budget),
    ...modelFacts(output),
    durationText(time.elapsedMs),
  ];
  return [
    `**${escapedMarkdown(output.system)}**: ${escapedMarkdown(outputStatusWords(output))}`,
    `${escapedMarkdown(facts.join(" · "))}`,
    ...(simulated
      ? [
          "**Simulated model**: it is no language model; this shows that the optimization works, not how well a real model does.",
        ]
      : []),
    ...(summary === null || summary.results.length === 0 ? [] : [results(summary.results)]),
    ...(updates.last.length === 0 ? [] : [updateTable(updates.last.slice(-SHOWN))]),
    ...(output.estimate === undefined
      ? []
      : [
          table(
            ["of", "estimated", output.estimate.over ? "came" : "came so far", ""],
            escapedRows(estimateRows(output)),
          ),
        ]),
    ...(output.called === undefined
      ? []
      : [table(["by", "for", "model calls", "money"], escapedRows(calledRows(output).slice(0, SHOWN)))]),
    ...output.warnings.map((warning) => `Warning: ${escapedMarkdown(warning)}`),
    `Run \`${output.runId}\`${output.folder === null ? "" : ` in \`${output.folder}\``}, model ${escapedMarkdown(output.model)}`,
  ].join("\n\n");
}

function modelFacts({ models }: RunOutput): string[] {
  if (models === undefined) return [];
  const { calls, money } = modelWords(models);
  return [`model calls: ${calls}`, `money: ${money}`];
}

/** Text for Markdown: nothing in it starts markup, a link, a table cell or HTML. */
export function escapedMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#|~!&]/g, (character) => `\\${character}`);
}

function escapedRows(rows: readonly (readonly string[])[]): string[][] {
  return rows.map((cells) => cells.map(escapedMarkdown));
}

function results(rows: NonNullable<RunOutput["summary"]>["results"]): string {
  return table(
    ["rows", "n", "unoptimized", "optimized", "difference, 95 % interval"],
    rows.map(({ split, n, unoptimized, optimized, difference }) => [
      split,
      countText(n),
      rewardText(unoptimized),
      rewardText(optimized),
      differenceText(difference),
    ]),
  );
}

function updateTable(updates: readonly UpdateOutput[]): string {
  return table(
    ["iteration", "component", "decision", "validation reward"],
    updates.map(({ iteration, component, decision, validation }) => [
      String(iteration),
      escapedMarkdown(component),
      decision,
      validation === null
        ? "–"
        : `${rewardText(validation.before)} → ${rewardText(validation.after)} (${changeText(validation.after - validation.before)})`,
    ]),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
