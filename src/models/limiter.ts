import { type Clock, steadyClock } from "../system/clock.ts";
import { type GateWait, SHORTEST_TOLD_MS } from "./gateWait.ts";
import { LimitedLane } from "./limitedLane.ts";
import { type Entry, GateClosed, type Permit, type RequestGate } from "./requestGate.ts";

/** A provider that wants a longer pause is not waited for: the run is told, and can be resumed later. */
const LONGEST_PAUSE_MS = 5 * 60_000;

/** A request that waits for its turn. */
interface Waiting {
  readonly entry: Entry;
  /** Place in the order of all that came. */
  readonly number: number;
  readonly since: number;
  readonly admit: (permit: Permit) => void;
  readonly refuse: (reason: unknown) => void;
  readonly told: ((wait: GateWait) => void) | undefined;
  /** No longer wanted; left in the queue until its turn comes. */
  gone: boolean;
}

/** A model of a provider: its own limits, and who waits for it. */
interface ModelQueue {
  readonly lane: LimitedLane;
  readonly waiting: Waiting[];
  /** Where the queue begins in `waiting`. */
  first: number;
}

/**
 * The gate of one process for all of its runs and kernels. Each provider is served in the order of arrival; only a model
 * that has limits of its own lets those for other models pass by.
 */
export class Limiter implements RequestGate {
  readonly #clock: Clock;
  readonly #providers = new Map<string, ProviderQueue>();

  constructor(clock: Clock = steadyClock) {
    this.#clock = clock;
  }

  async enter(entry: Entry, signal: AbortSignal, told?: (wait: GateWait) => void): Promise<Permit> {
    signal.throwIfAborted();
    const queue = this.#providers.get(entry.provider) ?? new ProviderQueue(this.#clock);
    this.#providers.set(entry.provider, queue);
    return queue.enter(entry, signal, told);
  }

  /** Requests that may be under way at once at a provider, by what was learnt of it. */
  concurrency(provider: string): number | undefined {
    return this.#providers.get(provider)?.concurrency;
  }
}

class ProviderQueue {
  readonly #clock: Clock;
  readonly #lane = new LimitedLane("provider");
  readonly #models = new Map<string, ModelQueue>();
  #arrived = 0;
  #callOff: () => void = () => undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get concurrency(): number {
    return this.#lane.concurrency;
  }

  enter(entry: Entry, signal: AbortSignal, told: Waiting["told"]): Promise<Permit> {
    return new Promise((resolve, reject) => {
      const aborted = (): void => {
        waiting.gone = true;
        reject(signal.reason);
        // It may have been what the others waited for.
        this.#serve();
      };
      const settled = (): void => signal.removeEventListener("abort", aborted);
      const waiting: Waiting = {
        entry,
        number: this.#arrived++,
        since: this.#clock.now(),
        admit: (permit) => {
          settled();
          resolve(permit);
        },
        refuse: (reason) => {
          settled();
          reject(reason);
        },
        told,
        gone: false,
      };
      signal.addEventListener("abort", aborted, { once: true });
      this.#model(entry.model).waiting.push(waiting);
      this.#serve();
    });
  }

  #model(name: string): ModelQueue {
    const known = this.#models.get(name);
    if (known !== undefined) return known;
    const fresh: ModelQueue = { lane: new LimitedLane("model"), waiting: [], first: 0 };
    this.#models.set(name, fresh);
    return fresh;
  }

  /** Lets through whoever may go now, in order, and comes back when the next one may. */
  #serve(): void {
    this.#callOff();
    this.#callOff = () => undefined;
    const now = this.#clock.now();
    const closedMs = this.#lane.closedMs(now);
    if (closedMs > LONGEST_PAUSE_MS) this.#refuseAll(closedMs);
    let next = Number.POSITIVE_INFINITY;
    let nextOf: { readonly lane: LimitedLane; readonly entry: Entry } | undefined;
    for (let served = true; served; ) {
      served = false;
      next = Number.POSITIVE_INFINITY;
      for (const { queue, head } of this.#heads()) {
        const { tokens, limits } = head.entry;
        const modelMs = queue.lane.waitMs(tokens, limits?.model, now);
        if (modelMs > 0) {
          if (modelMs < next) nextOf = { lane: queue.lane, entry: head.entry };
          next = Math.min(next, modelMs);
          continue;
        }
        const providerMs = this.#lane.waitMs(tokens, limits?.provider, now);
        if (providerMs > 0) {
          if (providerMs < next) nextOf = { lane: this.#lane, entry: head.entry };
          next = Math.min(next, providerMs);
        } else {
          this.#admit(queue, head, now);
          served = true;
        }
        // Nobody who came later goes before: whoever needs much would wait for ever.
        break;
      }
    }
    if (next >= SHORTEST_TOLD_MS && nextOf !== undefined) this.#tell(nextOf.lane, nextOf.entry, next, now);
    if (next < Number.POSITIVE_INFINITY) this.#callOff = this.#clock.after(Math.max(1, next), () => this.#serve());
  }

  /** The first of every model's queue, in the order in which they came. */
  #heads(): { readonly queue: ModelQueue; readonly head: Waiting }[] {
    const heads: { readonly queue: ModelQueue; readonly head: Waiting }[] = [];
    for (const queue of this.#models.values()) {
      const head = headOf(queue);
      if (head !== undefined) heads.push({ queue, head });
    }
    return heads.length < 2 ? heads : heads.sort((a, b) => a.head.number - b.head.number);
  }

  #admit(queue: ModelQueue, head: Waiting, now: number): void {
    queue.first++;
    const { tokens, limits } = head.entry;
    const { since } = head;
    const places = [
      this.#lane.take(tokens, limits?.provider, since, now),
      queue.lane.take(tokens, limits?.model, since, now),
    ];
    let over = false;
    head.admit({
      waitedMs: now - head.since,
      stepAside: (aside) => {
        if (over) return;
        for (const place of places) place.stepAside(aside);
        this.#serve();
      },
      leave: (passage) => {
        if (over) throw new Error(`a turn at ${head.entry.provider} was given back twice`);
        over = true;
        const at = this.#clock.now();
        for (const place of places) place.leave(passage, at);
        this.#serve();
      },
    });
  }

  /** Nothing of the provider is sent before then: all who wait are told, each once. */
  #tell(lane: LimitedLane, { provider, tokens, limits }: Entry, ms: number, now: number): void {
    // While others are under way, their end may open a place sooner.
    if (ms === Number.POSITIVE_INFINITY) return;
    const wait = { provider, ...lane.why(tokens, lane === this.#lane ? limits?.provider : limits?.model, now), ms };
    const listeners = new Set<(wait: GateWait) => void>();
    for (const { waiting, first } of this.#models.values()) {
      for (const { told, gone } of waiting.slice(first)) if (told !== undefined && !gone) listeners.add(told);
    }
    for (const told of listeners) told(wait);
  }

  #refuseAll(closedMs: number): void {
    for (const queue of this.#models.values()) {
      for (let head = headOf(queue); head !== undefined; head = headOf(queue)) {
        queue.first++;
        head.refuse(new GateClosed(head.entry.provider, closedMs));
      }
    }
  }
}

/** The first one that still waits. */
function headOf(queue: ModelQueue): Waiting | undefined {
  let head = queue.waiting[queue.first];
  while (head?.gone === true) head = queue.waiting[++queue.first];
  if (queue.first > 1_000) {
    queue.waiting.splice(0, queue.first);
    queue.first = 0;
  }
  return head;
}
