import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { runFoldersBelow } from "../../src/run/runFoldersBelow.ts";
import { scratchFolder } from "../data/scratchFolder.ts";

function made(...folders: readonly string[]): string {
  const root = scratchFolder();
  for (const folder of folders) mkdirSync(join(root, folder), { recursive: true });
  return root;
}

async function found(root: string, options: Partial<Parameters<typeof runFoldersBelow>[1]> = {}) {
  const { outs } = await runFoldersBelow(root, { limit: 100, ...options });
  return outs.map((out) => relative(root, out)).sort();
}

describe("the search for folders of runs", () => {
  test("finds them at any depth, nothing in what they hold, and none where only the cache is", async () => {
    const root = made(
      ".optimas/runs/20261121-150307-hotpotqa-k3f9/.optimas/runs",
      "a/b/c/.optimas/runs",
      "a/.optimas/cache",
      "d",
    );
    expect(await found(root)).toEqual([".optimas/runs", "a/b/c/.optimas/runs"]);
  });

  test("enters neither packages nor history, nor what is left out, nor links", async () => {
    const root = made("node_modules/a/.optimas/runs", ".git/.optimas/runs", "dist/a/.optimas/runs", "b/.optimas/runs");
    symlinkSync(join(root, "b"), join(root, "link"));
    const leavesOut = (path: string, siblings: () => ReadonlySet<string>) =>
      basename(path) === "dist" && siblings().has("b");
    expect(await found(root, { leavesOut })).toEqual(["b/.optimas/runs"]);
  });

  test("enters no more folders than it may, the nearest first", async () => {
    const root = made("a/b/c/.optimas/runs", "d/.optimas/runs", "e/.optimas/runs");
    expect(await runFoldersBelow(root, { limit: 4 })).toEqual({
      outs: ["d", "e"].map((folder) => join(root, folder, ".optimas", "runs")),
      entered: 4,
    });
  });

  test("finds nothing below a file or where there is nothing", async () => {
    const root = scratchFolder();
    const file = join(root, "file");
    writeFileSync(file, "");
    for (const place of [file, join(root, "missing")])
      expect(await runFoldersBelow(place, { limit: 10 })).toEqual({ outs: [], entered: 0 });
  });
});
