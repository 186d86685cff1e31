import type { BodyOf, RunEvent } from "../../run/events.ts";
import { modelText } from "../../run/views/findings.ts";
import { counted, countText, durationText, gateRows, rewardText, spentRunsText } from "../../run/views/numberFormat.ts";
import type { RunView, UpdateView } from "../../run/views/runView.ts";
import { phaseWords, scorerWords, statusWords } from "../../run/views/runWords.ts";
import { landscapeValueText } from "../../run/views/valueText.ts";
import { visibleLine } from "../../run/views/visibleText.ts";
import { waitWords } from "../../run/views/waitWords.ts";
import { type Display, plainDisplay } from "./terminalText.ts";

/** A wait of which there is a line of its own. */
const LONG_WAIT_MS = 10_000;

/**
 * The line that a log on a terminal gets for an event, or undefined where a person would not miss it.
 * @param view the run with the event already taken in
 */
export function eventLine(event: RunEvent, view: RunView, display: Display = plainDisplay): string | undefined {
  const { colors } = display;
  switch (event.type) {
    case "run.started":
      return colors.bold(startLine(event));
    case "run.resumed":
      return `resumed from the last checkpoint, ${spentText(view)} spent`;
    case "phase":
      return colors.bold(
        event.phase === "iterating"
          ? `optimizing, ${counted(view.header?.iterations ?? 0, "iteration")}`
          : phaseWords(event.phase),
      );
    case "evaluation":
      return evaluationLine(event);
    case "pairs":
      return `  ${visibleLine(event.component)}: ${counted(event.pairs, "preference pair")} from ${counted(event.inputs, "input")}, average gap ${rewardText(event.averageGap)}`;
    case "rewards":
      return `  ${visibleLine(event.component)}: ${alignmentText(event)}`;
    case "iteration":
      return `${colors.bold(`iteration ${event.iteration}/${event.of} ${visibleLine(event.component)}`)}${colors.dim(` | ${paceText(view)}`)}`;
    case "update": {
      const update = view.updates.at(-1);
      return update === undefined ? undefined : `  ${updateText(update, display)}${colors.dim(` | ${paceText(view)}`)}`;
    }
    case "warning":
      return colors.yellow(`warning: ${visibleLine(event.message)}`);
    case "paused":
      return event.again ? undefined : colors.yellow(visibleLine(event.message));
    case "unpaused":
      return colors.yellow("The disk takes what it had refused: the run goes on.");
    case "waiting":
      // A live line tells of the others, and those who have none are spared them.
      return event.wait?.begins === true && event.wait.ms >= LONG_WAIT_MS
        ? colors.yellow(waitWords(event.wait))
        : undefined;
    case "landscape": {
      const local = event.local === null ? "not fitted" : rewardText(event.local);
      return `  ${visibleLine(landscapeValueText(event))}: local reward ${local}, global reward ${rewardText(event.global)} on ${counted(event.inputs, "input")}${event.current ? " (current)" : ""}`;
    }
    case "run.interrupted":
      return colors.yellow(statusWords(view.status));
    case "run.failed":
      return colors.red(statusWords(view.status));
    case "progress":
    case "candidate":
    case "checkpoint":
    case "summary":
      return undefined;
  }
}

/** What an update did, in one line: local reward, validation score, decision and why. */
export function updateText(update: UpdateView, { colors }: Display): string {
  const { decision, gate } = update;
  const paint = decision === "accepted" ? colors.green : decision === "rejected" ? colors.red : colors.dim;
  const parts = [
    paint(decision),
    `${scorerWords[update.scorer]} ${rewardText(update.rewardBefore)} -> ${rewardText(update.rewardAfter)}`,
  ];
  if (gate !== null) {
    parts.push(
      `validation ${rewardText(gate.before)} -> ${rewardText(gate.after)} on ${gateRows(gate)} (${gate.wins} better, ${gate.losses} worse)`,
    );
  }
  return `${parts.join(", ")}: ${visibleLine(update.reason)}`;
}

/** Alignment of a local reward, and what follows from it. */
export function alignmentText({ fit, trusted, reason }: BodyOf<"rewards">): string {
  const measured =
    fit.alignment === undefined
      ? "alignment not measured"
      : `alignment ${rewardText(fit.alignment)} on ${counted(fit.heldOut, "held-out pair")}`;
  return trusted ? measured : `${measured}; optimized on the global reward: ${visibleLine(reason)}`;
}

/** System runs spent, elapsed and left, as far as known. */
export function paceText(view: RunView): string {
  const left = view.timeLeftMs === null ? [] : [`about ${durationText(view.timeLeftMs)} left`];
  return [spentText(view), `${durationText(view.elapsedMs)} elapsed`, ...left].join(", ");
}

/** "412.5 of 2,000 system runs" */
export function spentText({ spentRuns, header }: RunView): string {
  return spentRunsText(spentRuns, header?.budgetRuns ?? null);
}

function startLine(event: BodyOf<"run.started">): string {
  const { system, data, model, simulated, seed } = event;
  const rows = [
    `${countText(data.train.n)} train`,
    `${countText(data.validation.n)} validation`,
    ...(data.test === undefined ? [] : [`${countText(data.test.n)} test`]),
  ].join(", ");
  return visibleLine(
    `run ${event.runId}: ${system.name}, ${counted(system.components.length, "component")}, rows: ${rows}, model ${modelText({ model, simulated })}, seed ${seed}`,
  );
}

function evaluationLine(event: BodyOf<"evaluation">): string {
  const failures = event.failures.length === 0 ? "" : `, ${counted(event.failures.length, "failure")} scored 0`;
  return `  ${event.of} on ${event.split}: ${rewardText(event.mean)} (n = ${countText(event.n)})${failures}`;
}
