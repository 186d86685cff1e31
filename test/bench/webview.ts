/**
 * `npm run bench:webview`: what opening a finished run of 1,000,000 events costs, through the thread that the panel starts.
 * Each line says what was measured, the target, and whether it was met; the exit code is 1 when one was not.
 */
import { createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { ReaderThread } from "../../src/extension/panel/readerThread.ts";
import type { EventBody } from "../../src/run/events.ts";
import type { RunPanelMessage } from "../../src/run/panel/panelMessage.ts";
import { finishedRun } from "../run/exampleEvents.ts";

const EVENTS = Number(process.argv[2] ?? 1_000_000);
const STARTS = 3;
const CANDIDATES = 1000;

let failed = 0;
function report(what: string, value: number, unit: string, target: number): void {
  if (!(value <= target)) failed++;
  console.log(`${value <= target ? "met   " : "MISSED"}  ${what}: ${value.toFixed(2)} ${unit} (at most ${target})`);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** The events of an example, with so many candidates in the midst of them that the run has as many events as asked for. */
function* longRun(count: number): Generator<EventBody & { seq: number; at: number; systemRuns: number }> {
  const example = finishedRun();
  const firstUpdate = example.findIndex(({ type }) => type === "update");
  let seq = 0;
  for (const [index, event] of example.entries()) {
    if (index === firstUpdate) {
      for (let extra = 0; extra < count - example.length; extra++) {
        const value =
          extra % 2 === 0
            ? { k: 1 + (extra % 25) }
            : `Answer the question with care, and name what you used: ${extra}.`;
        yield {
          seq: seq++,
          at: event.at,
          systemRuns: event.systemRuns,
          type: "candidate",
          iteration: 1 + Math.floor(extra / CANDIDATES),
          component: extra % 2 === 0 ? "retriever" : "answer_generator",
          value,
          reward: ((extra * 7919) % 1000) / 1000,
          scorer: "local",
          inputs: 20,
          current: false,
        };
      }
    }
    yield { ...event, seq: seq++ };
  }
}

async function write(file: string): Promise<number> {
  const stream = createWriteStream(file);
  let bytes = 0;
  let lines = "";
  const flush = async () => {
    bytes += Buffer.byteLength(lines);
    if (!stream.write(lines)) await new Promise((resolve) => stream.once("drain", () => resolve(undefined)));
    lines = "";
  };
  for (const event of longRun(EVENTS)) {
    lines += `${JSON.stringify(event)}\n`;
    if (lines.length > 1 << 20) await flush();
  }
  await flush();
  stream.end();
  await finished(stream);
  return bytes;
}

interface Opened {
  /** Milliseconds until anything was shown, and until all of the run was. */
  readonly firstMs: number;
  readonly allMs: number;
  /** Size of what was shown, as JSON. */
  readonly characters: number;
}

function open(folder: string, page: string): Promise<Opened> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    let firstMs: number | undefined;
    const thread = new ReaderThread({
      entry: fileURLToPath(new URL("../runReader.cjs", import.meta.url)),
      settings: { folder },
      onEnd: (reason) => reject(new Error(reason)),
      onLog: (text) => console.log(text),
      onMessage: (message: RunPanelMessage) => {
        if (message.type === "unreadable") reject(new Error(message.message));
        if (message.type !== "shown" || message.head === undefined || message.head === null) return;
        firstMs ??= performance.now() - began;
        if (!JSON.stringify(message.head).includes('"finished"')) return;
        const allMs = performance.now() - began;
        thread.stop();
        resolve({ firstMs, allMs, characters: JSON.stringify(message.shown).length });
      },
    });
    // The thread itself is not what keeps this process.
    const held = setInterval(() => undefined, 1000);
    thread.send({ type: "show", page, asked: 1, query: null });
    setTimeout(() => clearInterval(held), 60_000).unref();
  });
}

const folder = mkdtempSync(join(tmpdir(), "optimas-panel-"));
try {
  const bytes = await write(join(folder, "events.jsonl"));
  console.log(`a log of ${EVENTS.toLocaleString("en")} events, ${(bytes / 1e6).toFixed(0)} MB`);
  for (const page of ["overview", "landscape", "updates", "budget"]) {
    const all: Opened[] = [];
    for (let start = 0; start < STARTS; start++) all.push(await open(folder, page));
    report(`${page}: all of the run shown`, median(all.map(({ allMs }) => allMs / 1000)), "s", 2);
    report(`${page}: anything shown`, median(all.map(({ firstMs }) => firstMs / 1000)), "s", 1);
    report(`${page}: what is shown`, (all[0]?.characters ?? Number.NaN) / 1e6, "million characters", 2);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(failed === 0 ? 0 : 1);
