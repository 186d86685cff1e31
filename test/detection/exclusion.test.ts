import { describe, expect, test } from "vitest";
import { type ExclusionSetting, excludes } from "../../src/detection/exclusion.ts";

const excluded = (settings: readonly ExclusionSetting[], path: string, siblings: readonly string[] = []) =>
  excludes(settings)(path, () => new Set(siblings));

describe("a pattern of the editor's settings", () => {
  const check = (pattern: string, path: string, expected: boolean) =>
    test(`${pattern} ${expected ? "excludes" : "keeps"} ${path}`, () => {
      expect(excluded([{ [pattern]: true }], path)).toBe(expected);
    });
  check("**/out", "out", true);
  check("**/out", "packages/a/out", true);
  check("**/out", "outer", false);
  check("**/out/", "a/out", true);
  check("out", "out", true);
  check("out", "a/out", false);
  check("out/**", "out", true);
  check("out/**", "out/a/b.ts", true);
  check("*.js", "a.js", true);
  check("*.js", "a/b.js", false);
  check("**/*.js", "a/.hidden/b.js", true);
  check("**/*.{js,mjs}", "a/b.mjs", true);
  check("{**/gen,lib/*}", "lib/a.ts", true);
  check("**/.*", ".cache", true);
  check("?.ts", "a.ts", true);
  check("?.ts", "ab.ts", false);
  check("**/[a-c].ts", "b.ts", true);
  check("**/[!a-c].ts", "b.ts", false);
  check("**/[!a-c].ts", "d.ts", true);
  check("a/**/z", "a/z", true);
  check("a/**/z", "a/1/2/z", true);
  // Signs of other tools' globs are plain characters here.
  check("!a.ts", "b.ts", false);
  check("!a.ts", "!a.ts", true);
  check("**/(group)/page.ts", "app/(group)/page.ts", true);
  check("**/a(b|c)", "ab", false);
  check("**/+page.ts", "x/+page.ts", true);
  check("**/a+", "aa", false);
  check("**/@scope", "p/@scope", true);
  check("**/$gen", "p/$gen", true);
  check("", "a.ts", false);
});

describe("settings", () => {
  test("switch a pattern off with false", () => {
    expect(excluded([{ "**/a.ts": false }], "a.ts")).toBe(false);
  });

  test("of the search win over those of files, pattern by pattern", () => {
    const files = { "**/a.ts": true, "**/b.ts": true };
    expect(excluded([files, { "**/a.ts": false }], "a.ts")).toBe(false);
    expect(excluded([files, { "**/a.ts": false }], "b.ts")).toBe(true);
    expect(excluded([{ "**/a.ts": false }, { "**/a.ts": true }], "a.ts")).toBe(true);
  });

  test("exclude a file beside its source only", () => {
    const compiled = { "**/*.js": { when: "$(basename).ts" } };
    expect(excluded([compiled], "src/a.js", ["a.js", "a.ts"])).toBe(true);
    expect(excluded([compiled], "src/a.js", ["a.js", "b.ts"])).toBe(false);
    expect(excluded([compiled], "src/a.test.js", ["a.test.js", "a.test.ts"])).toBe(true);
    expect(excluded([compiled], "src/$&.js", ["$&.js", "$&.ts"])).toBe(true);
  });

  test("with an absurdly long pattern leave the others in force", () => {
    expect(excluded([{ ["a".repeat(100_000)]: true, "b.ts": true }], "b.ts")).toBe(true);
  });
});
