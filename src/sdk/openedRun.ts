import { Optimization } from "../optimize/optimization.ts";
import { runStart } from "../optimize/runDescription.ts";
import type { SessionRequest } from "../optimize/session.ts";
import type { LocalRewards } from "../reward/localRewards.ts";
import type { EventBody, EventOf, RunEvent } from "../run/events.ts";
import type { EventListener, RunFolder } from "../run/runFolder.ts";
import type { Configuration } from "../system/configuration.ts";
import { errorMessage } from "../system/userError.ts";
import type { CellHost } from "./cellHost.ts";
import type { PreparedExperiment } from "./preparation.ts";
import { refuseChanges } from "./resumption.ts";

/**
 * A run's folder, engine and trainer while this process holds them. What stops or fails leaves the engine between two
 * safe points: then the whole is released, and the run is opened again from its last checkpoint.
 */
export class OpenedRun {
  readonly folder: RunFolder;
  readonly optimization: Optimization;
  readonly #rewards: LocalRewards;
  readonly #controller: AbortController;
  readonly #silence: () => void;
  #usable = true;

  private constructor(
    folder: RunFolder,
    optimization: Optimization,
    rewards: LocalRewards,
    controller: AbortController,
    silence: () => void,
  ) {
    this.folder = folder;
    this.optimization = optimization;
    this.#rewards = rewards;
    this.#controller = controller;
    this.#silence = silence;
    rewards.ended?.then(
      () => this.spoil(),
      () => this.spoil(),
    );
  }

  /**
   * Starts the run that `folder` was made for, or goes on with the one that it holds. What is given is taken over: when
   * this throws, folder and rewards are released.
   * @param given.past events in the folder's log
   * @param given.saved accepted values among those of `start`
   * @param start configuration that a new run starts from
   * @throws UserError when what the run was started with has changed
   */
  static async open(
    prepared: PreparedExperiment,
    given: {
      readonly folder: RunFolder;
      readonly rewards: LocalRewards;
      readonly file: string;
      readonly past: readonly RunEvent[];
      readonly saved: EventOf<"run.started">["saved"];
    },
    start: Configuration,
    onEvent: EventListener,
  ): Promise<OpenedRun> {
    const { folder, rewards, file, past, saved } = given;
    const silence = folder.onEvent(onEvent);
    try {
      refuseChanges(folder.info, past, prepared);
      const controller = new AbortController();
      const request: SessionRequest = {
        ...prepared,
        experimentPath: file,
        rewards,
        recorder: folder,
        // A signal of its own: whatever listens to it goes with the run, however long the cell's or the caller's lives.
        signal: controller.signal,
      };
      const point = folder.resume();
      const optimization = await Optimization.open(request, start, point);
      // Whoever goes on with a run that a budget ended may have raised it.
      delete optimization.state.stop;
      if (point.state === undefined) {
        for (const event of runStart(request, start, saved)) optimization.session.record(event);
      }
      return new OpenedRun(folder, optimization, rewards, controller, silence);
    } catch (thrown) {
      silence();
      folder.close();
      await rewards.dispose();
      throw thrown;
    }
  }

  /** Whether a step may be done with it: it was not aborted, and its trainer lives. */
  get usable(): boolean {
    return this.#usable && !this.#controller.signal.aborted;
  }

  /** No further step is done with it. */
  spoil(): void {
    this.#usable = false;
  }

  abort(reason: unknown): void {
    this.#controller.abort(reason);
  }

  /** Notes why the run stopped. Where even that cannot be written, it is a warning: the cause itself is told all the same. */
  recordStop(stop: Extract<EventBody, { type: "run.interrupted" | "run.failed" }>): void {
    try {
      this.optimization.session.record(stop);
    } catch (error) {
      process.emitWarning(`The end of the run could not be logged: ${errorMessage(error)}`);
    }
  }

  /**
   * What was paid for and waits for a disk that is full is not left behind, unless the cell is interrupted once more; outside
   * of cells nobody can want that.
   */
  async writtenOrGivenUp(cell: CellHost | undefined): Promise<void> {
    await this.folder.settled(cell === undefined ? "end of the process" : "interrupt", cell?.givingUp);
  }

  /** Gives the folder free at once, then ends the trainer; what still runs inside is heard no more. */
  release(): Promise<void> {
    this.#usable = false;
    this.#silence();
    this.folder.close();
    return this.#rewards.dispose();
  }
}
