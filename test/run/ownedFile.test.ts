import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fileOwnerSchema, isGone, ownerIn, removeLeft, textOf, thisProcess } from "../../src/run/ownedFile.ts";
import { scratchFolder } from "../data/scratchFolder.ts";

test("a file says which process it belongs to, and whether that still runs", () => {
  const owner = ownerIn(JSON.stringify({ ...thisProcess(), more: 1 }), fileOwnerSchema);
  expect(owner).toEqual(thisProcess());
  expect(owner && isGone(owner)).toBe(false);
  const gone = { pid: 2 ** 22 + 1, host: hostname(), processStart: null };
  expect(isGone(gone)).toBe(true);
  expect(isGone({ ...gone, host: "elsewhere" })).toBe(false);
});

test.each(["", "{", "[]", '{"pid":0,"host":"a","processStart":null}'])("%j belongs to nobody", (text) => {
  expect(ownerIn(text, fileOwnerSchema)).toBeUndefined();
});

test("what a process left is removed, and what another has made since is not", () => {
  const folder = scratchFolder({ left: "of one that is gone", others: "of another" });
  removeLeft(join(folder, "left"), "of one that is gone");
  removeLeft(join(folder, "others"), "of one that is gone");
  removeLeft(join(folder, "nothing"), "of one that is gone");
  expect(readdirSync(folder)).toEqual(["others"]);
  expect(readFileSync(join(folder, "others"), "utf8")).toBe("of another");
  expect(textOf(join(folder, "left"))).toBeUndefined();
  expect(() => textOf(folder)).toThrow(/EISDIR/);
  writeFileSync(join(folder, "left"), "again");
  expect(textOf(join(folder, "left"))).toBe("again");
});
