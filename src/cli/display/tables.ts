import { rankCorrelation } from "../../run/statistics.ts";
import { landscapes, splitResults } from "../../run/views/findings.ts";
import {
  counted,
  countText,
  differenceText,
  durationText,
  momentText,
  rewardText,
  runsText,
} from "../../run/views/numberFormat.ts";
import type { RunView } from "../../run/views/runView.ts";
import { landscapeValueText } from "../../run/views/valueText.ts";
import { visibleLine } from "../../run/views/visibleText.ts";
import { type Display, plainDisplay, table, wrapped } from "./terminalText.ts";

/** Unoptimized against optimized with the 95 % interval of the paired difference. */
export function resultsTable(view: RunView, display: Display = plainDisplay): string[] {
  return table(
    [
      { title: "", align: "left" },
      { title: "n", align: "right" },
      { title: "unoptimized", align: "right" },
      { title: "optimized", align: "right" },
      { title: "difference [95 % interval]", align: "right" },
    ],
    splitResults(view).map(({ split, n, unoptimized, optimized, difference }) => [
      split,
      countText(n),
      rewardText(unoptimized),
      rewardText(optimized),
      differenceText(difference),
    ]),
    display,
  );
}

/** Alignment of every component that has a local reward, with the number of held-out pairs that it was measured on. */
export function rewardsTable(view: RunView, display: Display = plainDisplay): string[] {
  const rows = view.components.flatMap(({ name, localReward, pairs }) =>
    localReward === null && pairs === null
      ? []
      : [
          [
            visibleLine(name),
            rewardText(localReward?.alignment),
            localReward === null ? "–" : countText(localReward.heldOut),
            countText(localReward?.pairs ?? pairs?.pairs ?? 0),
            rewardText(pairs?.averageGap),
            localReward === null ? "not fitted" : localReward.trusted ? "local reward" : "global reward",
            localReward === null || localReward.trusted ? "" : visibleLine(localReward.reason),
          ],
        ],
  );
  return table(
    [
      { title: "component", align: "left" },
      { title: "alignment", align: "right" },
      { title: "held out", align: "right" },
      { title: "pairs", align: "right" },
      { title: "gap", align: "right" },
      { title: "optimized on", align: "left" },
      { title: "why", align: "left" },
    ],
    rows,
    display,
  );
}

/** Local and global reward over the values of a variable, with their rank correlation where both were measured. */
export function landscapeTable(view: RunView, display: Display = plainDisplay): string[] {
  return landscapes(view).flatMap(({ component, key, points }, index) => {
    const both = points.flatMap(({ local, global }) => (local === null ? [] : [{ local, global }]));
    const agreement = rankCorrelation(
      both.map(({ local }) => local),
      both.map(({ global }) => global),
    );
    return [
      ...(index === 0 ? [] : [""]),
      display.colors.bold(visibleLine(`${component}.${key}`)),
      ...table(
        [
          { title: "value", align: "left" },
          { title: "local reward", align: "right" },
          { title: "global reward", align: "right" },
          { title: "inputs", align: "right" },
          { title: "", align: "left" },
        ],
        points.map((point) => [
          visibleLine(landscapeValueText(point)),
          rewardText(point.local),
          rewardText(point.global),
          countText(point.inputs),
          point.current ? "current" : "",
        ]),
        display,
      ),
      ...(agreement === undefined
        ? []
        : wrapped(
            `rank correlation of local and global reward: ${rewardText(agreement)} over ${counted(both.length, "value")}`,
            display.width,
          )),
    ];
  });
}

/** One line per run, newest first. */
export function runsTable(runs: readonly RunView[], display: Display = plainDisplay): string[] {
  const newestFirst = [...runs].sort((a, b) => (b.startedAt ?? 0) - (a.startedAt ?? 0));
  return table(
    [
      { title: "run", align: "left" },
      { title: "started", align: "left" },
      { title: "system", align: "left" },
      { title: "status", align: "left" },
      { title: "validation", align: "left" },
      { title: "test", align: "left" },
      { title: "system runs", align: "right" },
      { title: "elapsed", align: "right" },
      { title: "model", align: "left" },
    ],
    newestFirst.map((view) => [
      visibleLine(view.header?.runId ?? "–"),
      view.startedAt === null ? "–" : momentText(view.startedAt),
      visibleLine(view.header?.system.name ?? "–"),
      statusWord(view),
      validationWord(view),
      splitWord(view, "test"),
      runsText(view.spentRuns),
      durationText(view.elapsedMs),
      view.header === null ? "–" : view.header.simulated ? "simulated model" : visibleLine(view.header.model),
    ]),
    display,
  );
}

function statusWord({ status, iteration }: RunView): string {
  if (status.state !== "running" || iteration === null) return status.state;
  return `iteration ${iteration.iteration}/${iteration.of}`;
}

function splitWord(view: RunView, split: "validation" | "test"): string {
  const result = splitResults(view).find((candidate) => candidate.split === split);
  return result === undefined ? "–" : `${rewardText(result.unoptimized)} -> ${rewardText(result.optimized)}`;
}

function validationWord(view: RunView): string {
  const [first, last] = [view.incumbent.at(0), view.incumbent.at(-1)];
  if (view.summary !== null || first === undefined || last === undefined) return splitWord(view, "validation");
  return view.incumbent.length === 1 ? rewardText(first.mean) : `${rewardText(first.mean)} -> ${rewardText(last.mean)}`;
}
