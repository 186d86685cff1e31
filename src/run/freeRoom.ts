import { statfsSync } from "node:fs";
import { dirname } from "node:path";
import { diskErrorCode } from "./diskError.ts";
import type { RunPause } from "./runPause.ts";

/** What the disk of a folder has room for; null where the system does not tell. */
export function freeRoom(folder: string): RunPause["free"] {
  try {
    const { bsize, bavail, bfree, files, ffree } = statfsSync(folder);
    // A share of most disks is for the administrator alone.
    const blocks = process.getuid?.() === 0 ? bfree : bavail;
    // File systems that make room for files as they come count none.
    return { bytes: blocks * bsize, files: files === 0 ? null : ffree };
  } catch (error) {
    // A folder that could not be made lies on the disk of the one above it.
    const above = dirname(folder);
    return diskErrorCode(error) === "ENOENT" && above !== folder ? freeRoom(above) : null;
  }
}
