import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { BackboneCache, userBackbones } from "../../../src/reward/hub/backboneCache.ts";
import type { BackboneFile } from "../../../src/reward/hub/backboneFiles.ts";
import { hubName } from "../../../src/reward/hub/hubName.ts";
import { UserError } from "../../../src/system/userError.ts";
import { scratchFolder } from "../../data/scratchFolder.ts";
import { COMMIT, OTHER_COMMIT } from "./loopbackHub.ts";

const NAME = hubName("acme/tiny");
const files: readonly BackboneFile[] = [
  { path: "tokenizer.json", bytes: 2, checksum: { kind: "git", digest: "a".repeat(40) } },
  { path: "onnx/model.onnx", bytes: 5, checksum: { kind: "sha256", digest: "b".repeat(64) } },
];

/** One complete backbone, and one whose download broke off. */
function filled(): BackboneCache {
  const cache = new BackboneCache(
    scratchFolder({
      [`acme/tiny/${COMMIT}/tokenizer.json`]: "{}",
      [`acme/tiny/${COMMIT}/onnx/model.onnx`]: "model",
      [`acme/tiny/${OTHER_COMMIT}/onnx/model.onnx.part`]: "mod",
    }),
  );
  cache.complete(NAME, COMMIT, files);
  return cache;
}

describe("the folder of cached backbones", () => {
  const lies = (platform: NodeJS.Platform, environment: Record<string, string>, folder: readonly string[]) =>
    test(`on ${platform} with ${JSON.stringify(environment)}`, () =>
      expect(userBackbones(environment, platform, "/home/me")).toBe(join(...folder, "optimas", "backbones")));
  lies("linux", {}, ["/home/me", ".cache"]);
  lies("linux", { XDG_CACHE_HOME: "/caches" }, ["/caches"]);
  lies("linux", { XDG_CACHE_HOME: "here" }, ["/home/me", ".cache"]);
  lies("linux", { XDG_CACHE_HOME: "" }, ["/home/me", ".cache"]);
  lies("darwin", { XDG_CACHE_HOME: "/caches" }, ["/home/me", "Library", "Caches"]);
  lies("win32", { LOCALAPPDATA: "/local" }, ["/local"]);
  lies("win32", {}, ["/home/me", "AppData", "Local"]);
});

describe("the cache of backbones", () => {
  test("finds a complete one by the names that it was asked for by, and by its commit", () => {
    const cache = filled();
    const folder = cache.place(NAME, COMMIT);
    expect(cache.find(NAME)).toBe(folder);
    expect(cache.find(hubName(`acme/tiny@${COMMIT}`))).toBe(folder);
    expect(cache.find(hubName("acme/tiny@v1"))).toBeUndefined();
    cache.complete(hubName("acme/tiny@v1"), COMMIT, files);
    expect([cache.find(hubName("acme/tiny@v1")), cache.find(NAME)]).toEqual([folder, folder]);
    expect(cache.find(hubName("acme/other"))).toBeUndefined();
  });

  const incomplete: Readonly<Record<string, (folder: string) => void>> = {
    "lacks a file": (folder) => rmSync(join(folder, "tokenizer.json")),
    "has a file of another size": (folder) => writeFileSync(join(folder, "onnx/model.onnx"), "mod"),
    "has a damaged manifest": (folder) => writeFileSync(join(folder, "backbone.json"), '{"version":1,'),
    "has a manifest of something else": (folder) => writeFileSync(join(folder, "backbone.json"), '{"version":1}'),
  };
  for (const [what, damage] of Object.entries(incomplete)) {
    test(`does not find one that ${what}`, () => {
      const cache = filled();
      damage(cache.place(NAME, COMMIT));
      expect(cache.find(NAME)).toBeUndefined();
    });
  }

  test("leaves one alone that a newer version has written", () => {
    const cache = filled();
    const manifest = join(cache.place(NAME, COMMIT), "backbone.json");
    writeFileSync(manifest, '{"version":2}');
    expect(() => cache.find(NAME)).toThrow(/newer version of Optimas/);
    expect(() => cache.complete(NAME, COMMIT, files)).toThrow(UserError);
    expect(readFileSync(manifest, "utf8")).toBe('{"version":2}');
  });

  test("lists what is there, with what it takes", () => {
    const cache = filled();
    const [whole, unfinished, ...more] = cache.list();
    const folder = cache.place(NAME, COMMIT);
    expect(whole).toMatchObject({ name: "acme/tiny", commit: COMMIT, asked: ["main"], folder, isComplete: true });
    expect(whole?.bytes).toBe(7 + readFileSync(join(folder, "backbone.json")).length);
    expect(unfinished).toMatchObject({ commit: OTHER_COMMIT, asked: [], bytes: 3, isComplete: false });
    expect(more).toEqual([]);
    expect(new BackboneCache(join(cache.folder, "nowhere")).list()).toEqual([]);
  });

  test("removes all of a repository, or what a name means, and nothing else", () => {
    const cache = filled();
    expect(() => cache.remove("acme/other")).toThrow(/No acme\/other is cached/);
    expect(() => cache.remove("acme/tiny@v1")).toThrow(UserError);
    expect(cache.remove("acme/tiny@main").map(({ commit }) => commit)).toEqual([COMMIT]);
    expect(cache.list().map(({ commit }) => commit)).toEqual([OTHER_COMMIT]);
    cache.complete(NAME, OTHER_COMMIT, []);
    expect(cache.remove("acme/tiny")).toHaveLength(1);
    expect([cache.list(), cache.find(NAME)]).toEqual([[], undefined]);
  });

  test("removes nothing that is being downloaded", () => {
    const cache = filled();
    const owner = { pid: process.pid, host: hostname(), processStart: null, at: 1 };
    writeFileSync(cache.lock(NAME, COMMIT), JSON.stringify(owner));
    expect(() => cache.remove("acme/tiny@main")).toThrow(new RegExp(`being downloaded by process ${process.pid}`));
    expect(existsSync(cache.place(NAME, COMMIT))).toBe(true);
  });
});
