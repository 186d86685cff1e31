import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { dirname } from "node:path";
import { diskProblem } from "../../run/diskError.ts";
import { makeFolders, syncPath } from "../../run/durableFile.ts";
import { UserError } from "../../system/userError.ts";
import type { BackboneFile } from "./backboneFiles.ts";
import { isWhole } from "./checksum.ts";
import type { HubConnection, HubResponse } from "./hubConnection.ts";
import { HubFailure } from "./hubFailure.ts";
import { type Retrying, retried } from "./hubRetry.ts";

export interface Transfer {
  readonly file: BackboneFile;
  /** Where the hub has the file. */
  readonly address: string;
  /** Where it goes. */
  readonly path: string;
  readonly connection: HubConnection;
  readonly retrying: Retrying;
  /** Hears how much of the file is here: less than before where it begins anew. */
  readonly onBytes: (bytes: number) => void;
}

/** What of a file is here; all of it only where it was checked. */
export function presentBytes(path: string, { bytes }: Pick<BackboneFile, "bytes">): number {
  return Math.min(bytes, sizeOf(path) ?? sizeOf(partOf(path)) ?? 0);
}

/**
 * Brings a file from the hub, from where an earlier transfer broke off, and checks it. It has its name only when it is whole;
 * until then what came is beside it, as `<file>.part`, and stays there whatever happens. One writer per file.
 * @throws HubFailure where it does not come; UserError where it comes wrong twice, or cannot be written; the signal's reason
 */
export async function fetchFile(transfer: Transfer): Promise<void> {
  const { file, path, retrying } = transfer;
  const part = partOf(path);
  try {
    makeFolders(dirname(path));
    if (existsSync(path)) {
      if (sizeOf(path) === file.bytes && (await isWhole(path, file, retrying.signal)))
        return transfer.onBytes(file.bytes);
      rmSync(path);
    }
    for (let comings = 0; comings < 2; comings++) {
      await fetchPart(transfer);
      if (await isWhole(part, file, retrying.signal)) {
        syncPath(part);
        renameSync(part, path);
        syncPath(dirname(path));
        rmSync(etagFile(part), { force: true });
        return;
      }
      removePart(part);
    }
  } catch (error) {
    retrying.signal.throwIfAborted();
    const problem = diskProblem(error);
    if (problem === undefined) throw error;
    throw new UserError(
      `Cannot write ${part}: ${problem.what}. ${problem.remedy}, then download again: what has come is kept.`,
      { cause: error },
    );
  }
  throw new UserError(
    `${file.path} came from ${transfer.connection.host} with another content than it should have, twice (${file.checksum.kind === "git" ? "Git's name" : "SHA-256"} is not ${file.checksum.digest}). It was removed. Something on the way changes it, such as a proxy; try again on another network.`,
  );
}

/** Until all bytes are in the part. */
async function fetchPart({ file, address, path, connection, retrying, onBytes }: Transfer): Promise<void> {
  const part = partOf(path);
  if ((sizeOf(part) ?? 0) > file.bytes) removePart(part);
  const handle = await open(part, "a");
  try {
    const arrived = await PartialFile.of(handle, part, onBytes);
    await retried(
      async () => {
        if (arrived.bytes < file.bytes) await appendRest(arrived, file, address, connection);
      },
      { ...retrying, brought: () => arrived.received },
    );
  } finally {
    await handle.close();
  }
}

/** One request for what is missing. */
async function appendRest(
  arrived: PartialFile,
  file: BackboneFile,
  address: string,
  connection: HubConnection,
): Promise<void> {
  let answer = await answerFrom(arrived, address, connection);
  if (answer === undefined || !continues(answer, arrived, file)) {
    // Other content than what came before, or all of it: begun anew.
    const isAll = answer?.response.status === 200;
    if (!isAll) await answer?.discard();
    await arrived.beginAnew();
    if (!isAll || answer === undefined) answer = await connection.get(address);
  }
  arrived.isOf(answer.etag);
  for await (const piece of answer.body) {
    if (arrived.bytes + piece.length > file.bytes) {
      await arrived.append(piece.subarray(0, file.bytes - arrived.bytes));
      return;
    }
    await arrived.append(piece);
  }
  if (arrived.bytes < file.bytes)
    throw new HubFailure({ kind: "broken", reason: "it ended too early" }, connection.host);
}

/** Undefined where there is nothing beyond what came, which then is of something else. */
async function answerFrom(
  { bytes }: PartialFile,
  address: string,
  connection: HubConnection,
): Promise<HubResponse | undefined> {
  try {
    return await connection.get(address, bytes === 0 ? {} : { range: `bytes=${bytes}-` });
  } catch (error) {
    if (bytes > 0 && error instanceof HubFailure && error.answer.kind === "status" && error.answer.status === 416)
      return undefined;
    throw error;
  }
}

/** Whether an answer's content goes on where what came ends, and is of the same file. */
function continues({ response, etag }: HubResponse, arrived: PartialFile, { bytes }: BackboneFile): boolean {
  if (arrived.bytes === 0) return response.status === 200;
  const encoding = response.headers.get("content-encoding") ?? "identity";
  const [, start, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get("content-range") ?? "") ?? [];
  return (
    response.status === 206 &&
    encoding === "identity" &&
    Number(start) === arrived.bytes &&
    (total === "*" || Number(total) === bytes) &&
    (arrived.etag === undefined || etag === null || arrived.etag === etag)
  );
}

/** What came of a file, and which content the server said that it is of. */
class PartialFile {
  readonly #handle: FileHandle;
  readonly #path: string;
  readonly #onBytes: (bytes: number) => void;
  bytes: number;
  /** Of this process, in all. */
  received = 0;
  etag: string | undefined;

  private constructor(handle: FileHandle, path: string, bytes: number, onBytes: (bytes: number) => void) {
    this.#handle = handle;
    this.#path = path;
    this.#onBytes = onBytes;
    this.bytes = bytes;
    this.etag = existsSync(etagFile(path)) ? readFileSync(etagFile(path), "utf8") : undefined;
    onBytes(bytes);
  }

  static async of(handle: FileHandle, path: string, onBytes: (bytes: number) => void): Promise<PartialFile> {
    return new PartialFile(handle, path, (await handle.stat()).size, onBytes);
  }

  isOf(etag: string | null): void {
    if (etag === null || etag === this.etag) return;
    this.etag = etag;
    writeFileSync(etagFile(this.#path), etag);
  }

  async append(piece: Uint8Array): Promise<void> {
    await this.#handle.appendFile(piece);
    this.bytes += piece.length;
    this.received += piece.length;
    this.#onBytes(this.bytes);
  }

  async beginAnew(): Promise<void> {
    rmSync(etagFile(this.#path), { force: true });
    this.etag = undefined;
    await this.#handle.truncate(0);
    this.bytes = 0;
    this.#onBytes(0);
  }
}

const partOf = (path: string): string => `${path}.part`;
const etagFile = (part: string): string => `${part}.etag`;
const sizeOf = (path: string): number | undefined => statSync(path, { throwIfNoEntry: false })?.size;

function removePart(part: string): void {
  for (const path of [part, etagFile(part)]) rmSync(path, { force: true });
}
