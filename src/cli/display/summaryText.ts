import { effectName } from "../../run/charts/effectsChart.ts";
import { moneyWords } from "../../run/charts/spentChart.ts";
import { learnedOn } from "../../run/views/backboneWords.ts";
import { estimateStanding } from "../../run/views/estimateStanding.ts";
import { estimateNotes, estimateWords, noEstimateWords } from "../../run/views/estimateStandingWords.ts";
import { changedComponents, modelText } from "../../run/views/findings.ts";
import { changeText, counted, countText, durationText, rewardText, runsText } from "../../run/views/numberFormat.ts";
import { clearestEffects } from "../../run/views/outputEffects.ts";
import type { RunView, Summary } from "../../run/views/runView.ts";
import { statusWords } from "../../run/views/runWords.ts";
import { visibleLine } from "../../run/views/visibleText.ts";
import { diffText } from "./diffText.ts";
import { updateText } from "./eventLine.ts";
import { rewardPlot } from "./rewardPlot.ts";
import { landscapeTable, resultsTable, rewardsTable } from "./tables.ts";
import { type Display, plainDisplay, table, wrapped, wrappedVerbatim } from "./terminalText.ts";

/** How many failures are written out; the report lists all. */
const SHOWN_FAILURES = 5;

/** What a run came to: results, changes, alignment, what it cost. One line of text per entry. */
export function summaryText(view: RunView, display: Display = plainDisplay): string[] {
  const { summary } = view;
  if (summary === null) return [statusWords(view.status)];
  return sections([
    [`${statusWords(view.status)}, model ${visibleLine(modelText(summary))}`],
    results(view, summary, display),
    section("Reward over iterations", rewardPlot(view, display), display),
    summary.stop === "iterations" || summary.stop === "budget" ? changes(view, display) : [],
    alignment(view, display),
    section("Landscape", landscapeTable(view, display), display),
    costs(view, summary, display),
    failures(view, display),
    summary.simulated
      ? wrapped(
          "These results come from the simulated model, which is no language model. They show that the optimization works, not how well a real model does.",
          display.width,
        ).map((line) => display.colors.yellow(line))
      : [],
  ]);
}

/** Everything a person asks of one run: what it was, what it did, what it came to. */
export function showText(view: RunView, display: Display = plainDisplay): string[] {
  const { header } = view;
  if (header === null) return [statusWords(view.status)];
  const ended = view.summary !== null;
  return sections([
    [
      display.colors.bold(visibleLine(`run ${header.runId}`)),
      ...wrapped(
        visibleLine(`system ${header.system.name}, experiment ${header.experiment || "(started from code)"}`),
        display.width,
      ),
      ...wrapped(visibleLine(`model ${modelText(header)}, seed ${header.seed}`), display.width),
      ...dataLines(view),
      ...(ended ? [] : [`status ${statusWords(view.status)}`, ...validation(view)]),
      ...(view.resumed === 0 ? [] : [`resumed ${counted(view.resumed, "time")}`]),
    ],
    section(
      "Updates",
      view.updates.flatMap((update) =>
        wrapped(
          `${update.iteration}. ${visibleLine(update.component)} ${updateText(update, display)}`,
          display.width,
          "  ",
        ),
      ),
      display,
    ),
    section(
      "Warnings",
      view.warnings.flatMap((warning) => wrapped(visibleLine(warning), display.width, "  ")),
      display,
    ),
    ...(ended
      ? [summaryText(view, display)]
      : [
          section("Reward over iterations", rewardPlot(view, display), display),
          changes(view, display),
          alignment(view, display),
          section("Cost of model calls", money(view, display), display),
          section("Estimate and what came", estimated(view, display), display),
          failures(view, display),
        ]),
  ]);
}

function results(view: RunView, summary: Summary, display: Display): string[] {
  switch (summary.stop) {
    case "rewards fitted":
    case "landscape drawn":
      return [];
    case "evaluated":
      return view.evaluations.map(
        ({ of, split, mean, n, failures: failed }) =>
          `${of} on ${split}: ${rewardText(mean)} (n = ${countText(n)})${failed === 0 ? "" : `, ${counted(failed, "failure")} scored 0`}`,
      );
    default:
      return [
        ...resultsTable(view, display),
        `${counted(summary.iterations, "iteration")}: ${summary.accepted} accepted, ${summary.rejected} rejected, ${Math.max(0, summary.iterations - summary.accepted - summary.rejected)} without a better candidate`,
      ];
  }
}

function changes(view: RunView, display: Display): string[] {
  const changed = changedComponents(view);
  if (changed.length === 0) return section("Changes", ["  none"], display);
  return section(
    "Changes",
    changed.flatMap(({ name, initial, value }) => [
      `  ${display.colors.bold(visibleLine(name))}`,
      ...wrappedVerbatim(diffText(initial, value, display.colors), display.width, "    "),
    ]),
    display,
  );
}

function alignment(view: RunView, display: Display): string[] {
  const fitted = view.components.some(({ localReward, pairs }) => localReward !== null || pairs !== null);
  const backbone = learnedOn(view);
  const told = backbone === undefined ? [] : wrapped(visibleLine(backbone), display.width, "  ");
  const lines = [...rewardsTable(view, display), ...told, ...followed(view, display)];
  return fitted ? section("Alignment of local rewards", lines, display) : [];
}

/** What each local reward follows, one line each: by what changes of outputs it falls and rises most. */
function followed(view: RunView, display: Display): string[] {
  return view.components.flatMap(({ name, localReward }) => {
    const { falls, rises } = clearestEffects(localReward?.effects ?? []);
    const told = [
      ...(falls === undefined ? [] : [`falls most for outputs made: ${effectName(falls)} (${changeText(falls.mean)})`]),
      ...(rises === undefined ? [] : [`rises most for: ${effectName(rises)} (${changeText(rises.mean)})`]),
    ];
    return told.length === 0 ? [] : wrapped(`${visibleLine(name)} ${told.join(", ")}`, display.width, "  ");
  });
}

function costs(view: RunView, summary: Summary, display: Display): string[] {
  const purposes = Object.entries(summary.runsByPurpose).map(([purpose, runs]) => [
    visibleLine(purpose),
    runsText(runs),
  ]);
  const budget = view.header?.budgetRuns ?? null;
  const calls = Object.entries(summary.modelCalls).map(([who, used]) => [
    visibleLine(who),
    countText(used.calls),
    countText(used.inputTokens),
    countText(used.outputTokens),
  ]);
  return sections([
    section(
      `System runs${budget === null ? "" : `, of ${runsText(budget)}`}`,
      [
        ...table(
          [
            { title: "purpose", align: "left" },
            { title: "system runs", align: "right" },
          ],
          [...purposes, ["total", runsText(view.spentRuns)]],
          display,
        ),
        ...(summary.testRuns === 0 ? [] : [`and ${runsText(summary.testRuns)} on test rows, not charged`]),
      ],
      display,
    ),
    calls.length === 0
      ? []
      : section(
          summary.simulated ? "Calls of the simulated model" : "Model calls",
          table(
            [
              { title: "by", align: "left" },
              { title: "calls", align: "right" },
              { title: "input tokens", align: "right" },
              { title: "output tokens", align: "right" },
            ],
            calls,
            display,
          ),
          display,
        ),
    section("Cost of model calls", money(view, display), display),
    section("Estimate and what came", estimated(view, display), display),
    [`elapsed ${durationText(view.elapsedMs)}`],
  ]);
}

/** What calls cost; nothing for the simulated model, whose table of calls says so. */
function money({ spent }: RunView, display: Display): string[] {
  if (spent === null || spent.money.simulated > 0 || spent.calls + spent.recorded === 0) return [];
  const recorded =
    spent.recorded === 0 ? [] : [`  ${counted(spent.recorded, "answer")} from the record, which cost nothing`];
  return [...wrapped(moneyWords(spent.money), display.width, "  "), ...recorded];
}

/** What was estimated beside what came, or came so far; what is known of an estimate where the log has none. */
function estimated({ header, spent, elapsedMs, status }: RunView, display: Display): string[] {
  const nothing = { calls: 0, recorded: 0, tokens: 0, money: { usd: 0, unpriced: 0, simulated: 0 } };
  const over = status.state === "finished";
  const standing = estimateStanding(header?.estimate, { spent: spent ?? nothing, elapsedMs, over });
  if (standing === null) return wrapped(noEstimateWords(), display.width, "  ").map((line) => display.colors.dim(line));
  return [
    ...table(
      [
        { title: "of", align: "left" },
        { title: "estimated", align: "left" },
        { title: over ? "came" : "came so far", align: "left" },
        { title: "of likely", align: "right" },
        { title: "", align: "left" },
      ],
      estimateWords(standing).map(({ unit, estimated, came, share, place }) => [unit, estimated, came, share, place]),
      display,
    ),
    ...estimateNotes(standing).flatMap((note) => wrapped(note, display.width, "  ")),
  ];
}

function failures(view: RunView, display: Display): string[] {
  const shown = view.failures
    .slice(0, SHOWN_FAILURES)
    .flatMap(({ exampleId, at, kind, message, split }) =>
      wrapped(visibleLine(`${split} row ${exampleId}, ${at} (${kind}): ${message}`), display.width, "  "),
    );
  const more = view.failures.length - SHOWN_FAILURES;
  return section(
    `Failures, scored 0: ${countText(view.failures.length)}`,
    more > 0 ? [...shown, `  and ${countText(more)} more`] : shown,
    display,
  );
}

function dataLines({ header }: RunView): string[] {
  if (header === null) return [];
  return (["train", "validation", "test"] as const).flatMap((split) => {
    const data = header.data[split];
    return data === undefined
      ? []
      : [visibleLine(`${split} ${counted(data.n, "row")}, ${data.source}, hash ${data.hash}`)];
  });
}

function validation({ incumbent }: RunView): string[] {
  const [first, last] = [incumbent.at(0), incumbent.at(-1)];
  if (first === undefined || last === undefined) return [];
  return [`validation ${rewardText(first.mean)} -> ${rewardText(last.mean)} (n = ${countText(last.n)})`];
}

function section(title: string, lines: readonly string[], { colors }: Display): string[] {
  return lines.length === 0 ? [] : [colors.bold(title), ...lines];
}

/** Sections apart by one empty line; those without lines vanish. */
function sections(parts: readonly (readonly string[])[]): string[] {
  return parts
    .filter((lines) => lines.length > 0)
    .flatMap((lines, index) => (index === 0 ? [...lines] : ["", ...lines]));
}
