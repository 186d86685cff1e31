import { hostname } from "node:os";
import { dirname } from "node:path";
import { onDisk } from "../../run/diskError.ts";
import { makeFolders } from "../../run/durableFile.ts";
import { type LockOwner, type ProcessLock, takeLock } from "../../run/processLock.ts";
import { type Clock, pause } from "../../system/clock.ts";
import { UserError } from "../../system/userError.ts";

const LOOK_MS = 500;
/** Longer than a download is silent before it is given up. */
const STANDSTILL_MS = 5 * 60_000;

interface Waiting {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** How much is here, while another brings it. */
  readonly present: () => number;
  readonly onPresent: (bytes: number) => void;
}

/**
 * Waits until nobody else downloads the same, and holds the lock from then on. Of a process that is gone it is taken over.
 * @param path of the lock
 * @throws UserError where whoever holds it brings nothing more; the signal's reason
 */
export async function downloadTurn(path: string, { clock, signal, present, onPresent }: Waiting): Promise<ProcessLock> {
  onDisk(`write into ${dirname(path)}`, undefined, () => makeFolders(dirname(path)));
  let last = { bytes: present(), at: clock.now() };
  for (;;) {
    const taking = onDisk(`write ${path}`, undefined, () => takeLock(path, Date.now()));
    if (taking.kind === "taken") return taking.lock;
    if (taking.kind === "damaged")
      throw new UserError(
        `${path} is damaged. If no other process downloads this backbone, delete this file and try again.`,
      );
    const bytes = present();
    if (bytes !== last.bytes) {
      last = { bytes, at: clock.now() };
      onPresent(bytes);
    } else if (clock.now() - last.at > STANDSTILL_MS) {
      throw new UserError(standstill(path, taking.kind === "held" ? taking.owner : undefined));
    }
    await pause(clock, LOOK_MS, signal);
  }
}

function standstill(path: string, owner: LockOwner | undefined): string {
  if (owner === undefined) return "Several processes download this backbone at the same time. Let one of them go on.";
  const where = owner.host === hostname() ? "" : ` on ${owner.host}`;
  return `Process ${owner.pid}${where} downloads this backbone, and has brought nothing for ${STANDSTILL_MS / 60_000} minutes. Stop it; where it is gone, delete ${path}. Then try again.`;
}
