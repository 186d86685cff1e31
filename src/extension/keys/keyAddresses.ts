import { originOf } from "../../models/keyAddress.ts";
import type { KeyRequest } from "../../notebook/kernelProtocol.ts";
import type { Memory } from "../notebook/rememberedRuns.ts";

const KEY = "optimas.keyAddresses";

/** A key that is about to be sent somewhere else than usually. */
export type AddressedKey = Pick<KeyRequest, "provider"> & { readonly address: NonNullable<KeyRequest["address"]> };

/** Addresses that the user lets keys be sent to, besides those where their providers usually answer: one word for each. */
export class KeyAddresses {
  readonly #memory: Memory;
  readonly #ask: (key: AddressedKey) => Promise<boolean>;
  /** Questions that are open, by what they are about. */
  readonly #asking = new Map<string, Promise<boolean>>();

  /** @param memory of all workspaces: a key is the user's, not a workspace's */
  constructor(memory: Memory, ask: (key: AddressedKey) => Promise<boolean>) {
    this.#memory = memory;
    this.#ask = ask;
  }

  /** Whether the key may be sent there; asks the user where they have not said so before. */
  async allow(key: AddressedKey): Promise<boolean> {
    const name = nameOf(key.provider, key.address.baseUrl);
    if (this.#known().includes(name)) return true;
    const open = this.#asking.get(name) ?? this.#asked(name, key);
    this.#asking.set(name, open);
    try {
      return await open;
    } finally {
      if (this.#asking.get(name) === open) this.#asking.delete(name);
    }
  }

  /** The user has said so in another way: by giving a key for a server whose address they were shown. */
  async remember(provider: string, baseUrl: string): Promise<void> {
    const name = nameOf(provider, baseUrl);
    if (!this.#known().includes(name)) await this.#memory.update(KEY, [...this.#known(), name]);
  }

  /** Forgets what was said for a provider: its next key is another one. */
  async forget(provider: string): Promise<void> {
    const left = this.#known().filter((name) => !name.startsWith(`${provider} `));
    if (left.length < this.#known().length) await this.#memory.update(KEY, left);
  }

  async #asked(name: string, key: AddressedKey): Promise<boolean> {
    const allowed = await this.#ask(key);
    if (allowed && !this.#known().includes(name)) await this.#memory.update(KEY, [...this.#known(), name]);
    return allowed;
  }

  #known(): readonly string[] {
    const known = this.#memory.get<unknown>(KEY);
    return Array.isArray(known) ? known.filter((name): name is string => typeof name === "string") : [];
  }
}

function nameOf(provider: string, baseUrl: string): string {
  return `${provider} ${originOf(baseUrl)}`;
}
