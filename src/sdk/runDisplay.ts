import type { MimeBundle } from "../notebook/output.ts";
import type { CellHost } from "./cellHost.ts";
import { Pace, type Time } from "./pace.ts";

/** Ten updates a second, whatever the rate of events. */
const INTERVAL_MS = 100;

/** A run as one cell shows it while the cell's code works on it. */
export class RunDisplay {
  readonly cell: CellHost;
  readonly runId: string;
  readonly #pace: Pace;

  /**
   * @param shown what there is to show at this moment; asked for only when it is shown
   */
  constructor(cell: CellHost, runId: string, shown: () => MimeBundle, time: Time) {
    this.cell = cell;
    this.runId = runId;
    this.#pace = new Pace(() => cell.display(shown(), `run ${runId}`), INTERVAL_MS, time);
    cell.beforeEnd?.(() => this.#pace.finish());
  }

  /** Something has changed. */
  change(): void {
    this.#pace.wish();
  }

  /** Nothing changes for now. */
  rest(): void {
    this.#pace.wish();
    // A cell that tells its end shows what is held back then; many short steps in a row cost no more than one long one.
    if (this.cell.beforeEnd === undefined) this.#pace.finish();
  }
}
