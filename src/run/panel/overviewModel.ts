import * as z from "zod/mini";
import type { SystemPicture } from "../charts/systemChart.ts";
import type { RunEvent } from "../events.ts";
import { type SplitResult, splitResults } from "../views/findings.ts";
import { emptyRunView, reduce } from "../views/reduce.ts";
import { drawnCurve, emptyCurve, type GrowingCurve, growCurve, type RewardCurve } from "../views/rewardCurve.ts";
import type { ComponentView, RunView, UpdateView } from "../views/runView.ts";
import { valueText } from "../views/valueText.ts";
import { visibleText } from "../views/visibleText.ts";
import type { PanelModel } from "./panelModel.ts";

/** What the page asks for. */
const querySchema = z.object({
  /** Name of the component that is looked at closely; null for none. */
  component: z.nullable(z.string()),
});
export type OverviewQuery = Readonly<z.infer<typeof querySchema>>;

/** A component that is looked at closely. */
export interface ComponentDetail {
  readonly name: string;
  readonly description: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Share of a system run that one execution costs. */
  readonly share: number;
  /** In force at the start and now, as text; null where the component has no variable. */
  readonly initial: string | null;
  readonly value: string | null;
  /** Why its local reward is not trusted; null where it is, and where none was fitted. */
  readonly distrust: string | null;
  readonly accepted: number;
  readonly rejected: number;
  readonly unchanged: number;
  readonly pairs: ComponentView["pairs"];
}

export interface Overview {
  readonly curve: RewardCurve;
  readonly system: SystemPicture;
  readonly component: ComponentDetail | null;
  /** Unoptimized against optimized; empty until the run is summed up. */
  readonly results: readonly SplitResult[];
  readonly accepted: number;
  readonly rejected: number;
  readonly unchanged: number;
  /** Components whose value is another than at the start. */
  readonly changed: number;
  /** Milliseconds at work, and those that the remaining iterations will take at the pace so far. */
  readonly elapsedMs: number;
  readonly timeLeftMs: number | null;
  /** How often the run was taken up again. */
  readonly resumed: number;
  readonly warnings: { readonly count: number; readonly last: readonly string[] };
  readonly failures: number;
}

interface OverviewState {
  /** Without its long lists. */
  view: RunView;
  readonly curve: GrowingCurve;
  /** Local reward of each component's value in force, as the last search by it said, and the one before its update. */
  readonly localRewards: Map<string, { readonly now: number; readonly before: number | null }>;
  warnings: number;
  lastWarnings: string[];
  failures: number;
}

/** Texts are shown to this length; whole ones are on the page of updates. */
const MOST_CHARACTERS = 4000;
const MOST_WARNINGS = 5;

/** Where a run stands: its reward over the iterations, and its system with what is known of each component. */
export const overviewModel: PanelModel<OverviewState, Overview> = {
  page: "overview",
  empty: () => ({
    view: emptyRunView(),
    curve: emptyCurve(),
    localRewards: new Map(),
    warnings: 0,
    lastWarnings: [],
    failures: 0,
  }),
  add(state, event) {
    if (event.type === "run.started") startOver(state);
    note(state, event);
    const view = reduce(state.view, plain(event));
    growCurve(state.curve, event, view.updates.at(-1)?.gate);
    state.view = shortened(view);
  },
  shown(state, query) {
    const asked = querySchema.safeParse(query);
    const { view } = state;
    const sum = (decision: UpdateView["decision"]) => view.components.reduce((total, one) => total + one[decision], 0);
    const detailed = view.components.find(({ name }) => asked.success && name === asked.data.component);
    return {
      curve: drawnCurve(state.curve),
      system: systemPicture(state),
      component: detailed === undefined ? null : detail(detailed),
      results: splitResults(view),
      accepted: sum("accepted"),
      rejected: sum("rejected"),
      unchanged: sum("unchanged"),
      changed: view.components.filter(isChanged).length,
      elapsedMs: view.elapsedMs,
      timeLeftMs: view.timeLeftMs,
      resumed: view.resumed,
      warnings: { count: state.warnings, last: state.lastWarnings },
      failures: state.failures,
    };
  },
};

/** A run that had no checkpoint yet starts over: of its first start there is the time that it took. */
function startOver(state: OverviewState): void {
  const { startedAt, lastAt, elapsedMs, resumed } = state.view;
  Object.assign(state, overviewModel.empty(), { view: { ...emptyRunView(), startedAt, lastAt, elapsedMs, resumed } });
}

function note(state: OverviewState, event: RunEvent): void {
  switch (event.type) {
    case "warning":
      state.warnings++;
      state.lastWarnings = [...state.lastWarnings, cut(event.message)].slice(-MOST_WARNINGS);
      break;
    case "evaluation":
      state.failures += event.failures.length;
      break;
    case "update":
      if (event.scorer !== "local") break;
      state.localRewards.set(
        event.component,
        event.decision === "accepted"
          ? { now: event.rewardAfter, before: event.rewardBefore }
          : { now: event.rewardBefore, before: null },
      );
      break;
    default:
      break;
  }
}

/** Candidates are nearly all of a long log: only their time and their system runs matter here. */
function plain(event: RunEvent): RunEvent {
  if (event.type !== "candidate" && event.type !== "landscape") return event;
  const { seq, at, systemRuns } = event;
  return { type: "checkpoint", iteration: 0, seq, at, systemRuns };
}

/** What grows with the run is kept elsewhere, and smaller. */
function shortened(view: RunView): RunView {
  const { failures, updates, evaluations, warnings, incumbent } = view;
  const long = failures.length + updates.length + evaluations.length + warnings.length;
  if (long === 0 && incumbent.length < 2) return view;
  return {
    ...view,
    failures: [],
    updates: [],
    evaluations: [],
    warnings: [],
    incumbent: incumbent.slice(-1),
  };
}

function systemPicture({ view, localRewards }: OverviewState): SystemPicture {
  const running = view.status.state === "running" && view.status.phase === "iterating";
  return {
    outputs: view.header?.system.outputs ?? [],
    components: view.components.map((component) => {
      const { name, kind, inputs, outputs, localReward, lastUpdate } = component;
      const reward = localRewards.get(name);
      return {
        name,
        kind,
        inputs,
        outputs,
        localReward: reward?.now ?? null,
        localRewardBefore: reward?.before ?? null,
        alignment: localReward?.alignment ?? null,
        heldOut: localReward?.heldOut ?? 0,
        trusted: localReward === null ? null : localReward.trusted,
        last:
          lastUpdate === null
            ? null
            : {
                iteration: lastUpdate.iteration,
                decision: lastUpdate.decision,
                before: lastUpdate.gate?.before ?? null,
                after: lastUpdate.gate?.after ?? null,
              },
        changed: isChanged(component),
        working: running && view.iteration?.component === name,
      };
    }),
  };
}

function detail(component: ComponentView): ComponentDetail {
  const { name, description, inputs, outputs, share, accepted, rejected, unchanged, pairs, localReward } = component;
  const text = (value: ComponentView["value"]) => (value === null ? null : cut(valueText(value)));
  return {
    name,
    description: cut(description),
    inputs,
    outputs,
    share,
    initial: text(component.initial),
    value: text(component.value),
    distrust: localReward === null || localReward.trusted ? null : cut(localReward.reason),
    accepted,
    rejected,
    unchanged,
    pairs,
  };
}

function isChanged({ initial, value }: ComponentView): boolean {
  return JSON.stringify(initial) !== JSON.stringify(value);
}

function cut(text: string): string {
  const visible = visibleText(text.slice(0, MOST_CHARACTERS));
  return text.length > MOST_CHARACTERS ? `${visible}…` : visible;
}
