import { readFileSync } from "node:fs";
import { diskErrorCode } from "./diskError.ts";

/**
 * What tells a process from another that gets the same pid later: the boot and the tick of its start. Undefined where
 * the system does not say (no /proc) or there is no such process.
 */
export function processStart(pid: number): string | undefined {
  const fields = statFields(pid);
  const boot = read("/proc/sys/kernel/random/boot_id")?.trim();
  const ticks = fields?.[START_FIELD];
  return boot === undefined || ticks === undefined ? undefined : `${boot}/${ticks}`;
}

/** Whether the process still runs on this machine. Without `start`, a later process with the same pid passes for it. */
export function isAlive(pid: number, start: string | undefined): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: there is one, of another user.
    if (diskErrorCode(error) !== "EPERM") return false;
  }
  // A killed process whose parent has not looked yet still has its pid (Z).
  const state = statFields(pid)?.[STATE_FIELD];
  if (state === "Z" || state === "X") return false;
  const now = processStart(pid);
  return start === undefined || now === undefined || start === now;
}

/** Positions after the command name, which may itself contain blanks and parentheses (man 5 proc, fields 3 and 22). */
const STATE_FIELD = 0;
const START_FIELD = 19;

function statFields(pid: number): string[] | undefined {
  const stat = read(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // No such process, or a system without /proc: either way there is nothing to compare.
    return undefined;
  }
}
