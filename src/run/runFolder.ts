import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { CandidateSet } from "../reward/candidateSet.ts";
import { errorMessage, UserError } from "../system/userError.ts";
import { AppendFile } from "./appendFile.ts";
import { CallLog } from "./callLog.ts";
import { candidateLines } from "./candidateFile.ts";
import { diskErrorCode, onDisk } from "./diskError.ts";
import { makeFolders, replaceFile, syncPath } from "./durableFile.ts";
import { eventLine, readEvents } from "./eventLog.ts";
import { type Account, type EventBody, isLogged, RUN_FORMAT, type RunEvent } from "./events.ts";
import { fitTextsName, removeFitTextsAfter, writeFitTexts } from "./fitFolder.ts";
import type { FitTexts } from "./fitTexts.ts";
import { candidatesFile, eventsFile, type Leftovers, nothingLeft, readLeftovers } from "./leftovers.ts";
import type { Recorder, ResumePoint } from "./recorder.ts";
import { isDefaultOut, type NewRunInfo, type RunInfo, readRunInfo, resumeCommand } from "./runInfo.ts";
import { acquireRunLock, type RunLock } from "./runLock.ts";
import { replaceRunState } from "./runState.ts";
import { type KeptTrajectory, TrajectoryFile, trajectoriesFile } from "./trajectoryFile.ts";

export { eventsFile };

/** The time in milliseconds since 1970. */
export type Clock = () => number;

export type EventListener = (event: RunEvent) => void;

/** A run's folder, held by this process: everything the run leaves goes through here. Close it when the run stops. */
export class RunFolder implements Recorder {
  readonly folder: string;
  readonly info: RunInfo;
  readonly calls: CallLog;
  readonly #clock: Clock;
  readonly #lock: RunLock;
  readonly #log: AppendFile;
  readonly #candidates: AppendFile;
  readonly #trajectories: TrajectoryFile;
  readonly #listeners = new Set<EventListener>();
  readonly #silenced = new WeakSet<EventListener>();
  /** What the last checkpoint left when the folder was opened. */
  readonly #left: Leftovers;
  #nextSeq: number;
  #candidateCount: number;
  #rewards: string | null;
  #comingRewards: string | undefined;

  /** Use `createRun` or `openRun`. */
  constructor(folder: string, info: RunInfo, clock: Clock, lock: RunLock, left: Leftovers) {
    this.folder = folder;
    this.info = info;
    this.#clock = clock;
    this.#lock = lock;
    this.#left = left;
    this.#nextSeq = left.events;
    this.#candidateCount = left.candidates.sets.length;
    this.#rewards = left.state?.rewards ?? null;
    this.calls = new CallLog(folder, clock);
    this.#log = new AppendFile(eventsFile(folder), left.logLength);
    this.#candidates = new AppendFile(candidatesFile(folder), left.candidates.length);
    this.#trajectories = new TrajectoryFile(trajectoriesFile(folder));
  }

  get runId(): string {
    return this.info.runId;
  }

  /** Where the run's report goes. */
  get reportFile(): string {
    return join(this.folder, "report.html");
  }

  /** The command that goes on with the run after it stopped. */
  get resumeCommand(): string {
    return resumeCommand(dirname(this.folder), this.runId);
  }

  /**
   * Calls `listener` with every event from now on, progress included, after it was logged; progress has the number of the
   * next logged event. What a listener throws is a warning of the process and does not reach the run.
   * @returns a function that ends this
   */
  onEvent(listener: EventListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  record(body: EventBody, systemRuns: number): void {
    this.#tell(this.#append(body, systemRuns));
  }

  keepCandidates(sets: readonly CandidateSet[]): void {
    const lines = candidateLines(sets);
    this.#onDisk("write", candidatesFile(this.folder), () => this.#candidates.append(lines));
    this.#candidateCount += sets.length;
  }

  /** Where that fails, the run goes on without: it is a warning, and no more are kept. */
  keepTrajectories(trajectories: readonly KeptTrajectory[]): void {
    try {
      this.#trajectories.keep(trajectories);
    } catch (error) {
      this.#trajectories.close();
      process.emitWarning(`Trajectories of run ${this.runId} are kept no longer: ${errorMessage(error)}`);
    }
  }

  /** Texts of the fits before the last so many go. */
  keepFitTexts(texts: FitTexts): boolean {
    // No other event has this number, and the next one is that of the fit.
    const seq = this.#nextSeq;
    this.#onDisk("write", join(this.folder, fitTextsName(seq)), () => writeFitTexts(this.folder, seq, texts));
    return true;
  }

  /** The same path until the next checkpoint; the folder exists. Nothing need be written to it. */
  rewardsFile(): string {
    // No event before the next checkpoint had this number, so neither has a file that is in force.
    this.#comingRewards ??= `weights-${this.#nextSeq}`;
    return join(this.#rewardsFolder(), this.#comingRewards);
  }

  /** Without new weights in `rewardsFile()`, those of the checkpoint before stay in force. */
  checkpoint(state: unknown, iteration: number, systemRuns: number, account: Account = {}): void {
    const rewards = this.#writtenRewards() ?? this.#rewards;
    this.#onDisk("write", candidatesFile(this.folder), () => this.#candidates.sync());
    if (rewards !== null) {
      this.#onDisk("write", join(this.#rewardsFolder(), rewards), () => {
        syncPath(join(this.#rewardsFolder(), rewards));
        syncPath(this.#rewardsFolder());
      });
    }
    const event = this.#append({ type: "checkpoint", iteration, ...account }, systemRuns);
    this.#onDisk("write", eventsFile(this.folder), () => this.#log.sync());
    this.#onDisk("write", join(this.folder, "state.json"), () =>
      replaceRunState(this.folder, {
        runId: this.runId,
        checkpoint: event.seq,
        candidates: this.#candidateCount,
        rewards,
        state,
      }),
    );
    this.calls.checkpoint(event);
    this.#rewards = rewards;
    this.#comingRewards = undefined;
    this.#onDisk("tidy", this.#rewardsFolder(), () => removeRewardsBut(this.folder, rewards));
    // Told last: whoever hears of a checkpoint may rely on it.
    this.#tell(event);
  }

  /**
   * What the run goes on from, and the `run.resumed` event that says so. Call it first after `openRun`, with listeners in
   * place. Without a checkpoint `state` is undefined: the run starts from the beginning and records `run.started` again.
   */
  resume(): ResumePoint {
    const { state, candidates, events, systemRuns } = this.#left;
    if (this.#nextSeq !== events) throw new Error(`resumed after ${this.#nextSeq - events} events were recorded`);
    // A log without events was left before anything happened: there is nothing to go on from or to take back.
    if (events > 0) {
      const checkpoint = state?.checkpoint ?? 0;
      this.calls.resumed(checkpoint);
      this.record({ type: "run.resumed", checkpoint }, systemRuns);
    }
    return {
      state: state?.state,
      candidates: candidates.sets,
      rewardsFile: this.#rewards === null ? undefined : join(this.#rewardsFolder(), this.#rewards),
    };
  }

  /** All logged events, those of earlier processes included. */
  events(): Generator<RunEvent> {
    return readEvents(eventsFile(this.folder));
  }

  /** Gives the run free; nothing can be recorded afterwards. May be called twice. */
  close(): void {
    this.calls.close();
    this.#log.close();
    this.#candidates.close();
    this.#trajectories.close();
    this.#lock.release();
  }

  /** Logs an event and gives it its number; progress gets the next number without using it up. */
  #append(body: EventBody, systemRuns: number): RunEvent {
    const event: RunEvent = { ...body, seq: this.#nextSeq, at: this.#clock(), systemRuns };
    if (!isLogged(body)) return event;
    const line = eventLine(event);
    this.#onDisk("write", eventsFile(this.folder), () => this.#log.append(line));
    this.#nextSeq++;
    return event;
  }

  #rewardsFolder(): string {
    return join(this.folder, "rewards");
  }

  #writtenRewards(): string | undefined {
    const name = this.#comingRewards;
    return name !== undefined && existsSync(join(this.#rewardsFolder(), name)) ? name : undefined;
  }

  #tell(event: RunEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        if (this.#silenced.has(listener)) continue;
        this.#silenced.add(listener);
        process.emitWarning(`A view of run ${this.runId} failed and may be out of date: ${errorMessage(error)}`);
      }
    }
  }

  #onDisk<T>(doing: string, path: string, action: () => T): T {
    return onDisk(`${doing} ${path}`, `run: ${this.resumeCommand}`, action);
  }
}

/**
 * Starts a run's folder `<out>/<runId>/` and holds it.
 * @param options.out folder of runs, created where missing; `.optimas/runs` keeps itself out of Git
 * @throws UserError when the folder exists or cannot be written
 */
export function createRun(options: { out: string; runId: string; info: NewRunInfo; clock: Clock }): RunFolder {
  const { runId, clock } = options;
  const out = resolve(options.out);
  const folder = join(out, runId);
  return onDisk(`create the run's folder ${folder}`, undefined, () => {
    makeFolders(out);
    if (isDefaultOut(out)) keepOutOfGit(dirname(out));
    makeNew(folder);
    const startedAt = clock();
    return holding(folder, startedAt, (lock) => {
      mkdirSync(join(folder, "rewards"));
      const info: RunInfo = { ...options.info, format: RUN_FORMAT, runId, node: process.version, startedAt };
      replaceFile(join(folder, "run.json"), `${JSON.stringify(info, null, 2)}\n`);
      syncPath(out);
      return new RunFolder(folder, info, clock, lock, nothingLeft);
    });
  });
}

/**
 * Holds the folder of a run that was interrupted, failed or killed, in order to go on with it: torn lines and candidate
 * sets after the last checkpoint are cut off, weights that belong to no checkpoint removed. See `RunFolder.resume`.
 * @throws UserError when another process holds the run, when it is finished, or when a file is damaged or of a newer
 *   version; the folder is then as it was
 */
export function openRun(folder: string, clock: Clock): RunFolder {
  const path = resolve(folder);
  const info = readRunInfo(path);
  return onDisk(`open the run's folder ${path}`, `run: ${resumeCommand(dirname(path), info.runId)}`, () =>
    holding(path, clock(), (lock) => {
      const left = readLeftovers(path, info.runId);
      makeFolders(join(path, "rewards"));
      removeRewardsBut(path, left.state?.rewards ?? null);
      removeFitTextsAfter(path, left.state?.checkpoint ?? -1);
      return new RunFolder(path, info, clock, lock, left);
    }),
  );
}

/** Does something under the run's lock, which stays taken unless it throws. */
function holding(folder: string, at: number, action: (lock: RunLock) => RunFolder): RunFolder {
  const lock = acquireRunLock(folder, at);
  try {
    return action(lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

function makeNew(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    if (diskErrorCode(error) !== "EEXIST") throw error;
    throw new UserError(`There is a run at ${folder} already. Try again, or choose another folder with --out.`);
  }
}

function keepOutOfGit(folder: string): void {
  try {
    writeFileSync(join(folder, ".gitignore"), "*\n", { flag: "wx" });
  } catch (error) {
    if (diskErrorCode(error) !== "EEXIST") throw error;
  }
}

function removeRewardsBut(folder: string, inForce: string | null): void {
  for (const name of readdirSync(join(folder, "rewards"))) {
    if (name !== inForce) rmSync(join(folder, "rewards", name), { recursive: true, force: true });
  }
}
