import type { CallTimeline, KnownCall } from "./callTimeline.ts";
import type { BarState, BusyPoint, LaneKind, TimelineBar, TimelineQuery, TimelineShown } from "./timelineShown.ts";

/** Bars and points of one answer. Short calls beside each other become one bar where there would be more. */
const [MOST_BARS, BUSY_POINTS] = [800, 300];
/** Lanes that have room in a picture. */
const MOST_ROWS = 80;
/** Less than that cannot be looked at, in milliseconds. */
const LEAST_WINDOW = 5;
/** How far beyond either edge the answer reaches, as a share of the stretch: so far can be moved without asking. */
const BESIDE = 0.5;

/** What a run's events say that its calls do not. */
export interface TimelineContext {
  /** When the run began, in milliseconds since 1970; null before that is known. */
  readonly startedAt: number | null;
  readonly rowsAtOnce: number | null;
  /** In the order of the system. */
  readonly components: readonly string[];
  /** In the order in which a run comes to them. */
  readonly purposes: readonly string[];
}

/** What is seen of the calls in a window. Null where no call is known. */
export function timelineWindow(
  timeline: CallTimeline,
  query: TimelineQuery,
  context: TimelineContext,
): TimelineShown | null {
  const { calls, latest } = timeline;
  const [first] = calls;
  if (first === undefined || latest === undefined) return null;
  const start = Math.min(context.startedAt ?? first.began, first.began);
  const totalMs = Math.max(1, latest - start);
  const { from, to } = windowOf(query, totalMs);
  const lanes = query.lanes ?? "component";
  const groups = groupsOf(timeline, lanes, context);
  const colours = coloursOf(timeline, lanes === "purpose" ? "component" : "purpose", context);
  const [low, high] = [from - BESIDE * (to - from), to + BESIDE * (to - from)];
  const seen = calls.filter(({ began, ended }) => began - start <= high && (ended ?? latest) - start >= low);
  const times = { start, latest };
  const inWindow = seen.filter(({ began, ended }) => began - start <= to && (ended ?? latest) - start >= from).length;
  return {
    ...figuresOf(timeline),
    calls: calls.length + timeline.forgotten,
    forgotten: timeline.forgotten,
    mostAtOnce: timeline.mostAtOnce,
    rowsAtOnce: context.rowsAtOnce,
    inWindow,
    totalMs,
    from,
    to,
    lanes,
    groups: groups.map(({ name, rows }) => ({ name, lanes: rows })),
    colours,
    bars: barsOf(seen, times, { lanes, groups, colours, width: to - from }),
    busy: busyOver(seen, times, Math.max(0, low), Math.min(totalMs, high)),
  };
}

function windowOf({ stretch }: TimelineQuery, totalMs: number): { readonly from: number; readonly to: number } {
  if (stretch === undefined) return { from: 0, to: totalMs };
  if ("last" in stretch) return { from: Math.max(0, totalMs - Math.max(LEAST_WINDOW, stretch.last)), to: totalMs };
  const from = Math.min(Math.max(0, stretch.from), Math.max(0, totalMs - LEAST_WINDOW));
  return { from, to: Math.max(Math.min(stretch.to, totalMs), Math.min(totalMs, from + LEAST_WINDOW)) };
}

interface Group {
  readonly name: string;
  readonly first: number;
  readonly rows: number;
}

function groupsOf(timeline: CallTimeline, kind: LaneKind, context: TimelineContext): Group[] {
  const names = kind === "none" ? [""] : namesOf(timeline, kind, context);
  const most = Math.max(1, Math.floor(MOST_ROWS / Math.max(1, names.length)));
  let first = 0;
  return names.map((name) => {
    const rows = Math.min(most, timeline.lanesOf(kind).get(name)?.count ?? 1);
    const group = { name, first, rows };
    first += rows;
    return group;
  });
}

/** Names that occur, known ones in their order, then the others. */
function namesOf(timeline: CallTimeline, kind: "component" | "purpose", context: TimelineContext): string[] {
  const found = [...timeline.lanesOf(kind).keys()];
  const known = kind === "component" ? context.components : context.purposes;
  return [...known.filter((name) => found.includes(name)), ...found.filter((name) => !known.includes(name))];
}

/** Known names, whether they occur or not, so that each keeps its colour; then the others. */
function coloursOf(timeline: CallTimeline, kind: "component" | "purpose", context: TimelineContext): string[] {
  const known = kind === "component" ? context.components : context.purposes;
  return [...new Set([...known, ...timeline.lanesOf(kind).keys()])];
}

interface Times {
  readonly start: number;
  readonly latest: number;
}

interface Drawing {
  readonly lanes: LaneKind;
  readonly groups: readonly Group[];
  readonly colours: readonly string[];
  readonly width: number;
}

/** Where a call is drawn. */
interface Place {
  readonly call: KnownCall;
  readonly row: number;
  readonly from: number;
  readonly to: number;
}

function barsOf(seen: readonly KnownCall[], { start, latest }: Times, drawing: Drawing): TimelineBar[] {
  const { lanes, groups, width } = drawing;
  const byName = new Map(groups.map((group) => [group.name, group]));
  const places = seen.flatMap((call): Place[] => {
    const group = byName.get(lanes === "none" ? "" : lanes === "purpose" ? call.purpose : call.who);
    if (group === undefined) return [];
    const row = group.first + (call.lane[lanes] % group.rows);
    return [{ call, row, from: call.began - start, to: (call.ended ?? latest) - start }];
  });
  if (places.length <= MOST_BARS) return joined(places, drawing, 0);
  // Finer than a pixel of any screen to begin with; coarser until there are few enough.
  let grain = width / 4000;
  while (!isFew(places, grain) && grain < 4 * width) grain *= 2;
  return joined(places, drawing, grain);
}

/** Whether `joined` would give no more bars than one answer has. */
function isFew(places: readonly Place[], grain: number): boolean {
  const last = new Map<number, number>();
  let bars = 0;
  for (const { row, from, to } of places) {
    const stretch = Math.floor(from / grain);
    const isShort = to - from < grain;
    if (isShort && last.get(row) === stretch) continue;
    last.set(row, isShort ? stretch : -1);
    if (++bars > MOST_BARS) return false;
  }
  return true;
}

type GrowingBar = { -readonly [Key in keyof TimelineBar]: TimelineBar[Key] };

/** @param grain milliseconds: shorter calls that begin in the same stretch of a lane become one bar; 0 for none */
function joined(places: readonly Place[], { lanes, colours }: Drawing, grain: number): TimelineBar[] {
  const colourOf = new Map(colours.map((name, index) => [name, index]));
  const bars: GrowingBar[] = [];
  const last = new Map<number, { readonly bar: GrowingBar; readonly stretch: number }>();
  for (const { call, row, from, to } of places) {
    const stretch = Math.floor(from / grain);
    const isShort = to - from < grain;
    const before = last.get(row);
    if (isShort && before?.stretch === stretch) {
      join(before.bar, call, to);
      continue;
    }
    const bar: GrowingBar = {
      row,
      colour: colourOf.get(lanes === "purpose" ? call.who : call.purpose) ?? 0,
      who: call.who,
      purpose: call.purpose,
      from,
      to,
      calls: 1,
      state: stateOf(call),
      waitedMs: call.waitedMs,
      modelCalls: call.calls + call.recorded,
      inputTokens: call.inputTokens,
      outputTokens: call.outputTokens,
      model: call.model,
    };
    bars.push(bar);
    last.set(row, { bar, stretch: isShort ? stretch : -1 });
  }
  return bars;
}

function join(bar: GrowingBar, call: KnownCall, to: number): void {
  bar.to = Math.max(bar.to, to);
  bar.calls++;
  if (bar.state !== stateOf(call)) bar.state = "mixed";
  if (bar.who !== call.who) bar.who = "";
  if (bar.purpose !== call.purpose) bar.purpose = "";
  if (bar.model !== call.model) bar.model = null;
  bar.waitedMs += call.waitedMs;
  bar.modelCalls += call.calls + call.recorded;
  bar.inputTokens += call.inputTokens;
  bar.outputTokens += call.outputTokens;
}

function stateOf({ redone, ended, outcome, calls, recorded }: KnownCall): BarState {
  if (redone) return "redone";
  if (ended === null) return "open";
  return outcome === "done" && recorded > 0 && calls === 0 ? "reused" : outcome;
}

/** What was found out of all calls last, as long as there are no new ones. */
const known = new WeakMap<CallTimeline, { readonly version: number; readonly figures: ReturnType<typeof figures> }>();

function figuresOf(timeline: CallTimeline): ReturnType<typeof figures> {
  const { version } = timeline;
  const before = known.get(timeline);
  if (before?.version === version) return before.figures;
  const found = figures(timeline.calls);
  known.set(timeline, { version, figures: found });
  return found;
}

function figures(calls: readonly KnownCall[]) {
  const counts = { open: 0, failed: 0, reused: 0, redone: 0, done: 0 };
  let waitedMs = 0;
  const took: number[] = [];
  for (const call of calls) {
    const state = stateOf(call);
    if (state !== "mixed") counts[state]++;
    waitedMs += call.waitedMs;
    if (state === "done" && call.ended !== null) took.push(call.ended - call.began);
  }
  const { open, failed, reused, redone } = counts;
  const ranked = Float64Array.from(took).sort();
  const at = (share: number) => ranked[Math.min(ranked.length - 1, Math.floor(share * ranked.length))] ?? null;
  return { open, failed, reused, redone, waitedMs, medianMs: at(0.5), slowMs: at(0.95) };
}

/** Each call counts in each stretch by the share of it in which it was under way. */
function busyOver(seen: readonly KnownCall[], { start, latest }: Times, low: number, high: number): BusyPoint[] {
  const width = (high - low) / BUSY_POINTS;
  if (!(width > 0)) return [];
  /** What each stretch holds besides the calls that fill it, and how many more fill it than the one before. */
  const part = new Float64Array(BUSY_POINTS + 1);
  const rise = new Float64Array(BUSY_POINTS + 1);
  for (const { began, ended } of seen) {
    const from = Math.max(low, began - start);
    const to = Math.min(high, (ended ?? latest) - start);
    if (to <= from) continue;
    const [first, last] = [Math.floor((from - low) / width), Math.min(BUSY_POINTS, Math.floor((to - low) / width))];
    if (first === last) {
      part[first] = (part[first] ?? 0) + (to - from);
      continue;
    }
    part[first] = (part[first] ?? 0) + (low + (first + 1) * width - from);
    part[last] = (part[last] ?? 0) + (to - low - last * width);
    rise[first + 1] = (rise[first + 1] ?? 0) + 1;
    rise[last] = (rise[last] ?? 0) - 1;
  }
  let filling = 0;
  return Array.from({ length: BUSY_POINTS }, (_, index) => {
    filling += rise[index] ?? 0;
    const calls = filling + (part[index] ?? 0) / width;
    return { at: low + (index + 0.5) * width, calls: Math.round(calls * 1000) / 1000 };
  });
}
