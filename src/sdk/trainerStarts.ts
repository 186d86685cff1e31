import type { Clock } from "../notebook/clock.ts";
import { DeathRecord } from "../notebook/deathRecord.ts";
import type { LocalRewards } from "../reward/localRewards.ts";
import { TrainerDied } from "../reward/trainerEnd.ts";
import type { ProcessEnd } from "../system/processEnd.ts";
import type { CellHost } from "./cellHost.ts";
import type { Step } from "./step.ts";

/**
 * The trainers of one run, one after another. The next one is started at once, unless the one before died within seconds
 * of its start: then later and later, and not at all after the third time in a row.
 */
export class TrainerStarts {
  readonly #clock: Clock;
  readonly #deaths = new DeathRecord();
  #last: ProcessEnd | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * @throws TrainerDied when it dies at its start, or too many have; the signal's reason when the step is stopped; what
   * `start` throws
   */
  async start(step: Step, start: () => Promise<LocalRewards>): Promise<LocalRewards> {
    if (this.#deaths.givenUp && this.#last !== undefined) throw new TrainerDied(this.#last, this.#refusal(step.cell));
    await this.#due(step);
    const began = this.#clock.now();
    try {
      const rewards = await startedRewards(step, start);
      step.cell?.onTrainer?.({ kind: "started" });
      void rewards.ended?.then((end) => this.#ended(end, began, step.cell));
      return rewards;
    } catch (thrown) {
      if (thrown instanceof TrainerDied) this.#ended(thrown.end, began, step.cell);
      throw thrown;
    }
  }

  get givenUp(): boolean {
    return this.#deaths.givenUp;
  }

  /** A step succeeded, or what comes next is another run. */
  forget(): void {
    this.#deaths.forget();
  }

  async #due(step: Step): Promise<void> {
    const wait = this.#deaths.nextStart - this.#clock.now();
    if (wait <= 0) return;
    let callOff: (() => void) | undefined;
    const waiting = new Promise<void>((resolve) => {
      callOff = this.#clock.after(wait, resolve);
    });
    try {
      await step.unlessStopped(waiting);
    } finally {
      callOff?.();
    }
  }

  #ended(end: ProcessEnd, began: number, cell: CellHost | undefined): void {
    if (end.how === "disposed") return;
    this.#deaths.died(this.#clock.now(), began);
    this.#last = end;
    cell?.onTrainer?.({ kind: "died", reason: end.reason, givenUp: this.givenUp });
  }

  #refusal(cell: CellHost | undefined): string {
    const again =
      cell === undefined
        ? "Open the experiment again"
        : "Run the cell that declares the experiment again, or restart the kernel,";
    return `It ended ${this.#deaths.deaths} times within seconds and is not started again by itself. ${again} to try once more.`;
  }
}

/** Local rewards, unless the step is stopped meanwhile; a trainer that comes too late is ended. */
async function startedRewards(step: Step, start: () => Promise<LocalRewards>): Promise<LocalRewards> {
  const starting = start();
  try {
    return await step.unlessStopped(starting);
  } catch (thrown) {
    void starting.then(
      (rewards) => rewards.dispose(),
      () => undefined,
    );
    throw thrown;
  }
}
