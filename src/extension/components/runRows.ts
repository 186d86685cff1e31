import { plural } from "../../run/l10n.ts";
import { briefLine } from "../../run/views/briefLine.ts";
import {
  type FoundRun,
  type KnownRun,
  knownStatus,
  lastAt,
  type UnreadableRun,
  validationOf,
} from "../../run/views/knownRun.ts";
import { rewardText } from "../../run/views/numberFormat.ts";
import { pauseFigures, pauseRemedy, pauseSince, pauseTitle } from "../../run/views/pauseWords.ts";
import { savedStartWords, statusWords } from "../../run/views/runWords.ts";
import type { L10n } from "../l10n.ts";
import { costWords, spentLines } from "../spending/spentWords.ts";
import { ageWords } from "./ageWords.ts";
import type { Activity } from "./componentFacts.ts";
import { activityWords } from "./componentWords.ts";
import type { Row } from "./row.ts";

/** Characters of a sentence of which no more is to be read beside a row. */
const LONGEST = 1000;

/** A run of this window that has no folder yet: it waits for its turn, or starts. */
export interface ComingRun {
  readonly id: string;
  readonly title: string;
  readonly activity: Activity;
}

export interface RunRowsContext {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The editor's language, for ages. */
  readonly language: string;
  /** Runs of this window: only they can be stopped from it. */
  readonly isOurs: (folder: string) => boolean;
  readonly l10n: L10n;
}

/** Coming runs first, then all others, the newest first. */
export function runRows(runs: readonly FoundRun[], coming: readonly ComingRun[], context: RunRowsContext): Row[] {
  return [
    ...coming.map((run) => comingRow(run, context.l10n)),
    ...runs.map((run) => (run.kind === "run" ? runRow(run, context) : unreadableRow(run, context.l10n))),
  ];
}

function comingRow({ id, title, activity }: ComingRun, l10n: L10n): Row {
  const words = activityWords(activity, l10n);
  return {
    id,
    label: briefLine(title),
    description: words,
    icon: activity.state === "queued" ? { name: "clock" } : { name: "sync~spin", color: "charts.blue" },
    context: "run.coming",
    spoken: `${briefLine(title)}, ${words}`,
    ...activity.stop,
  };
}

function runRow(run: KnownRun, { now, language, isOurs, l10n }: RunRowsContext): Row {
  const status = knownStatus(run);
  const paused = pausedWords(run, { now, language, l10n });
  const words = briefLine(paused.at(0) ?? statusOf(run, l10n), LONGEST);
  const label = briefLine(run.info.system);
  const { before, after } = validationOf(run.outline);
  const scores =
    after === undefined || before === undefined
      ? undefined
      : before === after
        ? rewardText(after)
        : `${rewardText(before)} → ${rewardText(after)}`;
  const age = ageWords(lastAt(run), now, language);
  const simulated = run.info.simulated ? l10n.t("simulated model") : undefined;
  const cost = costWords(run.outline, l10n);
  const shown = [...paused.slice(0, 2), scores, iterationsOf(run, l10n), cost, age, simulated].filter(
    (part) => part !== undefined,
  );
  const description = shown.join(", ");
  const model = run.info.simulated ? l10n.t("{0} (simulated model)", run.info.model) : run.info.model;
  return {
    id: run.folder,
    label,
    description,
    tooltip: [
      briefLine(run.id),
      ...(paused.length === 0 ? [words] : paused.map((line) => briefLine(line, LONGEST))),
      briefLine(originWords(run.info, l10n), LONGEST),
      l10n.t("Model: {0}", briefLine(model)),
      ...savedLine(run, l10n),
      ...(scores === undefined ? [] : [l10n.t("Validation score: {0}", scores)]),
      l10n.t("{0} accepted, {1} rejected", accepted(run), rejected(run)),
      ...spentLines(run.outline, l10n).map((line) => briefLine(line, LONGEST)),
    ].join("\n"),
    icon: paused.length === 0 ? iconOf(status) : { name: "debug-pause", color: "charts.orange" },
    context: contextOf(run, status, isOurs(run.folder)),
    spoken: l10n.t("Run of {0}, {1}, {2}", label, words, description),
    does: "open run",
    run: run.folder,
  };
}

/** What is wrong, since when, what waits, and what to do; nothing for a run that goes on. */
function pausedWords(
  { pause }: KnownRun,
  { now, language, l10n }: Pick<RunRowsContext, "now" | "language" | "l10n">,
): readonly string[] {
  if (pause === undefined) return [];
  const figures = pauseFigures(pause, l10n);
  return [
    pauseTitle(pause, l10n),
    pauseSince(pause, now, language, l10n),
    ...(figures === "" ? [] : [figures]),
    pauseRemedy(pause, l10n),
  ];
}

/** Where the experiment of a run stands. */
function originWords({ experiment: { path, values } }: KnownRun["info"], l10n: L10n): string {
  const declared = values?.experiment;
  if (path !== "") return path;
  return declared === undefined ? l10n.t("started from code") : l10n.t("{0} in {1}", declared.name, declared.notebook);
}

function unreadableRow({ id, folder, problem }: UnreadableRun, l10n: L10n): Row {
  const [label, why] = [briefLine(id), briefLine(problem, LONGEST)];
  return {
    id: folder,
    label,
    description: l10n.t("cannot be read"),
    tooltip: why,
    icon: { name: "error", color: "charts.red" },
    context: "run.unreadable",
    spoken: l10n.t("Run {0} cannot be read: {1}", label, why),
    run: folder,
  };
}

function statusOf(run: KnownRun, l10n: L10n): string {
  const { status } = run.outline;
  // The log of a killed run ends as if it were still under way.
  if (!run.live && (status.state === "running" || status.state === "waiting")) return l10n.t("its process is gone");
  return statusWords(status, l10n);
}

/** "3 of 10", or what was done instead of iterations. */
function iterationsOf({ outline }: KnownRun, l10n: L10n): string | undefined {
  const { iteration, summary, header } = outline;
  if (summary !== null && summary.iterations === 0) return statusWords(outline.status, l10n);
  if (iteration === null) return header === null ? l10n.t("not begun") : undefined;
  return plural(
    l10n,
    "{0} of {1, plural, one {# iteration} other {# iterations}}",
    summary?.iterations ?? iteration.iteration,
    iteration.of,
  );
}

function iconOf(status: ReturnType<typeof knownStatus>): Row["icon"] {
  switch (status) {
    case "running":
      return { name: "sync~spin", color: "charts.blue" };
    case "finished":
      return { name: "pass", color: "charts.green" };
    case "interrupted":
      return { name: "debug-pause", color: "charts.yellow" };
    case "failed":
      return { name: "error", color: "charts.red" };
  }
}

/** `.notebook`: only the cell that began it can go on with it, or its kernel holds it still. */
function contextOf({ info, live }: KnownRun, status: ReturnType<typeof knownStatus>, ours: boolean): string {
  if (status === "running") return ours ? "run.running.here" : "run.running.elsewhere";
  const resumable = !live && (info.asked !== undefined || info.experiment.path !== "");
  return status === "finished" ? "run.finished" : `run.${status}${resumable ? "" : ".notebook"}`;
}

const accepted = ({ outline }: KnownRun) => outline.updates.filter(({ decision }) => decision === "accepted").length;
const rejected = ({ outline }: KnownRun) => outline.updates.filter(({ decision }) => decision === "rejected").length;

function savedLine({ outline: { header } }: KnownRun, l10n: L10n): readonly string[] {
  const saved = header?.saved;
  if (saved === undefined) return [];
  const words = briefLine(savedStartWords({ file: saved.file, values: saved.components.length }, l10n));
  return [`${words.charAt(0).toUpperCase()}${words.slice(1)}`];
}
