/**
 * `npm run bench:webview`: what opening a finished run of 1,000,000 events costs, through the thread that the panel starts,
 * what each page's model takes of it, and how smoothly charts of 100,000 candidates are panned and zoomed in Chromium.
 * Each line says what was measured, the target, and whether it was met; the exit code is 1 when one was not.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { ReaderThread } from "../../src/extension/panel/readerThread.ts";
import { pageModels } from "../../src/run/panel/models.ts";
import type { RunPanelMessage } from "../../src/run/panel/panelMessage.ts";
import { exampleCalls } from "../run/exampleCalls.ts";
import { finishedRun } from "../run/exampleEvents.ts";
import { promptRun } from "../run/panel/landscapeEvents.ts";
import { browserPath, startBrowser } from "../webview/rendererPage.ts";
import { longRun, writeLongRun } from "./longRun.ts";
import { panelFrames } from "./panelFrames.ts";

const EVENTS = Number(process.argv[2] ?? 1_000_000);
const STARTS = 3;
/** Candidates of the charts that are moved about. */
const CANDIDATES = 100_000;
/** Lengths of run between which the cost of an event must not grow. */
const [SHORT, LONG] = [100_000, 400_000];

let failed = 0;
function report(what: string, value: number, unit: string, target: number): void {
  if (!(value <= target)) failed++;
  console.log(`${value <= target ? "met   " : "MISSED"}  ${what}: ${value.toFixed(2)} ${unit} (at most ${target})`);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
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
        clearInterval(held);
        resolve({ firstMs, allMs, characters: JSON.stringify(message.shown).length });
      },
    });
    // The thread itself is not what keeps this process.
    const held = setInterval(() => undefined, 1000);
    thread.send({ type: "show", page, asked: 1, query: null });
  });
}

const pages = pageModels().flatMap(({ page }) => (page === "head" ? [] : [page]));

async function measureOpening(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "optimas-panel-"));
  try {
    const bytes = await writeLongRun(join(folder, "events.jsonl"), EVENTS);
    console.log(`a log of ${EVENTS.toLocaleString("en")} events, ${(bytes / 1e6).toFixed(0)} MB`);
    for (const page of pages) {
      const all: Opened[] = [];
      for (let start = 0; start < STARTS; start++) all.push(await open(folder, page));
      report(`${page}: all of the run shown`, median(all.map(({ allMs }) => allMs / 1000)), "s", 2);
      report(`${page}: anything shown`, median(all.map(({ firstMs }) => firstMs / 1000)), "s", 1);
      report(`${page}: what is shown`, (all[0]?.characters ?? Number.NaN) / 1e6, "million characters", 2);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Microseconds of processor time that a model takes for an event, the best of a few times. */
function costOf(page: string, count: number): number {
  const events = [...longRun(count)];
  const times = Array.from({ length: STARTS }, () => {
    const model = pageModels().find((one) => one.page === page);
    const wanted = events.filter(({ type }) => model?.ignores.includes(type) === false);
    globalThis.gc?.();
    const { user, system } = process.cpuUsage();
    for (const event of wanted) model?.add(event);
    const spent = process.cpuUsage({ user, system });
    return spent.user + spent.system;
  });
  return Math.min(...times) / count;
}

function measureModels(): void {
  for (const page of ["head", ...pages]) {
    const [short, long] = [costOf(page, SHORT), costOf(page, LONG)];
    report(`${page}: its model for an event`, long, "µs", 0.5);
    // What the clock cannot tell apart is no growth.
    report(`${page}: the same in a run four times as long`, Math.max(0.05, long) / Math.max(0.05, short), "times", 2);
  }
}

async function measureFrames(): Promise<void> {
  if (browserPath === undefined) {
    console.log("skipped  frames of charts: there is no Chromium");
    return;
  }
  const code = await pageCode();
  const browser = await startBrowser();
  try {
    const events = promptRun(CANDIDATES);
    let heap = 0;
    for (const title of ["Candidates over the iterations", "Local against global reward"]) {
      const frames = await panelFrames(browser, code, events, { front: "landscape", title });
      report(`${title}, panned and zoomed: a frame, median`, frames.median, "ms", 20);
      report(`${title}, panned and zoomed: 19 of 20 frames`, frames.slow, "ms", 33.5);
      report(`${title}, panned and zoomed: frames dropped`, 100 * frames.dropped, "%", 10);
      heap = Math.max(heap, frames.heap);
    }
    report("heap of the page with 100,000 candidates", heap / 1e6, "MB", 60);
    const calls = { front: "budget", title: "Calls over time", calls: exampleCalls(100_000) };
    const moved = await panelFrames(browser, code, finishedRun(), calls);
    report("100,000 calls over time, panned and zoomed: a frame, median", moved.median, "ms", 20);
    report("100,000 calls over time, panned and zoomed: 19 of 20 frames", moved.slow, "ms", 33.5);
    report("heap of the page with 100,000 calls", moved.heap / 1e6, "MB", 60);
  } finally {
    await browser.close();
  }
}

/** The page's script as it is shipped. */
async function pageCode(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: ["webview/run/runPage.ts"],
    bundle: true,
    format: "esm",
    target: "chrome132",
    minify: true,
    define: { "process.env.NODE_ENV": '"production"' },
    write: false,
  });
  return outputFiles[0]?.text ?? "";
}

await measureOpening();
measureModels();
await measureFrames();
process.exit(failed === 0 ? 0 : 1);
