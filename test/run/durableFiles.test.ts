import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { dirname, relative } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { scratchFolder } from "../data/scratchFolder.ts";
import { runStarted, startRun } from "./sampleRun.ts";

/** What was made safe, put in place and opened, in order. */
const deeds: string[] = [];
const paths = new Map<number, string>();
const { openSync, fsyncSync, renameSync } = fs;

beforeAll(() => {
  fs.openSync = (path, flags, mode) => {
    const file = openSync(path, flags, mode);
    paths.set(file, String(path));
    return file;
  };
  fs.fsyncSync = (file) => {
    deeds.push(`sync ${paths.get(file)}`);
    fsyncSync(file);
  };
  fs.renameSync = (from, to) => {
    deeds.push(`place ${String(to)}`);
    renameSync(from, to);
  };
  syncBuiltinESMExports();
});

afterAll(() => {
  Object.assign(fs, { openSync, fsyncSync, renameSync });
  syncBuiltinESMExports();
});

test("every file of a run that is written whole is on the disk before it stands under its name, and its name after", () => {
  const run = startRun(scratchFolder());
  onTestFinished(() => run.close());
  run.record(runStarted, 0);
  run.keepFitTexts({ format: 1, component: "writer", iteration: 0, mistakes: [], changed: [] });
  run.checkpoint({}, 0, 1);
  const placed = deeds.flatMap((deed, index) => (deed.startsWith("place ") ? [{ file: deed.slice(6), index }] : []));
  expect(placed.map(({ file }) => relative(run.folder, file))).toEqual(
    expect.arrayContaining(["run.json", "fits/fit-1.json", "state.json"]),
  );
  for (const { file, index } of placed) {
    expect(deeds[index - 1]).toBe(`sync ${file}.new`);
    expect(deeds[index + 1]).toBe(`sync ${dirname(file)}`);
  }
});
