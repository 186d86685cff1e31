import { relative, sep } from "node:path";
import { isDefaultOut } from "./runInfo.ts";
import { RUN_OUTPUT_VERSION, type RunOutput, type UpdateOutput } from "./runOutput.ts";
import { decisionCounts, thinnedGates, thinnedRewards } from "./runOutputSeries.ts";
import { splitResults } from "./views/findings.ts";
import type { RunView, UpdateView } from "./views/runView.ts";
import { shortDiff } from "./views/shortDiff.ts";
import { visibleLine } from "./views/visibleText.ts";
import { valueDiff } from "./views/wordDiff.ts";

/** What a run's output says besides what its events say. */
export interface RunOutputPlace {
  /** As `runPointer` gives it. */
  readonly folder: string | null;
  readonly report: boolean;
  /** Somebody works on the run at this moment. */
  readonly working: boolean;
  /** System runs by purpose so far, without those that are not charged. */
  readonly spentByPurpose: Readonly<Record<string, number>>;
  /** Takes out of a message what says where on this machine, or whose, something is. */
  readonly impersonal: (message: string) => string;
}

/** Updates that are told one by one; all are counted. */
const SHOWN_UPDATES = 40;
/** Bytes in a notebook's file that are left to this beside its picture and text. */
const WRITTEN_BYTES = 40 * 1024;
const SHOWN_WARNINGS = 3;
const [NAME, SENTENCE] = [80, 300];

/** The output of a run. Costs the same for every update, and grows with the run only by the points it thins out. */
export function runOutput(view: RunView, place: RunOutputPlace): RunOutput {
  const { header, updates } = view;
  for (let shown = SHOWN_UPDATES; ; shown = Math.floor(shown / 2)) {
    const output: RunOutput = {
      version: RUN_OUTPUT_VERSION,
      runId: line(header?.runId ?? "", NAME),
      folder: place.folder,
      report: place.report,
      system: line(header?.system.name ?? "", NAME),
      model: line(header?.model ?? "", NAME),
      simulated: header?.simulated ?? false,
      status: status(view, place),
      iteration: view.iteration && { ...view.iteration, component: line(view.iteration.component, NAME) },
      rewards: thinnedRewards(view.incumbent),
      gates: thinnedGates(updates),
      updates: { ...decisionCounts(view.components), last: updates.slice(updates.length - shown).map(updateOutput) },
      spent: {
        runs: rounded(view.spentRuns),
        budget: header?.budgetRuns ?? null,
        byPurpose: { ...place.spentByPurpose },
      },
      time: { elapsedMs: Math.round(view.elapsedMs), leftMs: place.working ? nullOrRounded(view.timeLeftMs) : null },
      warnings: view.warnings.slice(-SHOWN_WARNINGS).map((warning) => line(place.impersonal(warning), SENTENCE)),
      summary: summary(view),
    };
    if (shown === 0 || writtenBytes(output) <= WRITTEN_BYTES) return output;
  }
}

/**
 * A run's folder as a notebook may name it: relative to the notebook's folder. Above that folder only `.optimas/runs` is
 * named; any other way up would go through folders that say whose they are.
 */
export function runPointer(runFolder: string, notebookFolder: string): string | null {
  const steps = relative(notebookFolder, runFolder).split(sep);
  const down = steps.slice(steps.lastIndexOf("..") + 1);
  const climbs = down.length < steps.length;
  const [top = ""] = steps;
  if (/^[a-z]:$/i.test(top) || top === "") return null;
  if (climbs && !(down.length === 3 && isDefaultOut(down.slice(0, 2).join("/")))) return null;
  return steps.join("/");
}

function status(view: RunView, { working, impersonal: clean }: RunOutputPlace): RunOutput["status"] {
  const { status: found, progress } = view;
  switch (found.state) {
    case "waiting":
    case "running": {
      if (!working) return { state: "idle" };
      const phase = found.state === "running" ? found.phase : null;
      const { label = "", done = 0, total = 0 } = progress ?? {};
      return { state: "running", phase, progress: progress && { label: line(label, NAME), done, total } };
    }
    case "interrupted":
      return { state: "interrupted", reason: line(clean(found.reason), SENTENCE) };
    case "failed":
      return { state: "failed", message: line(clean(found.message), SENTENCE) };
    case "finished":
      return { state: "finished", stop: found.stop };
  }
}

function summary(view: RunView): RunOutput["summary"] {
  if (view.summary === null || view.status.state !== "finished") return null;
  return {
    iterations: view.summary.iterations,
    results: splitResults(view).map(({ difference: { mean, low, high }, ...result }) => ({
      ...result,
      difference: { mean, low, high },
    })),
  };
}

/** An update never changes, and its diff is what takes long. */
const known = new WeakMap<UpdateView, UpdateOutput>();

function updateOutput(update: UpdateView): UpdateOutput {
  const found = known.get(update);
  if (found !== undefined) return found;
  const { iteration, component, decision, reason, scorer, gate, before, after } = update;
  const { parts, shortened } =
    decision === "unchanged" ? { parts: [], shortened: false } : shortDiff(valueDiff(before, after));
  const made: UpdateOutput = {
    iteration,
    component: line(component, NAME),
    decision,
    reason: line(reason, SENTENCE),
    scorer,
    validation: gate && { before: gate.before, after: gate.after, n: gate.n },
    diff: parts,
    shortened,
  };
  known.set(update, made);
  return made;
}

/** A notebook gives every number a line of its own, indented by its depth. */
function writtenBytes(output: RunOutput): number {
  const text = JSON.stringify(output, null, 1);
  return Buffer.byteLength(text) + 6 * text.split("\n").length;
}

function line(text: string, length: number): string {
  const shown = visibleLine(text);
  return shown.length <= length ? shown : `${[...shown].slice(0, length - 1).join("")}…`;
}

function rounded(runs: number): number {
  return Math.round(runs * 1000) / 1000;
}

function nullOrRounded(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms);
}
