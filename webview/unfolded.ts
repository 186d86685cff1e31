import * as z from "zod/mini";

/** Parts of outputs that a person has unfolded, kept by the editor while the notebook is open. */
const stateSchema = z.object({ unfolded: z.array(z.string()) });

/** Old ones are forgotten first. */
const MOST = 300;

/** Where the editor keeps a renderer's state. */
export interface StateKeeper {
  getState(): unknown;
  setState(state: unknown): void;
}

export class Unfolded {
  readonly #keeper: StateKeeper;
  readonly #parts: Set<string>;

  constructor(keeper: StateKeeper) {
    this.#keeper = keeper;
    const kept = stateSchema.safeParse(keeper.getState());
    this.#parts = new Set(kept.success ? kept.data.unfolded : []);
  }

  has(part: string): boolean {
    return this.#parts.has(part);
  }

  set(part: string, unfolded: boolean): void {
    this.#parts.delete(part);
    if (unfolded) this.#parts.add(part);
    this.#keeper.setState({ unfolded: [...this.#parts].slice(-MOST) });
  }
}
