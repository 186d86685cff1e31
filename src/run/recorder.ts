import type { CandidateSet } from "../reward/candidateSet.ts";
import type { CallRecorder } from "./callLog.ts";
import type { Account, EventBody } from "./events.ts";
import type { FitTexts } from "./fitTexts.ts";
import type { KeptTrajectory } from "./trajectoryFile.ts";

/**
 * Where a run leaves its traces. The engine calls it in a fixed order for a given seed, so two recorders of equal runs
 * hold equal events but for `at`.
 */
export interface Recorder {
  readonly runId: string;
  /** Told of every call as it begins and ends; without one, nobody wants to know when calls are made. */
  readonly calls?: CallRecorder;
  /**
   * Appends an event (progress is passed to listeners only). On return the event is with the operating system.
   * @throws UserError when it cannot be written (disk full, folder read-only): the run stops at its last checkpoint.
   */
  record(body: EventBody, systemRuns: number): void;
  /** Appends candidate sets to the run's `candidates.jsonl`; they count from the next checkpoint on. */
  keepCandidates(sets: readonly CandidateSet[]): void;
  /**
   * Keeps what components got and gave, for people to look at: nothing that the run does depends on it. Absent where nobody
   * will look.
   */
  keepTrajectories?(trajectories: readonly KeptTrajectory[]): void;
  /**
   * Keeps texts that the next event stands on and that are too long for the log.
   * @returns whether they are kept, under that event's number
   */
  keepFitTexts(texts: FitTexts): boolean;
  /** Where the weights of the local reward functions for the coming checkpoint go. */
  rewardsFile(): string | undefined;
  /**
   * Makes everything so far durable: records a `checkpoint` event, syncs the log, then replaces `state.json`. A crash
   * before the last step leaves the previous checkpoint in force.
   * @param state plain JSON; given back by `ResumePoint.state`
   * @param account told with the event
   */
  checkpoint(state: unknown, iteration: number, systemRuns: number, account?: Account): void;
}

/** What a stopped run left at its last checkpoint. */
export interface ResumePoint {
  readonly state: unknown;
  /** Candidate sets kept up to the checkpoint, in order. */
  readonly candidates: readonly CandidateSet[];
  /** Weights saved with the checkpoint. */
  readonly rewardsFile: string | undefined;
}
