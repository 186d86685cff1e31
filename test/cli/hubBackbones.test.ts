import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { scratchFolder } from "../data/scratchFolder.ts";
import { COMMIT, LoopbackHub } from "../reward/hub/loopbackHub.ts";
import { canMount, SmallDisk } from "../run/smallDisk.ts";
import { type Outcome, optimas } from "./commandLine.ts";

const NAME = "acme/tiny-encoder";
/** 4 MB that follow from nothing but their place. */
const model = Buffer.concat(
  Array.from({ length: 4096 }, (_, at) => Buffer.alloc(1024, createHash("sha256").update(`${at}`).digest())),
);
const repository = { files: { "onnx/model.onnx": model, "tokenizer.json": "{}", "model.safetensors": "large" } };
const size = model.length + 2;

interface Place {
  readonly hub: LoopbackHub;
  readonly caches: string;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  run(...args: readonly string[]): Promise<Outcome>;
}

/** A hub, and a user's folder of caches, where it lies on each platform. */
async function place(caches = scratchFolder()): Promise<Place> {
  const hub = await LoopbackHub.started({ [NAME]: repository });
  const env = { HF_ENDPOINT: hub.endpoint, XDG_CACHE_HOME: caches, LOCALAPPDATA: caches, HOME: caches };
  const above = process.platform === "darwin" ? join(caches, "Library", "Caches") : caches;
  const folder = join(above, "optimas/backbones/acme/tiny-encoder", COMMIT);
  return { hub, caches, folder, env, run: (...args) => optimas(["backbone", ...args], { cwd: caches, env }) };
}

/** A download in a process of its own that can be killed. */
function started({ env, caches }: Place): { readonly child: ChildProcess; readonly ended: Promise<Outcome> } {
  const cli = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
  const child = spawn(process.execPath, [cli, "backbone", `hub:${NAME}`, "--yes", "--json"], {
    cwd: caches,
    env: { PATH: process.env.PATH, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const ended = new Promise<Outcome>((resolve) => child.on("close", (code) => resolve({ code, stdout, stderr })));
  return { child, ended };
}

const partSize = (folder: string): number =>
  statSync(join(folder, "onnx/model.onnx.part"), { throwIfNoEntry: false })?.size ?? 0;
const isWhole = (folder: string): boolean =>
  readFileSync(join(folder, "onnx/model.onnx")).equals(model) && existsSync(join(folder, "backbone.json"));
const linesOf = (text: string): Record<string, unknown>[] =>
  text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

describe("optimas backbone", () => {
  test("tells what would come, brings it, lists it, and removes it", async () => {
    const { run, folder, hub } = await place();
    expect((await run()).stdout).toMatch(/^No backbones of the hub are in .+ optimas backbone hub:owner\/name\n$/);
    const told = await run(`hub:${NAME}`, "--dry-run");
    expect(told.stdout).toMatch(/^acme\/tiny-encoder from 127\.0\.0\.1:\d+, commit 1f1f\S+: 4 MB in 2 files\n/);
    expect(told.stdout).toContain("  onnx/model.onnx (4 MB)\n");
    expect(hub.sent).toBe(0);

    const brought = await run(`hub:${NAME}`, "--yes");
    expect(brought).toMatchObject({ code: 0, stdout: `${folder}\n` });
    expect(brought.stderr).toMatch(/^Downloading the backbone acme\/tiny-encoder \(4 MB, from 127\.0\.0\.1:\d+\)\.\n/);
    expect(brought.stderr).toMatch(/downloaded 4 MB of 4 MB \(100 %\)\n$/);
    expect(isWhole(folder)).toBe(true);
    await hub.stop();
    expect(await run(NAME)).toEqual({ code: 0, stdout: `${folder}\n`, stderr: "" });
    expect(await run(NAME, "--dry-run", "--json")).toMatchObject({
      stdout: `${JSON.stringify({ kind: "cached", folder })}\n`,
    });

    expect((await run()).stdout).toMatch(/\nhub:acme\/tiny-encoder +main +1f1f1f1f1f +4 MB\n/);
    expect((await run("remove", NAME)).stdout).toBe(`Removed 4 MB: ${folder}\n`);
    expect(existsSync(folder)).toBe(false);
    expect(await run("remove", NAME)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("No acme/tiny-encoder"),
    });
  });

  test("speaks JSON, line by line", async () => {
    const { run, folder } = await place();
    const lines = linesOf((await run(NAME, "--yes", "--json")).stdout);
    expect(lines[0]).toMatchObject({
      kind: "offered",
      offer: { name: NAME, bytes: size, present: 0, revision: COMMIT },
    });
    expect(lines.at(-2)).toEqual({ kind: "progress", file: "onnx/model.onnx", present: size, total: size });
    expect(lines.at(-1)).toEqual({ kind: "cached", folder });
    expect(linesOf((await run("--json")).stdout)).toMatchObject([
      { backbones: [{ name: NAME, isComplete: true, folder }] },
    ]);
    expect(linesOf((await run("remove", `${NAME}@main`, "--json")).stdout)).toMatchObject([{ removed: [{ folder }] }]);
  });

  test("downloads nothing where nobody can be asked", async () => {
    const { run, hub } = await place();
    const { code, stderr } = await run(NAME);
    expect([code, hub.sent]).toEqual([2, 0]);
    expect(stderr).toMatch(/\(4 MB, from .+ --yes/);
  });

  test("sends HF_TOKEN to the hub alone, and shows it to nobody", async () => {
    const { hub, caches, env, folder } = await place();
    hub.push(NAME, { ...repository, access: "private" });
    const told = await optimas(["backbone", NAME, "--yes"], { cwd: caches, env });
    expect(told).toMatchObject({ code: 2, stderr: expect.stringContaining("HF_TOKEN") });
    hub.requests.length = 0;
    const brought = await optimas(["backbone", NAME, "--yes"], { cwd: caches, env: { ...env, HF_TOKEN: hub.token } });
    expect(brought.code).toBe(0);
    expect(isWhole(folder)).toBe(true);
    expect(`${brought.stdout}${brought.stderr}`).not.toContain(hub.token);
    for (const { at, authorization } of hub.requests)
      expect(authorization).toBe(at === "hub" ? `Bearer ${hub.token}` : undefined);
  });
});

describe("a process that downloads", () => {
  test("may be killed at any point, and another goes on from there", async () => {
    const here = await place();
    const { hub, folder } = here;
    // Each process gets a share more, at points that come from the test's own words.
    let points = [0, 1, 65_537, 777_777, 1_500_000];
    hub.faults = { held: ({ at }) => (at === "store" ? points[0] : undefined) };
    for (; points.length > 0; points = points.slice(1)) {
      const before = partSize(folder);
      const { child, ended } = started(here);
      await expect.poll(() => hub.holds && partSize(folder) === before + (points[0] ?? 0)).toBe(true);
      child.kill("SIGKILL");
      expect((await ended).code).toBeNull();
      hub.goOn();
      expect(existsSync(join(folder, "backbone.json"))).toBe(false);
    }
    expect(partSize(folder)).toBe(2_343_315);
    hub.requests.length = 0;
    const { code, stdout } = await here.run(NAME, "--yes", "--json");
    expect(code).toBe(0);
    expect(linesOf(stdout)[0]).toMatchObject({ offer: { present: 2 + 2_343_315 } });
    expect(isWhole(folder)).toBe(true);
    expect(hub.requests.filter(({ at }) => at === "store").map(({ range }) => range)).toEqual(["bytes=2343315-"]);
    expect(readdirSync(join(folder, ".."))).toEqual([COMMIT]);
  });

  test("may be killed while it writes", async () => {
    const here = await place();
    const { hub, folder } = here;
    hub.faults = { paced: 10_007 };
    for (const share of [0.05, 0.3, 0.31, 0.7, 0.95]) {
      const { child, ended } = started(here);
      const watch = setInterval(() => {
        if (partSize(folder) > share * model.length) child.kill("SIGKILL");
      }, 1);
      expect((await ended).code).toBeNull();
      clearInterval(watch);
      const came = readFileSync(join(folder, "onnx/model.onnx.part"));
      expect(came.equals(model.subarray(0, came.length))).toBe(true);
    }
    hub.faults = {};
    expect((await here.run(NAME, "--yes")).code).toBe(0);
    expect(isWhole(folder)).toBe(true);
    // Nothing was spoilt: no file came twice.
    const ranges = hub.requests.filter(({ at }) => at === "store").map(({ range }) => range);
    expect(ranges.slice(1).every((range) => range !== undefined)).toBe(true);
  });

  test("waits for another that downloads the same, and goes on where that one is killed", async () => {
    const here = await place();
    const { hub, folder } = here;
    hub.faults = { held: ({ at }) => (at === "store" ? 1_000_000 : undefined) };
    const first = started(here);
    await expect.poll(() => partSize(folder)).toBe(1_000_000);
    const second = started(here);
    await expect.poll(() => hub.requests.filter(({ path }) => path.includes("/tree/")).length).toBe(4);
    expect((await here.run("remove", NAME)).stderr).toMatch(/is being downloaded by process \d+/);
    hub.faults = {};
    first.child.kill("SIGKILL");
    expect((await second.ended).code).toBe(0);
    expect(isWhole(folder)).toBe(true);
    expect(hub.requests.filter(({ at }) => at === "store").map(({ range }) => range)).toEqual([
      undefined,
      "bytes=1000000-",
    ]);
  });

  test("ends with Ctrl-C, and keeps what came", async () => {
    const here = await place();
    here.hub.faults = { held: ({ at }) => (at === "store" ? 1_000_000 : undefined) };
    const { child, ended } = started(here);
    await expect.poll(() => partSize(here.folder)).toBe(1_000_000);
    child.kill("SIGINT");
    expect(await ended).toMatchObject({ code: 130, stderr: expect.stringContaining("Interrupted") });
    expect(partSize(here.folder)).toBe(1_000_000);
    expect(readdirSync(join(here.folder, ".."))).toEqual([COMMIT]);
  });
});

if (canMount) {
  test("a disk that fills up while something is downloaded keeps what came", async () => {
    const disk = new SmallDisk();
    onTestFinished(() => disk.dispose());
    const here = await place(disk.path);
    here.hub.faults = { held: ({ at }) => (at === "store" ? 1_000_000 : undefined) };
    const { ended } = started(here);
    await expect.poll(() => partSize(here.folder)).toBe(1_000_000);
    disk.fill();
    here.hub.goOn();
    const { code, stderr } = await ended;
    expect([code, stderr]).toEqual([2, expect.stringMatching(/model\.onnx\.part: the disk is full\. Free some space/)]);
    const came = partSize(here.folder);
    expect(came).toBeGreaterThanOrEqual(1_000_000);
    expect((await here.run(NAME, "--yes")).stderr).toMatch(
      /needs \d\.\d MB on the disk of .+, which has 0\.\d MB left/,
    );
    disk.empty();
    here.hub.faults = {};
    expect((await here.run(NAME, "--yes")).code).toBe(0);
    expect(isWhole(here.folder)).toBe(true);
    expect(here.hub.requests.at(-1)?.range).toBe(`bytes=${came}-`);
  });
}
