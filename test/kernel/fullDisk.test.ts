import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import type { Output } from "../../src/notebook/output.ts";
import { readEvents } from "../../src/run/eventLog.ts";
import { readPause } from "../../src/run/pauseFile.ts";
import { RUN_OUTPUT_MIME, type RunOutput, runOutputSchema } from "../../src/run/runOutput.ts";
import { openaiHabits } from "../models/loopback/chatWire.ts";
import { type LoopbackServer, startLoopback } from "../models/loopback/loopbackServer.ts";
import { canMount, SmallDisk } from "../run/smallDisk.ts";
import { type BenchKernel, KernelBench, type Ran, until } from "./kernelBench.ts";

/** A machine with much else to do takes its time. */
const [PATIENCE_MS, TEST_MS] = [180_000, 600_000];
const AT_ONCE = 4;

const bench = new KernelBench();
afterAll(() => bench.dispose());

const cell = `
import { experiment, llm, system } from "optimas";
const answerer = llm({ name: "answerer", description: "Answers.", inputs: ["question"], outputs: ["answer"], prompt: "Answer." });
const rows = Array.from({ length: 60 }, (_, at) => ({ question: "Which " + at + "?" }));
const e = experiment({
  system: system({ name: "questions", components: [answerer], outputs: ["answer"] }),
  model: "mine:loopback",
  settings: { concurrency: ${AT_ONCE}, validationRows: 60 },
  data: { train: [{ question: "Which?" }], validation: rows },
  reward: ({ answer }) => Number(answer.length > 0),
});
const { mean, scores } = await e.evaluate();
console.log("mean", mean, "of", scores.length);`;

/** A server, and a folder whose notebooks ask it. */
async function served(name: string): Promise<{ readonly server: LoopbackServer; readonly folder: string }> {
  const server = await startLoopback({ latencyMs: 30, habits: { ...openaiHabits, bound: undefined } });
  onTestFinished(() => server.close());
  const folder = join(bench.folder, name);
  mkdirSync(folder);
  const described = {
    version: 1,
    servers: { mine: { baseUrl: `${server.url}/v1` } },
    prices: { "mine:loopback": { inputPerMillion: 0, outputPerMillion: 0 } },
  };
  writeFileSync(join(folder, "optimas.models.json"), JSON.stringify(described));
  return { server, folder };
}

/** A kernel whose notebook keeps its runs on a small disk, and a cell that asks a server sixty times. */
class Notebook {
  readonly disk: SmallDisk;
  readonly server: LoopbackServer;
  readonly #kernel: BenchKernel;
  readonly #outputs: RunOutput[] = [];

  private constructor(disk: SmallDisk, server: LoopbackServer, kernel: BenchKernel) {
    this.disk = disk;
    this.server = server;
    this.#kernel = kernel;
  }

  static async open(name: string): Promise<Notebook> {
    const { server, folder } = await served(name);
    mkdirSync(join(folder, ".optimas"));
    const disk = new SmallDisk(join(folder, ".optimas"));
    onTestFinished(() => disk.dispose());
    const kernel = await bench.start({ folder });
    // Before the disk, as the last registered: a kernel that lives would go on to write where the disk was.
    onTestFinished(() => kernel.kernel.dispose());
    return new Notebook(disk, server, kernel);
  }

  /** What the cell shows of its run. */
  get shown(): RunOutput | undefined {
    return this.#outputs.at(-1);
  }

  get runFolder(): string {
    const runs = join(this.disk.path, "runs");
    const [name] = existsSync(runs) ? readdirSync(runs).filter((entry) => !entry.startsWith(".")) : [];
    return join(runs, name ?? "none");
  }

  /** Requests whose answers came to nobody any more: they were on their way when the stop came. */
  get unanswered(): number {
    const lines = readFileSync(join(this.runFolder, "spent.jsonl"), "utf8").trimEnd().split("\n");
    const calls = lines.map((line) => JSON.parse(line) as { readonly settles?: string; readonly unanswered?: object });
    return calls.filter(({ settles, unanswered }) => settles !== undefined && unanswered !== undefined).length;
  }

  run(): Promise<Ran> {
    return this.#kernel.run(
      cell,
      () => undefined,
      { cell: "asks" },
      (outputs) => this.#take(outputs),
    );
  }

  interrupt(force = false): void {
    this.#kernel.kernel.interrupt("asks", force);
  }

  /** Until it stands still with answers in memory that no file has. */
  async fullWithAnswers(): Promise<void> {
    await this.seen(() => this.server.ledger.received > 8, "a run that asks");
    for (;;) {
      await this.seenWhileFull(() => this.shown?.paused !== undefined, "a pause");
      await this.seenWhileFull(() => this.server.ledger.underWay === 0, "a server that nobody waits for");
      await this.seenTrying();
      if ((this.shown?.paused?.held.answers ?? 0) > 0) return;
      // It came between two requests: once more.
      this.disk.empty();
      await this.seen(() => this.shown?.paused === undefined, "a run that goes on");
    }
  }

  /** Until it has tried again, as the folder says: what the disk has to tell changes meanwhile. */
  async seenTrying(): Promise<void> {
    const before = readPause(this.runFolder)?.free?.files;
    let looks = 0;
    const isOther = () => readPause(this.runFolder)?.free?.files !== before;
    await this.seenWhileFull(() => {
      if (looks++ % 50 === 0) this.disk.stir();
      return isOther();
    }, "another attempt");
  }

  /** Others may remove files of their own, which makes room. */
  seenWhileFull(condition: () => boolean, what: string): Promise<void> {
    return this.seen(() => {
      this.disk.fill();
      return condition();
    }, what);
  }

  seen(condition: () => boolean, what: string): Promise<void> {
    return until(condition, what, PATIENCE_MS);
  }

  #take(outputs: readonly Output[]): void {
    for (const output of outputs) {
      const run = output.type === "display" ? runOutputSchema.safeParse(output.data[RUN_OUTPUT_MIME]) : undefined;
      if (run?.success) this.#outputs.push(run.data);
    }
  }
}

test(
  "a notebook beside which no runs can be says so before anything is sent",
  async () => {
    const { server, folder } = await served("no-place");
    writeFileSync(join(folder, ".optimas"), "a file");
    const kernel = await bench.start({ folder });
    const { result, outputs } = await kernel.run(cell);
    expect(result.status).toBe("failed");
    const errors = outputs.flatMap((output) => (output.type === "error" ? [output.message] : []));
    expect(errors).toEqual([expect.stringMatching(/a part of the path is a file, not a folder/)]);
    expect(server.ledger.received).toBe(0);
  },
  TEST_MS,
);

// Where no disk can be mounted, test/run/fullDisk.test.ts says the same of one that refuses on purpose.
if (canMount) {
  describe("a cell whose runs lie on a disk that is full", () => {
    test(
      "pauses, says why, sends nothing, and gives what it would have given once there is room",
      async () => {
        const notebook = await Notebook.open("goes-on");
        const ran = notebook.run();
        await notebook.fullWithAnswers();
        const { received } = notebook.server.ledger;
        expect(received).toBeLessThan(60);
        expect(notebook.shown).toMatchObject({
          status: { state: "running", progress: { label: "paused until the disk takes more" } },
          paused: { message: expect.stringMatching(/^Paused: no room in \.optimas\/(runs|cache)/), stopping: false },
        });
        await notebook.seenTrying();
        await notebook.seenTrying();
        expect(notebook.server.ledger.received).toBe(received);
        notebook.disk.empty();
        const { stdout, result } = await ran;
        expect(result.status).toBe("succeeded");
        expect(stdout).toContain("mean 1 of 60");
        // Nothing was asked twice.
        expect(notebook.server.ledger.answered).toBe(60);
        expect(notebook.shown?.paused).toBeUndefined();
      },
      TEST_MS,
    );

    test(
      "is interrupted when all that was paid for is written, and pays for none of it again",
      async () => {
        const notebook = await Notebook.open("waits");
        const ran = notebook.run();
        await notebook.fullWithAnswers();
        notebook.interrupt();
        await notebook.seenWhileFull(() => notebook.shown?.paused?.stopping === true, "a stop that waits");
        expect(notebook.shown?.paused?.message).toMatch(
          /^Stopped, but not all is written: .*stopping again gives it up\.$/,
        );
        await notebook.seenTrying();
        notebook.disk.empty();
        expect((await ran).result.status).toBe("interrupted");
        expect(notebook.shown?.status.state).toBe("interrupted");
        const { unanswered } = notebook;
        const again = await notebook.run();
        expect(again.stdout).toContain("mean 1 of 60");
        expect(notebook.server.ledger.answered).toBeLessThanOrEqual(60 + unanswered);
      },
      TEST_MS,
    );

    test(
      "gives up what it holds when it is interrupted once more, says so, and can run again",
      async () => {
        const notebook = await Notebook.open("gives-up");
        const ran = notebook.run();
        await notebook.fullWithAnswers();
        notebook.interrupt();
        await notebook.seenWhileFull(() => notebook.shown?.paused?.stopping === true, "a stop that waits");
        const answers = notebook.shown?.paused?.held.answers ?? 0;
        notebook.interrupt(true);
        expect((await ran).result.status).toBe("interrupted");
        const { status, warnings, paused } = notebook.shown ?? {};
        expect(status?.state).toBe("interrupted");
        expect(paused).toBeUndefined();
        expect(warnings?.at(-1)).toMatch(
          /^Given up: .* that the disk did not take, \d+ answers? that (was|were) paid for/,
        );
        notebook.disk.empty();
        const again = await notebook.run();
        expect(again.stdout).toContain("mean 1 of 60");
        // What nobody could settle any more was under way, or given up.
        expect(notebook.server.ledger.answered).toBeLessThanOrEqual(60 + answers + AT_ONCE);
        expect([...readEvents(join(notebook.runFolder, "events.jsonl"))][0]).toMatchObject({ type: "run.started" });
      },
      TEST_MS,
    );
  });
}
