import type { EventOf } from "../events.ts";

/** What is kept of a candidate's event. */
export type ScoredCandidate = Pick<EventOf<"candidate">, "seq" | "iteration" | "value" | "reward" | "scorer">;

const scorers = ["local", "global", "random"] as const;
const FIRST_ROOM = 256;

/**
 * Events in the order in which they came, until someone asks for them. Candidates, nearly all of a long log, lie in columns:
 * as objects, half a million of them would take up more time of the collector than reading them does.
 */
export class PendingEvents<Other> {
  #count = 0;
  #columns = emptyColumns(FIRST_ROOM);
  #values: ScoredCandidate["value"][] = [];
  /** Each with the number of candidates before it. */
  #others: { readonly event: Other; readonly after: number }[] = [];

  get length(): number {
    return this.#count + this.#others.length;
  }

  add({ seq, iteration, value, reward, scorer }: ScoredCandidate): void {
    const at = this.#count++;
    if (at === this.#columns.seq.length) this.#grow();
    const columns = this.#columns;
    columns.seq[at] = seq;
    columns.iteration[at] = iteration;
    columns.reward[at] = reward;
    columns.scorer[at] = scorers.indexOf(scorer);
    this.#values.push(value);
  }

  addOther(event: Other): void {
    this.#others.push({ event, after: this.#count });
  }

  /** Gives everything in order, and forgets it. */
  take(onCandidate: (candidate: ScoredCandidate) => void, onOther: (event: Other) => void): void {
    let next = 0;
    for (const { event, after } of this.#others) {
      for (; next < after; next++) onCandidate(this.#candidate(next));
      onOther(event);
    }
    for (; next < this.#count; next++) onCandidate(this.#candidate(next));
    this.#count = 0;
    this.#columns = emptyColumns(FIRST_ROOM);
    this.#values = [];
    this.#others = [];
  }

  #candidate(at: number): ScoredCandidate {
    const { seq, iteration, reward, scorer } = this.#columns;
    return {
      seq: seq[at] ?? Number.NaN,
      iteration: iteration[at] ?? Number.NaN,
      value: this.#values[at] ?? null,
      reward: reward[at] ?? Number.NaN,
      scorer: scorers[scorer[at] ?? 0] ?? "local",
    };
  }

  #grow(): void {
    const { seq, iteration, reward, scorer } = this.#columns;
    const larger = emptyColumns(2 * seq.length);
    larger.seq.set(seq);
    larger.iteration.set(iteration);
    larger.reward.set(reward);
    larger.scorer.set(scorer);
    this.#columns = larger;
  }
}

function emptyColumns(room: number) {
  return {
    seq: new Float64Array(room),
    iteration: new Float64Array(room),
    reward: new Float64Array(room),
    scorer: new Uint8Array(room),
  };
}
