import { plural } from "../src/run/l10n.ts";
import type { RunOutput } from "../src/run/runOutput.ts";
import { calledRows, estimateRows, modelWords } from "../src/run/runOutputWords.ts";
import { countText, differenceText, rewardText, runsText } from "../src/run/views/numberFormat.ts";
import { purposeWords, splitWords } from "../src/run/views/runWords.ts";
import { element, table } from "./element.ts";
import { l10n } from "./words.ts";

type Fact = readonly [title: string, value: string];

/** What is told of a run as a figure with its name, in the order in which people ask for it. */
export function factsOf({ rewards, iteration, spent, models, updates, status }: RunOutput): Fact[] {
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
  if (models !== undefined) {
    const { calls, money } = modelWords(models, l10n);
    facts.push([l10n.t("Model calls"), calls], [l10n.t("Money"), money]);
  }
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
  const caption = plural(
    l10n,
    "Mean reward after {0, plural, one {# iteration} other {# iterations}}, with the 95 % interval of the paired difference.",
    summary.iterations,
  );
  const head = [l10n.t("rows"), l10n.t("n"), l10n.t("unoptimized"), l10n.t("optimized"), l10n.t("difference")];
  return scrolling(table(caption, head, rows));
}

/** System runs by purpose, and calls of models by who asked and for what. */
export function spentTables(output: RunOutput): HTMLElement {
  const { spent } = output;
  const rows = Object.entries(spent.byPurpose).map(([purpose, runs]) => [purposeWords(purpose, l10n), runsText(runs)]);
  const runs = table(
    l10n.t("Running a part of the system counts as its share."),
    [l10n.t("purpose"), l10n.t("system runs")],
    [
      ...rows,
      [l10n.t("together"), runsText(spent.runs)],
      ...(spent.budget === null ? [] : [[l10n.t("budget"), runsText(spent.budget)]]),
    ],
  );
  const called = calledRows(output, l10n);
  if (called.length === 0) return scrolling(runs);
  return scrolling(
    runs,
    table(
      l10n.t("Calls of models, those that cost most first"),
      [l10n.t("component"), l10n.t("purpose"), l10n.t("model calls"), l10n.t("money")],
      called,
    ),
  );
}

/** What was estimated before the run beside what came of it, or came so far. */
export function estimateTable(output: RunOutput): HTMLElement {
  const caption = output.estimate?.over
    ? l10n.t("What was estimated before the run, and what came")
    : l10n.t("What was estimated before the run, and what came so far");
  const head = [l10n.t("Of"), l10n.t("Estimated"), l10n.t("Came"), l10n.t("Beside the range")];
  return scrolling(table(caption, head, estimateRows(output, l10n)));
}

function scrolling(...tables: HTMLElement[]): HTMLElement {
  return element("div", { class: "scroll" }, ...tables);
}
