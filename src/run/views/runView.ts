import type { VariableValue } from "../../system/variable.ts";
import type { BodyOf, ComponentInfo, Phase, SpentSoFar } from "../events.ts";
import type { RunPause } from "../runPause.ts";
import type { EffectPoint } from "./outputEffects.ts";

/** What was run, from the first event; never changes. */
export type RunHeader = Omit<BodyOf<"run.started">, "type" | "format">;

export type RunStatus =
  /** No event has come yet. */
  | { readonly state: "waiting" }
  | { readonly state: "running"; readonly phase: Phase | null }
  | { readonly state: "interrupted"; readonly reason: string }
  | { readonly state: "failed"; readonly message: string }
  | { readonly state: "finished"; readonly stop: Summary["stop"]; readonly budget?: Summary["budget"] | null };

export type Summary = Omit<BodyOf<"summary">, "type">;
export type Progress = Omit<BodyOf<"progress">, "type">;
export type Landscape = Omit<BodyOf<"landscape">, "type">;

/** One evaluation on a split; its failures stand in `RunView.failures`. */
export interface EvaluationView {
  readonly of: BodyOf<"evaluation">["of"];
  readonly split: BodyOf<"evaluation">["split"];
  /** 0 before the first iteration. */
  readonly iteration: number;
  readonly mean: number;
  readonly n: number;
  readonly failures: number;
}

export interface FailureView {
  readonly of: EvaluationView["of"];
  readonly split: EvaluationView["split"];
  readonly iteration: number;
  readonly exampleId: string;
  /** Component that failed, or "reward". */
  readonly at: string;
  readonly kind: BodyOf<"evaluation">["failures"][number]["kind"];
  readonly message: string;
}

export interface CandidateView {
  readonly iteration: number;
  readonly component: string;
  readonly value: VariableValue;
  /** Mean over `inputs` recorded inputs, by `scorer`. */
  readonly reward: number;
  readonly scorer: BodyOf<"candidate">["scorer"];
  readonly inputs: number;
  /** The value in force before the iteration. */
  readonly current: boolean;
}

/** Means over the validation rows of the gate, and on how many of them the new value scored higher, lower, the same. */
export interface GateView {
  readonly before: number;
  readonly after: number;
  /** Rows that were compared, of the gate's `rows`: fewer where the challenger was given up early. */
  readonly n: number;
  readonly rows: number;
  /** Mean over all rows of the gate: where only some were compared, the incumbent's plus the difference on those. */
  readonly reached: number;
  readonly wins: number;
  readonly losses: number;
  readonly ties: number;
}

export interface UpdateView {
  readonly iteration: number;
  readonly component: string;
  readonly decision: BodyOf<"update">["decision"];
  readonly reason: string;
  readonly before: VariableValue;
  readonly after: VariableValue;
  readonly scorer: BodyOf<"update">["scorer"];
  readonly rewardBefore: number;
  readonly rewardAfter: number;
  /** Null when nothing was put to the gate. */
  readonly gate: GateView | null;
  readonly systemRuns: number;
}

/** State of a component's local reward function after its last fit. */
export interface LocalRewardView {
  readonly backbone: string;
  /** Null when too few pairs were held out to measure it. */
  readonly alignment: number | null;
  readonly heldOut: number;
  readonly pairs: number;
  /** False: the component is optimized on the global reward, for `reason`. */
  readonly trusted: boolean;
  readonly reason: string;
  /** What changing outputs on purpose does to it; absent where the log does not tell. */
  readonly effects?: readonly EffectPoint[];
}

export interface ComponentView extends ComponentInfo {
  readonly initial: VariableValue;
  /** In force now: the initial value or that of the last accepted update. */
  readonly value: VariableValue;
  /** Null until pairs were collected. */
  readonly pairs: { readonly inputs: number; readonly pairs: number; readonly averageGap: number } | null;
  /** Null until fitted. */
  readonly localReward: LocalRewardView | null;
  readonly lastUpdate: UpdateView | null;
  readonly accepted: number;
  readonly rejected: number;
  readonly unchanged: number;
}

/** Mean validation score of the configuration in force after an iteration; iteration 0 is the unoptimized system. */
export interface IncumbentPoint {
  readonly iteration: number;
  readonly mean: number;
  readonly n: number;
}

/**
 * All that a person is shown of a run: plain data, made of its events alone. Terminal, report and panels draw from it,
 * so they cannot disagree.
 */
export interface RunView {
  readonly header: RunHeader | null;
  readonly status: RunStatus;
  /** The present step, while it lasts. */
  readonly progress: Progress | null;
  /** Nothing goes on since then (milliseconds since 1970), for the disk refuses what has to be written. */
  readonly paused: (RunPause & { readonly message: string }) | null;
  /** No request to a provider is sent for so long. */
  readonly waiting: NonNullable<BodyOf<"waiting">["wait"]> | null;
  /** The present or last iteration, from 1. */
  readonly iteration: { readonly iteration: number; readonly of: number; readonly component: string } | null;
  readonly incumbent: readonly IncumbentPoint[];
  readonly components: readonly ComponentView[];
  readonly updates: readonly UpdateView[];
  readonly candidates: readonly CandidateView[];
  readonly evaluations: readonly EvaluationView[];
  readonly failures: readonly FailureView[];
  readonly landscape: readonly Landscape[];
  readonly warnings: readonly string[];
  readonly summary: Summary | null;
  /** What calls of models have come to; null in logs that do not tell. */
  readonly spent: SpentSoFar | null;
  /** System runs spent, in equivalent full runs; the limit is `header.budgetRuns`. */
  readonly spentRuns: number;
  /** How often the run was taken up again. */
  readonly resumed: number;
  /** Milliseconds since 1970 of the first and the last event; null before the first. */
  readonly startedAt: number | null;
  readonly lastAt: number | null;
  /** Milliseconds at work: pauses between a stop and its resumption are left out, redone work is not. */
  readonly elapsedMs: number;
  /** Milliseconds that the remaining iterations will take at the pace so far; null before the first is over. */
  readonly timeLeftMs: number | null;
  /** `elapsedMs` and `spentRuns` when the first iteration began: where the pace is measured from. */
  readonly iteratingFrom: { readonly elapsedMs: number; readonly spentRuns: number } | null;
}
