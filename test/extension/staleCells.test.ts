import { describe, expect, test } from "vitest";
import { StaleCells } from "../../src/extension/notebook/staleCells.ts";

/** A notebook: what cells hold now, and how they ran, in order. */
function notebook(cells: Record<string, string>) {
  const now = new Map(Object.entries(cells));
  const stale = new StaleCells();
  let order = 0;
  return {
    /** Names after "=" are read, the others declared: "a b = c". */
    run(cell: string): void {
      const code = now.get(cell) ?? "";
      const [declares = "", uses = ""] = code.split("#")[0]?.split("=") ?? [];
      const names = (text: string) => text.split(" ").filter((name) => name !== "");
      order += 1;
      stale.ran(cell, { order, code, declares: names(declares), uses: names(uses) });
    },
    edit: (cell: string, code: string) => void now.set(cell, code),
    remove(cell: string): void {
      now.delete(cell);
      stale.deleted(cell);
    },
    restart: () => stale.clear(),
    why: (cell: string) => stale.staleness(cell, (other) => now.get(other)),
  };
}

describe("a cell", () => {
  test("is not stale after everything ran in order", () => {
    const book = notebook({ one: "a", two: "b = a", three: "= a b" });
    for (const cell of ["one", "two", "three"]) book.run(cell);
    expect(["one", "two", "three"].map(book.why)).toEqual([undefined, undefined, undefined]);
  });

  test("is stale when the cell that declares what it uses was edited, until both ran again", () => {
    const book = notebook({ one: "a", two: "= a" });
    book.run("one");
    book.run("two");
    book.edit("one", "a #new");
    expect(book.why("two")).toEqual({ why: "edited", name: "a" });
    book.run("one");
    expect(book.why("two")).toEqual({ why: "rerun", name: "a" });
    book.run("two");
    expect(book.why("two")).toBeUndefined();
  });

  test("is not stale any more when the edit is taken back", () => {
    const book = notebook({ one: "a", two: "= a" });
    book.run("one");
    book.run("two");
    book.edit("one", "a #new");
    book.edit("one", "a");
    expect(book.why("two")).toBeUndefined();
  });

  test("is stale when what it uses is stale", () => {
    const book = notebook({ one: "a", two: "b = a", three: "= b" });
    for (const cell of ["one", "two", "three"]) book.run(cell);
    book.edit("one", "a #new");
    expect(book.why("three")).toEqual({ why: "upstream", name: "b" });
  });

  test("is not stale for an edit of its own, nor for cells that it does not use", () => {
    const book = notebook({ one: "a", two: "= a", other: "z" });
    for (const cell of ["one", "two", "other"]) book.run(cell);
    book.edit("two", "= a #new");
    book.edit("other", "z #new");
    expect(book.why("two")).toBeUndefined();
  });

  test("takes the last declaration before it as what it used", () => {
    const book = notebook({ one: "a", again: "a #again", two: "= a" });
    for (const cell of ["one", "again", "two"]) book.run(cell);
    book.edit("one", "a #new");
    expect(book.why("two")).toBeUndefined();
    book.edit("again", "a #newer");
    expect(book.why("two")).toEqual({ why: "edited", name: "a" });
  });

  test("may use its own names, and cells one another", () => {
    const book = notebook({ one: "a = a b", two: "b = a" });
    book.run("two");
    book.run("one");
    book.run("two");
    expect(book.why("two")).toBeUndefined();
    expect(book.why("one")).toEqual({ why: "rerun", name: "b" });
  });

  test("stays what it is under another name", () => {
    const stale = new StaleCells();
    stale.ran("one", { order: 1, code: "a", declares: ["a"], uses: [] });
    stale.ran("two", { order: 2, code: "= a", declares: [], uses: ["a"] });
    stale.renamed("one", "uno");
    stale.renamed("two", "due");
    stale.renamed("never ran", "mai");
    expect(stale.staleness("due", (cell) => (cell === "uno" ? "a" : undefined))).toBeUndefined();
    expect(stale.staleness("due", () => "edited")).toEqual({ why: "edited", name: "a" });
    expect(stale.staleness("two", () => "edited")).toBeUndefined();
  });

  test("is not stale after a deletion, nor in a new kernel", () => {
    const book = notebook({ one: "a", two: "= a", three: "c = a" });
    for (const cell of ["one", "two", "three"]) book.run(cell);
    book.remove("one");
    expect(book.why("two")).toBeUndefined();
    book.edit("three", "c = a #new");
    book.restart();
    expect(book.why("two")).toBeUndefined();
  });
});
