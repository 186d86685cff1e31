import { execFileSync } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import type { Kernel } from "../../src/notebook/kernel.ts";
import { startKernel } from "../../src/notebook/kernelClient.ts";
import { kernelEnvironment } from "../../src/notebook/kernelEnvironment.ts";
import { KernelSession } from "../../src/notebook/kernelSession.ts";
import type { Output } from "../../src/notebook/output.ts";
import type { SessionNotice } from "../../src/notebook/sessionState.ts";
import { KernelBench, kernelEntry, until } from "./kernelBench.ts";

const bench = new KernelBench();
const notices: SessionNotice[] = [];
const log: string[] = [];
let kernel: Kernel | undefined;
const session = new KernelSession({
  start: async (listener) => {
    const environment = kernelEnvironment(process.env, { electron: false });
    kernel = await startKernel({ entry: kernelEntry, folder: bench.folder, environment, listener });
    return kernel;
  },
  onNotice: (notice) => notices.push(notice),
  onLog: (line) => log.push(line),
});
beforeEach(() => {
  notices.length = 0;
  log.length = 0;
});
afterAll(async () => {
  await session.dispose();
  await bench.dispose();
});

interface Ran {
  readonly status: string;
  readonly text: string;
  readonly error: Extract<Output, { type: "error" }> | undefined;
}

function run(id: string, code: string, onText: (text: string) => void = () => undefined): Promise<Ran> {
  const outputs: Output[] = [];
  const text = (): string => outputs.map((output) => (output.type === "stream" ? output.text : "")).join("");
  return new Promise((resolve) => {
    session.run({
      id,
      code,
      language: "typescript",
      onStarted: () => undefined,
      onOutputs: (batch) => {
        outputs.push(...batch);
        onText(text());
      },
      onEnded: ({ status }) =>
        resolve({ status, text: text(), error: outputs.find((output) => output.type === "error") }),
    });
  });
}

/** The trainers that are children of the kernel. */
function trainers(): number[] {
  const lines = execFileSync("ps", ["-A", "-ww", "-o", "pid=,ppid=,args="], { encoding: "utf8" }).split("\n");
  return lines.flatMap((line) => {
    const [, pid, parent, command = ""] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return Number(parent) === kernel?.pid && /trainer\.m?js/.test(command) ? [Number(pid)] : [];
  });
}

/** An experiment whose start is measured only once the file `go` is there. */
const declared = (name: string, go: string): string => `import { existsSync } from "node:fs";
import { experiment, llm, system, tokenF1 } from "optimas";
const answerer = llm({
  name: "answerer", description: "Answers.", inputs: ["question", "passage"], outputs: ["answer"], prompt: "Answer.",
});
const rows = Array.from({ length: 24 }, (_, i) => ({
  question: "Where was Ada" + i + " born?", passage: "Ada" + i + " was born in Town" + i + " in 18" + (10 + i) + ".", answer: "Town" + i,
}));
const ${name} = experiment({
  system: system({ name: "${name}", components: [answerer], outputs: ["answer"] }),
  data: { train: rows.slice(0, 12), validation: rows.slice(12) },
  reward: async (output, row) => {
    if (!existsSync(${JSON.stringify(go)})) console.log("under way");
    while (!existsSync(${JSON.stringify(go)})) await new Promise((resolve) => setTimeout(resolve, 5));
    return tokenF1(output.answer, row.answer);
  },
});`;

test("a killed trainer fails the step at the cell's line with its last words, and the next run of the cell goes on", async () => {
  const go = join(bench.folder, "go");
  await run("kept", "let kept = 41;");
  expect(await run("declare", declared("e", go))).toMatchObject({ status: "succeeded" });
  const step = "// a comment\nkept++;\nconst fitted = await e.fitRewards();\nfitted.length";
  let killing: Promise<void> | undefined;
  const { status, error } = await run("step", step, (text) => {
    if (!text.includes("under way")) return;
    killing ??= (async () => {
      const [pid = 0] = trainers();
      // Node says where its inspector listens, or that it cannot: words on stderr that the trainer's own code never says.
      process.kill(pid, "SIGUSR1");
      await until(() => log.some((line) => line.startsWith("Trainer: ")), "the trainer has said something");
      process.kill(pid, "SIGKILL");
      writeFileSync(go, "");
    })();
  });
  await killing;
  const [said = ""] = log.filter((line) => line.startsWith("Trainer: "));
  const [folder = ""] = readdirSync(join(bench.folder, ".optimas", "runs"));
  expect(status).toBe("failed");
  expect(error?.name).toBe("TrainerDied");
  expect(error?.message.split("\n").slice(0, 4)).toEqual([
    "The trainer ended on SIGKILL: it was killed from outside, or by the system because memory ran short.",
    expect.stringMatching(`^Run the cell again to start a new one and go on: .* in \\.optimas/runs/${folder}\\.$`),
    "Its last lines:",
    said.slice("Trainer: ".length),
  ]);
  expect(error?.stack.slice(error.stack.indexOf(error.message) + error.message.length)).toBe("\n    at cell [3]:3:24");
  expect(notices).toEqual([{ kind: "trainer died", reason: error?.message.split("\n")[0] }]);
  expect(session.state).toMatchObject({
    kind: "idle",
    trainer: { reason: notices[0]?.kind === "trainer died" ? notices[0].reason : "" },
  });

  const again = await run("step", step);
  expect(again).toMatchObject({ status: "succeeded", error: undefined });
  expect(trainers()).toHaveLength(1);
  expect(session.state).toEqual({ kind: "idle" });
  expect((await run("look", "console.log(kept)")).text).toBe("43\n");
  expect(readdirSync(join(bench.folder, ".optimas", "runs"))).toEqual([folder]);
});

test("a trainer that dies while nothing is asked of it is told of, and the next step starts a new one", async () => {
  const [pid = 0] = trainers();
  process.kill(pid, "SIGKILL");
  await until(() => notices.length > 0, "the death is told");
  expect(notices).toMatchObject([{ kind: "trainer died" }]);
  expect(await run("more", "await e.step()")).toMatchObject({ status: "succeeded" });
  expect(session.state).toEqual({ kind: "idle" });
});

test("an error of a component's own module keeps its lines above the cell's", async () => {
  writeFileSync(
    join(bench.folder, "rows.ts"),
    "export async function rows(): Promise<never> {\n  await null;\n  throw new RangeError('no rows');\n}\n",
  );
  await run(
    "other",
    `import { rows as none } from "./rows.ts";
const other = experiment({
  system: system({ name: "other", components: [answerer], outputs: ["answer"] }),
  data: { train: none, validation: none },
  reward: () => 1,
});`,
  );
  const { error } = await run("fails", "async function ask() {\n  await other.step();\n}\nawait ask();");
  expect(error?.stack.split("\n    at ")).toEqual([
    "RangeError: no rows",
    `rows (${bench.folder}/rows.ts:3:9)`,
    expect.stringMatching(/^ask \(cell \[\d+\]:2:15\)$/),
    expect.stringMatching(/^cell \[\d+\]:4:7$/),
  ]);
});
