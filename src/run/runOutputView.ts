import { relative, sep } from "node:path";
import { redacted } from "../system/secrets.ts";
import { isDefaultOut } from "./runInfo.ts";
import { RUN_OUTPUT_VERSION, type RunOutput, type UpdateOutput } from "./runOutput.ts";
import { decisionCounts, thinnedGates, thinnedRewards } from "./runOutputSeries.ts";
import { estimateStanding } from "./views/estimateStanding.ts";
import { splitResults } from "./views/findings.ts";
import type { RunView, UpdateView } from "./views/runView.ts";
import { shortDiff } from "./views/shortDiff.ts";
import { visibleLine } from "./views/visibleText.ts";
import { waitWords } from "./views/waitWords.ts";
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

/** Rows of who asked models for what. */
const SHOWN_CALLED = 24;
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
      saved: header?.saved ? { file: line(header.saved.file, NAME), values: header.saved.components.length } : null,
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
      ...paidModels(view),
      ...called(view),
      ...estimate(view),
      ...pausedOutput(view, place),
      time: { elapsedMs: Math.round(view.elapsedMs), leftMs: place.working ? nullOrRounded(view.timeLeftMs) : null },
      warnings: [...view.warnings, ...(view.paused && place.working ? [view.paused.message] : [])]
        .slice(-SHOWN_WARNINGS)
        .map((warning) => line(place.impersonal(warning), SENTENCE)),
      summary: summary(view),
    };
    if (shown === 0 || writtenBytes(output) <= WRITTEN_BYTES) return output;
  }
}

function pausedOutput({ paused }: RunView, { working, impersonal }: RunOutputPlace): Pick<RunOutput, "paused"> {
  if (paused === null || !working) return {};
  const { message, since, held, givenUpBy } = paused;
  return {
    paused: { message: line(impersonal(message), SENTENCE), since, held, stopping: givenUpBy !== undefined },
  };
}

function paidModels({ spent, header }: RunView): Pick<RunOutput, "models"> {
  const limit = header?.settings.budgetUsd;
  const budgetUsd = typeof limit === "number" ? limit : null;
  if (spent === null || spent.money.simulated > 0 || spent.calls + spent.recorded === 0) return {};
  const { calls, recorded, money } = spent;
  const isUnknown = money.unpriced > 0 && money.usd === 0;
  const atLeast = money.unpriced > 0 || (money.unanswered?.usd ?? 0) > 0;
  return { models: { calls, recorded, usd: isUnknown ? null : money.usd, atLeast, budgetUsd } };
}

function called({ spent }: RunView): Pick<RunOutput, "called"> {
  const rows = (spent?.by ?? []).filter(({ calls, recorded }) => calls + recorded > 0);
  if (rows.length === 0) return {};
  const shown = rows.slice(0, SHOWN_CALLED).map(({ who, purpose, calls, usd }) => ({
    who: line(who, NAME),
    purpose: purpose === null ? null : line(purpose, NAME),
    calls,
    usd: usd === null ? null : dollars(usd),
  }));
  return { called: shown };
}

function estimate({ header, spent, elapsedMs, status }: RunView): Pick<RunOutput, "estimate"> {
  const nothing = { calls: 0, recorded: 0, tokens: 0, money: { usd: 0, unpriced: 0, simulated: 0 } };
  const over = status.state === "finished";
  const standing = estimateStanding(header?.estimate, { spent: spent ?? nothing, elapsedMs, over });
  if (standing === null) return {};
  const written = (value: number) => Number(value.toPrecision(4));
  const figures = standing.figures.map(({ unit, range, came, place }) => ({
    unit,
    range: range && { low: written(range.low), expected: written(range.expected), high: written(range.high) },
    came: came === null || unit === "calls" || unit === "tokens" ? came : written(came),
    place,
  }));
  return { estimate: { figures, over, recorded: standing.recorded } };
}

function dollars(usd: number): number {
  return Number(usd.toPrecision(6));
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
  const { status: found } = view;
  switch (found.state) {
    case "waiting":
    case "running": {
      if (!working) return { state: "idle" };
      const phase = found.state === "running" ? found.phase : null;
      // What is wrong stands among the warnings, where there is room for it.
      const shown = view.paused ? { label: "paused until the disk takes more", done: 0, total: 0 } : waitedFor(view);
      const { label = "", done = 0, total = 0 } = shown ?? {};
      return { state: "running", phase, progress: shown && { label: line(label, NAME), done, total } };
    }
    case "interrupted":
      return { state: "interrupted", reason: line(clean(found.reason), SENTENCE) };
    case "failed":
      return { state: "failed", message: line(clean(found.message), SENTENCE) };
    case "finished":
      return { state: "finished", stop: found.stop, budget: found.budget ?? null };
  }
}

/** How far the present step is; while no request is sent, why. */
function waitedFor({
  waiting,
  progress,
}: RunView): RunView["progress"] | { label: string; done: number; total: number } {
  return waiting === null ? progress : { done: 0, total: 0, ...progress, label: waitWords(waiting) };
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
  // Before it is cut: nothing would know the beginning of a key.
  const shown = visibleLine(redacted(text));
  return shown.length <= length ? shown : `${[...shown].slice(0, length - 1).join("")}…`;
}

function rounded(runs: number): number {
  return Math.round(runs * 1000) / 1000;
}

function nullOrRounded(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms);
}
