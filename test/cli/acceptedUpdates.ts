import { expect } from "vitest";
import type { EventOf } from "../../src/run/events.ts";
import { type Configuration, canonicalJson } from "../../src/system/configuration.ts";
import type { PaidPlace } from "./paidPlace.ts";

/**
 * What is accepted, from life to life of a run: an update that the log once told, a configuration that was safe in a
 * checkpoint or lay beside the experiment, is not lost by what happens to the run afterwards.
 */
export class AcceptedUpdates {
  readonly #place: PaidPlace;
  readonly #told = new Set<string>();
  readonly #checkpoints: (string | undefined)[] = [];
  readonly #saved: (string | undefined)[] = [];

  constructor(place: PaidPlace) {
    this.#place = place;
  }

  /** Remembers what there is after a life, however that ended. */
  look(): void {
    const { accepted, checkpoint, saved } = this.#place;
    for (const update of accepted) this.#told.add(content(update));
    this.#checkpoints.push(checkpoint && canonicalJson(checkpoint));
    this.#saved.push(saved && canonicalJson(saved));
  }

  /** Once the run has come to its end. @param most updates accepted in all */
  check(most: number): void {
    const { accepted, start } = this.#place;
    const kept = new Set(accepted.map(content));
    expect(kept.size).toBe(most);
    expect([...this.#told].filter((update) => !kept.has(update))).toEqual([]);
    // After each life, the updates in a place are the first ones of all, and never fewer than before.
    const known = accepted.map((_, last) => withUpdates(start, accepted.slice(0, last + 1)));
    known.unshift(canonicalJson(start));
    for (const looks of [this.#checkpoints, this.#saved]) {
      const counts = looks.map((look) => (look === undefined ? 0 : known.indexOf(look)));
      expect(counts).not.toContain(-1);
      expect(counts).toEqual(counts.toSorted((one, other) => one - other));
      expect(counts.at(-1)).toBe(most);
    }
  }
}

function withUpdates(start: Configuration, updates: readonly EventOf<"update">[]): string {
  const values = updates.map(({ component, after }) => [component, after] as const);
  return canonicalJson({ ...start, ...Object.fromEntries(values) });
}

/** All of an update but where and when it was told. */
function content({ seq: _seq, at: _at, systemRuns: _systemRuns, ...update }: EventOf<"update">): string {
  return JSON.stringify(update);
}
