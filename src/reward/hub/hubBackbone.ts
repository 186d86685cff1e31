import { freeRoom } from "../../run/freeRoom.ts";
import { type Clock, steadyClock } from "../../system/clock.ts";
import { UserError } from "../../system/userError.ts";
import { BackboneCache } from "./backboneCache.ts";
import type { BackboneFile } from "./backboneFiles.ts";
import { downloadTurn } from "./downloadTurn.ts";
import { fetchFile, presentBytes } from "./fileTransfer.ts";
import { HubConnection } from "./hubConnection.ts";
import { failureError, HubFailure } from "./hubFailure.ts";
import { type HubListing, listBackbone } from "./hubListing.ts";
import { type HubName, hubName, hubNameText, repositoryOf } from "./hubName.ts";
import type { Retrying } from "./hubRetry.ts";

/** What a download would bring, said before the first byte of it. */
export interface HubOffer {
  /** "owner/name". */
  readonly name: string;
  /** Commit that the files are of. */
  readonly revision: string;
  /** Host of the hub. */
  readonly host: string;
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  /** Size of all files. */
  readonly bytes: number;
  /** How much of it is here already, of a download that was broken off. */
  readonly present: number;
}

export interface HubProgress {
  /** File under way, by its path in the repository; undefined while another process brings them. */
  readonly file: string | undefined;
  /** How much of this file is here, and its size. */
  readonly bytes: number;
  readonly of: number;
  /** How much of all files is here, and their size. */
  readonly present: number;
  readonly total: number;
}

export interface HubOptions {
  readonly signal: AbortSignal;
  /** Asked once before a download, with its size; nothing is fetched where the answer is false. */
  readonly consent: (offer: HubOffer) => Promise<boolean>;
  readonly onProgress?: ((progress: HubProgress) => void) | undefined;
  /** Folder of cached backbones; that of this user on this platform where none is given. */
  readonly cacheFolder?: string | undefined;
  /** Address of the hub; HF_ENDPOINT, or the public one, where none is given. */
  readonly endpoint?: string | undefined;
  /** Sent to the hub's own host alone; HF_TOKEN where none is given. */
  readonly token?: string | undefined;
  readonly fetch?: typeof fetch | undefined;
  readonly clock?: Clock | undefined;
  /** Uniform in [0, 1): spreads attempts after failures. */
  readonly random?: (() => number) | undefined;
}

/** A backbone that is here, in this folder, or what its download would bring. */
export type HubStanding =
  | { readonly kind: "cached"; readonly folder: string }
  | { readonly kind: "offered"; readonly offer: HubOffer };

/**
 * The folder of a backbone of the hub, downloaded where it is not cached: with `model.onnx` or `onnx/model.onnx`, and
 * `tokenizer.json`. One that is cached needs neither network nor consent, and stays the same whatever its revision stands
 * for meanwhile. A download that was broken off goes on where it was, in whatever process.
 * @param text "owner/name" or "owner/name@revision"
 * @throws UserError where there is no such backbone, it cannot be used, or it was not downloaded; the signal's reason
 */
export async function hubBackbone(text: string, options: HubOptions): Promise<string> {
  const cached = cachedFolder(text, options);
  return cached ?? withDownload(text, options, (download) => download.bring(options.consent));
}

/**
 * Whether a backbone is here, and what a download would bring where it is not; nothing is downloaded.
 * @throws UserError where there is no such backbone, or it cannot be used; the signal's reason
 */
export async function hubStanding(text: string, options: Omit<HubOptions, "consent">): Promise<HubStanding> {
  const folder = cachedFolder(text, options);
  return folder === undefined
    ? withDownload(text, options, (download) => download.standing())
    : { kind: "cached", folder };
}

type Circumstances = Omit<HubOptions, "consent">;

function cachedFolder(text: string, { signal, cacheFolder }: Circumstances): string | undefined {
  signal.throwIfAborted();
  return new BackboneCache(cacheFolder).find(hubName(text));
}

async function withDownload<T>(
  text: string,
  circumstances: Circumstances,
  work: (download: Download) => Promise<T>,
): Promise<T> {
  const { signal, clock = steadyClock, random = Math.random } = circumstances;
  const { endpoint = process.env.HF_ENDPOINT, token = process.env.HF_TOKEN, fetch, onProgress } = circumstances;
  const name = hubName(text);
  const cache = new BackboneCache(circumstances.cacheFolder);
  const connection = new HubConnection({ endpoint, token, fetch, clock, signal });
  try {
    return await work(new Download(name, { cache, connection, retrying: { clock, random, signal }, onProgress }));
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof HubFailure)) throw error;
    throw failureError(error, { name, endpoint: connection.endpoint, hasToken: connection.hasToken });
  }
}

interface Parts {
  readonly cache: BackboneCache;
  readonly connection: HubConnection;
  readonly retrying: Retrying;
  readonly onProgress: HubOptions["onProgress"];
}

class Download {
  readonly #name: HubName;
  readonly #parts: Parts;

  constructor(name: HubName, parts: Parts) {
    this.#name = name;
    this.#parts = parts;
  }

  async standing(): Promise<HubStanding> {
    const { cache, connection, retrying } = this.#parts;
    const listing = await listBackbone(connection, this.#name, retrying);
    const folder = cache.find({ ...this.#name, revision: listing.commit });
    return folder === undefined ? { kind: "offered", offer: this.#offer(listing) } : { kind: "cached", folder };
  }

  async bring(consent: HubOptions["consent"]): Promise<string> {
    const { cache, connection, retrying } = this.#parts;
    const listing = await listBackbone(connection, this.#name, retrying);
    const { commit, files } = listing;
    // Under another name it may be here, and while this one waits for its turn, another process may bring it.
    const isHere = (): boolean => cache.find({ ...this.#name, revision: commit }) !== undefined;
    const agreed = isHere() || (await consent(this.#offer(listing)));
    retrying.signal.throwIfAborted();
    if (!agreed) throw new UserError(`${hubNameText(this.#name)} was not downloaded: nobody agreed to it.`);
    const { clock, signal } = retrying;
    const folder = cache.place(this.#name, commit);
    const turn = await downloadTurn(cache.lock(this.#name, commit), {
      clock,
      signal,
      present: () => presentIn(folder, files),
      onPresent: (present) => this.#tell(undefined, 0, present, files),
    });
    try {
      for (const file of isHere() ? [] : files) await this.#fetch(file, listing);
      return cache.complete(this.#name, commit, files);
    } finally {
      turn.release();
    }
  }

  /** @throws UserError where the disk has no room for it */
  #offer({ commit, files }: HubListing): HubOffer {
    const { cache, connection } = this.#parts;
    const name = repositoryOf(this.#name);
    const bytes = sizeOf(files);
    const present = presentIn(cache.place(this.#name, commit), files);
    const free = freeRoom(cache.folder)?.bytes ?? Number.POSITIVE_INFINITY;
    if (bytes - present > free)
      throw new UserError(
        `${name} needs ${megabytes(bytes - present)} on the disk of ${cache.folder}, which has ${megabytes(free)} left. Free some space, then try again.`,
      );
    const offered = files.map((file) => ({ path: file.path, bytes: file.bytes }));
    return { name, revision: commit, host: connection.host, files: offered, bytes, present };
  }

  async #fetch(file: BackboneFile, { commit, files }: HubListing): Promise<void> {
    const { cache, connection, retrying } = this.#parts;
    const folder = cache.place(this.#name, commit);
    const path = `${folder}/${file.path}`;
    const others = presentIn(folder, files) - presentBytes(path, file);
    const encoded = file.path.split("/").map(encodeURIComponent).join("/");
    const address = `${connection.endpoint}/${repositoryOf(this.#name)}/resolve/${commit}/${encoded}`;
    const onBytes = (bytes: number): void => this.#tell(file, bytes, others + bytes, files);
    await fetchFile({ file, address, path, connection, retrying, onBytes });
  }

  #tell(file: BackboneFile | undefined, bytes: number, present: number, files: readonly BackboneFile[]): void {
    this.#parts.onProgress?.({
      file: file?.path,
      bytes,
      of: file?.bytes ?? 0,
      present,
      total: sizeOf(files),
    });
  }
}

function presentIn(folder: string, files: readonly BackboneFile[]): number {
  return files.reduce((sum, file) => sum + presentBytes(`${folder}/${file.path}`, file), 0);
}

function sizeOf(files: readonly BackboneFile[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
