import type { CandidateSet } from "../reward/candidateSet.ts";
import type { CallRecorder } from "./callLog.ts";
import type { Account, EventBody, SpentCalls } from "./events.ts";
import type { FitTexts } from "./fitTexts.ts";
import type { OthersWrite } from "./heldWrites.ts";
import type { OpenRequest, PaidCall } from "./paidCalls.ts";
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
   * Appends an event (progress is passed to listeners only). On return the event is with the operating system, or, where
   * the disk takes nothing for now, held back until it does: see `ready`.
   * @throws UserError when it cannot be written for a reason that does not pass: the run stops at its last checkpoint.
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
  /**
   * Keeps a request to a model before it is sent, as what it may cost at most, and then what became of it. On return it is
   * with the operating system, whatever becomes of the run, or held back. Absent where nothing outlives the process.
   * @throws UserError when it cannot be written
   */
  keepPaid?(call: PaidCall): void;
  /** Where the weights of the local reward functions for the coming checkpoint go. */
  rewardsFile(): string | undefined;
  /**
   * Makes everything so far durable: records a `checkpoint` event, syncs the log, then replaces `state.json`. A crash
   * before the last step leaves the previous checkpoint in force.
   * @param state plain JSON; given back by `ResumePoint.state`
   * @param account told with the event
   */
  checkpoint(state: unknown, iteration: number, systemRuns: number, account?: Account): void;
  /**
   * To be waited for before anything new is begun: while a disk is full or read-only, nothing is. Undefined where nothing
   * is in the way.
   * @throws (rejects) what a held write came to; the signal's reason once it is aborted
   */
  ready?(signal: AbortSignal): Promise<void> | undefined;
  /**
   * Does what others write to `path`, again and again while the disk refuses it.
   * @throws what it throws for reasons that do not pass; the signal's reason once it is aborted
   */
  persist?(path: string, write: () => Promise<void>, signal: AbortSignal): Promise<void>;
  /**
   * Others were refused something that must not be lost: resolves once it is written. It is held, and tried again, also
   * after the signal is aborted.
   * @throws the error where waiting mends nothing; the signal's reason once it is aborted
   */
  hold?(other: OthersWrite, error: unknown, signal: AbortSignal): Promise<void>;
}

/** What a stopped run left at its last checkpoint. */
export interface ResumePoint {
  readonly state: unknown;
  /** Candidate sets kept up to the checkpoint, in order. */
  readonly candidates: readonly CandidateSet[];
  /** Weights saved with the checkpoint. */
  readonly rewardsFile: string | undefined;
  /** Calls that were paid for since the checkpoint. */
  readonly paid?: readonly SpentCalls[];
  /** Requests that were under way when the process was killed. */
  readonly open?: readonly OpenRequest[];
}
