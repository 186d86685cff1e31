import { element, setText } from "./element.ts";

/** A screen reader is told no more often than this; what comes between is left out but for the last. */
const QUIET_MS = 8000;

/** Tells changes to those who listen to the page instead of looking at it. */
export class Announcer {
  readonly root = element("p", { class: "spoken", role: "status", "aria-live": "polite", "aria-atomic": "true" });
  #said: string | undefined;
  #coming = "";
  #timer: number | undefined;
  #at = Number.NEGATIVE_INFINITY;

  /**
   * What was found when the output was opened is not said; a changed text is.
   * @param urgent says it at once
   */
  say(text: string, urgent: boolean): void {
    if (this.#said === undefined) {
      this.#said = text;
      return;
    }
    this.#coming = text;
    if (text === this.#said) return;
    const wait = urgent ? 0 : this.#at + QUIET_MS - performance.now();
    if (wait <= 0) this.#speak();
    else this.#timer ??= window.setTimeout(() => this.#speak(), wait);
  }

  release(): void {
    window.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #speak(): void {
    this.release();
    this.#at = performance.now();
    this.#said = this.#coming;
    setText(this.root, this.#coming);
  }
}
