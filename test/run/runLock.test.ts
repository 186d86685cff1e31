import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { isAlive, processStart } from "../../src/run/processIdentity.ts";
import { acquireRunLock, liveOwner } from "../../src/run/runLock.ts";
import { UserError } from "../../src/system/userError.ts";
import { scratchFolder } from "../data/scratchFolder.ts";

async function startedProcess(): Promise<{ child: ChildProcess; pid: number; kill: () => Promise<void> }> {
  const child = spawn(process.execPath, ["-e", "console.log('up'); setInterval(() => {}, 1e6)"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await exited;
  };
  onTestFinished(kill);
  if (child.stdout) await once(child.stdout, "data");
  return { child, pid: child.pid ?? 0, kill };
}

function lockedBy(owner: object): string {
  return scratchFolder({
    "run.lock": JSON.stringify({ pid: process.pid, host: hostname(), processStart: null, at: 1, ...owner }),
  });
}

describe("the lock of a run", () => {
  test("is held by one, and free again when released", () => {
    const folder = scratchFolder();
    const lock = acquireRunLock(folder, 5);
    expect(readdirSync(folder)).toEqual(["run.lock"]);
    expect(liveOwner(folder)).toMatchObject({ pid: process.pid, host: hostname(), at: 5 });
    expect(() => acquireRunLock(folder, 6)).toThrow(
      new RegExp(`is already open in this process \\(${process.pid}\\)\\. Close it first\\.$`),
    );
    lock.release();
    lock.release();
    expect(readdirSync(folder)).toEqual([]);
    acquireRunLock(folder, 7).release();
  });

  test("of a live process refuses, naming the process; once that is killed it is taken over", async () => {
    const { pid, kill } = await startedProcess();
    const folder = lockedBy({ pid, processStart: processStart(pid) ?? null });
    expect(() => acquireRunLock(folder, 1)).toThrow(UserError);
    expect(() => acquireRunLock(folder, 1)).toThrow(
      new RegExp(`is run by another process \\(${pid}\\)\\. Wait for its end or stop it`),
    );
    await kill();
    expect(liveOwner(folder)).toBeUndefined();
    const lock = acquireRunLock(folder, 2);
    expect(liveOwner(folder)?.pid).toBe(process.pid);
    expect(readdirSync(folder)).toEqual(["run.lock"]);
    lock.release();
  });

  test.runIf(existsSync("/proc/self/stat"))("of a process whose pid was given to another is taken over", () => {
    const folder = lockedBy({ pid: process.ppid, processStart: "an earlier boot/1" });
    acquireRunLock(folder, 1).release();
  });

  test("without the start of its process goes by the pid alone", () => {
    expect(() => acquireRunLock(lockedBy({ pid: process.ppid }), 1)).toThrow(/is run by another process/);
  });

  test("of another machine refuses, with what to do", () => {
    expect(() => acquireRunLock(lockedBy({ host: "elsewhere", pid: 12 }), 1)).toThrow(
      /is run by process 12 on elsewhere\. If that process is gone, delete .*run\.lock and try again\.$/,
    );
  });

  test("that is damaged refuses, with what to do", () => {
    expect(() => acquireRunLock(scratchFolder({ "run.lock": "" }), 1)).toThrow(
      /run\.lock is damaged\. If no other process runs .*, delete this file/,
    );
  });

  test("is not removed by one who lost it", () => {
    const folder = scratchFolder();
    const lock = acquireRunLock(folder, 1);
    writeFileSync(join(folder, "run.lock"), "another's");
    lock.release();
    expect(readFileSync(join(folder, "run.lock"), "utf8")).toBe("another's");
  });

  test("leaves no listener on the process", () => {
    const before = process.listenerCount("exit");
    const lock = acquireRunLock(scratchFolder(), 1);
    expect(process.listenerCount("exit")).toBe(before + 1);
    lock.release();
    expect(process.listenerCount("exit")).toBe(before);
  });
});

test("a process is alive while it runs as the one it was", async () => {
  const { pid, kill } = await startedProcess();
  const start = processStart(pid);
  expect([isAlive(pid, undefined), isAlive(pid, start)]).toEqual([true, true]);
  if (start !== undefined) expect(isAlive(pid, `${start}0`)).toBe(false);
  await kill();
  expect([isAlive(pid, undefined), isAlive(pid, start)]).toEqual([false, false]);
});
