import { afterAll, expect, test } from "vitest";
import type { Kernel } from "../../src/notebook/kernel.ts";
import { startKernel } from "../../src/notebook/kernelClient.ts";
import { kernelEnvironment } from "../../src/notebook/kernelEnvironment.ts";
import { KernelSession } from "../../src/notebook/kernelSession.ts";
import type { Output } from "../../src/notebook/output.ts";
import type { CellResult, SessionNotice } from "../../src/notebook/sessionState.ts";
import { KernelBench, kernelEntry, lives, until } from "./kernelBench.ts";

const bench = new KernelBench();
const notices: SessionNotice[] = [];
const kernels: Kernel[] = [];
const session = new KernelSession({
  start: async (listener) => {
    const environment = kernelEnvironment(process.env, { electron: false });
    const kernel = await startKernel({ entry: kernelEntry, folder: bench.folder, environment, listener });
    kernels.push(kernel);
    return kernel;
  },
  onNotice: (notice) => notices.push(notice),
});
afterAll(async () => {
  await session.dispose();
  await bench.dispose();
});

interface Ran {
  readonly result: CellResult;
  readonly stdout: string;
  readonly error: string;
}

let cells = 0;

function run(code: string, onText: (text: string) => void = () => undefined): Promise<Ran> {
  const outputs: Output[] = [];
  return new Promise((resolve) => {
    const stdout = (): string =>
      outputs.map((output) => (output.type === "stream" && output.name === "stdout" ? output.text : "")).join("");
    session.run({
      id: `cell-${++cells}`,
      code,
      language: "typescript",
      onStarted: () => undefined,
      onOutputs: (batch) => {
        outputs.push(...batch);
        onText(stdout());
      },
      onEnded: (result) => {
        const error = outputs.find(({ type }) => type === "error");
        resolve({ result, stdout: stdout(), error: error?.type === "error" ? error.message : "" });
      },
    });
  });
}

test("a kernel killed from outside ends its cell with the reason, cancels the rest, and the next cell starts afresh", async () => {
  await run("const x = 1;");
  const running = run("console.log('ready'); await new Promise(() => undefined);", () =>
    process.kill(kernels.at(-1)?.pid ?? 0, "SIGKILL"),
  );
  const waiting = run("console.log('never');");
  expect((await running).result).toMatchObject({ status: "died", end: { signal: "SIGKILL" } });
  expect((await running).error).toMatch(/The kernel ended on SIGKILL/);
  expect((await waiting).result).toEqual({ status: "cancelled", reason: "The kernel died." });
  expect(notices).toMatchObject([{ kind: "died" }]);
  expect((await run("console.log(typeof x);")).stdout).toBe("undefined\n");
  expect(kernels).toHaveLength(2);
});

test("a restart drops the variables and ends the process", async () => {
  await run("const y = 1;");
  const pid = kernels.at(-1)?.pid ?? 0;
  await session.restart();
  await until(() => !lives(pid), "the old kernel is gone");
  expect((await run("console.log(typeof y);")).stdout).toBe("undefined\n");
});

test("a second interrupt ends native code that nothing can terminate, by killing the kernel in clear words", async () => {
  let pressed = false;
  const began = run(
    `import { execSync } from "node:child_process";
     console.log("ready");
     execSync("sleep 30");`,
    () => {
      if (pressed) return;
      pressed = true;
      session.interrupt();
      setTimeout(() => session.interrupt(), 500);
    },
  );
  const { result, error } = await began;
  expect(result).toMatchObject({ status: "died", end: { how: "disposed" } });
  expect(error).toMatch(/could not be stopped, so the kernel was ended; the variables of all cells are gone/);
  expect((await run("console.log('again');")).stdout).toBe("again\n");
});
