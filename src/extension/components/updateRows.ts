import { plural } from "../../run/l10n.ts";
import { briefLine } from "../../run/views/briefLine.ts";
import { type FoundRun, type KnownRun, lastAt } from "../../run/views/knownRun.ts";
import { rewardText } from "../../run/views/numberFormat.ts";
import { toldSentence } from "../../run/views/runSentences.ts";
import type { UpdateView } from "../../run/views/runView.ts";
import { decisionWords } from "../../run/views/runWords.ts";
import type { L10n } from "../l10n.ts";
import { ageWords } from "./ageWords.ts";
import type { Row } from "./row.ts";

/** Characters of a sentence of which no more is to be read beside a row. */
const LONGEST = 1000;

/** Runs whose updates are listed; those of older runs stand in their reports. */
const SHOWN_RUNS = 20;

export interface UpdateRowsContext {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The editor's language, for ages. */
  readonly language: string;
  readonly l10n: L10n;
}

/** The newest runs that put a candidate to the gate, each with its updates, the last one first. */
export function updateRows(runs: readonly FoundRun[], context: UpdateRowsContext): Row[] {
  const withUpdates = runs.filter((run) => run.kind === "run").filter((run) => gated(run).length > 0);
  return withUpdates.slice(0, SHOWN_RUNS).map((run, index) => runRow(run, index === 0, context));
}

/** Id of the row of a run's updates. */
export function updatesOf(folder: string): string {
  return `updates of ${folder}`;
}

/** What no candidate was better than was put to no gate: there is nothing to look at. */
function gated({ outline }: KnownRun): UpdateView[] {
  return outline.updates.filter(({ decision }) => decision !== "unchanged");
}

function runRow(run: KnownRun, open: boolean, { now, language, l10n }: UpdateRowsContext): Row {
  const updates = gated(run);
  const accepted = updates.filter(({ decision }) => decision === "accepted").length;
  const label = briefLine(run.info.system);
  const description = [
    l10n.t("{0} accepted, {1} rejected", accepted, updates.length - accepted),
    ageWords(lastAt(run), now, language),
    ...(run.info.simulated ? [l10n.t("simulated model")] : []),
  ].join(", ");
  return {
    id: updatesOf(run.folder),
    label,
    description,
    tooltip: briefLine(run.id),
    icon: { name: "history" },
    context: accepted > 0 ? "updates.accepted" : "updates",
    spoken: l10n.t("Updates of {0}, {1}", label, description),
    run: run.folder,
    open,
    children: () => updates.map((update) => updateRow(update, run, l10n)).reverse(),
  };
}

function updateRow(update: UpdateView, run: KnownRun, l10n: L10n): Row {
  const { component, iteration, decision, gate, reason } = update;
  const label = briefLine(component);
  const words = decisionWords(decision, l10n);
  const scores =
    gate === null
      ? []
      : [l10n.t("{0} → {1} on {2}", rewardText(gate.before), rewardText(gate.after), rowsWords(gate, l10n))];
  const description = [words, ...scores, l10n.t("iteration {0}", iteration)].join(", ");
  const simulated = run.info.simulated ? [l10n.t("Simulated model.")] : [];
  return {
    id: `${run.folder} > ${iteration}`,
    label,
    description,
    tooltip: [`${words}: ${toldSentence(briefLine(reason, LONGEST), l10n)}`, ...simulated].join("\n"),
    icon: decision === "accepted" ? { name: "check", color: "charts.green" } : { name: "close", color: "charts.red" },
    context: `update.${decision}`,
    spoken: `${label}, ${description}`,
    does: "show diff",
    run: run.folder,
    iteration,
  };
}

/** "50 rows", "13 of 50 rows". */
function rowsWords(gate: { readonly n: number; readonly rows: number }, l10n: L10n): string {
  if (gate.n < gate.rows) return plural(l10n, "{0} of {1, plural, one {# row} other {# rows}}", gate.n, gate.rows);
  return plural(l10n, "{0, plural, one {# row} other {# rows}}", gate.n);
}
