import { hostname } from "node:os";
import { basename, join } from "node:path";
import { UserError } from "../system/userError.ts";
import { type LockOwner, lockOwner, type ProcessLock, takeLock } from "./processLock.ts";

const FILE = "run.lock";

/** What holds a run for this process. */
export type RunLock = ProcessLock;

/**
 * Takes the lock of a run. The lock of a process that is gone from this machine is taken over, so a killed run can be
 * resumed at once.
 * @param at milliseconds since 1970
 * @throws UserError naming the process that holds the run; the file system's error
 */
export function acquireRunLock(folder: string, at: number): RunLock {
  const path = join(folder, FILE);
  const taking = takeLock(path, at);
  const runId = basename(folder);
  switch (taking.kind) {
    case "taken":
      return taking.lock;
    case "held":
      throw new UserError(heldText(taking.owner, path, runId));
    case "damaged":
      throw new UserError(`${path} is damaged. If no other process runs ${runId}, delete this file and try again.`);
    case "contended":
      throw new UserError(`Several processes try to run ${runId} at the same time. Let one of them go on.`);
  }
}

/** The process that holds a run now, as far as can be seen from this machine; undefined when nobody does. */
export function liveOwner(folder: string): LockOwner | undefined {
  return lockOwner(join(folder, FILE));
}

function heldText(owner: LockOwner, path: string, runId: string): string {
  return owner.host !== hostname()
    ? `${runId} is run by process ${owner.pid} on ${owner.host}. If that process is gone, delete ${path} and try again.`
    : owner.pid === process.pid
      ? `${runId} is already open in this process (${owner.pid}). Close it first.`
      : `${runId} is run by another process (${owner.pid}). Wait for its end or stop it, then try again.`;
}
