import { unlessAborted } from "./unlessAborted.ts";

/** The user does not allow that a model is asked. */
export class NotAllowed extends Error {
  override readonly name = "NotAllowed";
}

/** Milliseconds for which a "no" answers those, too, who were on their way when it was said. */
const DENIAL_HOLDS_MS = 5_000;

/**
 * Sees to it that the user is asked once. The editor asks for consent with the first request to the models of an extension,
 * and asks anew for every other one that comes meanwhile: until the first is sent, all others wait.
 */
export class FirstRequests {
  /** By vendor: settles when the question is answered, with whether models may be asked. */
  readonly #open = new Map<string, Promise<boolean>>();
  /** Vendors whose models have been asked. */
  readonly #allowed = new Set<string>();
  readonly #deniedAt = new Map<string, number>();
  readonly #now: () => number;

  /** @param now milliseconds of a clock that never goes back */
  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * Sends a request, alone if the editor may ask the user.
   * @param isAllowed whether the editor knows that the model may be asked
   * @param isDenial whether what `send` threw is the user's "no"
   * @throws NotAllowed when another request was denied while this one waited; what `send` throws; the signal's reason
   */
  async send<T>(
    vendor: string,
    isAllowed: () => boolean,
    send: () => PromiseLike<T>,
    isDenial: (thrown: unknown) => boolean,
    signal: AbortSignal,
  ): Promise<T> {
    while (!this.#allowed.has(vendor) && !isAllowed()) {
      const deniedAt = this.#deniedAt.get(vendor);
      if (deniedAt !== undefined && this.#now() - deniedAt < DENIAL_HOLDS_MS) throw new NotAllowed();
      const open = this.#open.get(vendor);
      if (open === undefined) return unlessAborted(this.#first(vendor, send, isDenial), signal);
      if (!(await unlessAborted(open, signal))) throw new NotAllowed();
    }
    return unlessAborted(this.#sent(vendor, send, isDenial), signal);
  }

  /** The user may take back what was allowed. */
  async #sent<T>(vendor: string, send: () => PromiseLike<T>, isDenial: (thrown: unknown) => boolean): Promise<T> {
    try {
      return await send();
    } catch (thrown) {
      if (isDenial(thrown)) this.#allowed.delete(vendor);
      throw thrown;
    }
  }

  #first<T>(vendor: string, send: () => PromiseLike<T>, isDenial: (thrown: unknown) => boolean): Promise<T> {
    const sent = Promise.resolve(send());
    // Also when nobody wants the answer any more: the question is open until the user answers it.
    const answered = sent.then(
      () => this.#said(vendor, true),
      (thrown: unknown) => this.#said(vendor, !isDenial(thrown), thrown),
    );
    this.#open.set(vendor, answered);
    return sent;
  }

  #said(vendor: string, isAllowed: boolean, thrown?: unknown): boolean {
    this.#open.delete(vendor);
    if (!isAllowed) this.#deniedAt.set(vendor, this.#now());
    else if (thrown === undefined) this.#allowed.add(vendor);
    return isAllowed;
  }
}
