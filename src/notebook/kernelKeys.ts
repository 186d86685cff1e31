import type { CancellationToken } from "vscode-jsonrpc/node";
import { addSecret } from "../system/secrets.ts";
import { type KeyAnswer, type KeyRequest, keySchema } from "./kernelProtocol.ts";

/**
 * Finds a key for a kernel.
 * @param signal aborted when the kernel is gone, or no longer wants it
 */
export type GiveKey = (request: KeyRequest, signal: AbortSignal) => Promise<KeyAnswer>;

/** Gives a kernel the keys of providers that it asks for: the parent's side of its keys. */
export class KernelKeys {
  readonly #give: GiveKey;
  readonly #end = new AbortController();

  /** @param give without it there are no keys but those in the kernel's own environment */
  constructor(give: GiveKey = nothing) {
    this.#give = give;
  }

  async answer(params: unknown, token: CancellationToken): Promise<KeyAnswer> {
    const request = keySchema.parse(params);
    const takenBack = new AbortController();
    const cancelled = token.onCancellationRequested(() => takenBack.abort());
    try {
      const answer = await this.#give(request, AbortSignal.any([this.#end.signal, takenBack.signal]));
      // What the kernel's children write by themselves passes through this process.
      if (answer.key !== null) addSecret(answer.key);
      return answer;
    } finally {
      cancelled.dispose();
    }
  }

  /** The kernel is gone: nobody waits for an answer. */
  end(): void {
    this.#end.abort(new Error("the kernel is gone"));
  }
}

async function nothing({ variable }: KeyRequest): Promise<KeyAnswer> {
  return { key: null, remedy: `set the environment variable ${variable} to your key` };
}
