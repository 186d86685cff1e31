import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

/** How a file's content is known: the SHA-256 of large files, and Git's own name of small ones. In hexadecimal. */
export interface Checksum {
  readonly kind: "sha256" | "git";
  readonly digest: string;
}

/**
 * Whether a file holds what it should.
 * @param bytes its size @throws the file system's error; an AbortError once the signal is aborted
 */
export async function isWhole(
  path: string,
  { bytes, checksum }: { readonly bytes: number; readonly checksum: Checksum },
  signal: AbortSignal,
): Promise<boolean> {
  // Git names a content by the hash of its kind, its size, and itself.
  const hash = checksum.kind === "sha256" ? createHash("sha256") : createHash("sha1").update(`blob ${bytes}\0`);
  for await (const piece of createReadStream(path, { signal, highWaterMark: 1024 ** 2 })) hash.update(piece as Buffer);
  return hash.digest("hex") === checksum.digest;
}
