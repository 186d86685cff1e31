import { createHash } from "node:crypto";
import type { Memory } from "../notebook/rememberedRuns.ts";
import type { ComponentChange } from "./componentChange.ts";

interface Proposal {
  readonly id: string;
  readonly changes: readonly ComponentChange[];
}

const KEY = "optimas.proposals";
const MOST = 20;

/** Changes that were shown as a difference, so that it can be shown again after the editor was started anew. */
export class Proposals {
  readonly #memory: Memory;

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  of(id: string): readonly ComponentChange[] | undefined {
    return this.#all.find((proposal) => proposal.id === id)?.changes;
  }

  /** @returns the id to ask for them by; the same for the same changes */
  async keep(changes: readonly ComponentChange[]): Promise<string> {
    const id = createHash("sha256").update(JSON.stringify(changes)).digest("hex").slice(0, 16);
    const others = this.#all.filter((proposal) => proposal.id !== id);
    await this.#memory.update(KEY, [...others, { id, changes }].slice(-MOST));
    return id;
  }

  get #all(): readonly Proposal[] {
    return this.#memory.get<readonly Proposal[]>(KEY) ?? [];
  }
}
