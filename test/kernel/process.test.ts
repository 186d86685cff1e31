import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from "vscode-jsonrpc/node";
import { KernelDied } from "../../src/notebook/kernel.ts";
import { kernelEnvironment } from "../../src/notebook/kernelEnvironment.ts";
import { CHANNEL_DESCRIPTOR, KERNEL_PROTOCOL } from "../../src/notebook/kernelProtocol.ts";
import { quickestMs } from "../ownTime.ts";
import { bundledClient, KernelBench, kernelEntry, lives, trainerEntry, until } from "./kernelBench.ts";

const bench = new KernelBench();
afterAll(() => bench.dispose());

describe("a cell", () => {
  test("prints in order, keeps variables for later cells, and ends with its status", async () => {
    const kernel = await bench.shared();
    const first = await kernel.run(
      "globalThis.x = 41; console.log('one'); console.error('two'); process.stdout.write('three\\n');",
    );
    expect(first.result.status).toBe("succeeded");
    expect(first.outputs).toEqual([
      { type: "stream", name: "stdout", text: "one\n" },
      { type: "stream", name: "stderr", text: "two\n" },
      { type: "stream", name: "stdout", text: "three\n" },
      { type: "result", data: { "text/plain": "true" } },
    ]);
    expect((await kernel.run("console.log(globalThis.x + 1);")).stdout).toBe("42\n");
  });

  test("fails with the error that it throws", async () => {
    const kernel = await bench.shared();
    const { result, outputs } = await kernel.run("throw new TypeError('no such luck');");
    expect(result.status).toBe("failed");
    expect(outputs).toMatchObject([{ type: "error", message: expect.stringContaining("no such luck") }]);
  });

  test("is shown while it runs, also from synchronous code", async () => {
    const kernel = await bench.shared();
    const seen = join(bench.folder, "seen.txt");
    // Code that never waits, and goes on only once somebody has read what it wrote.
    const { result } = await kernel.run(
      `const { existsSync } = await import("node:fs"); console.log("begun"); while (!existsSync(${JSON.stringify(seen)}));`,
      (text) => {
        if (text === "begun\n") writeFileSync(seen, "");
      },
    );
    expect(result.status).toBe("succeeded");
  });

  test("owns what it began: text and errors after awaits, and in a later cell's time", async () => {
    const kernel = await bench.shared();
    await kernel.run(
      "setTimeout(() => { console.log('mine'); void Promise.reject(new Error('mine too')); }, 50);",
      undefined,
      { cell: "first" },
    );
    const { outputs } = await kernel.run(
      "await new Promise((resolve) => setTimeout(resolve, 300)); console.log('other');",
    );
    expect(outputs).toEqual([{ type: "stream", name: "stdout", text: "other\n" }]);
    await expect
      .poll(() => kernel.late.flatMap(({ outputs }) => outputs))
      .toMatchObject([
        { type: "stream", text: "mine\n" },
        { type: "error", message: expect.stringContaining("mine too") },
      ]);
    expect(new Set(kernel.late.map(({ cell }) => cell))).toEqual(new Set(["first"]));
  });

  test("fails when a promise in it is rejected and nobody handles that, and the kernel lives on", async () => {
    const kernel = await bench.shared();
    const { result, outputs } = await kernel.run("void Promise.reject(new Error('unheard'));");
    expect(result.status).toBe("failed");
    expect(outputs).toMatchObject([{ type: "error", message: expect.stringContaining("unheard") }]);
    const thrown = await kernel.run(
      "setTimeout(() => { throw new Error('from a timer'); }, 5); await new Promise((resolve) => setTimeout(resolve, 100));",
    );
    expect(thrown.outputs).toMatchObject([{ type: "error", message: expect.stringContaining("from a timer") }]);
    expect((await kernel.run("console.log('alive');")).stdout).toBe("alive\n");
  });

  test("gets what its own children print", async () => {
    const kernel = await bench.shared();
    const seen = join(bench.folder, "childSeen.txt");
    // A child's text takes a way of its own: the cell goes on until it has come.
    const { stdout } = await kernel.run(
      `const { spawn } = await import("node:child_process");
       const { existsSync } = await import("node:fs");
       spawn(process.execPath, ["-e", "console.log('from a child')"], { stdio: "inherit" });
       while (!existsSync(${JSON.stringify(seen)})) await new Promise((resolve) => setTimeout(resolve, 5));`,
      (text) => {
        if (text.includes("from a child\n")) writeFileSync(seen, "");
      },
    );
    expect(stdout).toBe("from a child\n");
  });

  test("cannot harm the protocol by writing to the standard descriptors", async () => {
    const kernel = await bench.shared();
    const { result } = await kernel.run(
      `const { writeSync } = await import("node:fs");
       writeSync(1, "Content-Length: 3\\r\\n\\r\\n{}}"); writeSync(2, "Content-Length: 3\\r\\n\\r\\n{}}\\n");`,
    );
    expect(result.status).toBe("succeeded");
    await until(() => kernel.log.length > 0, "native stderr is in the log");
    expect((await kernel.run("console.log(1);")).stdout).toBe("1\n");
  });

  test("sees the folder, and nothing of the parent's environment that is not allowed", async () => {
    process.env.OPTIMAS_TEST_API_KEY = "secret";
    try {
      const kernel = await bench.start();
      const { stdout } = await kernel.run(
        "console.log(JSON.stringify([process.cwd(), Object.keys(process.env).filter((name) => /KEY|VSCODE|NODE_OPTIONS/.test(name))]));",
      );
      const [cwd, names] = JSON.parse(stdout);
      expect(cwd).toBe(bench.folder);
      expect(names).toEqual([]);
    } finally {
      delete process.env.OPTIMAS_TEST_API_KEY;
    }
  });
});

describe("much output", () => {
  test("of ten thousand lines arrives whole, in few batches", async () => {
    const kernel = await bench.shared();
    const { stdout, batches, ms } = await kernel.run("for (let i = 0; i < 10_000; i++) console.log('line ' + i);");
    expect(stdout).toBe(Array.from({ length: 10_000 }, (_, i) => `line ${i}\n`).join(""));
    expect(batches).toBeLessThanOrEqual(ms / 100 + 2);
    console.log(`10,000 lines of console.log: ${ms.toFixed(0)} ms in ${batches} batches`);
  });

  test("of 50 MB is cut to head and tail, and lies whole in the file that the notice names", async () => {
    const kernel = await bench.shared();
    const { stdout, result, ms } = await kernel.run("console.log('a' + 'x'.repeat(50_000_000) + '\\nthe end');");
    expect(result.status).toBe("succeeded");
    expect(stdout.length).toBeLessThan(1_300_000);
    expect(stdout).toMatch(/^ax+\n/);
    expect(stdout.endsWith("the end\n")).toBe(true);
    const file = / MB left out; all of it is in (.+)\.\n/.exec(stdout)?.[1] ?? "";
    expect(readFileSync(file, "utf8")).toBe(`a${"x".repeat(50_000_000)}\nthe end\n`);
    console.log(`a string of 50 MB: ${ms.toFixed(0)} ms`);
  });

  test("waits for a display that is slow, and loses nothing", async () => {
    const kernel = await bench.shared();
    let shown = 0;
    const { stdout, batches, ms } = await kernel.run(
      "for (let i = 0; i < 50; i++) { console.log('tick ' + i); await new Promise((resolve) => setTimeout(resolve, 10)); }",
      async () => {
        await new Promise((resolve) => setTimeout(resolve, 300));
        shown++;
      },
    );
    expect(shown).toBe(batches);
    expect(batches).toBeLessThanOrEqual(ms / 300 + 1);
    expect(stdout.split("\n")).toHaveLength(51);
  });

  test("is handed on before the process exits", async () => {
    const kernel = await bench.shared();
    let seen = "";
    const died = await kernel
      .run("for (let i = 0; i < 1000; i++) console.log('line ' + i); process.exit(3);", (text) => {
        seen = text;
      })
      .catch((thrown: unknown) => thrown);
    expect(died).toBeInstanceOf(KernelDied);
    expect((died as KernelDied).end).toMatchObject({ how: "exit", code: 3 });
    expect(seen.endsWith("line 999\n")).toBe(true);
  });
});

describe("a trivial cell", () => {
  test("comes back within 15 ms in the median", async () => {
    const kernel = await bench.shared();
    await kernel.run("globalThis.y = 1;");
    const round = async () => {
      const times: number[] = [];
      for (let i = 0; i < 31; i++) times.push((await kernel.run("console.log(1);")).ms);
      return times.sort((a, b) => a - b)[15] ?? Number.NaN;
    };
    const median = await quickestMs(15, round, 12);
    console.log(`round trip of a trivial cell: median ${median.toFixed(1)} ms`);
    expect(median).toBeLessThan(15);
  });
});

describe("an end of the kernel", () => {
  test("by a signal from outside is told with the signal", async () => {
    const kernel = await bench.start();
    const died = kernel.run("console.log('ready'); await new Promise(() => undefined);", () => {
      process.kill(kernel.kernel.pid, "SIGKILL");
    });
    await expect(died).rejects.toThrow(/ended on SIGKILL/);
    expect(await kernel.kernel.ended).toMatchObject({ how: "signal", signal: "SIGKILL" });
    await expect(kernel.run("1")).rejects.toThrow(KernelDied);
  });

  test("does not come from a main thread that is ready later than the channel", async () => {
    // What the main thread loads comes a second later than it would.
    const hooks = join(bench.folder, "late.mjs");
    writeFileSync(
      hooks,
      `export async function load(url, context, next) {
         if (url.includes("evaluationThread")) await new Promise((resolve) => setTimeout(resolve, 1_000));
         return next(url, context);
       }`,
    );
    const preload = join(bench.folder, "preload.mjs");
    writeFileSync(
      preload,
      `import { register } from "node:module";
       import { isMainThread } from "node:worker_threads";
       if (isMainThread) register(${JSON.stringify(pathToFileURL(hooks).href)});`,
    );
    const environment = {
      ...kernelEnvironment(process.env, { electron: false }),
      NODE_OPTIONS: `--import ${pathToFileURL(preload).href}`,
    };
    const began = performance.now();
    const kernel = await bench.start({ environment, startTimeoutMs: 120_000 });
    expect(performance.now() - began).toBeGreaterThan(1_000);
    expect((await kernel.run("console.log('here')")).stdout).toBe("here\n");
  });

  test("for want of memory is called that", async () => {
    const environment = {
      ...kernelEnvironment(process.env, { electron: false }),
      NODE_OPTIONS: "--max-old-space-size=100",
    };
    const kernel = await bench.start({ environment });
    const died = await kernel
      .run("const all = []; for (;;) all.push(new Array(1_000_000).fill(0.5));")
      .catch((thrown: unknown) => thrown);
    expect(died).toBeInstanceOf(KernelDied);
    expect((died as KernelDied).message).toMatch(/ran out of memory[\s\S]*heap/);
  });

  test("by its parent's wish aborts the running cell first", async () => {
    const kernel = await bench.start();
    const file = join(bench.folder, "exit.txt");
    const running = kernel
      .run(
        `const { writeFileSync } = await import("node:fs");
         process.on("exit", () => writeFileSync(${JSON.stringify(file)}, "left"));
         console.log("ready"); await new Promise(() => undefined);`,
        () => void kernel.kernel.dispose("enough"),
      )
      .catch((thrown: unknown) => thrown);
    expect(await running).toMatchObject({ end: { how: "disposed", reason: "enough" } });
    expect(readFileSync(file, "utf8")).toBe("left");
  });

  test("comes also when synchronous code does not let go", async () => {
    const ms = await quickestMs(4_000, async () => {
      const kernel = await bench.start();
      const began = performance.now();
      await kernel.run("console.log('ready'); for (;;);", () => void kernel.kernel.dispose()).catch(() => undefined);
      expect(await kernel.kernel.ended).toMatchObject({ how: "disposed" });
      expect(lives(kernel.kernel.pid)).toBe(false);
      return performance.now() - began;
    });
    expect(ms).toBeLessThan(4_000);
  });

  test("before it has introduced itself says what happened", async () => {
    const entry = join(bench.folder, "broken.mjs");
    writeFileSync(entry, 'console.error("out of luck"); process.exit(3);');
    await expect(bench.start({ entry })).rejects.toThrow(/exit code 3[\s\S]*out of luck/);
    await expect(bench.start({ entry: join(bench.folder, "nowhere.mjs") })).rejects.toThrow(
      /exit code 1[\s\S]*nowhere/,
    );
    await expect(bench.start({ execPath: join(bench.folder, "no-node") })).rejects.toThrow(
      /could not be started.*ENOENT/,
    );
    await expect(bench.start({ folder: join(bench.folder, "gone") })).rejects.toThrow(/folder .*gone does not exist/);
    writeFileSync(entry, "setInterval(() => undefined, 1000);");
    await expect(bench.start({ entry, startTimeoutMs: 300, graceMs: 50 })).rejects.toThrow(
      /did not answer within 300 ms/,
    );
  });
});

describe("versions", () => {
  test("a parent of another protocol is refused, naming both, and so is what comes before the handshake", async () => {
    const child = spawn(process.execPath, [kernelEntry], { stdio: ["ignore", "inherit", "inherit", "overlapped"] });
    const channel = child.stdio[CHANNEL_DESCRIPTOR] as Duplex;
    const connection = createMessageConnection(new StreamMessageReader(channel), new StreamMessageWriter(channel));
    connection.listen();
    const cell = { cell: "a", order: 1, code: "1", language: "typescript" };
    await expect(connection.sendRequest("execute", cell)).rejects.toThrow(/"execute" before the handshake/);
    await expect(connection.sendRequest("initialize", { protocol: 99, folder: "/" })).rejects.toThrow(
      new RegExp(`kernel speaks protocol ${KERNEL_PROTOCOL} \\(version \\d.*its parent protocol 99`),
    );
    await expect(connection.sendRequest("initialize", { protocol: "1" })).rejects.toThrow(/expected number/);
    connection.dispose();
    channel.end();
    expect(await once(child, "close")).toEqual([0, null]);
  });

  test("a kernel of another protocol is refused, naming both", async () => {
    const entry = join(bench.folder, "future.mjs");
    writeFileSync(
      entry,
      `import { Socket } from "node:net";
       const socket = new Socket({ fd: 3 });
       socket.once("data", () => {
         const body = JSON.stringify({ jsonrpc: "2.0", id: 0, result: { protocol: 99, version: "9.9.9", pid: 1 } });
         socket.write("Content-Length: " + body.length + "\\r\\n\\r\\n" + body);
       });`,
    );
    await expect(bench.start({ entry, graceMs: 100 })).rejects.toThrow(
      new RegExp(`protocol 99 \\(version 9\\.9\\.9\\).*protocol ${KERNEL_PROTOCOL} \\(version \\d+\\.\\d+\\.\\d+\\)`),
    );
  });
});

/** A parent that starts a kernel with a child of its own and a cell, and says the pids. */
async function startFamily(code: string): Promise<{ readonly parent: number; readonly pids: readonly number[] }> {
  const client = await bundledClient(bench.folder);
  const file = join(bench.folder, "parent.mjs");
  writeFileSync(
    file,
    `import { startKernel } from ${JSON.stringify(client)};
     const kernel = await startKernel({ entry: ${JSON.stringify(kernelEntry)}, folder: ${JSON.stringify(bench.folder)}, environment: { PATH: process.env.PATH } });
     const print = (outputs) => { for (const { text } of outputs) if (text) console.log(text); };
     await kernel.execute({ cell: "a", order: 1, language: "typescript", code: ${JSON.stringify(
       `const { spawn } = await import("node:child_process");
        globalThis.trainer = spawn(process.execPath, [${JSON.stringify(trainerEntry)}], { stdio: "pipe" });
        console.log(process.pid, globalThis.trainer.pid);`,
     )} }, print);
     await kernel.execute({ cell: "b", order: 2, language: "typescript", code: ${JSON.stringify(`console.log("running");\n${code}`)} }, print);`,
  );
  const child = spawn(process.execPath, [file], { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  await until(() => text.includes("running"), "the cell runs");
  const pids = /(\d+) (\d+)/.exec(text)?.slice(1).map(Number) ?? [];
  return { parent: child.pid ?? 0, pids };
}

describe("a parent that is killed", () => {
  test.each([
    ["an endless loop", "for (;;);"],
    ["an endless loop after an await", "await null; for (;;);"],
    ["an await that never ends", "await new Promise(() => undefined);"],
    ["nothing", ""],
  ])("takes the kernel and its trainer along, while the kernel runs %s", async (_, code) => {
    const ms = await quickestMs(2_500, async () => {
      const { parent, pids } = await startFamily(code);
      expect(pids).toHaveLength(2);
      expect(pids.map(lives)).toEqual([true, true]);
      const began = performance.now();
      process.kill(parent, "SIGKILL");
      await until(() => !pids.some(lives), "the whole family is gone");
      return performance.now() - began;
    });
    console.log(`kernel and trainer gone ${ms.toFixed(0)} ms after their parent`);
    expect(ms).toBeLessThan(2_500);
  });
});
