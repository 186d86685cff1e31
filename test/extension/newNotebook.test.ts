import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readNotebook, writeNotebook } from "../../src/notebook/nbformat.ts";

const bytes = readFileSync(new URL("../../media/newNotebook.optnb", import.meta.url));

test("a new notebook starts as it would be saved, without outputs, and says that its model is simulated", () => {
  const notebook = readNotebook(bytes);
  expect(writeNotebook(notebook)).toBe(bytes.toString());
  expect(notebook.cells.flatMap(({ outputs }) => outputs)).toEqual([]);
  expect(notebook.cells.map(({ kind }) => kind)).toEqual(["markdown", "code", "markdown", "code"]);
  expect(notebook.cells[0]?.source).toContain("simulated model");
});
