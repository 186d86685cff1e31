import { canonicalJson } from "../../system/configuration.ts";
import type { OptionValues, VariableValue } from "../../system/variable.ts";
import type { ComponentInfo, EventOf } from "../events.ts";
import { mean } from "../statistics.ts";
import { valueText } from "../views/valueText.ts";
import { visibleLine } from "../views/visibleText.ts";
import type { CandidateMark, CandidatePair, CandidatePoint, LandscapeComponent } from "./landscapeShown.ts";
import { PendingEvents, type ScoredCandidate } from "./pendingEvents.ts";

/** Characters of a value that are kept; whoever wants more reads its event. */
const TEXT_LENGTH = 96;

/** One value of a component's variable, and what is known of its rewards. */
export interface TriedValue {
  readonly value: VariableValue;
  /** Of a component with options. */
  readonly options: OptionValues | null;
  /** Number of the event that told of it whole: of a candidate where there was one, the last. */
  seq: number;
  iteration: number;
  /** Last rewards, each by itself. */
  local: number | null;
  global: number | null;
  /** Last rewards that belong together: under one local reward function, with the same other values. */
  pair: { readonly local: number; readonly global: number; readonly iteration: number } | null;
  decision: "accepted" | "rejected" | null;
}

/** What else than scoring candidates happened in a component, with what it cannot be understood without. */
export type TriedEvent =
  | { readonly type: "gate"; readonly update: EventOf<"update">; readonly incumbent: number | null }
  | { readonly type: "point"; readonly landscape: EventOf<"landscape">; readonly iteration: number };

/** Everything that was tried in one component; grows in place. */
export interface TriedComponent {
  /**
   * Events that are not among the values yet. Finding out which value is meant takes longer than reading the event, and
   * most components of most runs are never looked at: `settle` does it when one is.
   */
  readonly pending: PendingEvents<TriedEvent>;
  readonly name: string;
  readonly kind: LandscapeComponent["kind"];
  readonly values: TriedValue[];
  readonly byKey: Map<string, TriedValue>;
  /** Names of its options, sorted; empty for other kinds. */
  readonly names: readonly string[];
  /** In force. */
  current: TriedValue;
  /** Measured landscapes by option; a later measurement of a value replaces the earlier one. */
  readonly measured: Map<string, Map<string, EventOf<"landscape">>>;
  scored: number;
  choice: EventOf<"update"> | null;
  /** Raised with every change. */
  version: number;
}

/** @param value in force at the start @returns undefined for a component without a variable */
export function triedComponent(
  { name, kind }: ComponentInfo,
  value: VariableValue,
  seq: number,
): TriedComponent | undefined {
  if (kind === "none") return undefined;
  const first = newValue(kind, value, seq);
  const names = first.options === null ? [] : Object.keys(first.options).sort();
  return {
    pending: new PendingEvents(),
    name,
    kind,
    values: [first],
    byKey: new Map([[keyOf(names, value), first]]),
    names,
    current: first,
    measured: new Map(),
    scored: 0,
    choice: null,
    version: 0,
  };
}

/** Takes everything that is pending among the values. */
export function settle(component: TriedComponent): void {
  component.pending.take(
    (candidate) => addCandidate(component, candidate),
    (event) => {
      if (event.type === "gate") addUpdate(component, event.update, event.incumbent);
      else addLandscape(component, event.landscape, event.iteration);
    },
  );
}

function addCandidate(component: TriedComponent, event: ScoredCandidate): void {
  const tried = triedValue(component, event.value, event.seq);
  tried.seq = event.seq;
  tried.iteration = event.iteration;
  // What a random local reward gives stands where a local reward stands.
  if (event.scorer === "global") tried.global = event.reward;
  else tried.local = event.reward;
  component.scored++;
  component.version++;
}

/** @param incumbent mean on all rows of the gate before the update, where it is known */
function addUpdate(component: TriedComponent, event: EventOf<"update">, incumbent: number | null): void {
  component.version++;
  const { iteration, decision, scorer, validation, seq } = event;
  const before = component.byKey.get(keyOf(component.names, event.before));
  const after = triedValue(component, event.after, seq);
  if (event.models !== undefined) component.choice = event;
  if (decision === "accepted") component.current = after;
  if (decision === "unchanged") return;
  after.decision = decision;
  after.iteration = iteration;
  if (scorer !== "global") after.local = event.rewardAfter;
  if (validation === null || validation.after.length === 0) return;
  const [scoreBefore, scoreAfter] = [mean(validation.before), mean(validation.after)];
  const whole = validation.after.length === (validation.rows ?? validation.after.length);
  // A challenger that was given up early is placed by its difference on the rows that it was measured on.
  const base = whole || incumbent === null ? scoreBefore : incumbent;
  after.global = base + scoreAfter - scoreBefore;
  if (before !== undefined) before.global = base;
  if (scorer !== "local") return;
  after.pair = { local: event.rewardAfter, global: after.global, iteration };
  if (before !== undefined) before.pair = { local: event.rewardBefore, global: base, iteration };
}

function addLandscape(component: TriedComponent, event: EventOf<"landscape">, iteration: number): void {
  component.version++;
  const tried = triedValue(component, event.value, event.seq);
  tried.global = event.global;
  if (event.local !== null) {
    tried.local = event.local;
    tried.pair = { local: event.local, global: event.global, iteration };
  }
  const points = component.measured.get(event.key) ?? new Map<string, EventOf<"landscape">>();
  points.set(keyOf(component.names, event.value), event);
  component.measured.set(event.key, points);
}

/** The rewards of a value that belong together, or the last of both kinds. */
export function pairOf({ pair, local, global, iteration }: TriedValue): TriedValue["pair"] {
  if (pair !== null) return pair;
  return local !== null && global !== null ? { local, global, iteration } : null;
}

export function isScored({ local, global }: TriedValue): boolean {
  return local !== null || global !== null;
}

export function markOf(component: TriedComponent, tried: TriedValue): CandidateMark {
  return tried === component.current ? "current" : tried.decision;
}

export function pointOf(component: TriedComponent, tried: TriedValue): CandidatePoint {
  const { seq, iteration, local, global } = tried;
  return { seq, iteration, text: beginning(tried.value), mark: markOf(component, tried), local, global };
}

/** @throws Error when not both rewards are known */
export function pairPoint(component: TriedComponent, tried: TriedValue): CandidatePair {
  const pair = pairOf(tried);
  if (pair === null) throw new Error(`event ${tried.seq} does not tell of both rewards`);
  const { local, global, iteration } = pair;
  return { seq: tried.seq, iteration, text: beginning(tried.value), mark: markOf(component, tried), local, global };
}

function triedValue(component: TriedComponent, value: VariableValue, seq: number): TriedValue {
  const key = keyOf(component.names, value);
  const known = component.byKey.get(key);
  if (known !== undefined) return known;
  const tried = newValue(component.kind, value, seq);
  component.byKey.set(key, tried);
  component.values.push(tried);
  return tried;
}

function newValue(kind: TriedComponent["kind"], value: VariableValue, seq: number): TriedValue {
  return {
    value,
    options: kind === "options" && typeof value === "object" ? (value as OptionValues | null) : null,
    seq,
    iteration: 0,
    local: null,
    global: null,
    pair: null,
    decision: null,
  };
}

/**
 * What values are told apart by. Most of a long log are candidates, so that options that are all there and nothing else
 * are not put through JSON.
 * @param names of the component's options
 */
function keyOf(names: readonly string[], value: VariableValue): string {
  if (typeof value === "string") return value;
  if (value === null || names.length === 0) return canonicalJson(value);
  const options = value as OptionValues;
  let key = "";
  for (const name of names) {
    const option = options[name];
    // A text may hold whatever separates options here.
    if (typeof option !== "number" && typeof option !== "boolean") return canonicalJson(value);
    key += `${option} `;
  }
  for (const name in options) if (!names.includes(name)) return canonicalJson(value);
  return key;
}

/** Cut before anything else is done with it: a text from outside may be of any length. */
function beginning(value: VariableValue): string {
  const text = typeof value === "string" ? value : valueText(value);
  const line = visibleLine(text.slice(0, 4 * TEXT_LENGTH));
  const characters = [...line];
  return characters.length > TEXT_LENGTH || text.length > 4 * TEXT_LENGTH
    ? `${characters.slice(0, TEXT_LENGTH - 1).join("")}…`
    : line;
}
