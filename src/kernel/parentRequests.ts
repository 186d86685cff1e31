import type { GateWait } from "../models/gateWait.ts";
import type { ParentAnswer, ToChannel } from "./threadMessages.ts";

/** What the parent did not do, in its words. */
export class ParentRefused extends Error {
  override readonly name = "ParentRefused";
  /** What came with the words; to be checked by whoever knows the method. */
  readonly data: unknown;

  constructor(message: string, data: unknown) {
    super(message);
    this.data = data;
  }
}

interface Waiting {
  readonly settle: (answer: ParentAnswer) => void;
  readonly told: ((wait: GateWait) => void) | undefined;
}

/** The main thread's requests to the parent, which the channel thread carries: methods of the kernel's protocol. */
export class ParentRequests {
  readonly #post: (message: ToChannel) => void;
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;

  constructor(post: (message: ToChannel) => void) {
    this.#post = post;
  }

  /** A number that nothing was asked under. */
  newNumber(): number {
    return ++this.#last;
  }

  /**
   * Asks the parent, and takes the question back when the signal aborts.
   * @param told hears why a turn does not come for a while
   * @returns the answer as it came: to be parsed
   * @throws ParentRefused when the parent answers with an error; the signal's reason once it is aborted
   */
  async ask(
    method: string,
    params: object,
    signal: AbortSignal,
    number = this.newNumber(),
    told?: (wait: GateWait) => void,
  ): Promise<unknown> {
    signal.throwIfAborted();
    const answer = await new Promise<ParentAnswer>((resolve, reject) => {
      const aborted = (): void => {
        this.#waiting.delete(number);
        this.#post({ type: "unask", number });
        reject(signal.reason);
      };
      signal.addEventListener("abort", aborted, { once: true });
      this.#waiting.set(number, {
        told,
        settle: (given) => {
          signal.removeEventListener("abort", aborted);
          resolve(given);
        },
      });
      this.#post({ type: "ask", number, method, params });
    });
    if (answer.ok) return answer.result;
    throw new ParentRefused(answer.message, answer.data);
  }

  /** Tells the parent something that it does not answer. */
  tell(method: string, params: object): void {
    this.#post({ type: "tell", method, params });
  }

  /** The answer to a question came; one that nobody waits for any more is dropped. */
  answered(number: number, answer: ParentAnswer): void {
    const waiting = this.#waiting.get(number);
    this.#waiting.delete(number);
    waiting?.settle(answer);
  }

  /** A turn does not come for a while. */
  waits(number: number, wait: GateWait): void {
    this.#waiting.get(number)?.told?.(wait);
  }

  /** A turn came; it is taken if somebody still waits for it. */
  turn(number: number): void {
    if (this.#waiting.has(number)) this.#post({ type: "here", number });
  }
}
