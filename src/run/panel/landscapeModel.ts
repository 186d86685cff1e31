import type { EventOf, RunEvent } from "../events.ts";
import { leastSquares, mean, rankCorrelation } from "../statistics.ts";
import { extremes } from "../thinning.ts";
import {
  type Agreement,
  type ChosenLandscape,
  type LandscapeQuery,
  type LandscapeShown,
  landscapeQuerySchema,
  type ModelChoice,
} from "./landscapeShown.ts";
import { optionsLandscape } from "./optionsLandscape.ts";
import { MOST_POINTS, type PanelModel } from "./panelModel.ts";
import {
  isScored,
  pairOf,
  pairPoint,
  pointOf,
  settle,
  type TriedComponent,
  type TriedEvent,
  type TriedValue,
  triedComponent,
} from "./triedValues.ts";

/** Points of the picture of candidates. */
const MOST_CANDIDATES = MOST_POINTS / 2;
/** Points of that of their agreement, each of a colour of its own: of more it could not be moved about smoothly. */
const MOST_PAIRS = 500;
/** One of so many is among the newest. */
const NEWEST = 4;

export interface LandscapeState {
  components: Map<string, TriedComponent>;
  iteration: number;
  /** Mean of the configuration in force on all rows of the gate; null before it was measured. */
  incumbent: number | null;
  /** The last answer: what has not changed since is not computed again. */
  last: { readonly of: string; readonly chosen: ChosenLandscape } | null;
}

/** Local and global rewards over the values of each component's variable. */
export const landscapeModel: PanelModel<LandscapeState, LandscapeShown> = {
  page: "landscape",
  empty: () => ({ components: new Map(), iteration: 0, incumbent: null, last: null }),
  add,
  shown(state, asked) {
    const query = landscapeQuerySchema.safeParse(asked);
    return landscapeShown(state, query.success ? query.data : {});
  },
};

function add(state: LandscapeState, event: RunEvent): void {
  switch (event.type) {
    case "run.started":
      start(state, event);
      return;
    case "iteration":
      state.iteration = event.iteration;
      return;
    case "evaluation":
      if (event.split === "validation" && event.of !== "optimized") state.incumbent = event.mean;
      return;
    case "candidate":
      // A component without a variable has no landscape, whatever the log says of it.
      state.components.get(event.component)?.pending.add(event);
      return;
    case "update":
      put(state, event.component, { type: "gate", update: event, incumbent: state.incumbent });
      moveIncumbent(state, event);
      return;
    case "landscape":
      put(state, event.component, { type: "point", landscape: event, iteration: state.iteration });
      return;
    default:
      return;
  }
}

function start(state: LandscapeState, event: EventOf<"run.started">): void {
  const tried = event.system.components.flatMap(
    (info) => triedComponent(info, event.configuration[info.name] ?? null, event.seq) ?? [],
  );
  state.components = new Map(tried.map((component) => [component.name, component]));
  state.iteration = 0;
  state.incumbent = null;
  state.last = null;
}

function put(state: LandscapeState, name: string, event: TriedEvent): void {
  state.components.get(name)?.pending.addOther(event);
}

function moveIncumbent(state: LandscapeState, { validation, decision }: EventOf<"update">): void {
  if (validation === null || validation.after.length === 0) return;
  if (validation.after.length !== (validation.rows ?? validation.after.length)) return;
  state.incumbent = mean(decision === "accepted" ? validation.after : validation.before);
}

function landscapeShown(state: LandscapeState, query: LandscapeQuery): LandscapeShown {
  const components = [...state.components.values()];
  const chosen =
    (query.component === undefined ? undefined : state.components.get(query.component)) ??
    components.find(({ version, pending }) => version + pending.length > 0) ??
    components[0];
  if (chosen === undefined) return { components: [], chosen: null };
  settle(chosen);
  const of = JSON.stringify([chosen.name, chosen.version, query.x, query.y, query.reward, query.ranges]);
  if (state.last?.of !== of) state.last = { of, chosen: landscapeOf(chosen, query) };
  return { components: components.map(({ name, kind }) => ({ name, kind })), chosen: state.last.chosen };
}

function landscapeOf(component: TriedComponent, query: LandscapeQuery): ChosenLandscape {
  const scored = component.values.filter(isScored);
  const paired = scored.filter((value) => pairOf(value) !== null);
  return {
    name: component.name,
    kind: component.kind,
    values: component.values.length,
    scored: component.scored,
    candidates: shownOf(component, scored, MOST_CANDIDATES, [({ local }) => local, ({ global }) => global]).map(
      (value) => pointOf(component, value),
    ),
    pairs: shownOf(component, paired, MOST_PAIRS, [
      (value) => pairOf(value)?.local ?? null,
      (value) => pairOf(value)?.global ?? null,
    ]).map((value) => pairPoint(component, value)),
    agreement: agreementOf(paired),
    options: component.kind === "options" ? optionsLandscape(component, query) : null,
    models: component.kind === "model" ? modelsOf(component, scored) : [],
    choice: choiceOf(component.choice),
  };
}

/** The value in force is always among them. */
function shownOf(
  { current }: TriedComponent,
  values: readonly TriedValue[],
  most: number,
  measures: readonly ((value: TriedValue) => number | null)[],
): readonly TriedValue[] {
  const kept = extremes(values, most - 1, measures, most / NEWEST);
  return kept.length === values.length || kept.includes(current) || !values.includes(current)
    ? kept
    : [current, ...kept];
}

function agreementOf(paired: readonly TriedValue[]): Agreement {
  const pairs = paired.flatMap((value) => pairOf(value) ?? []);
  const [local, global] = [pairs.map((pair) => pair.local), pairs.map((pair) => pair.global)];
  return {
    n: pairs.length,
    rank: rankCorrelation(local, global) ?? null,
    line: leastSquares(local, global) ?? null,
  };
}

function modelsOf(component: TriedComponent, scored: readonly TriedValue[]) {
  return scored.slice(0, MOST_CANDIDATES).map((value) => {
    const { text, local, global, mark } = pointOf(component, value);
    return { model: text, local, global, mark };
  });
}

function choiceOf(update: EventOf<"update"> | null): ModelChoice | null {
  if (update?.models === undefined) return null;
  const chosen = Object.entries(update.models);
  const inputs = chosen.reduce((sum, [, model]) => sum + model.inputs, 0);
  return {
    iteration: update.iteration,
    models: chosen.slice(0, MOST_CANDIDATES).map(([model, { inputs: own, reward }]) => ({
      model,
      inputs: own,
      share: inputs === 0 ? 0 : own / inputs,
      reward: own === 0 ? null : reward,
    })),
  };
}
