import { seededRandom } from "../../system/random.ts";
import type { EventOf } from "../events.ts";
import { briefLine } from "../views/briefLine.ts";
import { drawnDifference } from "../views/drawnDifference.ts";
import { gateView } from "../views/reduce.ts";
import type { GateView } from "../views/runView.ts";
import { type ExamplesShown, examplesShown } from "./exampleScores.ts";
import type { PanelModel } from "./panelModel.ts";
import { type ShownDiff, shownDiff } from "./shownDiff.ts";
import { plainUpdatesQuery, type UpdatesQuery, updatesQuerySchema } from "./updatesQuery.ts";

/** Updates that are listed at once. */
export const UPDATES_LISTED = 25;
/** Components whose updates can be asked for by themselves. */
const MOST_COMPONENTS = 200;
const LONGEST_REASON = 1000;

type Update = EventOf<"update">;
type Decision = Update["decision"];

/** What the gate measured on the same rows before and after. */
export interface UpdateScores {
  readonly before: number;
  readonly after: number;
  /** Mean paired difference with its 95 % bootstrap interval. */
  readonly change: number;
  readonly low: number;
  readonly high: number;
  /** Rows that were compared, of the gate's `rows`. */
  readonly n: number;
  readonly rows: number;
  readonly wins: number;
  readonly losses: number;
  readonly ties: number;
}

/** An update as it is listed. */
export interface UpdateEntry {
  /** Number of its event. */
  readonly seq: number;
  readonly iteration: number;
  readonly component: string;
  readonly decision: Decision;
  /** Null where nothing was put to the gate. */
  readonly scores: UpdateScores | null;
  /** System runs that its iteration spent. */
  readonly cost: number;
}

/** An update that is looked at. */
export interface UpdateDetail extends UpdateEntry {
  readonly reason: string;
  readonly scorer: Update["scorer"];
  /** By `scorer`, over recorded inputs. */
  readonly rewardBefore: number;
  readonly rewardAfter: number;
  readonly diff: ShownDiff;
  /** Null where nothing was put to the gate. */
  readonly examples: ExamplesShown | null;
}

export interface UpdatesShown {
  readonly simulated: boolean;
  /** By their places in the run's declaration. */
  readonly components: readonly string[];
  readonly counts: Readonly<Record<Decision, number>>;
  /** Updates that the query means, and place of the first that is listed. */
  readonly meant: number;
  readonly from: number;
  readonly listed: readonly UpdateEntry[];
  readonly selected: UpdateDetail | null;
}

/** An update with what was found out about it. */
interface Known {
  readonly event: Update;
  readonly gate: GateView | null;
  readonly cost: number;
  /** Made when it is first listed: drawing so many samples takes its time. */
  scores?: UpdateScores | null;
}

interface UpdatesState {
  components: readonly string[];
  simulated: boolean;
  seed: number;
  readonly updates: Known[];
  /** Place of an update by the number of its event. */
  readonly places: Map<number, number>;
  readonly counts: Record<Decision, number>;
  /** System runs when the present iteration began. */
  spentBefore: number;
  /** Ids of the rows of the last gate: nearly always those of the next. */
  rows: string[];
  diff?: { readonly seq: number; readonly shown: ShownDiff };
}

/** Every update that was decided on, and one of them in depth. */
export const updatesModel: PanelModel<UpdatesState, UpdatesShown> = {
  page: "updates",
  ignores: ["candidate"],
  empty: () => ({
    components: [],
    simulated: false,
    seed: 0,
    updates: [],
    places: new Map(),
    counts: { accepted: 0, rejected: 0, unchanged: 0 },
    spentBefore: 0,
    rows: [],
  }),
  add(state, event) {
    switch (event.type) {
      case "run.started":
        state.components = event.system.components.map(({ name }) => name);
        state.simulated = event.simulated;
        state.seed = event.seed;
        break;
      case "iteration":
        state.spentBefore = event.systemRuns;
        break;
      case "update": {
        const { validation } = event;
        const cost = Math.max(0, event.systemRuns - state.spentBefore);
        const gate = validation === null ? null : gateView(validation, undefined);
        state.places.set(event.seq, state.updates.length);
        state.updates.push({ event: withSharedRows(state, event), gate, cost });
        state.counts[event.decision]++;
        state.spentBefore = event.systemRuns;
        break;
      }
    }
  },
  shown(state, asked) {
    const query = updatesQuerySchema.safeParse(asked).data ?? plainUpdatesQuery;
    const meant = meantUpdates(state, query);
    const from = pageOf(query.from, meant.length, UPDATES_LISTED);
    const listed = meant.slice(from, from + UPDATES_LISTED);
    const place = query.selected === null ? undefined : state.places.get(query.selected);
    const selected = (place === undefined ? undefined : state.updates[place]) ?? listed[0];
    return {
      simulated: state.simulated,
      components: state.components.slice(0, MOST_COMPONENTS).map((name) => briefLine(name)),
      counts: { ...state.counts },
      meant: meant.length,
      from,
      listed: listed.map((known) => entryOf(state, known)),
      selected: selected === undefined ? null : detailOf(state, selected, query),
    };
  },
};

/** Start of the page that holds the entry at `from`, of `count` entries. */
export function pageOf(from: number, count: number, size: number): number {
  return Math.floor(Math.min(from, Math.max(0, count - 1)) / size) * size;
}

/** The ids of a gate's rows are kept once, not with each update. */
function withSharedRows(state: UpdatesState, event: Update): Update {
  const { validation } = event;
  if (validation === null) return event;
  const { exampleIds } = validation;
  const same = exampleIds.length === state.rows.length && exampleIds.every((id, row) => id === state.rows[row]);
  if (!same) {
    state.rows = exampleIds;
    return event;
  }
  return { ...event, validation: { ...validation, exampleIds: state.rows } };
}

function meantUpdates(state: UpdatesState, query: UpdatesQuery): Known[] {
  const component = query.component === null ? undefined : state.components[query.component];
  const meant = state.updates.filter(
    ({ event }) =>
      query.decisions.includes(event.decision) && (query.component === null || event.component === component),
  );
  const { by, descending } = query.sort;
  if (by === "iteration") return descending ? meant.reverse() : meant;
  const sign = descending ? -1 : 1;
  const key = (known: Known) => sortKey(known, by);
  return meant.sort((a, b) => {
    const [x, y] = [key(a), key(b)];
    // What was not measured stands last either way; what is equal, by iteration, the last first.
    if (x === null || y === null) return x === y ? b.event.iteration - a.event.iteration : x === null ? 1 : -1;
    return x === y ? b.event.iteration - a.event.iteration : x < y ? -sign : sign;
  });
}

function sortKey({ event, gate, cost }: Known, by: UpdatesQuery["sort"]["by"]): number | string | null {
  switch (by) {
    case "iteration":
      return event.iteration;
    case "component":
      return event.component;
    case "decision":
      return event.decision;
    case "before":
      return gate === null ? null : gate.before;
    case "after":
      return gate === null ? null : gate.after;
    case "change":
      return gate === null ? null : gate.after - gate.before;
    case "cost":
      return cost;
  }
}

function entryOf(state: UpdatesState, known: Known): UpdateEntry {
  const { event, cost } = known;
  return {
    seq: event.seq,
    iteration: event.iteration,
    component: briefLine(event.component),
    decision: event.decision,
    scores: scoresOf(state, known),
    cost,
  };
}

function scoresOf(state: UpdatesState, known: Known): UpdateScores | null {
  if (known.scores !== undefined) return known.scores;
  const { gate, event } = known;
  const { validation } = event;
  if (gate === null || validation === null) {
    known.scores = null;
    return null;
  }
  const random = seededRandom(state.seed).derive("interval of an update", event.iteration);
  const { mean, low, high } = drawnDifference(validation.before, validation.after, random);
  const { before, after, n, rows, wins, losses, ties } = gate;
  known.scores = { before, after, change: mean, low, high, n, rows, wins, losses, ties };
  return known.scores;
}

function detailOf(state: UpdatesState, known: Known, query: UpdatesQuery): UpdateDetail {
  const { event } = known;
  const { seq, reason, scorer, rewardBefore, rewardAfter, validation } = event;
  if (state.diff?.seq !== seq) state.diff = { seq, shown: shownDiff(event.before, event.after) };
  return {
    ...entryOf(state, known),
    reason: briefLine(reason, LONGEST_REASON),
    scorer,
    rewardBefore,
    rewardAfter,
    diff: state.diff.shown,
    examples: known.gate === null || validation === null ? null : examplesShown(validation, query.examples),
  };
}
