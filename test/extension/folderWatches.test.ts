import { appendFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { FolderWatches } from "../../src/extension/components/folderWatches.ts";
import { scratchFolder } from "../data/scratchFolder.ts";

let watches: FolderWatches | undefined;
afterEach(() => watches?.dispose());

/** Watches, and what they told: folders with the names in them. */
function told(...folders: readonly string[]) {
  const told = new Set<string>();
  watches = new FolderWatches((folder, name = "") => told.add(join(folder, name)));
  watches.follow(folders);
  return { told, follow: (...others: readonly string[]) => watches?.follow(others) };
}

describe("watches of single folders", () => {
  test("tell what comes and changes in each", async () => {
    const [runs, run] = [scratchFolder(), scratchFolder()];
    writeFileSync(join(run, "events.jsonl"), "");
    const { told: heard } = told(runs, run);
    mkdirSync(join(runs, "new"));
    appendFileSync(join(run, "events.jsonl"), "{}\n");
    await expect.poll(() => [...heard].sort()).toEqual([join(runs, "new"), join(run, "events.jsonl")].sort());
  });

  test("go on with a folder that came anew in the place of another, and begin with one that came late", async () => {
    const [root, late] = [scratchFolder(), join(scratchFolder(), "late")];
    const runs = join(root, "runs");
    mkdirSync(runs);
    const { told: heard, follow } = told(runs, late);
    rmSync(runs, { recursive: true });
    // Another folder in between: the number of the old one is not given again.
    mkdirSync(join(root, "other"));
    mkdirSync(runs);
    mkdirSync(late);
    follow(runs, late);
    mkdirSync(join(runs, "new"));
    mkdirSync(join(late, "new"));
    await expect.poll(() => [...heard]).toEqual(expect.arrayContaining([join(runs, "new"), join(late, "new")]));
  });

  test("tell nothing of folders that are no longer wanted", async () => {
    const [first, second] = [scratchFolder(), scratchFolder()];
    const { told: heard, follow } = told(first, second);
    follow(second);
    mkdirSync(join(first, "new"));
    mkdirSync(join(second, "new"));
    await expect.poll(() => [...heard]).toEqual([join(second, "new")]);
  });
});
