import type { Clock } from "../notebook/clock.ts";
import { DeathRecord } from "../notebook/deathRecord.ts";
import type { LocalRewards } from "../reward/localRewards.ts";
import { TrainerDied } from "../reward/trainerEnd.ts";
import type { ProcessEnd } from "../system/processEnd.ts";
import type { CellHost } from "./cellHost.ts";
import type { Step } from "./step.ts";

/**
 * The trainers of one run, one after another. The next one is started at once, unless the one before died within seconds
 * of its start: then later and later, and after the third time in a row not in the same cell any more.
 */
export class TrainerStarts {
  readonly #clock: Clock;
  readonly #deaths = new DeathRecord();
  /** The last one that died, and the cell that had started it; none outside a notebook. */
  #last: { readonly end: ProcessEnd; readonly cell: CellHost | undefined } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * @throws TrainerDied when it dies at its start, or too many have; the signal's reason when the step is stopped; what
   * `start` throws
   */
  async start(step: Step, start: () => Promise<LocalRewards>): Promise<LocalRewards> {
    const { cell } = step;
    if (this.#deaths.givenUp && this.#last?.cell === cell && this.#last !== undefined)
      throw new TrainerDied(this.#last.end);
    await this.#due(step);
    const began = this.#clock.now();
    try {
      const rewards = await startedRewards(step, start);
      cell?.onTrainer?.({ kind: "started" });
      void rewards.ended?.then((end) => this.#ended(end, began, cell));
      return rewards;
    } catch (thrown) {
      if (thrown instanceof TrainerDied) this.#ended(thrown.end, began, cell);
      throw thrown;
    }
  }

  /** A step succeeded, or what comes next is another run. */
  forget(): void {
    this.#deaths.forget();
  }

  /**
   * What can be done after a death.
   * @param saved what is kept of the run, and where; undefined when it had not begun
   */
  advice(cell: CellHost | undefined, saved: string | undefined): string {
    const { deaths, givenUp } = this.#deaths;
    const often = givenUp ? `It ended ${deaths} times in a row within seconds of its start. ` : "";
    const again = cell ? "Run the cell again" : givenUp ? "Open the experiment again" : "Call the step again";
    const resume = cell === undefined && givenUp && saved !== undefined ? ", with `resume`," : "";
    return `${often}${again}${resume} to start a new one${saved === undefined ? "" : ` and go on: ${saved}`}.`;
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
    this.#last = { end, cell };
    cell?.onTrainer?.({ kind: "died", reason: end.reason });
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
