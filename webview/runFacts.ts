import type { RunOutput } from "../src/run/runOutput.ts";
import { counted, countText, differenceText, rewardText, runsText } from "../src/run/views/numberFormat.ts";
import { element, table } from "./element.ts";

/** What is told of a run as a figure with its name, in the order in which people ask for it. */
export function factsOf({ rewards, iteration, spent, updates, status }: RunOutput): (readonly [string, string])[] {
  const [first, last] = [rewards.at(0), rewards.at(-1)];
  return [
    ...(first === undefined || last === undefined
      ? []
      : [
          [
            "Validation reward",
            first.iteration === last.iteration
              ? rewardText(first.mean)
              : `${rewardText(first.mean)} → ${rewardText(last.mean)}`,
          ] as const,
        ]),
    ...(iteration === null
      ? []
      : [[status.state === "finished" ? "Iterations" : "Iteration", iterationText(iteration, status.state)] as const]),
    ...(iteration === null
      ? []
      : [["Updates", `${countText(updates.accepted)} accepted, ${countText(updates.rejected)} rejected`] as const]),
    [
      "System runs",
      spent.budget === null ? runsText(spent.runs) : `${runsText(spent.runs)} of ${runsText(spent.budget)}`,
    ],
  ];
}

function iterationText(
  { iteration, of }: NonNullable<RunOutput["iteration"]>,
  state: RunOutput["status"]["state"],
): string {
  return state === "finished" ? countText(iteration) : `${countText(iteration)} of ${countText(of)}`;
}

/** Unoptimized against optimized on each kind of rows; null where the run was not summed up. */
export function resultsTable({ summary }: RunOutput): HTMLElement | null {
  if (summary === null || summary.results.length === 0) return null;
  const rows = summary.results.map(({ split, n, unoptimized, optimized, difference }) => [
    split,
    countText(n),
    rewardText(unoptimized),
    rewardText(optimized),
    differenceText(difference),
  ]);
  return element(
    "div",
    { class: "scroll" },
    table(
      `Mean reward after ${counted(summary.iterations, "iteration")}, with the 95 % interval of the paired difference.`,
      ["rows", "n", "unoptimized", "optimized", "difference"],
      rows,
    ),
  );
}

export function spentTable({ spent }: RunOutput): HTMLElement {
  const rows = Object.entries(spent.byPurpose).map(([purpose, runs]) => [purpose, runsText(runs)]);
  return element(
    "div",
    { class: "scroll" },
    table(
      "Running a part of the system counts as its share.",
      ["purpose", "system runs"],
      [
        ...rows,
        ["together", runsText(spent.runs)],
        ...(spent.budget === null ? [] : [["budget", runsText(spent.budget)]]),
      ],
    ),
  );
}
