import type { CandidateSet } from "../reward/candidateSet.ts";
import { type Account, type EventBody, isLogged, type RunEvent } from "./events.ts";
import type { Recorder, ResumePoint } from "./recorder.ts";

/** A run that leaves its traces in memory only: for measurements and for experiments started from code without a folder. */
export class MemoryRecorder implements Recorder {
  readonly runId: string;
  readonly events: RunEvent[] = [];
  readonly #now: () => number;
  readonly #onEvent: (event: RunEvent) => void;
  readonly #candidates: CandidateSet[] = [];
  #checkpoint: { readonly state: string; readonly candidates: number } | undefined;

  constructor(runId: string, now: () => number, onEvent: (event: RunEvent) => void = () => {}) {
    this.runId = runId;
    this.#now = now;
    this.#onEvent = onEvent;
  }

  record(body: EventBody, systemRuns: number): void {
    const event: RunEvent = { ...body, seq: this.events.length, at: this.#now(), systemRuns };
    if (isLogged(body)) this.events.push(event);
    this.#onEvent(event);
  }

  keepCandidates(sets: readonly CandidateSet[]): void {
    this.#candidates.push(...sets);
  }

  keepFitTexts(): boolean {
    return false;
  }

  rewardsFile(): undefined {
    return undefined;
  }

  checkpoint(state: unknown, iteration: number, systemRuns: number, account: Account = {}): void {
    this.#checkpoint = { state: JSON.stringify(state), candidates: this.#candidates.length };
    this.record({ type: "checkpoint", iteration, ...account }, systemRuns);
  }

  /** The last checkpoint, as a run on disk would give it back; reward weights are not kept. */
  resumePoint(): ResumePoint {
    const { state, candidates } = this.#checkpoint ?? { state: undefined, candidates: 0 };
    return {
      state: state === undefined ? undefined : JSON.parse(state),
      candidates: this.#candidates.slice(0, candidates),
      rewardsFile: undefined,
    };
  }
}
