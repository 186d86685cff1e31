import type { RunStatus } from "../views/runView.ts";
import { statusInPhase } from "../views/statusInPhase.ts";
import type { PanelModel } from "./panelModel.ts";

/** What stands above every page of the panel. */
export interface Head {
  readonly runId: string;
  readonly system: string;
  /** Path of the experiment as the user gave it; "" for a run started from code. */
  readonly experiment: string;
  readonly model: string;
  readonly simulated: boolean;
  readonly components: readonly string[];
  /** Accepted values that it starts from: how many, and in which file; null where it starts from the source. */
  readonly saved: { readonly file: string; readonly values: number } | null;
  /** What the log says last; that of a killed run ends as if it were still running. */
  readonly status: RunStatus;
  /** Iterations begun, of how many. */
  readonly iteration: number;
  readonly iterations: number;
  readonly systemRuns: number;
  readonly budgetRuns: number | null;
  /** Milliseconds since 1970 of the first event and of the last. */
  readonly beganAt: number;
  readonly lastAt: number;
}

/** A head that is written on, event by event. */
interface HeadState {
  head: { -readonly [Field in keyof Head]: Head[Field] } | null;
}

/** Null until the run has begun. */
export const headModel: PanelModel<HeadState, Head | null> = {
  page: "head",
  empty: () => ({ head: null }),
  add(state, event) {
    if (event.type === "run.started") {
      state.head = {
        runId: event.runId,
        system: event.system.name,
        experiment: event.experiment,
        model: event.model,
        simulated: event.simulated,
        components: event.system.components.map(({ name }) => name),
        saved: event.saved === undefined ? null : { file: event.saved.file, values: event.saved.components.length },
        status: { state: "running", phase: null },
        iteration: 0,
        iterations: event.iterations,
        systemRuns: event.systemRuns,
        budgetRuns: event.budgetRuns,
        beganAt: event.at,
        lastAt: event.at,
      };
      return;
    }
    const { head } = state;
    if (head === null) return;
    head.systemRuns = event.systemRuns;
    head.lastAt = event.at;
    switch (event.type) {
      case "phase":
        head.status = statusInPhase(head.status, event.phase);
        head.iterations = event.plan?.of ?? head.iterations;
        return;
      case "iteration":
        head.iteration = event.iteration;
        head.iterations = event.of;
        return;
      case "run.resumed":
        head.status = { state: "running", phase: null };
        return;
      case "run.interrupted":
        head.status = { state: "interrupted", reason: event.reason };
        return;
      case "run.failed":
        head.status = { state: "failed", message: event.message };
        return;
      case "summary":
        head.iteration = event.iterations;
        head.status = { state: "finished", stop: event.stop };
    }
  },
  shown: ({ head }) => head && { ...head },
};
