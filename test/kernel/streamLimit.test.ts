import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SpillFile } from "../../src/kernel/spillFile.ts";
import { StreamLimit } from "../../src/kernel/streamLimit.ts";

let files = 0;

function limited(shown: number, tail: number) {
  let file: SpillFile | undefined;
  const limit = new StreamLimit(
    () => {
      file = SpillFile.open(`limit-test-${process.pid}-${files++}.txt`);
      return file;
    },
    { shown, tail },
  );
  return { limit, path: () => file?.path };
}

describe("a stream", () => {
  test("within its limit is shown as it comes, without a file", () => {
    const { limit, path } = limited(10, 4);
    expect(limit.write("12345")).toBe("12345");
    expect(limit.write("67890")).toBe("67890");
    expect(limit.end()).toBe("");
    expect(path()).toBeUndefined();
  });

  test("beyond it is cut with a notice, and its last lines follow at the end", () => {
    const { limit, path } = limited(10, 8);
    expect(limit.write("1234567")).toBe("1234567");
    const cut = limit.write("890abc\n");
    expect(cut).toMatch(/^890\n\.\.\. More than 1 KB: the rest is left out here, its last lines follow/);
    expect(cut).toContain(path());
    expect(limit.write("line 1\nline 2\nlast\n")).toBe("");
    expect(limit.end()).toMatch(/^\.\.\. 1 KB left out; all of it is in .+\nlast\n$/);
    expect(readFileSync(path() ?? "", "utf8")).toBe("1234567890abc\nline 1\nline 2\nlast\n");
  });

  test("that fits after all into head and tail loses nothing", () => {
    const { limit } = limited(4, 100);
    const shown = limit.write("12345678") + limit.end();
    expect(shown).toMatch(/^1234\n\.\.\. .+\n5678$/);
  });

  test("of which late text comes keeps that in the file", () => {
    const { limit, path } = limited(4, 4);
    limit.write("12345678");
    limit.end();
    expect(limit.write("late")).toBe("");
    expect(readFileSync(path() ?? "", "utf8")).toBe("12345678late");
  });

  test("says so when no file can be written", () => {
    const limit = new StreamLimit(() => undefined, { shown: 4, tail: 4 });
    expect(limit.write("123456789")).not.toContain("goes to");
    expect(limit.end()).toMatch(/no file holds all of it/);
  });

  test("is never cut through a character", () => {
    const { limit } = limited(2, 8);
    expect(limit.write("a😀b")).toMatch(/^a\n/);
  });

  test("however it is written, shows no more than limit, tail and notices, and the file has all of it", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 30 }), { maxLength: 20 }), (texts) => {
        const { limit, path } = limited(20, 10);
        const shown = texts.map((text) => limit.write(text)).join("") + limit.end();
        const whole = texts.join("");
        if (whole.length <= 20) expect(shown).toBe(whole);
        else {
          expect(shown.startsWith(whole.slice(0, 19))).toBe(true);
          expect(readFileSync(path() ?? "", "utf8")).toBe(whole);
          expect(shown.length).toBeLessThan(20 + 10 + 500);
        }
      }),
      { numRuns: 50 },
    );
  });
});
