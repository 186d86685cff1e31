import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { readEvents } from "../../src/run/eventLog.ts";
import { type BodyOf, type EventOf, eventSchema, type RunEvent, type SpentCalls } from "../../src/run/events.ts";
import { readPause } from "../../src/run/pauseFile.ts";
import { scratchFolder } from "../data/scratchFolder.ts";
import { type LoopbackProcess, startLoopbackProcess } from "../models/loopback/loopbackProcess.ts";
import { canMount, SmallDisk } from "../run/smallDisk.ts";
import { paidToyExperiment, paidToyModels } from "./paidToy.ts";

const cli = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const entry = fileURLToPath(new URL("paidToyServer.ts", import.meta.url));
/** A machine with much else to do takes its time. */
const [PATIENCE_MS, TEST_MS] = [180_000, 600_000];

type Paused = EventOf<"paused">;

/** Polls: what is waited for happens in other processes. */
async function until<T>(
  look: () => T | undefined | Promise<T | undefined>,
  what: string | (() => string),
  meanwhile: () => void = () => undefined,
): Promise<T> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    meanwhile();
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > end) throw new Error(`not seen: ${typeof what === "string" ? what : what()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** A command line under way, and all that it says. */
class Command {
  readonly #child: ChildProcess;
  readonly events: RunEvent[] = [];
  stderr = "";
  code: number | null | undefined;
  #rest = "";

  constructor(args: readonly string[], cwd: string) {
    const { PATH, HOME } = process.env;
    const child = spawn(process.execPath, [cli, ...args, "--json", "--no-save"], {
      cwd,
      env: { PATH, HOME, OPENAI_API_KEY: "sk-full-disk-0000000000" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    onTestFinished(() => void child.kill("SIGKILL"));
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      const lines = `${this.#rest}${text}`.split("\n");
      this.#rest = lines.pop() ?? "";
      for (const line of lines) this.events.push(eventSchema.parse(JSON.parse(line)));
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.stderr += text;
    });
    child.on("close", (code) => {
      this.code = code;
    });
  }

  interrupt(): void {
    this.#child.kill("SIGINT");
  }

  /** What stands now, where it stands still: undefined once it goes on. */
  get pause(): Paused | undefined {
    const last = this.events.findLast(({ type }) => type === "paused" || type === "unpaused");
    return last?.type === "paused" ? last : undefined;
  }

  /** @returns the exit code */
  async ended(): Promise<number | null> {
    const { code } = await until(
      () => (this.code === undefined ? undefined : { code: this.code }),
      () => `the end; it says ${this.stderr}`,
    );
    return code;
  }

  /** @param meanwhile keeps it so */
  paused(meanwhile: () => void, is: (pause: Paused) => boolean = () => true): Promise<Paused> {
    return until(
      () => {
        if (this.code !== undefined) throw new Error(`it has ended with ${this.code}: ${this.stderr}`);
        return this.pause !== undefined && is(this.pause) ? this.pause : undefined;
      },
      () => `a pause; it says ${this.stderr}`,
      meanwhile,
    );
  }
}

interface Place {
  readonly disk: SmallDisk;
  readonly server: LoopbackProcess;
  readonly cwd: string;
  readonly out: string;
  run(): Command;
  resume(): Command;
  /** Requests that were sent, once none is under way. @param meanwhile keeps it so */
  sent(meanwhile?: () => void): Promise<number>;
}

async function served() {
  const settings = { latencyMs: 40, share: 0 };
  const server = await startLoopbackProcess(settings as never, entry);
  onTestFinished(() => server.close());
  const cwd = scratchFolder({ "paid.ts": paidToyExperiment, "optimas.models.json": paidToyModels(server.url) });
  return { server, cwd };
}

async function place(): Promise<Place> {
  const { server, cwd } = await served();
  const disk = new SmallDisk();
  onTestFinished(() => disk.dispose());
  const out = join(disk.path, "runs");
  return {
    disk,
    server,
    cwd,
    out,
    run: () => new Command(["run", "paid.ts", "--out", out], cwd),
    resume: () => new Command(["resume", "latest", "--out", out], cwd),
    sent: (meanwhile) =>
      until(
        async () => {
          const { received, underWay } = await server.ledger();
          return underWay === 0 ? received : undefined;
        },
        "a server that nobody waits for",
        meanwhile,
      ),
  };
}

function runFolder(out: string): string {
  const [name] = existsSync(out) ? readdirSync(out).filter((entry) => !entry.startsWith(".")) : [];
  if (name === undefined) throw new Error("no run");
  return join(out, name);
}

/** What a run came to, and what it paid for. */
async function courseOf({ out, server }: Place) {
  const last = [...readEvents(join(runFolder(out), "events.jsonl"))].at(-1);
  if (last?.type !== "summary") throw new Error(`the run ended with ${JSON.stringify(last)}`);
  const { bodies } = await server.ledger();
  const answered = Object.entries(bodies).map(([hash, counts]) => [hash, counts.answered] as const);
  return { result: resultOf(last), answered: Object.fromEntries(answered), rows: last.spentCalls ?? [] };
}

const resultOf = ({ configuration, optimized, unoptimized, difference, accepted, rejected }: BodyOf<"summary">) => ({
  configuration,
  optimized,
  unoptimized,
  difference,
  accepted,
  rejected,
});

const callsIn = (rows: readonly SpentCalls[]) => rows.reduce((sum, { calls }) => sum + calls, 0);

const unansweredIn = (rows: readonly SpentCalls[]) =>
  rows.reduce((sum, { unanswered }) => sum + (unanswered?.calls ?? 0), 0);

/** Answers that were sent more often than without any disturbance. @throws where one was not asked for at all */
function repeatedIn(course: Pick<Course, "answered">, calm: Pick<Course, "answered">): number {
  const again = Object.entries(course.answered).map(([hash, times]) => times - (calm.answered[hash] ?? 0));
  if (Math.min(...again) < 0) throw new Error("something was not asked for");
  return again.reduce((sum, times) => sum + times, 0);
}

type Course = Awaited<ReturnType<typeof courseOf>>;

let known: Promise<Awaited<ReturnType<typeof courseOf>>> | undefined;
/** The same run on a disk with room. */
function undisturbed() {
  known ??= (async () => {
    const calm = await place();
    expect(await calm.run().ended()).toBe(0);
    return courseOf(calm);
  })();
  return known;
}

/** A run that stands still with answers in memory that no file has. */
async function pausedWithAnswers(of: Place): Promise<Command> {
  const command = of.run();
  await until(
    () => command.events.length > 3 || undefined,
    () => `the run; it says ${command.stderr}`,
  );
  const full = () => of.disk.fill();
  for (;;) {
    await command.paused(full);
    await of.sent(full);
    await seenTrying(of, command, full);
    if ((command.pause?.pause.held.answers ?? 0) > 0) return command;
    // It came between two requests: once more.
    of.disk.empty();
    await until(() => command.pause === undefined || undefined, "a run that goes on");
  }
}

/** Until it has been seen to try again: what the disk has to tell changes meanwhile, and is told with each attempt. */
async function seenTrying(of: Place, command: Command, meanwhile: () => void): Promise<void> {
  const before = command.events.length;
  let looks = 0;
  await until(
    () => command.events.slice(before).find(({ type }) => type === "paused"),
    () => `another attempt; it says ${command.stderr}`,
    () => {
      meanwhile();
      if (looks++ % 50 === 0) of.disk.stir();
    },
  );
}

const faults: readonly {
  readonly name: string;
  readonly code: string;
  readonly message: RegExp;
  /** It still takes the names of files. */
  readonly canBeStirred: boolean;
  readonly begin: (disk: SmallDisk) => void;
  readonly end: (disk: SmallDisk) => void;
}[] = [
  {
    name: "is full",
    code: "ENOSPC",
    message: /^Paused: no room in \/.* \(\d+ (bytes|KB) free, .* held in memory/,
    canBeStirred: true,
    begin: (disk) => disk.fill(),
    end: (disk) => disk.empty(),
  },
  {
    name: "has no room for further files",
    code: "ENOSPC",
    message: /^Paused: no room for further files in \/.*Remove some files\. The run goes on by itself\.$/,
    canBeStirred: false,
    begin: (disk) => disk.limitFiles(true),
    end: (disk) => disk.limitFiles(false),
  },
  {
    name: "becomes read-only",
    code: "EROFS",
    message: /^Paused: \/.* is read-only.*Make it writable\. The run goes on by itself\.$/,
    canBeStirred: false,
    begin: (disk) => disk.makeReadOnly(),
    end: (disk) => disk.makeWritable(),
  },
];

test(
  "a place where no runs can be is told before anything is sent",
  async () => {
    const { server, cwd } = await served();
    const command = new Command(["run", "paid.ts", "--out", join(cwd, "paid.ts", "runs")], cwd);
    expect(await command.ended()).toBe(2);
    expect(command.stderr).toMatch(/Cannot create the run's folder .*: a part of the path is a file, not a folder\./);
    expect((await server.ledger()).received).toBe(0);
  },
  TEST_MS,
);

// Where no disk can be mounted, test/run/fullDisk.test.ts says the same of one that refuses on purpose.
if (canMount) {
  describe("the command line, on a disk of its own", () => {
    test.each(faults.map((fault) => [fault.name, fault] as const))(
      "that %s, pauses, sends nothing, and comes to the same end once that is mended",
      async (_, { code, message, canBeStirred, begin, end }) => {
        const of = await place();
        const command = of.run();
        await until(() => command.events.some(({ type }) => type === "pairs") || undefined, "the first pairs");
        const blocked = () => begin(of.disk);
        const { pause } = await command.paused(blocked);
        expect(pause.code).toBe(code);
        await of.sent(blocked);
        if (canBeStirred) await seenTrying(of, command, blocked);
        const sent = await of.sent(blocked);
        if (canBeStirred) await seenTrying(of, command, blocked);
        const last = await command.paused(blocked);
        expect(last.message).toMatch(message);
        // Whoever looks at the folder can see it.
        expect(readPause(runFolder(of.out))).toEqual(last.pause);
        expect(await of.sent(blocked)).toBe(sent);
        end(of.disk);
        expect(await command.ended()).toBe(0);
        expect(command.stderr).toContain("The disk takes what it had refused: the run goes on.");
        const [calm, course] = [await undisturbed(), await courseOf(of)];
        expect(course).toEqual(calm);
        expect(readPause(runFolder(of.out))).toBeUndefined();
      },
      TEST_MS,
    );

    test(
      "that is full, waits with a stop until what was paid for is written, and pays for none of it again",
      async () => {
        const of = await place();
        const command = await pausedWithAnswers(of);
        command.interrupt();
        const full = () => of.disk.fill();
        const { pause } = await command.paused(full, (now) => now.pause.givenUpBy === "Ctrl-C");
        expect(pause.held.answers).toBeGreaterThan(0);
        const told = /Stopped, but not all is written: .*Ctrl-C again gives it up\./;
        await until(
          () => told.test(command.stderr) || undefined,
          () => `what is held; it says ${command.stderr}`,
        );
        await seenTrying(of, command, full);
        await seenTrying(of, command, full);
        expect(command.code).toBeUndefined();
        of.disk.empty();
        expect(await command.ended()).toBe(130);
        expect(command.stderr).toContain("Interrupted: Ctrl-C.");
        expect(await of.resume().ended()).toBe(0);
        const [calm, course] = [await undisturbed(), await courseOf(of)];
        expect(course.result).toEqual(calm.result);
        expect(callsIn(course.rows)).toBe(callsIn(calm.rows));
        // What came to nobody any more was on its way when the stop came, and is told as unanswered.
        expect(repeatedIn(course, calm)).toBeLessThanOrEqual(unansweredIn(course.rows));
      },
      TEST_MS,
    );

    test(
      "that is full, gives up what was paid for when it is stopped once more, says so, and can be resumed",
      async () => {
        const of = await place();
        const command = await pausedWithAnswers(of);
        command.interrupt();
        await command.paused(
          () => of.disk.fill(),
          (now) => now.pause.givenUpBy === "Ctrl-C",
        );
        command.interrupt();
        expect(await command.ended()).toBe(130);
        const answers = command.pause?.pause.held.answers ?? 0;
        expect(answers).toBeGreaterThan(0);
        const what = answers === 1 ? "1 answer that was paid for" : `${answers} answers that were paid for`;
        expect(command.stderr).toMatch(new RegExp(`Given up: .* that the disk did not take, ${what} among it\\.`));
        of.disk.empty();
        expect(await of.resume().ended()).toBe(0);
        const [calm, course] = [await undisturbed(), await courseOf(of)];
        expect(course.result).toEqual(calm.result);
        expect(repeatedIn(course, calm)).toBeLessThanOrEqual(answers + unansweredIn(course.rows));
      },
      TEST_MS,
    );

    test(
      "that takes nothing from the start, says so before anything is sent",
      async () => {
        const of = await place();
        of.disk.makeReadOnly();
        const command = of.run();
        expect(await command.ended()).toBe(2);
        expect(command.stderr).toMatch(/Cannot create the run's folder .*: the disk is read-only\. Make it writable/);
        expect(await of.sent()).toBe(0);
      },
      TEST_MS,
    );
  });
}
