import { basename } from "node:path";
import type * as vscode from "vscode";
import { isUsualAddress, type KeyAddress, originOf } from "../../models/keyAddress.ts";
import type { KeyAnswer, KeyRequest } from "../../notebook/kernelProtocol.ts";
import { addSecret, keyFault } from "../../system/secrets.ts";
import type { KeyAddresses } from "./keyAddresses.ts";

/** Where a key is. */
export type KeyPlace =
  /** In the editor's storage of secrets. */
  | "stored"
  /** In the memory of this window, for the storage did not take it. */
  | "session"
  /** In a variable of the editor's own environment. */
  | "environment"
  | "none";

export interface ApiKeyParts {
  readonly secrets: vscode.SecretStorage;
  /** The editor's own. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly isTrusted: () => boolean;
  /** A kernel asked for a key that there is not. */
  readonly onMissing: (request: KeyRequest) => void;
  /** Addresses that keys may be sent to; without them, to usual ones alone. */
  readonly addresses?: Pick<KeyAddresses, "allow" | "remember" | "forget">;
}

const PREFIX = "optimas.apiKey.";

/**
 * Keys of providers, in the editor's storage of secrets and nowhere else; where it holds none, in the variable of the
 * editor's environment. They are read when they are asked for, so that every window knows what another one changed.
 */
export class ApiKeys {
  readonly #parts: ApiKeyParts;
  readonly #session = new Map<string, string>();

  constructor(parts: ApiKeyParts) {
    this.#parts = parts;
  }

  /** Told when a key was set or forgotten, in whatever window. */
  onDidChange(listener: (provider: string) => void): vscode.Disposable {
    return this.#parts.secrets.onDidChange(({ key }) => {
      if (!key.startsWith(PREFIX)) return;
      const provider = key.slice(PREFIX.length);
      this.#session.delete(provider);
      listener(provider);
    });
  }

  /** @returns where it is kept: the storage may not be there, as on Linux without a keyring */
  async set(provider: string, key: string): Promise<"stored" | "session"> {
    addSecret(key);
    try {
      await this.#parts.secrets.store(PREFIX + provider, key);
      this.#session.delete(provider);
      return "stored";
    } catch {
      this.#session.set(provider, key);
      return "session";
    }
  }

  /** Whether the key may be sent to an address; asks the user once where it is no usual one. */
  async mayBeSent({ provider, variable }: KeyRequest, { baseUrl, said }: KeyAddress): Promise<boolean> {
    if (isUsualAddress(provider, variable, baseUrl)) return true;
    const address = { baseUrl, ...(said && { said }) };
    return (await this.#parts.addresses?.allow({ provider, address })) ?? false;
  }

  /** The user has given a key for a server at this address, which they were shown. */
  async meantFor({ provider, variable }: KeyRequest, baseUrl: string): Promise<void> {
    if (!isUsualAddress(provider, variable, baseUrl)) await this.#parts.addresses?.remember(provider, baseUrl);
  }

  async forget(provider: string): Promise<void> {
    await this.#parts.addresses?.forget(provider);
    this.#session.delete(provider);
    await this.#parts.secrets.delete(PREFIX + provider);
  }

  /** The key of a provider, and where it is. */
  async find({
    provider,
    variable,
  }: KeyRequest): Promise<{ readonly key: string; readonly place: KeyPlace } | undefined> {
    const kept = this.#session.get(provider);
    if (kept !== undefined) return { key: kept, place: "session" };
    const stored = await this.#stored(provider);
    if (stored !== undefined) return found(stored, "stored");
    const own = this.#parts.environment[variable]?.trim();
    return own === undefined || keyFault(own) !== undefined ? undefined : found(own, "environment");
  }

  async place(request: KeyRequest): Promise<KeyPlace> {
    return (await this.find(request))?.place ?? "none";
  }

  /**
   * Answers a kernel. Where the workspace is not trusted there are no keys.
   * @param onMissing told where there is none; by default the user is told at once
   */
  async answer(request: KeyRequest, onMissing = this.#parts.onMissing): Promise<KeyAnswer> {
    if (!this.#parts.isTrusted())
      return { key: null, remedy: "trust the workspace: keys are given to trusted code only" };
    const remedy = `run the command "Optimas: Set API Key…" and set the key of ${request.provider}`;
    const key = (await this.find(request))?.key ?? null;
    if (key === null) onMissing(request);
    else if (request.address !== undefined && !(await this.mayBeSent(request, request.address))) {
      const { origin, place } = { origin: originOf(request.address.baseUrl), place: placeOf(request.address) };
      const refusal = `${place} sends the key of ${request.provider} to ${origin}, which you did not agree to. It was not sent. Run it again to be asked once more, or name another address.`;
      return { key: null, remedy, refusal };
    }
    return { key, remedy };
  }

  async #stored(provider: string): Promise<string | undefined> {
    try {
      return await this.#parts.secrets.get(PREFIX + provider);
    } catch {
      // Without a keyring there is nothing to be read either.
      return undefined;
    }
  }
}

function placeOf({ said }: KeyAddress): string {
  return said === undefined ? "The description of the server" : `${basename(said.file)}:${said.line}`;
}

function found(key: string, place: KeyPlace): { readonly key: string; readonly place: KeyPlace } {
  addSecret(key);
  return { key, place };
}
