import { readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { hubOrigin } from "../../src/reward/hub/backboneCache.ts";
import { resolvedRewards } from "../../src/reward/resolvedRewards.ts";
import { saveRewards } from "../../src/reward/rewardFile.ts";
import { rewardSettingsSchema } from "../../src/reward/rewardSettings.ts";
import { scratchFolder } from "../data/scratchFolder.ts";
import { COMMIT, LoopbackHub, OTHER_COMMIT } from "./hub/loopbackHub.ts";

const NAME = "acme/small";
const files = { "model.onnx": "a model", "tokenizer.json": "{}" };

/** A hub, a user's folder of caches that can be cleared, and a file of rewards that were learned on what a name stood for. */
async function place() {
  const hub = await LoopbackHub.started({ [NAME]: { files } });
  const caches = scratchFolder();
  const own = { HF_ENDPOINT: hub.endpoint, XDG_CACHE_HOME: caches, LOCALAPPDATA: caches, HOME: caches };
  const before = Object.fromEntries(Object.keys(own).map((name) => [name, process.env[name]]));
  Object.assign(process.env, own);
  onTestFinished(() => {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });
  const resolving = {
    baseDirectory: caches,
    signal: new AbortController().signal,
    download: { consent: async () => true },
  };
  const folderOf = async (backbone: string, saved?: string): Promise<string> =>
    (await resolvedRewards(rewardSettingsSchema.parse({ backbone }), { ...resolving, saved })).backbone;
  const saved = join(caches, "rewards.json");
  const folder = await folderOf(`hub:${NAME}`);
  await saveRewards(saved, "transformer", { heads: new Map(), origin: hubOrigin(folder) });
  return { hub, folder, folderOf, saved };
}

test("rewards that are gone on with start from nothing else", async () => {
  const folder = scratchFolder();
  const download = { consent: async () => true };
  const resolving = { baseDirectory: folder, signal: new AbortController().signal, download };
  const rewards = rewardSettingsSchema.parse({ backbone: ".", start: "exported" });
  expect((await resolvedRewards(rewards, resolving)).start).toBe(join(folder, "exported"));
  expect((await resolvedRewards(rewards, { ...resolving, saved: join(folder, "rewards.json") })).start).toBeNull();
});

describe("a backbone of the hub whose branch has gone on", () => {
  test("is taken at the commit that rewards were learned on, also where it has to be downloaded again", async () => {
    const { hub, folder, folderOf, saved } = await place();
    expect(basename(folder)).toBe(COMMIT);
    rmSync(folder, { recursive: true });
    const newer = { ...files, "model.onnx": "a newer one" };
    hub.push(NAME, { files: newer, commit: OTHER_COMMIT, earlier: { [COMMIT]: files } });
    expect(await folderOf(`hub:${NAME}`, saved)).toBe(folder);
    expect(readFileSync(join(folder, "model.onnx"), "utf8")).toBe("a model");
    expect(basename(await folderOf(`hub:${NAME}@main`))).toBe(OTHER_COMMIT);
  });

  test("is the one that is named where another is, or another branch, and where rewards were learned on a folder", async () => {
    const { hub, folderOf, saved } = await place();
    hub.push("acme/other", { files, commit: OTHER_COMMIT });
    expect(basename(await folderOf("hub:acme/other", saved))).toBe(OTHER_COMMIT);
    hub.push(NAME, { files, revisions: { v2: OTHER_COMMIT } });
    expect(basename(await folderOf(`hub:${NAME}@v2`, saved))).toBe(OTHER_COMMIT);
    await saveRewards(saved, "transformer", { heads: new Map(), origin: hubOrigin(scratchFolder()) });
    expect(basename(await folderOf(`hub:${NAME}`, saved))).toBe(COMMIT);
  });
});
