import { plural } from "../../run/l10n.ts";
import type { RunOutput } from "../../run/runOutput.ts";
import { changeText, durationText, moneyText, rewardText, runsText } from "../../run/views/numberFormat.ts";
import { toldSentence } from "../../run/views/runSentences.ts";
import { savedStartWords, statusWords } from "../../run/views/runWords.ts";
import type { L10n } from "../l10n.ts";
import { toldEnd } from "../processSentences.ts";
import type { EditorRunEnd, EditorRunState } from "./editorRun.ts";
import type { EditorRunPlan } from "./editorRunRequest.ts";

/** What a run does, as a title: "Optimize answerer (first)". */
export function runTitle({ goal, name }: Pick<EditorRunPlan, "goal" | "name">, l10n: L10n): string {
  switch (goal.kind) {
    case "optimize":
      return goal.components === undefined
        ? l10n.t("Optimize {0}", name)
        : l10n.t("Optimize {0} of {1}", goal.components.join(", "), name);
    case "evaluate":
      return l10n.t("Evaluate {0}", name);
    case "rewards":
      return goal.components === undefined
        ? l10n.t("Learn local rewards of {0}", name)
        : l10n.t("Learn local rewards of {0} of {1}", goal.components.join(", "), name);
    case "landscape":
      return l10n.t("Landscape of {0} in {1}", `${goal.component}.${goal.key}`, name);
  }
}

/**
 * How far a run is: "iteration 3 of 10 · best 0.420 (+0.050) · 120 of 600 system runs · about 0:40 left · simulated model".
 * @param before runs that a queued one waits for
 */
export function progressWords(
  state: EditorRunState,
  output: RunOutput | undefined,
  before: number,
  l10n: L10n,
): string {
  if (state.kind === "queued") {
    return plural(l10n, "queued behind {0, plural, one {another run} other {# other runs}}", before);
  }
  const parts = output === undefined ? [] : figures(output, l10n);
  if (state.kind === "stopping") {
    parts.unshift(
      state.forced ? l10n.t("being ended") : l10n.t("stopping at the next safe point, at once if cancelled again"),
    );
  } else if (output === undefined) {
    parts.unshift(l10n.t("starting"));
  }
  return parts.join(" · ");
}

function figures(output: RunOutput, l10n: L10n): string[] {
  const { spent, time, simulated } = output;
  const best = bestOf(output);
  return [
    ...stepWords(output, l10n),
    ...(output.saved === null ? [] : [savedStartWords(output.saved, l10n)]),
    ...(best === undefined ? [] : [bestWords(best, l10n)]),
    spent.budget === null
      ? plural(l10n, "{0, plural, one {# system run} other {# system runs}}", spent.runs)
      : plural(
          l10n,
          "{0} of {1, plural, one {# system run} other {# system runs}}",
          runsText(spent.runs),
          spent.budget,
        ),
    ...moneySoFar(output, l10n),
    ...(time.leftMs === null ? [] : [l10n.t("about {0} left", durationText(time.leftMs))]),
    ...(simulated ? [l10n.t("simulated model")] : []),
  ];
}

/** What calls of models that are paid for have cost so far; nothing where there were none. */
function moneySoFar({ models, estimate }: Pick<RunOutput, "models" | "estimate">, l10n: L10n): string[] {
  if (models === undefined || models.calls + models.recorded === 0) return [];
  const { usd, atLeast, budgetUsd } = models;
  if (usd === null) return [l10n.t("cost not known")];
  const spent = atLeast ? l10n.t("at least {0}", moneyText(usd)) : moneyText(usd);
  if (budgetUsd !== null) return [l10n.t("{0} of {1}", spent, moneyText(budgetUsd))];
  const likely = estimate?.figures.find(({ unit }) => unit === "money")?.range?.expected ?? 0;
  return [likely > 0 ? l10n.t("{0} of about {1}", spent, moneyText(likely)) : spent];
}

/** That a run starts from accepted values instead of the source's. */
export function startWords(title: string, saved: NonNullable<RunOutput["saved"]>, l10n: L10n): string {
  return `${title}: ${savedStartWords(saved, l10n)}.`;
}

function stepWords({ status, iteration }: RunOutput, l10n: L10n): string[] {
  if (status.state !== "running") return [];
  if (status.phase === "iterating" && iteration !== null) {
    return [l10n.t("iteration {0} of {1}", iteration.iteration, iteration.of)];
  }
  const { progress } = status;
  if (progress === null || progress.total <= 0) return [statusWords(status, l10n)];
  return [l10n.t("{0}: {1} of {2}", toldSentence(progress.label, l10n), progress.done, progress.total)];
}

function bestWords({ before, now }: { readonly before: number; readonly now: number }, l10n: L10n): string {
  return now === before
    ? l10n.t("best {0}", rewardText(now))
    : l10n.t("best {0} ({1})", rewardText(now), changeText(now - before));
}

/** Mean validation reward of the configuration in force, and of the start. */
function bestOf({ rewards, summary }: RunOutput): { readonly before: number; readonly now: number } | undefined {
  const validation = summary?.results.find(({ split }) => split === "validation");
  const before = validation?.unoptimized ?? rewards[0]?.mean;
  const now = validation?.optimized ?? rewards.at(-1)?.mean;
  return before === undefined || now === undefined ? undefined : { before, now };
}

/** Share of the iterations that are done, in [0, 1]; undefined before the first one begins. */
export function shareDone({ iteration, status }: RunOutput): number | undefined {
  if (iteration === null || iteration.of === 0) return undefined;
  if (status.state === "running" && status.phase === "testing") return 1;
  return Math.min(1, Math.max(0, (iteration.iteration - 1) / iteration.of));
}

/** What the user is told of a run's end, and what can be done then. */
export interface ResultWords {
  readonly severity: "information" | "warning" | "error";
  readonly text: string;
  readonly actions: readonly ResultAction[];
}

export type ResultAction = "diff" | "apply" | "run" | "resume" | "open" | "key" | "log" | "dismiss";

/**
 * The outcome of a run in one sentence.
 * @param resumable its folder holds a run that can go on
 * @param placed the place of its failure is known
 * @param lacksKey it asked for a key that there is none of
 * @returns undefined where there is nothing to tell: of a run that was taken back before it began, or shows what it gave
 */
export function resultWords(
  run: { readonly plan: Pick<EditorRunPlan, "goal" | "name">; readonly output: RunOutput | undefined },
  end: EditorRunEnd,
  {
    resumable,
    placed,
    lacksKey,
  }: { readonly resumable: boolean; readonly placed: boolean; readonly lacksKey: boolean },
  l10n: L10n,
): ResultWords | undefined {
  const title = runTitle(run.plan, l10n);
  const go: readonly ResultAction[] = resumable ? ["resume"] : [];
  switch (end.kind) {
    case "cancelled":
      return undefined;
    case "interrupted": {
      if (run.output === undefined) return undefined;
      const at = statusAt(run.output, l10n);
      const text = resumable
        ? l10n.t("{0}: stopped {1}. Everything up to its last checkpoint is saved.", title, at)
        : l10n.t("{0}: stopped {1}.", title, at);
      return { severity: "information", text, actions: resumable ? ["resume", "dismiss"] : [] };
    }
    case "failed": {
      const text = l10n.t("{0} failed: {1}", title, end.error.message || end.error.name);
      const remedies = [...(lacksKey ? (["key"] as const) : []), ...(placed ? (["open"] as const) : [])];
      return { severity: "error", text, actions: [...remedies, "log", ...go] };
    }
    case "died":
      return {
        severity: "error",
        text: l10n.t("{0}: {1}", title, toldEnd(end.end.reason, l10n)),
        actions: [...go, "log"],
      };
    case "finished":
      // A landscape shows itself.
      return run.plan.goal.kind === "landscape" ? undefined : finishedWords(run, title, l10n);
  }
}

function finishedWords(
  { plan, output }: { readonly plan: Pick<EditorRunPlan, "goal">; readonly output: RunOutput | undefined },
  title: string,
  l10n: L10n,
): ResultWords {
  const simulated = output?.simulated === true ? ` ${l10n.t("Simulated model.")}` : "";
  const best = output && bestOf(output);
  const now = best === undefined ? "–" : rewardText(best.now);
  const told = (sentence: string, actions: readonly ResultAction[]): ResultWords => ({
    severity: "information",
    text: `${sentence}${simulated}`,
    actions,
  });
  if (plan.goal.kind === "evaluate") {
    return told(l10n.t("{0}: mean reward {1} on the validation rows.", title, now), ["run", "dismiss"]);
  }
  if (plan.goal.kind === "rewards") return told(l10n.t("{0}: done.", title), ["run", "dismiss"]);
  const { accepted = 0, last = [] } = output?.updates ?? {};
  const from = best === undefined ? "–" : rewardText(best.before);
  if (accepted > 0) {
    const change = best === undefined ? "–" : changeText(best.now - best.before);
    const sentence = plural(
      l10n,
      "{0}: {1, plural, one {one update} other {# updates}} accepted, validation reward {2}, before {3} ({4}).",
      title,
      accepted,
      now,
      from,
      change,
    );
    return told(sentence, ["diff", "apply", "run", "dismiss"]);
  }
  const reason = last.at(-1)?.reason;
  const why = reason === undefined ? stopSentence(output, l10n) : toldSentence(reason, l10n);
  return told(l10n.t("{0}: nothing was accepted, validation reward {1}; {2}.", title, now, why), ["run", "dismiss"]);
}

function stopSentence(output: RunOutput | undefined, l10n: L10n): string {
  return output?.status.state === "finished" ? statusWords(output.status, l10n) : l10n.t("no update was tried");
}

function statusAt({ iteration }: RunOutput, l10n: L10n): string {
  return iteration === null
    ? l10n.t("before its first iteration")
    : l10n.t("at iteration {0} of {1}", iteration.iteration, iteration.of);
}

/** What a button of the result says. */
export function actionWords(action: ResultAction, l10n: L10n): string {
  switch (action) {
    case "diff":
      return l10n.t("Diff");
    case "apply":
      return l10n.t("Apply");
    case "run":
      return l10n.t("Open Run");
    case "resume":
      return l10n.t("Resume");
    case "open":
      return l10n.t("Open File");
    case "key":
      return l10n.t("Set API Key");
    case "log":
      return l10n.t("Show Log");
    case "dismiss":
      return l10n.t("Dismiss");
  }
}

/** What the status bar says while runs are live. */
export function liveWords(
  runs: readonly {
    readonly plan: Pick<EditorRunPlan, "goal" | "name">;
    readonly state: EditorRunState;
    readonly output?: RunOutput | undefined;
  }[],
  l10n: L10n,
): { readonly text: string; readonly spoken: string } {
  const queued = runs.filter(({ state }) => state.kind === "queued").length;
  const live = runs.length - queued;
  const [only] = runs;
  const words =
    runs.length === 1 && only !== undefined
      ? runTitle(only.plan, l10n)
      : queued === 0
        ? plural(l10n, "{0, plural, one {# run} other {# runs}}", live)
        : plural(l10n, "{0, plural, one {# run} other {# runs}}, {1} of them queued", runs.length, queued);
  // Of several runs, each has its own: they stand in the tooltip.
  const money = runs.length === 1 && only?.output !== undefined ? moneySoFar(only.output, l10n) : [];
  const all = [words, ...money].join(" · ");
  return { text: `$(sync~spin) ${all}`, spoken: `Optimas: ${all}` };
}
