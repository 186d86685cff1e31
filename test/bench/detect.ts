/**
 * `npm run bench:detect`: what finding components costs in a workspace of 10,000 files, through the thread that the
 * extension starts. Each line says what was measured, the target, and whether it was met; the exit code is 1 when one was
 * not.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Grammars } from "../../src/detection/grammars.ts";
import { EditedSource } from "../../src/detection/readSource.ts";
import { fileUri } from "../../src/detection/uriPath.ts";
import { DetectorRun } from "../detection/detectorRun.ts";
import { longSource, writeSyntheticWorkspace } from "../detection/syntheticWorkspace.ts";

const FILES = Number(process.argv[2] ?? 10_000);
const STARTS = 5;
const MEGABYTE = 1024 * 1024;

let failed = 0;
function report(what: string, value: number, unit: string, target: number): void {
  if (!(value <= target)) failed++;
  console.log(`${value <= target ? "met   " : "MISSED"}  ${what}: ${value.toFixed(1)} ${unit} (at most ${target})`);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const resident = () => {
  globalThis.gc?.();
  return process.memoryUsage().rss / MEGABYTE;
};

const folder = mkdtempSync(join(tmpdir(), "optimas-detect-"));
try {
  const { definitions } = writeSyntheticWorkspace(folder, FILES);
  const files = FILES.toLocaleString("en");
  const before = resident();
  let run = new DetectorRun();
  const starts = [await run.search(fileUri(folder))];
  const memory = resident() - before;
  for (let start = 1; start < STARTS; start++) {
    await run.thread.stop();
    run = new DetectorRun();
    starts.push(await run.search(fileUri(folder)));
  }
  // Each begins as after activation: the thread starts and loads its grammars.
  const seconds = median(starts.map(({ ms }) => ms / 1000));
  const what = `${files} files searched, ${run.definitions.length} of ${definitions} definitions found`;
  report(`${what}, median of ${STARTS} starts`, seconds, "s", 3);
  const busy = median(starts.map(({ longestTaskMs }) => longestTaskMs));
  report(`longest task of the thread that asked, meanwhile, median of ${STARTS}`, busy, "ms", 50);
  report("memory that all of it takes", memory, "MB", 300);
  report("searched once more by the same thread", (await run.search(fileUri(folder))).ms / 1000, "s", 3);
  if (run.definitions.length !== definitions) failed++;

  const uri = fileUri(join(folder, "long.ts"));
  const text = longSource(5_000);
  const open = async (changed: string) => {
    const began = performance.now();
    const source = { location: { uri }, language: "typescript", text: changed } as const;
    await run.thread.request({ type: "texts", open: [{ uri, sources: [source] }], closed: [] });
    return performance.now() - began;
  };
  await open(text);
  const edits: number[] = [];
  for (let edit = 0; edit < 41; edit++) {
    const at = Math.floor((text.length * (edit + 0.5)) / 41);
    edits.push(await open(`${text.slice(0, at)}x${edit}${text.slice(at)}`));
  }
  report("an edit in 5,000 lines until its definitions are known, median of 41", median(edits), "ms", 60);
  const grammars = await Grammars.load(fileURLToPath(new URL("../grammars", import.meta.url)));
  const source = new EditedSource(grammars, { uri }, "typescript");
  source.read(text);
  const parses = edits.map((_, edit) => {
    const at = Math.floor((text.length * (edit + 0.5)) / 41);
    const began = performance.now();
    source.read(`${text.slice(0, at)}y${edit}${text.slice(at)}`);
    return performance.now() - began;
  });
  report("of these for reading what changed", median(parses), "ms", 30);
  report("memory after it all", resident() - before, "MB", 300);
  for (const failure of run.failures) console.log(`MISSED  no failures: ${failure}`);
  failed += run.failures.length;
  await run.thread.stop();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed > 0 ? 1 : 0;
