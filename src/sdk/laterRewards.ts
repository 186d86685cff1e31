import type { LocalRewards } from "../reward/localRewards.ts";
import type { ProcessEnd } from "../system/processEnd.ts";

/**
 * Local rewards of a run that only measures so far, and may learn later: a transformer is not brought and opened before it is
 * needed.
 */
export class LaterRewards implements LocalRewards {
  readonly ended: Promise<ProcessEnd>;
  #ends: (end: Promise<ProcessEnd>) => void = () => undefined;
  #begun: LocalRewards | undefined;

  constructor() {
    this.ended = new Promise((resolve) => {
      this.#ends = resolve;
    });
  }

  get hasBegun(): boolean {
    return this.#begun !== undefined;
  }

  /** From now on they are these. */
  begin(rewards: LocalRewards): void {
    if (this.#begun !== undefined) throw new Error("local rewards were begun twice");
    this.#begun = rewards;
    if (rewards.ended !== undefined) this.#ends(rewards.ended);
  }

  get backbone(): string {
    return this.#rewards.backbone;
  }

  fit(...given: Parameters<LocalRewards["fit"]>): ReturnType<LocalRewards["fit"]> {
    return this.#rewards.fit(...given);
  }

  score(...given: Parameters<LocalRewards["score"]>): ReturnType<LocalRewards["score"]> {
    return this.#rewards.score(...given);
  }

  save(file: string): Promise<void> {
    return this.#rewards.save(file);
  }

  load(file: string): Promise<void> {
    return this.#rewards.load(file);
  }

  async dispose(): Promise<void> {
    await this.#begun?.dispose();
  }

  get #rewards(): LocalRewards {
    if (this.#begun === undefined) throw new Error("local rewards were used before they were begun");
    return this.#begun;
  }
}
