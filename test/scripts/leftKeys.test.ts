import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { filesWithPlantedKeys, leftFolders, PrintedKeys } from "../../scripts/leftKeys.mjs";
import { scratchFolder } from "../data/scratchFolder.ts";

const key = ["sk", "planted", "0123456789abcdef"].join("-");

/** A folder with keys in it, which is therefore none of those that are searched. */
function plantedFolder(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "planted-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

test("files with planted keys are found, however these are written in them", () => {
  const folder = plantedFolder({
    "plain.jsonl": `{"message":"${key}"}`,
    "deep/below/base64.html": Buffer.from(`Bearer ${key}`).toString("base64"),
    "shifted.bin": Buffer.from(`x${key}`).toString("base64"),
    "hex.log": Buffer.from(key).toString("hex"),
    "clean.json": '{"message":"[key]","note":"sk-plant-it"}',
    "node_modules/of-others.js": key,
  });
  const found = ["plain.jsonl", "deep/below/base64.html", "shifted.bin", "hex.log"].map((name) => join(folder, name));
  expect(filesWithPlantedKeys([folder, join(folder, "no-such-folder")]).sort()).toEqual(found.sort());
  expect(filesWithPlantedKeys([folder], Date.now() + 60_000)).toEqual([]);
});

test("folders that tests left are those of the product", () => {
  const folder = scratchFolder({ "optimas-test-1/a": "", "others/b": "", "optimas.txt": "" });
  expect(leftFolders(folder)).toEqual([join(folder, "optimas-test-1")]);
});

describe("what tests write", () => {
  test.each(["rmSync(folder, { recursive: true })", "await rm(folder, { recursive: true })"])(
    "is searched before it is removed: %s",
    (removal) => {
      const script = `
        import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
        import { rm } from "node:fs/promises";
        import { tmpdir } from "node:os";
        import { join } from "node:path";
        import { searchWhatIsRemoved } from ${JSON.stringify(new URL("../../scripts/leftKeys.mjs", import.meta.url).href)};
        searchWhatIsRemoved((files) => console.log(files.length));
        for (const text of ["clean", ["sk", "planted", "0"].join("-")]) {
          const folder = mkdtempSync(join(tmpdir(), "optimas-searched-"));
          writeFileSync(join(folder, "a.txt"), text);
          ${removal};
        }`;
      const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
        encoding: "utf8",
      });
      expect({ stdout, stderr }).toEqual({ stdout: "1\n", stderr: "" });
    },
  );

  test("is searched in this very process", () => {
    const folder = mkdtempSync(join(tmpdir(), "optimas-searched-"));
    writeFileSync(join(folder, "a.txt"), key);
    expect(() => rmSync(folder, { recursive: true })).toThrow(/stands in .+a\.txt/);
  });
});

describe("what is printed", () => {
  const cut = (text: string, lengths: readonly number[]): string[] => {
    const pieces: string[] = [];
    for (let at = 0, turn = 0; at < text.length; turn++) {
      const length = lengths[turn % lengths.length] ?? 1;
      pieces.push(text.slice(at, at + length));
      at += length;
    }
    return pieces;
  };
  const heardIn = (text: string, lengths: readonly number[]): number => {
    const printed = new PrintedKeys();
    for (const piece of cut(text, lengths)) printed.hear(piece);
    return printed.heard;
  };

  test("is known to hold a key in whatever pieces it comes, and each key is counted once", () => {
    const words = fc.stringMatching(/^[ -~]{0,60}$/).filter((text) => !text.includes("sk-"));
    const lengths = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(words, words, lengths, (before, after, each) => {
        expect(heardIn(before + after, each)).toBe(0);
        expect(heardIn(`${before}${key}${after}`, each)).toBe(1);
        expect(heardIn(`${before}${Buffer.from(`Bearer ${key}`).toString("base64")} ${after}`, each)).toBe(1);
      }),
    );
  });
});
