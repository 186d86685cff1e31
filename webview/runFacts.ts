import type { RunOutput } from "../src/run/runOutput.ts";
import { countText, differenceText, rewardText, runsText } from "../src/run/views/numberFormat.ts";
import { purposeWords, splitWords } from "../src/run/views/runWords.ts";
import { element, table } from "./element.ts";
import { l10n } from "./words.ts";

type Fact = readonly [title: string, value: string];

/** What is told of a run as a figure with its name, in the order in which people ask for it. */
export function factsOf({ rewards, iteration, spent, updates, status }: RunOutput): Fact[] {
  const [first, last] = [rewards.at(0), rewards.at(-1)];
  const facts: Fact[] = [];
  if (first !== undefined && last !== undefined) {
    const reached = rewardText(last.mean);
    facts.push([
      l10n.t("Validation reward"),
      first.iteration === last.iteration ? reached : `${rewardText(first.mean)} → ${reached}`,
    ]);
  }
  if (iteration !== null) {
    const { iteration: at, of } = iteration;
    facts.push(
      status.state === "finished"
        ? [l10n.t("Iterations"), countText(at)]
        : [l10n.t("Iteration"), l10n.t("{0} of {1}", countText(at), countText(of))],
      [
        l10n.t("Updates"),
        l10n.t("{0} accepted, {1} rejected", countText(updates.accepted), countText(updates.rejected)),
      ],
    );
  }
  const runs = runsText(spent.runs);
  facts.push([
    l10n.t("System runs"),
    spent.budget === null ? runs : l10n.t("{0} of {1}", runs, runsText(spent.budget)),
  ]);
  return facts;
}

/** Unoptimized against optimized on each kind of rows; null where the run was not summed up. */
export function resultsTable({ summary }: RunOutput): HTMLElement | null {
  if (summary === null || summary.results.length === 0) return null;
  const rows = summary.results.map(({ split, n, unoptimized, optimized, difference }) => [
    splitWords(split, l10n),
    countText(n),
    rewardText(unoptimized),
    rewardText(optimized),
    differenceText(difference),
  ]);
  const caption =
    summary.iterations === 1
      ? l10n.t("Mean reward after 1 iteration, with the 95 % interval of the paired difference.")
      : l10n.t(
          "Mean reward after {0} iterations, with the 95 % interval of the paired difference.",
          countText(summary.iterations),
        );
  const head = [l10n.t("rows"), l10n.t("n"), l10n.t("unoptimized"), l10n.t("optimized"), l10n.t("difference")];
  return element("div", { class: "scroll" }, table(caption, head, rows));
}

export function spentTable({ spent }: RunOutput): HTMLElement {
  const rows = Object.entries(spent.byPurpose).map(([purpose, runs]) => [purposeWords(purpose, l10n), runsText(runs)]);
  return element(
    "div",
    { class: "scroll" },
    table(
      l10n.t("Running a part of the system counts as its share."),
      [l10n.t("purpose"), l10n.t("system runs")],
      [
        ...rows,
        [l10n.t("together"), runsText(spent.runs)],
        ...(spent.budget === null ? [] : [[l10n.t("budget"), runsText(spent.budget)]]),
      ],
    ),
  );
}
