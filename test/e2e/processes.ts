import { execFileSync } from "node:child_process";

/** A process of this machine. */
export interface RunningProcess {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly command: string;
}

/** Every process there is, from `ps`, which macOS and Linux have alike. */
export function allProcesses(): RunningProcess[] {
  const lines = execFileSync("ps", ["-A", "-ww", "-o", "pid=,ppid=,pgid=,stat=,args="], { encoding: "utf8" }).split(
    "\n",
  );
  return lines.flatMap((line) => {
    const [, pid, parent, group, state, command] = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    // A process that has ended and waits to be asked for its code runs no more.
    if (pid === undefined || command === undefined || state?.startsWith("Z")) return [];
    return [{ pid: Number(pid), parent: Number(parent), group: Number(group), command }];
  });
}

/** The processes below one, itself left out. */
export function descendants(pid: number, among: readonly RunningProcess[] = allProcesses()): RunningProcess[] {
  const children = among.filter(({ parent }) => parent === pid);
  return [...children, ...children.flatMap((child) => descendants(child.pid, among))];
}

/** True while the process runs. */
export function isRunning(pid: number): boolean {
  return allProcesses().some((process) => process.pid === pid);
}
