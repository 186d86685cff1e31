import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { RecordedAnswer, RequestClaim } from "../../../src/models/answerRecord.ts";
import { CachedAnswers } from "../../../src/models/cachedAnswers.ts";
import { requestKey } from "../../../src/models/record/requestKey.ts";
import { SimulatedTime } from "../simulatedTime.ts";
import { builtProcess } from "./builtProcess.ts";
import { numberedAnswer, numberedRequest } from "./numberedRequest.ts";

let home: string;
let folder: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "optimas-claims-"));
  folder = join(home, "cache");
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const never = new AbortController().signal;
const claim = (record: CachedAnswers, number: number, signal = never): Promise<RecordedAnswer | RequestClaim> => {
  const request = numberedRequest(number);
  return record.claim(requestKey(request), request, signal);
};
const keep = (record: CachedAnswers, number: number): Promise<void> => {
  const request = numberedRequest(number);
  return record.keep(requestKey(request), request, numberedAnswer(number));
};
const isClaim = (came: RecordedAnswer | RequestClaim): came is RequestClaim => "release" in came;
const claims = (): string[] => (existsSync(join(folder, "claims")) ? readdirSync(join(folder, "claims")) : []);

/** As another process would leave it. */
function claimOf(number: number, owner: { readonly pid: number; readonly host: string }): void {
  mkdirSync(join(folder, "claims"), { recursive: true });
  const path = join(folder, "claims", requestKey(numberedRequest(number)));
  writeFileSync(path, JSON.stringify({ ...owner, processStart: null }));
}

describe("a request that is claimed", () => {
  test("waits for the answer of the one who sends it, and is not sent again", async () => {
    const [one, other] = [new CachedAnswers(folder), new CachedAnswers(folder)];
    const sending = await claim(one, 1);
    const waiting = claim(other, 1);
    await keep(one, 1);
    if (isClaim(sending)) sending.release();
    expect(await waiting).toEqual(numberedAnswer(1));
    await one.settled();
    await other.settled();
    expect(claims()).toEqual([]);
  });

  test("is sent by the next when nothing was answered", async () => {
    const [one, other] = [new CachedAnswers(folder), new CachedAnswers(folder)];
    const sending = await claim(one, 1);
    const waiting = claim(other, 1);
    if (isClaim(sending)) sending.release();
    expect(await waiting).toEqual({ release: expect.any(Function) });
  });

  test("keeps no other request waiting", async () => {
    const [one, other] = [new CachedAnswers(folder), new CachedAnswers(folder)];
    expect(isClaim(await claim(one, 1))).toBe(true);
    expect(isClaim(await claim(other, 2))).toBe(true);
  });

  test("ends to wait with whoever asked", async () => {
    const [one, other] = [new CachedAnswers(folder), new CachedAnswers(folder)];
    await claim(one, 1);
    const controller = new AbortController();
    const waiting = claim(other, 1, controller.signal);
    controller.abort("enough");
    await expect(waiting).rejects.toBe("enough");
  });

  test.each([
    ["a request may take", undefined, 240_000],
    ["a request to this model may take", 30_000, 30_000],
  ])("by a machine that nobody can look at waits no longer than %s", async (_what, timeoutMs, longestMs) => {
    claimOf(1, { pid: 1, host: "another machine" });
    const time = new SimulatedTime();
    const record = new CachedAnswers(folder, { clock: time });
    let came: RecordedAnswer | RequestClaim | undefined;
    const request = numberedRequest(1);
    const asked = record.claim(requestKey(request), request, never, timeoutMs).then((answer) => {
      came = answer;
    });
    await expect.poll(() => time.waiting).toBe(1);
    await time.run(longestMs - 1_000);
    expect([came, time.waiting]).toEqual([undefined, 1]);
    await time.run(2_000);
    await asked;
    expect(came).toEqual({ release: expect.any(Function) });
  });

  test.each([
    ["by a process that is gone", () => claimOf(1, { pid: 2 ** 22 + 1, host: hostname() })],
    ["where claims cannot be made", () => writeFileSync(join(folder, "claims"), "a file where the folder should be")],
  ])("%s is sent at once", async (_what, prepare) => {
    mkdirSync(folder);
    prepare();
    expect(isClaim(await claim(new CachedAnswers(folder), 1))).toBe(true);
  });
});

describe("several processes that ask the same", () => {
  const program = builtProcess("askingProcess");

  interface Asking {
    readonly child: ChildProcess;
    /** What it has been answered so far. */
    readonly has: Set<number>;
    readonly exit: Promise<number | null>;
  }

  function ask(to: number, tookMs: number): Asking {
    const child = spawn(process.execPath, [program(), home, "0", String(to), String(tookMs)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const has = new Set<number>();
    const lines = createInterface({ input: child.stdout });
    lines.on("line", (line) => line !== "ready" && has.add(Number(line)));
    const exit = Promise.all([once(child, "exit"), once(lines, "close")]).then(([[code]]) => code as number | null);
    return { child, has, exit };
  }
  /** How often each question was asked. */
  function asked(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const line of readFileSync(join(home, "asked.txt"), "utf8").split("\n")) {
      if (line !== "") counts.set(line, (counts.get(line) ?? 0) + 1);
    }
    return counts;
  }

  test("send each request once, and all have all answers", async () => {
    const all = [1, 2, 3, 4].map(() => ask(120, 15));
    expect(await Promise.all(all.map(({ exit }) => exit))).toEqual([0, 0, 0, 0]);
    for (const { has } of all) expect(has.size).toBe(120);
    const counts = asked();
    expect(counts.size).toBe(120);
    expect([...counts.values()].filter((count) => count > 1)).toEqual([]);
    expect(claims()).toEqual([]);
  });

  test("take over what one that was killed had claimed: nothing that it had is asked again", async () => {
    const [one, ...others] = [1, 2, 3].map(() => ask(120, 15));
    if (one === undefined) throw new Error("no process");
    await expect.poll(() => one.has.size, { interval: 5 }).toBeGreaterThan(20);
    one.child.kill("SIGKILL");
    expect(await one.exit).toBeNull();
    expect(await Promise.all(others.map(({ exit }) => exit))).toEqual([0, 0]);
    for (const { has } of others) expect(has.size).toBe(120);
    const again = [...asked()].filter(([, count]) => count > 1);
    // At most what was under way in the killed one, once more.
    expect(again.length).toBeLessThanOrEqual(8);
    for (const [number, count] of again) expect([number, count]).toEqual([number, 2]);
    for (const [number] of again) expect(one.has.has(Number(number))).toBe(false);
    // Of the killed one nothing is left once another process has come, and has put its last answers into the record.
    const last = new CachedAnswers(folder);
    await last.find(requestKey(numberedRequest(0)), numberedRequest(0));
    await last.settled();
    expect(claims()).toEqual([]);
  });
});
