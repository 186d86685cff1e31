import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from "vscode-jsonrpc/node";
import type { LocalRewards } from "../../src/reward/localRewards.ts";
import { rewardSettingsSchema } from "../../src/reward/rewardSettings.ts";
import { startTrainer, type TrainerOptions } from "../../src/reward/trainerClient.ts";
import { TrainerDied } from "../../src/reward/trainerEnd.ts";
import { fitMessage, fitProgress, protocolVersion } from "../../src/reward/trainerProtocol.ts";
import { seededRandom } from "../../src/system/random.ts";
import { component, fitOf, itemsOf, never } from "./localRewardsContract.ts";
import { taskPairs } from "./preferenceTasks.ts";
import { bundleTrainer } from "./trainerBundle.ts";

const pairs = taskPairs("random labels", 120, seededRandom("trainer"));
const started: LocalRewards[] = [];
let folder = "";
let trainer = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "optimas-trainer-"));
  trainer = join(folder, "trainer.mjs");
  await bundleTrainer(trainer);
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((rewards) => rewards.dispose()));
});
afterAll(() => rm(folder, { recursive: true }));

async function start(options: TrainerOptions = {}): Promise<LocalRewards> {
  const rewards = await startTrainer({ entry: trainer, ...options });
  started.push(rewards);
  return rewards;
}

let impostors = 0;

/** A process that is no trainer: introduces itself if `protocol` is given, then does as `script` says. */
async function impostor(script: string, protocol?: number): Promise<string> {
  const file = join(folder, `impostor-${impostors++}.mjs`);
  const reply = `const send = (message) => {
    const body = JSON.stringify({ jsonrpc: "2.0", ...message });
    process.stdout.write("Content-Length: " + Buffer.byteLength(body) + "\\r\\n\\r\\n" + body);
  };
  process.stdin.resume();
  ${
    protocol === undefined
      ? ""
      : `process.stdin.once("data", () => {
    send({ id: 0, result: { protocol: ${protocol} } });
    process.stdin.once("data", () => { send({ id: 1, result: { backbone: "none" } }); onGreeted(); });
  });`
  }`;
  await writeFile(
    file,
    protocol === undefined ? `${reply}\n${script}` : `const onGreeted = () => {${script}};\n${reply}`,
  );
  return file;
}

/** The pid that the trainer's shell of a process writes to its log, for killing it from outside. */
async function startWithPid(options: TrainerOptions = {}): Promise<{ rewards: LocalRewards; pid: number }> {
  const file = join(folder, `with-pid-${impostors++}.mjs`);
  await writeFile(file, `console.error("pid " + process.pid); await import(${JSON.stringify(trainer)});`);
  let pid = 0;
  const rewards = await start({
    ...options,
    entry: file,
    onLog: (line) => {
      pid ||= Number(/^pid (\d+)$/.exec(line)?.[1] ?? 0);
    },
  });
  expect(pid).toBeGreaterThan(0);
  return { rewards, pid };
}

it("fails everything pending with the signal and the last lines of stderr when the process is killed while fitting", async () => {
  const { rewards, pid } = await startWithPid();
  const fit = rewards.fit(fitOf(pairs), never, ({ epoch }) => {
    if (epoch === 1) process.kill(pid, "SIGKILL");
  });
  // Fits run one after the other, so this one is still waiting when the first begins.
  const nextFit = rewards.fit(fitOf(pairs, { stage: "adapt" }), never);
  const [fitEnd, nextEnd] = await Promise.allSettled([fit, nextFit]);
  expect(fitEnd).toMatchObject({
    status: "rejected",
    reason: { message: expect.stringContaining("The trainer ended on SIGKILL: it was killed from outside") },
  });
  expect(fitEnd).toMatchObject({ reason: { message: expect.stringContaining(`pid ${pid}`) } });
  expect(nextEnd).toEqual(fitEnd);
  await expect(rewards.score(component, [], never)).rejects.toThrow("ended on SIGKILL");
  await expect(rewards.save(join(folder, "late.json"))).rejects.toThrow("ended on SIGKILL");
});

it("names the exit code and what the process said when it ends by itself", async () => {
  const entry = await impostor(`console.error("out of luck"); process.exit(3)`);
  await expect(start({ entry })).rejects.toThrow(/ended with exit code 3.*\nout of luck/s);
});

it("says so when the entry does not exist", async () => {
  await expect(start({ entry: join(folder, "nowhere.mjs") })).rejects.toThrow(/exit code 1.*nowhere\.mjs/s);
});

it("keeps the last twenty lines of stderr only, and hands every line to the log", async () => {
  const entry = await impostor(
    `for (let i = 0; i < 30; i++) console.error("line " + i); process.exitCode = 1; process.stdin.destroy()`,
  );
  const lines: string[] = [];
  const error = await start({ entry, onLog: (line) => lines.push(line) }).catch((thrown: Error) => thrown);
  expect(error).toBeInstanceOf(TrainerDied);
  expect(lines).toHaveLength(30);
  expect((error as Error).message).toMatch(/Its last lines:\nline 10\n/);
});

it("cuts what it keeps of a long line", async () => {
  const entry = await impostor(`console.error("x".repeat(1_000_000)); process.exit(1)`);
  const error = await start({ entry }).catch((thrown: Error) => thrown);
  expect((error as Error).message.length).toBeLessThan(2_200);
});

it("says that memory ran out instead of quoting native frames", async () => {
  const entry = await impostor(
    `console.error("FATAL ERROR: Reached heap limit\\n---\\n" + " 1: frame\\n".repeat(60)); process.abort()`,
  );
  const error = (await start({ entry }).catch((thrown: Error) => thrown)) as Error;
  expect(error.message).toMatch(
    /^The trainer ended on SIGABRT: it ran out of memory\.\nIts last lines:\nFATAL ERROR.*\n---$/,
  );
});

it("tells whoever waits how it ended, asked to or not", async () => {
  const { rewards, pid } = await startWithPid();
  process.kill(pid, "SIGTERM");
  expect(await rewards.ended).toMatchObject({ how: "signal", signal: "SIGTERM" });
  const wanted = await start();
  await wanted.dispose();
  expect(await wanted.ended).toMatchObject({ how: "disposed" });
});

it("ends a process that goes on without its output", async () => {
  const entry = await impostor(
    `setInterval(() => undefined, 1000); process.stdin.once("data", () => process.getBuiltinModule("node:fs").closeSync(1));`,
    protocolVersion,
  );
  const rewards = await start({ entry, graceMs: 50 });
  await expect(rewards.score(component, itemsOf(pairs), never)).rejects.toThrow(/was ended: its output is closed/);
  expect(await rewards.ended).toMatchObject({ how: "broken" });
});

it("waits for the cause when the process takes nothing any more, however the pipe says so", async () => {
  const go = join(folder, "go");
  const entry = await impostor(
    `process.stdin.on("close", () => console.error("deaf")).destroy();
    const { existsSync } = process.getBuiltinModule("node:fs");
    setInterval(() => existsSync(${JSON.stringify(go)}) && process.kill(process.pid, "SIGKILL"), 5);`,
    protocolVersion,
  );
  const lines: string[] = [];
  const rewards = await start({ entry, onLog: (line) => lines.push(line) });
  await expect.poll(() => lines).toEqual(["deaf"]);
  const failed = expect(rewards.score(component, itemsOf(pairs), never)).rejects.toThrow(/ended on SIGKILL/);
  // The pipe has told all that it has to tell.
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
  await writeFile(go, "");
  await failed;
});

it("ends a process that writes garbage to stdout", async () => {
  const entry = await impostor(`process.stdout.write("hello\\n\\r\\n\\r\\n")`, protocolVersion);
  const rewards = await start({ entry });
  await expect(rewards.score(component, itemsOf(pairs), never)).rejects.toThrow(/wrote to stdout what is no message/);
});

it("refuses a trainer of another protocol, naming both versions", async () => {
  await expect(start({ entry: await impostor("", 99) })).rejects.toThrow(
    /trainer could not be started: it speaks protocol 99, this program protocol 2/,
  );
});

it("refuses a parent of another protocol, naming both versions, and requests before the handshake", async () => {
  const child = spawn(process.execPath, [trainer]);
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  connection.listen();
  await expect(connection.sendRequest("save", { file: join(folder, "early.json") })).rejects.toThrow(
    /before the handshake/,
  );
  await expect(connection.sendRequest("handshake", { protocol: 99 })).rejects.toThrow(
    /speaks protocol 2, its parent protocol 99/,
  );
  await expect(connection.sendRequest("handshake", { protocol: "1" })).rejects.toThrow(/expected number/);
  connection.dispose();
  child.stdin.end();
  expect(await once(child, "close")).toEqual([0, null]);
});

it("gives up on a process that never introduces itself", async () => {
  const entry = await impostor(`setInterval(() => undefined, 1000)`);
  await expect(start({ entry, startTimeoutMs: 300 })).rejects.toThrow(/did not answer within 300 ms of its start/);
});

it("kills a process that does not heed a cancellation within the grace", async () => {
  const entry = await impostor(
    `process.on("SIGTERM", () => undefined); setInterval(() => undefined, 1000)`,
    protocolVersion,
  );
  const rewards = await start({ entry, graceMs: 50 });
  const controller = new AbortController();
  const aborted = rewards.fit(fitOf(pairs), controller.signal);
  const other = rewards.score(component, itemsOf(pairs), never);
  const reason = new Error("enough");
  controller.abort(reason);
  await Promise.all([
    expect(aborted).rejects.toBe(reason),
    expect(other).rejects.toThrow(/was ended: it did not stop within 50 ms/),
  ]);
});

it("kills a process that ignores SIGTERM when disposed of", async () => {
  const entry = await impostor(
    `process.on("SIGTERM", () => undefined); setInterval(() => undefined, 1000)`,
    protocolVersion,
  );
  const rewards = await start({ entry, graceMs: 50 });
  const pending = expect(rewards.score(component, itemsOf(pairs), never)).rejects.toThrow(/disposed of/);
  await rewards.dispose();
  await pending;
});

it("does not hand over the environment beyond the few variables it needs", async () => {
  const entry = await impostor(`console.error(Object.keys(process.env).sort().join(" ")); process.exit(1)`);
  process.env.OPTIMAS_TEST_API_KEY = "secret";
  const error = await start({ entry, env: { EXTRA: "1" } }).catch((thrown: Error) => thrown);
  delete process.env.OPTIMAS_TEST_API_KEY;
  expect((error as Error).message).toContain("EXTRA");
  expect((error as Error).message).not.toContain("OPTIMAS_TEST_API_KEY");
});

it("ends the trainer when its parent goes away, even while it fits", async () => {
  const child = spawn(process.execPath, [trainer]);
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  connection.listen();
  await connection.sendRequest("handshake", { protocol: protocolVersion });
  await connection.sendRequest("open", { rewards: rewardSettingsSchema.parse({}) });
  const fitting = new Promise<void>((resolve) => {
    connection.onProgress(fitProgress, 0, () => resolve());
  });
  const fit = connection.sendRequest("fit", fitMessage(fitOf(pairs), 0));
  fit.catch(() => undefined);
  await fitting;
  child.stdin.destroy();
  expect(await once(child, "close")).toEqual([0, null]);
  connection.dispose();
});

it("keeps stray console output of the trainer off the protocol", async () => {
  const file = join(folder, "chatty.mjs");
  await writeFile(file, `await import(${JSON.stringify(trainer)}); console.log("chatter");`);
  const lines: string[] = [];
  const rewards = await start({ entry: file, onLog: (line) => lines.push(line) });
  expect(await rewards.score(component, itemsOf(pairs.slice(0, 1)), never)).toEqual([0, 0]);
  expect(lines).toContain("chatter");
});
