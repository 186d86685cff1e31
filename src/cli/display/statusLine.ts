import { moneyWords } from "../../run/charts/spentChart.ts";
import { counted, countText, durationText, moneyText, rewardText } from "../../run/views/numberFormat.ts";
import type { RunView } from "../../run/views/runView.ts";
import { statusWords } from "../../run/views/runWords.ts";
import { visibleLine } from "../../run/views/visibleText.ts";
import { waitWords } from "../../run/views/waitWords.ts";
import { spentText } from "./eventLine.ts";
import { type Display, plainDisplay, truncated } from "./terminalText.ts";

/**
 * The one line that a live terminal keeps redrawing.
 * @param now milliseconds since 1970, so that the clock goes on between events; without it the last event's time
 */
export function statusLine(view: RunView, display: Display = plainDisplay, now?: number): string {
  const { colors } = display;
  const sinceMs = view.status.state === "running" && now !== undefined ? Math.max(0, now - (view.lastAt ?? now)) : 0;
  const left = view.timeLeftMs === null ? [] : [`about ${durationText(Math.max(0, view.timeLeftMs - sinceMs))} left`];
  const simulated = view.header?.simulated ? ["simulated model"] : [];
  const parts = [
    colors.cyan(activity(view)),
    // Before everything that a narrow terminal may cut off.
    ...simulated,
    ...scores(view),
    spentText(view),
    ...moneySoFar(view),
    `${durationText(view.elapsedMs + sinceMs)} elapsed`,
    ...left,
  ];
  return truncated(parts.join(colors.dim(" | ")), display.width);
}

/** What is spent on models that are paid for: money first, for it is what is watched. */
function moneySoFar({ spent, header }: RunView): string[] {
  if (spent === null || spent.calls + spent.recorded === 0 || spent.money.simulated > 0) return [];
  const { budgetUsd = null } = header?.settings ?? {};
  const recorded = spent.recorded > 0 ? [`${countText(spent.recorded)} from the record`] : [];
  const money = moneyWords(spent.money);
  return [
    typeof budgetUsd === "number" ? `${money} of ${moneyText(budgetUsd)}` : money,
    [counted(spent.calls, "call"), ...recorded].join(", "),
  ];
}

function activity({ status, iteration, progress, paused, waiting }: RunView): string {
  if (status.state !== "running") return statusWords(status);
  if (paused !== null) return visibleLine(paused.message.replace(/\.$/, ""));
  if (waiting !== null) return waitWords(waiting);
  const step = progress === null ? "" : ` ${visibleLine(progress.label)} ${progress.done}/${progress.total}`;
  if (status.phase === "iterating" && iteration !== null) {
    return `iteration ${iteration.iteration}/${iteration.of} ${visibleLine(iteration.component)}${step === "" ? "" : `:${step}`}`;
  }
  return step === "" ? statusWords(status) : step.trim();
}

function scores({ incumbent }: RunView): string[] {
  const [first, last] = [incumbent.at(0), incumbent.at(-1)];
  if (first === undefined || last === undefined) return [];
  return incumbent.length === 1
    ? [`validation ${rewardText(first.mean)}`]
    : [`validation ${rewardText(first.mean)} -> ${rewardText(last.mean)}`];
}
