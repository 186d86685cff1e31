import { existsSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type { CandidateSet } from "../reward/candidateSet.ts";
import type { Clock as SteadyClock } from "../system/clock.ts";
import { errorMessage } from "../system/userError.ts";
import { AppendFile } from "./appendFile.ts";
import { CallLog } from "./callLog.ts";
import { candidateLines } from "./candidateFile.ts";
import { diskProblem } from "./diskError.ts";
import { syncPath } from "./durableFile.ts";
import { eventLine, readEvents } from "./eventLog.ts";
import { type Account, type EventBody, isLogged, type RunEvent } from "./events.ts";
import { fitTextsName, writeFitTexts } from "./fitFolder.ts";
import type { FitTexts } from "./fitTexts.ts";
import { type DiskPause, HeldWrites, type OthersWrite } from "./heldWrites.ts";
import { candidatesFile, eventsFile, type Leftovers } from "./leftovers.ts";
import { type PaidCall, PaidCalls } from "./paidCalls.ts";
import { PauseFile } from "./pauseFile.ts";
import type { Recorder, ResumePoint } from "./recorder.ts";
import { type RunInfo, resumeCommand } from "./runInfo.ts";
import type { RunLock } from "./runLock.ts";
import type { GivingUp, RunPause } from "./runPause.ts";
import { replaceRunState } from "./runState.ts";
import { type KeptTrajectory, TrajectoryFile, trajectoriesFile } from "./trajectoryFile.ts";
import { givenUpText, pauseText } from "./views/pauseWords.ts";

export { eventsFile };

/** The time in milliseconds since 1970. */
export type Clock = () => number;

/** When a disk that refused is asked again. */
export type Retries = Pick<SteadyClock, "after">;

export type EventListener = (event: RunEvent) => void;

/** Where fits of a run that take long keep what they have come to, so that they can go on after a death. @param folder the run's */
export function unfinishedFits(folder: string): string {
  return join(folder, "unfinished-fits");
}

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
  readonly #paid: PaidCalls;
  readonly #listeners = new Set<EventListener>();
  readonly #silenced = new WeakSet<EventListener>();
  /** What the last checkpoint left when the folder was opened. */
  readonly #left: Leftovers;
  readonly #writes: HeldWrites;
  readonly #pauseFile: PauseFile;
  #pause: RunPause | undefined;
  #systemRuns: number;
  #paidCount: number;
  #nextSeq: number;
  #candidateCount: number;
  #rewards: string | null;
  #comingRewards: string | undefined;

  /** Use `createRun` or `openRun`. */
  constructor(folder: string, info: RunInfo, clock: Clock, lock: RunLock, left: Leftovers, retries: Retries) {
    this.folder = folder;
    this.info = info;
    this.#clock = clock;
    this.#lock = lock;
    this.#left = left;
    this.#nextSeq = left.events;
    this.#candidateCount = left.candidates.sets.length;
    this.#rewards = left.state?.rewards ?? null;
    this.calls = new CallLog(folder, clock);
    this.#pauseFile = new PauseFile(folder);
    this.#log = new AppendFile(eventsFile(folder), left.logLength);
    this.#candidates = new AppendFile(candidatesFile(folder), left.candidates.length);
    this.#paid = new PaidCalls(folder, left.paid);
    this.#trajectories = new TrajectoryFile(trajectoriesFile(folder));
    this.#systemRuns = left.systemRuns;
    this.#paidCount = left.paid.count;
    this.#writes = new HeldWrites(retries, `run: ${this.resumeCommand}`, (pause) => this.#paused(pause));
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
    this.#append(body, systemRuns);
  }

  keepCandidates(sets: readonly CandidateSet[]): void {
    const lines = candidateLines(sets);
    const bytes = () => Buffer.byteLength(lines);
    this.#writes.write(candidatesFile(this.folder), () => this.#candidates.append(lines), { bytes });
    this.#candidateCount += sets.length;
  }

  keepPaid(call: PaidCall): void {
    const bytes = () => Buffer.byteLength(JSON.stringify(call));
    // Of what was not answered, nobody would miss a line: a request waits for its own before it is sent.
    const isNote = call.calls === 0;
    this.#writes.write(this.#paid.path, () => this.#paid.keep(call), { bytes, answers: call.calls, isNote });
    this.#paidCount++;
  }

  ready(signal: AbortSignal): Promise<void> | undefined {
    return this.#writes.ready(signal);
  }

  persist(path: string, write: () => Promise<void>, signal: AbortSignal): Promise<void> {
    return this.#writes.persist(path, write, signal);
  }

  hold(other: OthersWrite, error: unknown, signal: AbortSignal): Promise<void> {
    return this.#writes.hold(other, error, signal);
  }

  /** What waits in memory until the disk takes it; undefined where nothing does that anybody would miss. */
  get held(): RunPause["held"] | undefined {
    return this.#writes.held;
  }

  /**
   * The run is to end: resolves once nothing is held that anybody would miss, be it written or given up. Those who wait are
   * told what is held, as an event.
   * @param givenUpBy what a person does to give it up
   * @param givingUp aborted when a person does
   */
  async settled(givenUpBy: GivingUp, givingUp: AbortSignal | undefined): Promise<void> {
    const giveUp = (): void => this.#giveUp();
    if (givingUp?.aborted) giveUp();
    givingUp?.addEventListener("abort", giveUp, { once: true });
    try {
      await this.#writes.settled(givenUpBy);
    } finally {
      givingUp?.removeEventListener("abort", giveUp);
    }
  }

  /** Where that fails for good, the run goes on without: it is a warning, and no more are kept. */
  keepTrajectories(trajectories: readonly KeptTrajectory[]): void {
    this.#writes.write(
      trajectoriesFile(this.folder),
      () => {
        try {
          this.#trajectories.keep(trajectories);
        } catch (error) {
          if (diskProblem(error)?.passes) throw error;
          this.#trajectories.close();
          process.emitWarning(`Trajectories of run ${this.runId} are kept no longer: ${errorMessage(error)}`);
        }
      },
      { bytes: () => Buffer.byteLength(JSON.stringify(trajectories)) },
    );
  }

  /** Texts of the fits before the last so many go. */
  keepFitTexts(texts: FitTexts): boolean {
    // No other event has this number, and the next one is that of the fit.
    const seq = this.#nextSeq;
    const bytes = () => Buffer.byteLength(JSON.stringify(texts));
    this.#writes.write(join(this.folder, fitTextsName(seq)), () => writeFitTexts(this.folder, seq, texts), { bytes });
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
    this.#writes.write(candidatesFile(this.folder), () => this.#candidates.sync());
    this.#writes.write(this.#paid.path, () => this.#paid.sync());
    if (rewards !== null) {
      const file = join(this.#rewardsFolder(), rewards);
      this.#writes.write(file, () => {
        syncPath(file);
        syncPath(this.#rewardsFolder());
      });
    }
    const event = this.#written({ type: "checkpoint", iteration, ...account }, systemRuns);
    this.#writes.write(eventsFile(this.folder), () => this.#log.sync());
    const kept = {
      runId: this.runId,
      checkpoint: event.seq,
      candidates: this.#candidateCount,
      ...(this.#paidCount > 0 && { paid: this.#paidCount }),
      rewards,
      state,
    };
    const bytes = () => Buffer.byteLength(JSON.stringify(kept));
    this.#writes.write(join(this.folder, "state.json"), () => replaceRunState(this.folder, kept), { bytes });
    this.#rewards = rewards;
    this.#comingRewards = undefined;
    this.#writes.write(this.#rewardsFolder(), () => removeRewardsBut(this.folder, rewards));
    // Told last: whoever hears of a checkpoint may rely on it.
    this.#writes.write(eventsFile(this.folder), () => {
      this.calls.checkpoint(event);
      this.#tell(event);
    });
  }

  /**
   * What the run goes on from, and the `run.resumed` event that says so. Call it first after `openRun`, with listeners in
   * place. Without a checkpoint `state` is undefined: the run starts from the beginning and records `run.started` again.
   */
  resume(): ResumePoint {
    const { state, candidates, events, systemRuns, redoneMs, paid } = this.#left;
    if (this.#nextSeq !== events) throw new Error(`resumed after ${this.#nextSeq - events} events were recorded`);
    // A log without events was left before anything happened: there is nothing to go on from or to take back.
    if (events > 0) {
      const checkpoint = state?.checkpoint ?? 0;
      this.calls.resumed(checkpoint);
      this.record({ type: "run.resumed", checkpoint, ...(redoneMs > 0 && { redoneMs }) }, systemRuns);
    }
    return {
      state: state?.state,
      candidates: candidates.sets,
      paid: paid.since,
      open: paid.open,
      rewardsFile: this.#rewards === null ? undefined : join(this.#rewardsFolder(), this.#rewards),
    };
  }

  /** All logged events, those of earlier processes included. */
  events(): Generator<RunEvent> {
    return readEvents(eventsFile(this.folder));
  }

  /**
   * Gives the run free; nothing can be recorded afterwards, and what the disk still refuses is given up, which is told. May be
   * called twice.
   */
  close(): void {
    this.#giveUp();
    this.#pauseFile.close();
    this.calls.close();
    this.#log.close();
    this.#candidates.close();
    this.#paid.close();
    this.#trajectories.close();
    this.#lock.release();
  }

  /** Logs an event, then tells of it. */
  #append(body: EventBody, systemRuns: number): void {
    const event = isLogged(body) ? this.#written(body, systemRuns) : this.#numbered(body, systemRuns);
    const tell = (): void => this.#tell(event);
    // How a run ended is told to those who look on although no file says it.
    const isNote = !isLogged(body) || isNoteOf(body);
    this.#writes.write(eventsFile(this.folder), tell, { isNote, ...(isEnd(body) && { onGivenUp: tell }) });
  }

  #written(body: EventBody, systemRuns: number): RunEvent {
    const event = this.#numbered(body, systemRuns);
    const line = eventLine(event);
    const bytes = () => Buffer.byteLength(line);
    this.#writes.write(eventsFile(this.folder), () => this.#log.append(line), { bytes, isNote: isNoteOf(body) });
    this.#nextSeq++;
    this.#systemRuns = systemRuns;
    return event;
  }

  /** Progress gets the next number without using it up. */
  #numbered(body: EventBody, systemRuns: number): RunEvent {
    return { ...body, seq: this.#nextSeq, at: this.#clock(), systemRuns };
  }

  #paused(pause: DiskPause | undefined): void {
    const before = this.#pause;
    if (pause === undefined) {
      this.#pause = undefined;
      this.#pauseFile.say(undefined);
      const seconds = Math.max(1, Math.round((this.#clock() - (before?.since ?? this.#clock())) / 1000));
      this.#tell(this.#numbered({ type: "unpaused" }, this.#systemRuns));
      const message = `The run paused for ${seconds} s, until the disk took what it had refused. Nothing was lost.`;
      this.#append({ type: "warning", message }, this.#systemRuns);
      return;
    }
    const now: RunPause = { ...pause, since: before?.since ?? this.#clock() };
    this.#pause = now;
    this.#pauseFile.say(now);
    const isSame = before?.code === now.code && before.folder === now.folder && before.givenUpBy === now.givenUpBy;
    const told = {
      type: "paused" as const,
      message: pauseText(now),
      pause: now,
      ...(isSame && { again: true as const }),
    };
    this.#tell(this.#numbered(told, this.#systemRuns));
  }

  #giveUp(): void {
    const lost = this.#writes.close();
    if (lost === undefined) return;
    const message = givenUpText(lost);
    this.#tell(this.#numbered({ type: "warning", message }, this.#systemRuns));
    if (this.#listeners.size === 0) process.emitWarning(`Run ${this.runId}: ${message}`);
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
}

/** Nobody misses these where they could not be written: they say what the run's end, or its next process, says again. */
function isNoteOf({ type }: EventBody): boolean {
  return type === "warning" || isEnd({ type });
}

function isEnd({ type }: Pick<EventBody, "type">): boolean {
  return type === "run.interrupted" || type === "run.failed";
}

/** Weights of no checkpoint go. @param inForce file name of those that stay */
export function removeRewardsBut(folder: string, inForce: string | null): void {
  for (const name of readdirSync(join(folder, "rewards"))) {
    if (name !== inForce) rmSync(join(folder, "rewards", name), { recursive: true, force: true });
  }
}
