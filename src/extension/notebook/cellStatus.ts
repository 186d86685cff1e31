import { plural } from "../../run/l10n.ts";
import type { RunOutput } from "../../run/runOutput.ts";
import { rewardText, runsText } from "../../run/views/numberFormat.ts";
import type { L10n } from "../l10n.ts";
import { toldEnd } from "../processSentences.ts";
import type { Staleness } from "./staleCells.ts";
import type { UnfinishedRun } from "./unfinishedRun.ts";

/** One entry below a cell, in words; `icon` only repeats them. */
export interface CellStatus {
  readonly icon: string;
  readonly text: string;
  readonly tooltip: string;
  readonly does?: "resume" | "show log";
}

/** The end of a process that a cell needed; `reason` in words for the user. */
export interface CellDeath {
  readonly of: "kernel" | "trainer";
  readonly reason: string;
}

/** What is known of a cell besides its outputs. */
export interface CellFacts {
  /** Runs in the cell's outputs, oldest first. */
  readonly runs: readonly RunOutput[];
  readonly staleness: Staleness | undefined;
  /** Which process ended under the cell, and why. */
  readonly death: CellDeath | undefined;
  /** A run of the cell that can go on; undefined where nothing may run. */
  readonly unfinished: UnfinishedRun | undefined;
}

/** What stands below a cell, the most urgent first. */
export function cellStatus({ runs, staleness, death, unfinished }: CellFacts, l10n: L10n): CellStatus[] {
  const run = runs.at(-1);
  return [
    ...(death === undefined ? [] : [deathStatus(death, l10n)]),
    ...(unfinished === undefined ? [] : [unfinishedStatus(unfinished, l10n)]),
    ...(staleness === undefined ? [] : [staleStatus(staleness, l10n)]),
    ...(run === undefined ? [] : runStatus(run, l10n)),
  ];
}

function deathStatus({ of, reason }: CellDeath, l10n: L10n): CellStatus {
  return {
    icon: "error",
    text: of === "kernel" ? l10n.t("The kernel ended: Show Log") : l10n.t("The trainer ended: Show Log"),
    tooltip: l10n.t("{0} Click to see what it said last.", toldEnd(reason, l10n)),
    does: "show log",
  };
}

function unfinishedStatus({ iteration, of }: UnfinishedRun, l10n: L10n): CellStatus {
  return {
    icon: "debug-continue",
    text:
      iteration > 0 && of !== undefined
        ? l10n.t("Interrupted at iteration {0} of {1}: Resume", iteration, of)
        : l10n.t("Interrupted before its first iteration: Resume"),
    tooltip: l10n.t(
      "Everything accepted before is saved. Resume runs the cells above that have not run yet, then this one from its last checkpoint.",
    ),
    does: "resume",
  };
}

function staleStatus({ why, name }: Staleness, l10n: L10n): CellStatus {
  const tooltips = {
    edited: l10n.t('The cell that declares "{0}" was edited after this one ran. Run both again.', name),
    rerun: l10n.t('The cell that declares "{0}" ran again after this one. Run this one again.', name),
    upstream: l10n.t('The cell that declares "{0}" is stale itself. Run the stale cells again, in order.', name),
  };
  return { icon: "history", text: l10n.t("Stale"), tooltip: tooltips[why] };
}

function runStatus(run: RunOutput, l10n: L10n): CellStatus[] {
  const { rewards, spent, simulated, model } = run;
  const validation = run.summary?.results.find(({ split }) => split === "validation");
  const before = validation?.unoptimized ?? rewards[0]?.mean;
  const now = validation?.optimized ?? rewards.at(-1)?.mean;
  const score: CellStatus[] =
    now === undefined || before === undefined
      ? []
      : [
          {
            icon: "graph-line",
            text:
              now === before
                ? l10n.t("Score {0}", rewardText(now))
                : l10n.t("Score {0}, before {1}", rewardText(now), rewardText(before)),
            tooltip: l10n.t("Mean global reward on the validation rows, of the configuration in force."),
          },
        ];
  const runs =
    spent.budget === null
      ? plural(l10n, "{0, plural, one {# system run} other {# system runs}}", spent.runs)
      : plural(
          l10n,
          "{0} of {1, plural, one {# system run} other {# system runs}}",
          runsText(spent.runs),
          spent.budget,
        );
  const cost: CellStatus = simulated
    ? {
        icon: "beaker",
        text: l10n.t("Simulated model, no cost"),
        tooltip: l10n.t("{0} is no language model but a stand-in that calls nobody.", model),
      }
    : {
        icon: "cloud",
        text: l10n.t("Cost unknown"),
        tooltip: l10n.t("Nothing is known about the price of {0}; its provider's pages tell.", model),
      };
  return [
    ...score,
    { icon: "symbol-numeric", text: runs, tooltip: l10n.t("System runs spent, in equivalent full runs.") },
    cost,
  ];
}
