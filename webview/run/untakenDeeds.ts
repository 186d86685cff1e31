import type { RunPanelRequest } from "../../src/run/panel/panelMessage.ts";

/** After so long without a word, the editor has not heard what it was asked for. */
const SILENCE_MS = 10_000;

/** What asks for something to be shown: the answer tells that it was heard. */
type Question = Extract<RunPanelRequest, { type: "ready" | "show" | "event" | "fit" | "trajectory" }>;

/** Deeds that were asked of the editor, until it says that it has them. */
export class UntakenDeeds {
  readonly #post: (request: RunPanelRequest) => void;
  readonly #onSilence: (isSilent: boolean) => void;
  readonly #timers = new Map<number, number>();
  /** Those that were waited for in vain, and may still be taken. */
  readonly #overdue = new Set<number>();
  #count = 0;

  /** @param onSilence told true when a deed was not taken in time, false when all were after all */
  constructor(post: (request: RunPanelRequest) => void, onSilence: (isSilent: boolean) => void) {
    this.#post = post;
    this.#onSilence = onSilence;
  }

  post(request: RunPanelRequest): void {
    if (isQuestion(request)) {
      this.#post(request);
      return;
    }
    const id = ++this.#count;
    const timer = window.setTimeout(() => {
      this.#timers.delete(id);
      this.#overdue.add(id);
      this.#onSilence(true);
    }, SILENCE_MS);
    this.#timers.set(id, timer);
    this.#post({ ...request, id });
  }

  taken(id: number): void {
    window.clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    // An editor that answers again is no longer silent; what it did not hear was said.
    if (this.#overdue.size === 0) return;
    this.#overdue.clear();
    this.#onSilence(false);
  }
}

function isQuestion(request: RunPanelRequest): request is Question {
  return ["ready", "show", "event", "fit", "trajectory"].includes(request.type);
}
