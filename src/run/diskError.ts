import { UserError } from "../system/userError.ts";

/** What is wrong with a disk or a file, and what to do about it. */
export interface DiskProblem {
  readonly what: string;
  readonly remedy: string;
  /** Somebody can remove the cause while the process goes on, and then the same can be written. */
  readonly passes?: true;
}

const causes: Readonly<Record<string, DiskProblem>> = {
  ENOSPC: { what: "the disk is full", remedy: "Free some space", passes: true },
  EDQUOT: { what: "your disk quota is used up", remedy: "Free some space", passes: true },
  EFBIG: { what: "the file may not grow any further", remedy: "Raise the limit of file sizes (ulimit -f)" },
  EROFS: { what: "the disk is read-only", remedy: "Make it writable", passes: true },
  EACCES: { what: "access is denied", remedy: "Give your user permission for it", passes: true },
  EPERM: { what: "the operation is not permitted", remedy: "Give your user permission for it", passes: true },
  ENOTDIR: { what: "a part of the path is a file, not a folder", remedy: "Choose another folder" },
  ENOENT: { what: "it, or a folder above it, does not exist", remedy: "Restore it or choose another folder" },
  EISDIR: { what: "it is a folder, not a file", remedy: "Move the folder away" },
  EMFILE: { what: "too many files are open", remedy: "Raise the limit of open files (ulimit -n)", passes: true },
  ENFILE: { what: "too many files are open on this machine", remedy: "Close other programs", passes: true },
  EIO: { what: "the disk reports an error", remedy: "Check the disk" },
  EBUSY: { what: "another program uses it", remedy: "Close that program", passes: true },
};

/**
 * Does something on the disk; errors of the file system become one sentence with the remedy, others pass unchanged.
 * @param doing what is being done and to what ("write /a/b/events.jsonl")
 * @param next what to do once the cause is removed ("run: optimas resume ID"); undefined where trying again is clear
 */
export function onDisk<T>(doing: string, next: string | undefined, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const cause = diskProblem(error);
    if (cause === undefined) throw error;
    const then = next === undefined ? "try again" : next;
    throw new UserError(`Cannot ${doing}: ${cause.what}. ${cause.remedy}, then ${then}`, { cause: error });
  }
}

/** Undefined where it is no error of the file system. */
export function diskProblem(error: unknown): DiskProblem | undefined {
  return causes[diskErrorCode(error) ?? ""];
}

/** The system's code of a file system error ("ENOSPC"). */
export function diskErrorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
