import { moneyWords } from "../../run/charts/spentChart.ts";
import type { ComparedComponent, ComparedRun, Comparison, RunFigures } from "../../run/panel/comparison.ts";
import type { SplitStanding } from "../../run/panel/splitComparison.ts";
import { estimateLines } from "../../run/views/estimateWords.ts";
import {
  counted,
  countText,
  differenceText,
  durationText,
  rewardText,
  runsText,
} from "../../run/views/numberFormat.ts";
import { statusWords } from "../../run/views/runWords.ts";
import type { DiffPart } from "../../run/views/wordDiff.ts";
import { partsText } from "./diffText.ts";
import { sparkline } from "./rewardPlot.ts";
import { type Column, type Display, plainDisplay, table, wrapped, wrappedVerbatim } from "./terminalText.ts";

const NONE = "–";

/** Runs side by side: what they are, what they scored on the same rows, and what differs. One line of text per entry. */
export function comparisonText(shown: Comparison, display: Display = plainDisplay): string[] {
  const { runs, reference, splits, settings, components } = shown;
  const letter = runs[reference]?.letter ?? "";
  const sides: readonly Column[] = runs.map((run) => ({ title: run.letter, align: "left" }));
  const rows = (named: readonly (readonly [string, readonly string[]])[]) =>
    table(
      [{ title: "", align: "left" }, ...sides],
      named.map(([name, cells]) => [name, ...cells]),
      display,
    );
  const differing = components.listed.filter(({ differs }) => differs);
  const same = components.listed.filter(({ differs }) => !differs);
  return sections([
    runs.flatMap((run) => wrapped(`${display.colors.bold(run.letter)}  ${run.id}${told(run)}`, display.width)),
    [display.colors.bold("Runs"), ...rows([...figureRows(runs), ["reward", curves(shown)]])],
    ...splits.map(({ split, runs: standings, sameRows }) => [
      display.colors.bold(`Scores on ${split} rows`),
      ...rows(scoreRows(standings, letter)),
      ...(sameRows
        ? []
        : wrapped(
            "Not all runs have measured the same rows: a difference is over the rows that both have, and where there are none no paired comparison is possible.",
            display.width,
          )),
    ]),
    settings.length === 0
      ? ["All runs were started with the same settings, data and model."]
      : [
          display.colors.bold("What they were started with that differs"),
          ...rows(
            settings.map(({ what, values }) => [
              "fact" in what ? what.fact : what.setting,
              values.map((value) => value ?? NONE),
            ]),
          ),
        ],
    differing.length === 0 ? [] : valueLines(differing, shown, display),
    same.length === 0 ? [] : wrapped(`The same in all: ${same.map(({ name }) => name).join(", ")}`, display.width),
    shown.simulated
      ? wrapped("Results of the simulated model, which is no language model, are among these.", display.width).map(
          (line) => display.colors.yellow(line),
        )
      : [],
  ]);
}

function told({ silent }: ComparedRun): string {
  switch (silent?.state) {
    case undefined:
      return "";
    case "unreadable":
      return `: cannot be read, ${silent.problem}`;
    case "reading":
      return ": is being read";
    case "not begun":
      return ": has not begun";
  }
}

function figureRows(runs: readonly ComparedRun[]): [string, string[]][] {
  const row = (name: string, of: (figures: RunFigures, run: ComparedRun) => string): [string, string[]] => [
    name,
    runs.map((run) => (run.figures === null ? NONE : of(run.figures, run))),
  ];
  return [
    row("status", ({ status }, { live }) =>
      !live && (status.state === "running" || status.state === "waiting")
        ? "interrupted: its process is gone"
        : statusWords(status),
    ),
    row("system", ({ system }) => system),
    row("model", ({ model, simulated }) => (simulated ? `${model} (simulated model)` : model)),
    row("seed", ({ seed }) => String(seed)),
    row("iterations", ({ iteration, iterations }) => `${countText(iteration)} of ${countText(iterations)}`),
    row(
      "updates",
      ({ accepted, rejected, unchanged }) =>
        `${countText(accepted)} accepted, ${countText(rejected)} rejected, ${countText(unchanged)} unchanged`,
    ),
    row("changed", ({ changed }) => (changed.length === 0 ? "none" : changed.join(", "))),
    row(
      "system runs",
      ({ spentRuns, budgetRuns }) =>
        `${runsText(spentRuns)}${budgetRuns === null ? "" : ` of ${runsText(budgetRuns)}`}`,
    ),
    row("model calls", ({ calls }) => (calls === null ? NONE : countText(calls))),
    row("tokens", ({ tokens }) => (tokens === null ? NONE : countText(tokens))),
    row("money", ({ money }) => (money === null ? NONE : moneyWords(money))),
    row("at work", ({ elapsedMs }) => durationText(elapsedMs)),
    ...estimatedRows(runs),
  ];
}

/** What the runs were thought to come to, where any of them has an estimate. */
function estimatedRows(runs: readonly ComparedRun[]): [string, string[]][] {
  const told = runs.map(({ figures }) => (figures?.estimate ? estimateLines(figures.estimate) : []));
  const names = told.find((lines) => lines.length > 0)?.map(([what]) => what) ?? [];
  return names.map((what, line) => [`${what} estimated`, told.map((lines) => lines[line]?.[1] ?? NONE)]);
}

/** The rewards as curves of one scale. */
function curves({ runs, curves: drawn }: Comparison): string[] {
  const means = drawn.flatMap(({ points }) => points.map(({ mean }) => mean));
  const [low, high] = [Math.min(...means), Math.max(...means)];
  return runs.map(({ letter }) => {
    const points = drawn.find((curve) => curve.letter === letter)?.points ?? [];
    return points.length === 0
      ? NONE
      : sparkline(
          points.map(({ mean }) => mean),
          low,
          high,
        );
  });
}

function scoreRows(standings: readonly (SplitStanding | null)[], letter: string): [string, string[]][] {
  const row = (name: string, of: (standing: SplitStanding) => string): [string, string[]] => [
    name,
    standings.map((standing) => (standing === null ? NONE : of(standing))),
  ];
  return [
    row("mean", ({ start, mean }) =>
      start === null ? rewardText(mean) : `${rewardText(start)} -> ${rewardText(mean)}`,
    ),
    row("n", ({ n }) => countText(n)),
    row(`difference to ${letter} [95 % interval]`, ({ against }) => {
      if (against.kind === "reference") return NONE;
      if (against.kind === "paired") return differenceText({ ...against, mean: against.change });
      return `not comparable: ${against.reason}`;
    }),
    row("row by row", ({ against }) =>
      against.kind === "paired"
        ? `${against.wins} better, ${against.losses} worse, ${against.ties} equal of ${counted(against.n, "row")}`
        : NONE,
    ),
  ];
}

function valueLines(components: readonly ComparedComponent[], shown: Comparison, display: Display): string[] {
  const { runs, reference } = shown;
  const lines = components.flatMap(({ name, values }) => [
    `  ${display.colors.bold(name)}`,
    ...values.flatMap((value, place) => {
      const letter = runs[place]?.letter ?? "";
      if (value === null) return [`    ${letter}: ${NONE}`];
      if (value.isSame && place !== reference) return [`    ${letter}: as ${runs[reference]?.letter ?? ""}`];
      const text = partsText(cutParts(value.parts, value.shortened), display.colors);
      return wrappedVerbatim(`${letter}: ${text}`, display.width, "    ");
    }),
  ]);
  return [display.colors.bold("Values that differ"), ...lines];
}

function cutParts(parts: readonly DiffPart[], shortened: boolean): readonly DiffPart[] {
  return shortened ? [...parts, { kind: "same", text: " [...]" }] : parts;
}

/** Sections apart by one empty line; those without lines vanish. */
function sections(parts: readonly (readonly string[])[]): string[] {
  return parts
    .filter((lines) => lines.length > 0)
    .flatMap((lines, index) => (index === 0 ? [...lines] : ["", ...lines]));
}
