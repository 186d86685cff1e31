import { closeSync, fstatSync, openSync, readdirSync, readSync, realpathSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { fileUri, uriBelow } from "./uriPath.ts";

/** Something in a folder; what a symbolic link leads to, where there is one. */
export interface FolderEntry {
  readonly name: string;
  readonly kind: "file" | "folder";
  readonly isLink: boolean;
}

/** Access to the files of a workspace, wherever it lies. Nothing here throws for what cannot be read. */
export interface FolderReader {
  /** Everything in a folder but what is neither file nor folder; nothing where it cannot be read. */
  list(folder: string): Promise<readonly FolderEntry[]>;
  /** Undefined where there is nothing. */
  kindOf(uri: string): Promise<FolderEntry["kind"] | undefined>;
  /** The bytes of a file, "large" where they are more than the limit; undefined where it cannot be read. */
  read(file: string, limitBytes: number): Promise<Uint8Array | "large" | undefined>;
  /** Where something really lies that a link leads to; undefined where this cannot be told. */
  realPlace(uri: string): Promise<string | undefined>;
}

/**
 * The files of this machine (`file:` URIs). It works synchronously, which is several times faster for many small files: it
 * belongs into a thread that nobody waits for.
 */
export const diskReader: FolderReader = {
  list: async (folder) =>
    tried(() => {
      const path = fileURLToPath(folder);
      return readdirSync(path, { withFileTypes: true }).flatMap((entry): FolderEntry[] => {
        const { name } = entry;
        if (entry.isFile()) return [{ name, kind: "file", isLink: false }];
        if (entry.isDirectory()) return [{ name, kind: "folder", isLink: false }];
        if (!entry.isSymbolicLink()) return [];
        const kind = kindAt(fileURLToPath(uriBelow(folder, name)));
        return kind === undefined ? [] : [{ name, kind, isLink: true }];
      });
    }) ?? [],
  kindOf: async (uri) => tried(() => kindAt(fileURLToPath(uri))),
  read: async (file, limitBytes) => tried(() => contentOf(fileURLToPath(file), limitBytes)),
  realPlace: async (uri) => tried(() => fileUri(realpathSync.native(fileURLToPath(uri)))),
};

function kindAt(path: string): FolderEntry["kind"] | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  return found?.isFile() ? "file" : found?.isDirectory() ? "folder" : undefined;
}

function contentOf(path: string, limitBytes: number): Uint8Array | "large" | undefined {
  // Opening anything but a file, a pipe say, could wait for ever.
  if (kindAt(path) !== "file") return undefined;
  const handle = openSync(path, "r");
  try {
    const { size } = fstatSync(handle);
    if (size > limitBytes) return "large";
    const bytes = Buffer.allocUnsafe(size);
    let length = 0;
    for (let read = -1; read !== 0 && length < size; length += read)
      read = readSync(handle, bytes, length, size - length, null);
    return bytes.subarray(0, length);
  } finally {
    closeSync(handle);
  }
}

/** Files vanish and folders are closed to us at any time; such things are left out. */
function tried<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if (error instanceof Error && "code" in error) return undefined;
    throw error;
  }
}
