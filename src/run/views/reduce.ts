import { type EventOf, isLogged, type RunEvent } from "../events.ts";
import { mean } from "../statistics.ts";
import { effectiveEvents, workBetween } from "./effectiveEvents.ts";
import { effectPoints } from "./outputEffects.ts";
import type { ComponentView, GateView, IncumbentPoint, RunView, UpdateView } from "./runView.ts";
import { spentToldBy } from "./spentSoFar.ts";
import { statusInPhase } from "./statusInPhase.ts";
import { timeLeftMs } from "./timeLeft.ts";

/** A view as the reducer sees it. */
type Draft<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer I)[] ? I[] : T[K] };
type RunDraft = Draft<RunView>;

/** A run of which nothing is known yet. */
export function emptyRunView(): RunView {
  return {
    header: null,
    status: { state: "waiting" },
    progress: null,
    paused: null,
    waiting: null,
    iteration: null,
    incumbent: [],
    components: [],
    updates: [],
    candidates: [],
    evaluations: [],
    failures: [],
    landscape: [],
    warnings: [],
    summary: null,
    spent: null,
    spentRuns: 0,
    resumed: 0,
    startedAt: null,
    lastAt: null,
    elapsedMs: 0,
    timeLeftMs: null,
    iteratingFrom: null,
  };
}

/** The view of a whole log, redone work left out. */
export function runView(events: readonly RunEvent[]): RunView {
  const view = emptyRunView() as RunDraft;
  for (const event of effectiveEvents(events)) reduce(view, event);
  return view;
}

/** A view that follows a run while it happens, resumptions included. */
export interface LiveRunView {
  /** Always the same as `runView` of all events so far, but for the present progress; read it anew after each event. */
  readonly view: RunView;
  add(event: RunEvent): RunView;
}

/** @param past events already in the log, when a run is taken up again */
export function liveRunView(past: readonly RunEvent[] = []): LiveRunView {
  // Kept because a resumption takes back events that are already in the view.
  const events = [...past];
  let view = runView(events);
  return {
    get view() {
      return view;
    },
    add(event) {
      if (isLogged(event)) events.push(event);
      if (event.type === "run.resumed") view = runView(events);
      else reduce(view, event);
      return view;
    },
  };
}

/**
 * Takes one more event into the view and gives the same view back: it is changed in place, so that an event costs the
 * same however long the run is. A resumption is only counted here; what it takes back is left out by `effectiveEvents`
 * beforehand or by `liveRunView`.
 *
 * @throws Error when the event names a component that the run's first event did not declare
 */
export function reduce(view: RunView, event: RunEvent): RunView {
  const draft = view as RunDraft;
  const previous = draft.lastAt === null ? undefined : { at: draft.lastAt };
  const worked = workBetween(previous, event);
  draft.elapsedMs += worked;
  draft.startedAt ??= event.at;
  draft.lastAt = event.at;
  draft.spentRuns = event.systemRuns;
  apply(draft, event);
  draft.timeLeftMs = timeLeftMs(draft, event, event.type === "run.resumed" ? 0 : worked);
  return view;
}

function apply(view: RunDraft, event: RunEvent): void {
  switch (event.type) {
    case "run.started":
      start(view, event);
      break;
    case "run.resumed":
      view.resumed++;
      // Discarded work took its time too, but says nothing about the pace.
      if (view.iteratingFrom !== null) {
        const { elapsedMs, spentRuns } = view.iteratingFrom;
        view.iteratingFrom = { elapsedMs: elapsedMs + (event.redoneMs ?? 0), spentRuns };
      }
      view.status = { state: "running", phase: view.status.state === "running" ? view.status.phase : null };
      break;
    case "phase":
      view.status = statusInPhase(view.status, event.phase);
      view.progress = null;
      break;
    case "paused":
      view.paused = { ...event.pause, message: event.message };
      break;
    case "unpaused":
      view.paused = null;
      break;
    case "waiting":
      view.waiting = event.wait;
      break;
    case "progress":
      view.progress = { phase: event.phase, label: event.label, done: event.done, total: event.total };
      view.spent = event.spent ?? view.spent;
      break;
    case "evaluation":
      evaluate(view, event);
      break;
    case "pairs":
      change(view, event, () => ({
        pairs: { inputs: event.inputs, pairs: event.pairs, averageGap: event.averageGap },
      }));
      break;
    case "rewards":
      change(view, event, () => ({
        localReward: {
          backbone: event.backbone,
          alignment: event.fit.alignment ?? null,
          heldOut: event.fit.heldOut,
          pairs: event.fit.pairs,
          trusted: event.trusted,
          reason: event.reason,
          ...(event.fit.diagnosis !== undefined && { effects: effectPoints(event.fit.diagnosis.effects) }),
        },
      }));
      break;
    case "iteration":
      view.iteratingFrom ??= { elapsedMs: view.elapsedMs, spentRuns: view.spentRuns };
      view.iteration = { iteration: event.iteration, of: event.of, component: event.component };
      view.progress = null;
      break;
    case "candidate": {
      const { iteration, component, value, reward, scorer, inputs, current } = event;
      view.candidates.push({ iteration, component, value, reward, scorer, inputs, current });
      break;
    }
    case "update":
      update(view, event);
      break;
    case "checkpoint":
      view.spent = spentToldBy(event, view.header?.simulated ?? false) ?? view.spent;
      break;
    case "warning":
      view.warnings.push(event.message);
      break;
    case "landscape": {
      const { component, key, value, local, global, inputs, current } = event;
      view.landscape.push({ component, key, value, local, global, inputs, current });
      break;
    }
    case "run.interrupted":
      view.status = { state: "interrupted", reason: event.reason };
      view.progress = null;
      break;
    case "run.failed":
      view.status = { state: "failed", message: event.message };
      view.progress = null;
      break;
    case "summary": {
      const { type: _type, seq: _seq, at: _at, systemRuns: _systemRuns, ...summary } = event;
      view.summary = summary;
      view.status = { state: "finished", stop: event.stop, ...(event.budget && { budget: event.budget }) };
      view.spent = spentToldBy(event, event.simulated) ?? view.spent;
      view.progress = null;
      break;
    }
    default:
      throw new Error(`unknown event ${JSON.stringify(event satisfies never)}`);
  }
}

function start(view: RunDraft, event: EventOf<"run.started">): void {
  const { type: _type, format: _format, seq: _seq, at: _at, systemRuns: _systemRuns, ...header } = event;
  view.header = header;
  view.status = { state: "running", phase: null };
  view.components = header.system.components.map((component) => {
    const value = header.configuration[component.name] ?? null;
    return {
      ...component,
      initial: value,
      value,
      pairs: null,
      localReward: null,
      lastUpdate: null,
      accepted: 0,
      rejected: 0,
      unchanged: 0,
    };
  });
}

function evaluate(view: RunDraft, event: EventOf<"evaluation">): void {
  const { of, split, n } = event;
  const iteration = view.iteration?.iteration ?? 0;
  view.evaluations.push({ of, split, iteration, mean: event.mean, n, failures: event.failures.length });
  for (const failure of event.failures) view.failures.push({ of, split, iteration, ...failure });
  if (split === "validation" && of !== "optimized") placeIncumbent(view, { iteration, mean: event.mean, n });
}

function update(view: RunDraft, event: EventOf<"update">): void {
  const { iteration, component, decision, reason, before, after, scorer, rewardBefore, rewardAfter } = event;
  const gate = event.validation === null ? null : gateView(event.validation, view.incumbent.at(-1)?.mean);
  const entry: UpdateView = {
    iteration,
    component,
    decision,
    reason,
    before,
    after,
    scorer,
    rewardBefore,
    rewardAfter,
    gate,
    systemRuns: event.systemRuns,
  };
  view.updates.push(entry);
  change(view, event, (current) => ({
    value: decision === "accepted" ? after : current.value,
    lastUpdate: entry,
    [decision]: current[decision] + 1,
  }));
  const last = view.incumbent.at(-1);
  if (gate !== null && gate.n === gate.rows) {
    placeIncumbent(view, { iteration, mean: decision === "accepted" ? gate.after : gate.before, n: gate.n });
  } else if (last !== undefined) {
    placeIncumbent(view, { ...last, iteration });
  }
}

/** A second measurement in the same iteration replaces the first. */
function placeIncumbent(view: RunDraft, point: IncumbentPoint): void {
  if (view.incumbent.at(-1)?.iteration === point.iteration) view.incumbent.pop();
  view.incumbent.push(point);
}

/**
 * What a gate's scores say.
 * @param incumbent mean of the configuration in force, over all rows
 * @returns null where no row was compared
 * @throws Error when there are not equally many before and after
 */
export function gateView(
  { before, after, rows }: NonNullable<EventOf<"update">["validation"]>,
  incumbent: number | undefined,
): GateView | null {
  if (before.length !== after.length) {
    throw new Error(`scores at the gate must be paired: ${before.length} before, ${after.length} after`);
  }
  if (before.length === 0) return null;
  const wins = after.filter((score, row) => score > (before[row] ?? 0)).length;
  const losses = after.filter((score, row) => score < (before[row] ?? 0)).length;
  const n = after.length;
  const compared = { before: mean(before), after: mean(after), n, rows: rows ?? n };
  const whole = incumbent === undefined || compared.rows === n;
  const reached = whole ? compared.after : incumbent + compared.after - compared.before;
  return { ...compared, reached, wins, losses, ties: n - wins - losses };
}

function change(
  view: RunDraft,
  event: { readonly component: string; readonly seq: number },
  next: (current: ComponentView) => Partial<ComponentView>,
): void {
  const index = view.components.findIndex(({ name }) => name === event.component);
  const current = view.components[index];
  if (current === undefined) {
    throw new Error(`event ${event.seq} names the component "${event.component}", which the run did not declare`);
  }
  view.components[index] = { ...current, ...next(current) };
}
