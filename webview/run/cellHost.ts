import type { RunPanelMessage, RunPanelRequest } from "../../src/run/panel/panelMessage.ts";
import type { TableFile } from "../../src/run/panel/panelModel.ts";
import { isUnderWay, type Rerun, type RerunOf } from "../../src/run/panel/rerun.ts";
import type { StoredTrajectory } from "../../src/run/panel/storedTrajectory.ts";

/** What the editor does about single rows: finding what was kept of them, and running them again. */
export class CellHost {
  readonly #post: (request: RunPanelRequest) => void;
  readonly #waiting = new Map<number, (found: StoredTrajectory) => void>();
  readonly #listeners = new Set<() => void>();
  #asked = 0;
  #rerun: Rerun = { kind: "none" };

  constructor(post: (request: RunPanelRequest) => void) {
    this.#post = post;
  }

  /** How running a row again stands. */
  get rerun(): Rerun {
    return this.#rerun;
  }

  get isBusy(): boolean {
    return isUnderWay(this.#rerun);
  }

  /** Calls back whenever running a row again stands differently. @returns ends it */
  onRerun(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What the run's folder holds of a row under the configuration of an iteration. */
  trajectory({ exampleId, iteration }: RerunOf): Promise<StoredTrajectory> {
    const asked = ++this.#asked;
    return new Promise((resolve) => {
      this.#waiting.set(asked, resolve);
      this.#post({ type: "trajectory", asked, exampleId, iteration });
    });
  }

  /** Runs the row again; the editor asks and reports by itself. */
  run({ exampleId, iteration }: RerunOf): void {
    this.#post({ type: "rerun", exampleId, iteration });
  }

  /** Stops that; called again, by force. */
  stop(): void {
    this.#post({ type: "stopRerun" });
  }

  manageTrust(): void {
    this.#post({ type: "manageTrust" });
  }

  showLog(): void {
    this.#post({ type: "showLog" });
  }

  copy(text: string): void {
    this.#post({ type: "copy", text });
  }

  /** Saves the whole table of a page where the user wants it. @param name offered as the file's name */
  exportTable(page: string, query: unknown, kind: TableFile, name: string): void {
    this.#post({ type: "exportTable", page, query, kind, name });
  }

  /** Takes what the editor tells, as far as it is about rows. */
  take(message: RunPanelMessage): void {
    if (message.type === "rerun") {
      this.#rerun = message.rerun;
      for (const listener of this.#listeners) listener();
    } else if (message.type === "trajectory") {
      const resolve = this.#waiting.get(message.asked);
      this.#waiting.delete(message.asked);
      resolve?.(isStored(message.trajectory) ? message.trajectory : { kind: "none", why: "unknown" });
    }
  }
}

// Host and page are of one version, or the message would not have been understood.
function isStored(value: unknown): value is StoredTrajectory {
  return typeof value === "object" && value !== null && "kind" in value;
}
