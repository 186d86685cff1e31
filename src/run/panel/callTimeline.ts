import type { CallLine, CallOutcome } from "../callLog.ts";
import type { SpentCalls } from "../events.ts";
import { Lanes } from "./lanes.ts";
import type { LaneKind } from "./timelineShown.ts";

/** One call as it is known. Times leave out the pauses between processes. */
export interface KnownCall {
  readonly who: string;
  readonly purpose: string;
  readonly began: number;
  /** Null while it is under way. */
  ended: number | null;
  outcome: CallOutcome;
  calls: number;
  recorded: number;
  inputTokens: number;
  outputTokens: number;
  waitedMs: number;
  model: string | null;
  /** What came of it was lost with its process. */
  redone: boolean;
  /** Its lane, among those of each kind of group. */
  readonly lane: Readonly<Record<LaneKind, number>>;
}

/** Calls that are kept at most; the oldest quarter goes where there are more. */
const MOST_CALLS = 240_000;
/** Checkpoints to which a run could still go back. */
const MOST_MARKS = 4;

/** What calls of a log tell: the rest of what may be known of paid calls is for events to say. */
type Spent = {
  -readonly [Key in "who" | "purpose" | "model" | "calls" | "inputTokens" | "outputTokens"]: SpentCalls[Key];
} & { recorded: number };

/** What was called when, and how much since which checkpoint, of one run; grows line by line. */
export class CallTimeline {
  readonly #calls: KnownCall[] = [];
  /** By their numbers within the process that makes them. */
  #open = new Map<number, KnownCall>();
  readonly #lanes: Readonly<Record<LaneKind, Map<string, Lanes>>> = {
    component: new Map(),
    purpose: new Map(),
    none: new Map(),
  };
  /** Model calls so far, and as they stood at the last checkpoints. */
  #spent = new Map<string, Spent>();
  #marks: { readonly seq: number; readonly calls: number; readonly spent: ReadonlyMap<string, Spent> }[] = [];
  /** Milliseconds of pauses between processes. */
  #pauses = 0;
  #latest = Number.NEGATIVE_INFINITY;
  #forgotten = 0;
  #mostAtOnce = 0;
  #version = 0;

  /** By their beginnings. */
  get calls(): readonly KnownCall[] {
    return this.#calls;
  }

  get forgotten(): number {
    return this.#forgotten;
  }

  /** Calls that were under way at the same time, at most. */
  get mostAtOnce(): number {
    return this.#mostAtOnce;
  }

  /** The last moment that anything is known of; undefined before anything is. */
  get latest(): number | undefined {
    return Number.isFinite(this.#latest) ? this.#latest : undefined;
  }

  /** Raised with every line. */
  get version(): number {
    return this.#version;
  }

  /** Lanes of each group, by its name. */
  lanesOf(kind: LaneKind): ReadonlyMap<string, { readonly count: number }> {
    return this.#lanes[kind];
  }

  add(line: CallLine): void {
    this.#version++;
    if ("call" in line) this.#begin(line);
    else if ("ended" in line) this.#end(line);
    else if ("checkpoint" in line) this.#mark(line.checkpoint, line.at);
    else this.#goBack(line.resumed, line.at);
  }

  /** Model calls that were made since a checkpoint. @param seq its number; null for the run's beginning */
  spentSince(seq: number | null): SpentCalls[] {
    const mark = this.#marks.find((one) => one.seq === seq);
    if (seq !== null && mark === undefined) return [];
    return [...this.#spent].flatMap(([key, now]) => {
      const before = mark?.spent.get(key);
      const since = {
        ...now,
        calls: now.calls - (before?.calls ?? 0),
        recorded: now.recorded - (before?.recorded ?? 0),
        inputTokens: now.inputTokens - (before?.inputTokens ?? 0),
        outputTokens: now.outputTokens - (before?.outputTokens ?? 0),
      };
      return since.calls + since.recorded > 0 ? [since] : [];
    });
  }

  #begin(line: Extract<CallLine, { call: number }>): void {
    const { who, purpose } = line;
    // Clocks may be set back; bars stay in the order of their lines.
    const began = Math.max(line.at - this.#pauses, this.#calls.at(-1)?.began ?? Number.NEGATIVE_INFINITY);
    const call: KnownCall = {
      who,
      purpose,
      began,
      ended: null,
      outcome: "done",
      calls: 0,
      recorded: 0,
      inputTokens: 0,
      outputTokens: 0,
      waitedMs: 0,
      model: null,
      redone: false,
      lane: {
        component: this.#group("component", who).take(began),
        purpose: this.#group("purpose", purpose).take(began),
        none: this.#group("none", "").take(began),
      },
    };
    this.#calls.push(call);
    this.#latest = Math.max(this.#latest, began);
    if (this.#calls.length > MOST_CALLS) this.#forgotten += this.#calls.splice(0, MOST_CALLS / 4).length;
    if (line.ms === undefined) this.#open.set(line.call, call);
    else this.#settle(call, { ...line, ms: line.ms });
    // What took no time is not under way even now.
    this.#mostAtOnce = Math.max(this.#mostAtOnce, this.#group("none", "").takenAt(began));
  }

  #end(line: Extract<CallLine, { ended: number }>): void {
    const call = this.#open.get(line.ended);
    if (call === undefined) return;
    this.#open.delete(line.ended);
    this.#settle(call, line);
  }

  #settle(call: KnownCall, end: Omit<Extract<CallLine, { ended: number }>, "ended">): void {
    call.ended = call.began + end.ms;
    call.outcome = end.outcome ?? "done";
    call.calls = end.calls ?? 0;
    call.recorded = end.recorded ?? 0;
    call.inputTokens = end.inputTokens ?? 0;
    call.outputTokens = end.outputTokens ?? 0;
    call.waitedMs = Math.min(end.waitedMs ?? 0, end.ms);
    call.model = end.model ?? null;
    this.#latest = Math.max(this.#latest, call.ended);
    this.#release(call, call.ended);
    if (call.calls + call.recorded > 0) this.#count(call);
  }

  #count({ who, purpose, model, calls, recorded, inputTokens, outputTokens }: KnownCall): void {
    const key = JSON.stringify([who, purpose, model]);
    const spent: Spent = this.#spent.get(key) ?? {
      who,
      purpose,
      model,
      calls: 0,
      recorded: 0,
      inputTokens: 0,
      outputTokens: 0,
    };
    spent.calls += calls;
    spent.recorded += recorded;
    spent.inputTokens += inputTokens;
    spent.outputTokens += outputTokens;
    this.#spent.set(key, spent);
  }

  #mark(seq: number, at: number): void {
    this.#latest = Math.max(this.#latest, at - this.#pauses);
    const calls = this.#forgotten + this.#calls.length;
    this.#marks.push({ seq, calls, spent: copied(this.#spent) });
    this.#marks.splice(0, this.#marks.length - MOST_MARKS);
  }

  #goBack(seq: number, at: number): void {
    if (this.latest !== undefined) this.#pauses += Math.max(0, at - this.#pauses - this.#latest);
    for (const call of this.#open.values()) {
      call.ended = Math.max(call.began, this.#latest);
      call.outcome = "failed";
      this.#release(call, call.ended);
    }
    this.#open = new Map();
    const mark = this.#marks.findLast((one) => one.seq <= seq);
    const kept = Math.max(0, (mark?.calls ?? 0) - this.#forgotten);
    for (const call of this.#calls.slice(kept)) call.redone = true;
    this.#spent = copied(mark?.spent ?? new Map());
    this.#marks = this.#marks.filter((one) => one.seq <= seq);
  }

  #release({ who, purpose, lane }: KnownCall, at: number): void {
    this.#group("component", who).release(lane.component, at);
    this.#group("purpose", purpose).release(lane.purpose, at);
    this.#group("none", "").release(lane.none, at);
  }

  #group(kind: LaneKind, name: string): Lanes {
    const groups = this.#lanes[kind];
    const known = groups.get(name);
    if (known !== undefined) return known;
    const made = new Lanes();
    groups.set(name, made);
    return made;
  }
}

function copied(spent: ReadonlyMap<string, Spent>): Map<string, Spent> {
  return new Map([...spent].map(([key, one]) => [key, { ...one }]));
}
