import { moneyWords } from "../../src/run/charts/spentChart.ts";
import type { ComparedValue, Comparison, RunFigures } from "../../src/run/panel/comparison.ts";
import type { RunFact } from "../../src/run/panel/differingSettings.ts";
import type { Against, SplitStanding } from "../../src/run/panel/splitComparison.ts";
import { countText, differenceText, durationText, rewardText, runsText } from "../../src/run/views/numberFormat.ts";
import { onlyDifferences } from "../../src/run/views/onlyDifferences.ts";
import { splitWords } from "../../src/run/views/runWords.ts";
import { l10n } from "../words.ts";
import { standingWords } from "./comparedRuns.ts";
import type { SideCell, SideRow } from "./sideBySide.ts";

const NONE = "–";

/** What each run is and did, as rows of a table. */
export function figureRows({ runs }: Comparison): SideRow[] {
  const row = (key: string, name: string, of: (figures: RunFigures) => string): SideRow => ({
    key,
    name,
    cells: runs.map(({ figures }) => ({ text: figures === null ? NONE : of(figures) })),
  });
  return [
    { key: "status", name: l10n.t("Status"), cells: runs.map((run) => ({ text: standingWords(run) })) },
    row("system", l10n.t("System"), ({ system }) => system),
    row("model", l10n.t("Model"), ({ model, simulated }) =>
      simulated ? l10n.t("{0} (simulated model)", model) : model,
    ),
    row("seed", l10n.t("Seed"), ({ seed }) => String(seed)),
    row("iterations", l10n.t("Iterations"), ({ iteration, iterations }) =>
      l10n.t("{0} of {1}", countText(iteration), countText(iterations)),
    ),
    row("updates", l10n.t("Updates"), ({ accepted, rejected, unchanged }) =>
      l10n.t(
        "{0} accepted, {1} rejected, {2} unchanged",
        countText(accepted),
        countText(rejected),
        countText(unchanged),
      ),
    ),
    row("changed", l10n.t("Components changed"), ({ changed, variables }) =>
      changed.length === 0
        ? l10n.t("none of {0}", countText(variables))
        : l10n.t("{0} of {1}: {2}", countText(changed.length), countText(variables), changed.join(", ")),
    ),
    row("runs", l10n.t("System runs"), ({ spentRuns, budgetRuns }) =>
      budgetRuns === null
        ? l10n.t("{0}, without a limit", runsText(spentRuns))
        : l10n.t("{0} of {1}", runsText(spentRuns), runsText(budgetRuns)),
    ),
    row("calls", l10n.t("Model calls"), ({ calls }) => (calls === null ? NONE : countText(calls))),
    row("tokens", l10n.t("Tokens"), ({ tokens }) => (tokens === null ? NONE : countText(tokens))),
    row("money", l10n.t("Money"), ({ money }) => (money === null ? NONE : moneyWords(money, l10n))),
    row("time", l10n.t("Time at work"), ({ elapsedMs }) => durationText(elapsedMs)),
  ];
}

/** What each run has scored, split by split, and how that stands against the reference. */
export function scoreRows({ runs, splits, reference }: Comparison): SideRow[] {
  const letter = runs[reference]?.letter ?? "";
  return splits.flatMap(({ split, runs: standings }) => {
    const rows = splitWords(split, l10n);
    const row = (key: string, name: string, of: (standing: SplitStanding) => string): SideRow => ({
      key: `${split} ${key}`,
      name,
      cells: standings.map((standing) => ({ text: standing === null ? NONE : of(standing) })),
    });
    const paired = (of: (against: Extract<Against, { kind: "paired" }>) => string) => (standing: SplitStanding) =>
      standing.against.kind === "paired" ? of(standing.against) : NONE;
    return [
      row("mean", l10n.t("Reward on {0} rows", rows), ({ start, mean }) =>
        start === null ? rewardText(mean) : `${rewardText(start)} → ${rewardText(mean)}`,
      ),
      row("n", l10n.t("Number of {0} rows", rows), ({ n }) => countText(n)),
      row("difference", l10n.t("Difference to {0}, {1} rows", letter, rows), ({ against }) => againstWords(against)),
      row(
        "rows",
        l10n.t("Rows of both that were compared"),
        paired(({ n }) => countText(n)),
      ),
      row(
        "wins",
        l10n.t("Row by row"),
        paired(({ wins, losses, ties }) =>
          l10n.t("{0} better, {1} worse, {2} equal", countText(wins), countText(losses), countText(ties)),
        ),
      ),
    ];
  });
}

function againstWords(against: Against): string {
  switch (against.kind) {
    case "reference":
      return l10n.t("the others are compared with it");
    case "paired":
      return differenceText({ ...against, mean: against.change });
    case "apart":
      return apartWords(against.reason);
  }
}

function apartWords(reason: Extract<Against, { kind: "apart" }>["reason"]): string {
  switch (reason) {
    case "other data":
      return l10n.t("no paired comparison: the rows are of other data");
    case "no common row":
      return l10n.t("no paired comparison: no row in common");
    case "not measured":
      return l10n.t("no paired comparison: not measured there");
  }
}

/** What the runs were started with that differs. */
export function settingRows({ settings }: Comparison): SideRow[] {
  return settings.map(({ what, values }) => ({
    key: JSON.stringify(what),
    name: "fact" in what ? factName(what.fact) : what.setting,
    cells: values.map((value) => ({ text: value ?? NONE })),
  }));
}

function factName(fact: RunFact): string {
  switch (fact) {
    case "system":
      return l10n.t("System");
    case "experiment":
      return l10n.t("Experiment");
    case "model":
      return l10n.t("Model");
    case "seed":
      return l10n.t("Seed");
    case "train":
      return l10n.t("Training rows");
    case "validation":
      return l10n.t("Validation rows");
    case "test":
      return l10n.t("Test rows");
  }
}

/** The values in force: of the reference as they are, of the others what differs from it. */
export function valueRows({ runs, reference, components }: Comparison, differencesOnly: boolean): SideRow[] {
  const letter = runs[reference]?.letter ?? "";
  return components.listed.map(({ name, values }, place) => ({
    key: `${components.from + place} ${name}`,
    name,
    cells: values.map((value, run) => valueCell(value, run === reference, letter, differencesOnly)),
  }));
}

function valueCell(
  value: ComparedValue | null,
  isReference: boolean,
  letter: string,
  differencesOnly: boolean,
): SideCell {
  if (value === null) return { text: NONE };
  const notes = [
    ...(value.isSame && !isReference ? [l10n.t("the same as in {0}", letter)] : []),
    value.changed ? l10n.t("changed by its run") : l10n.t("as at the start of its run"),
    ...(value.shortened ? [l10n.t("only the beginning")] : []),
  ];
  const note = notes.join("; ");
  if (value.isSame && !isReference) return { parts: [], note };
  const hasChanges = value.parts.some(({ kind }) => kind !== "same");
  return { parts: differencesOnly && hasChanges ? onlyDifferences(value.parts) : value.parts, note };
}
