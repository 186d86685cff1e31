import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NOTEBOOK_FORMAT, type Notebook, readNotebook, writeNotebook } from "../../src/notebook/nbformat.ts";
import { UserError } from "../../src/system/userError.ts";
import { anyNotebook } from "./anyNotebook.ts";
import { bytes, code, everyOutput, file, markdown, read } from "./notebookFile.ts";

describe("refused", () => {
  const check = (what: string, content: string | Uint8Array, message: RegExp) =>
    test(what, () => {
      const reading = () => readNotebook(typeof content === "string" ? bytes(content) : content, "a.optnb");
      expect(reading).toThrow(UserError);
      expect(reading).toThrow(message);
    });
  check(
    "text that is no JSON",
    "hello",
    /^a\.optnb is no valid JSON \(line 1, column 1: a value must stand here\)\. Mend/,
  );
  check(
    "JSON with a trailing comma",
    '{\n "cells": [],\n}',
    /\(line 3, column 1: a name in double quotes must stand here\)/,
  );
  check(
    "a file that was cut off",
    writeNotebook({ metadata: {}, cells: [code("a")] }).slice(0, 150),
    /^a\.optnb ends in the middle \(line 10, column 8\): it was cut off\. Restore/,
  );
  check(
    "a merge conflict",
    '{\n<<<<<<< HEAD\n "cells": []\n=======\n>>>>>>> other\n}',
    /merge conflict of git \(line 2\)\. Resolve/,
  );
  check("bytes that are no UTF-8", new Uint8Array([0x7b, 0xff, 0x7d]), /is no UTF-8 text/);
  check("UTF-16", new Uint8Array([0xff, 0xfe, 0x7b, 0x00]), /is UTF-16 text.*Convert it/);
  check("JSON that is no notebook", '{"a": 1}', /is JSON, but no notebook/);
  check("a list of cells without a notebook around it", "[]", /no notebook/);
  check("null", "null", /no notebook/);
  check("a later major version", file({ nbformat: 5 }), /newer notebook format \(5\).*Update Optimas/);
  check(
    "an old major version",
    '{"nbformat": 3, "nbformat_minor": 0, "worksheets": []}',
    /old notebook format 3\. Convert it: jupyter nbconvert/,
  );
  check(
    "a notebook that a newer Optimas wrote",
    file({ metadata: { optimas: { format: NOTEBOOK_FORMAT + 1 } } }),
    /newer version of Optimas \(format 2; this one reads up to 1\)\. Update Optimas/,
  );
  check("cells that are no list", file({ cells: {} }), /its "cells" are no list/);
  check("a cell without a type", file({ cells: [{ source: "" }] }), /^a\.optnb, cell 1 has no "cell_type"/);
  check(
    "a cell without a source",
    file({ cells: [{ cell_type: "code", metadata: {} }] }),
    /cell 1: its "source" is neither/,
  );
  check(
    "outputs that are no list",
    file({ cells: [{ cell_type: "code", source: "", outputs: 3 }] }),
    /cell 1: its "outputs"/,
  );
  check("metadata that is no object", file({ metadata: [] }), /its "metadata" is no object/);
  check("a version that is no number", file({ nbformat: "4" }), /its "nbformat" is no number/);
  check("nesting beyond all reason", "[".repeat(5000) + "]".repeat(5000), /nested more than 200 levels/);
});

describe("any notebook", () => {
  test("comes back with all that was in it, and a second time to the same bytes", () => {
    fc.assert(
      fc.property(anyNotebook, (content) => {
        const text = writeNotebook(read(JSON.stringify(content)));
        expect(canonical(JSON.parse(text))).toEqual(canonical(content));
        expect(writeNotebook(read(text))).toBe(text);
      }),
    );
  });

  test("is damaged by a change of a byte, or still one", () => {
    const text = bytes(writeNotebook({ metadata: {}, cells: [markdown("é"), code("b", everyOutput)] }));
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.nat(255), fc.boolean(), (at, value, cut) => {
        const damaged = text.slice(0, cut ? at : text.length);
        if (!cut) damaged[at] = value;
        if (damaged.length > 0) refusesOrKeeps(damaged, cut && at < text.length - 1);
      }),
      { numRuns: 500 },
    );
  });

  test("is not found in other JSON", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        refusesOrKeeps(bytes(text), true);
      }),
    );
  });

  test("has a member replaced by any value, and is refused or kept", () => {
    fc.assert(
      fc.property(anyNotebook, fc.nat(), fc.jsonValue(), (content, at, value) => {
        const changed = withReplaced(content, at, value);
        refusesOrKeeps(bytes(JSON.stringify(changed)), false);
      }),
    );
  });
});

/** Never an empty notebook from a file that is not empty, and nothing lost by what is not refused. */
function refusesOrKeeps(content: Uint8Array, mustRefuse: boolean): void {
  let notebook: Notebook;
  try {
    notebook = readNotebook(content);
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return;
  }
  expect(mustRefuse).toBe(false);
  const text = writeNotebook(notebook);
  const [before, after] = [JSON.parse(new TextDecoder().decode(content)), JSON.parse(text)];
  expect(after.cells).toHaveLength(before.cells.length);
  expect(writeNotebook(read(text))).toBe(text);
}

/** The value with its `at`-th member, counted through all levels, replaced. */
function withReplaced(root: unknown, at: number, replacement: unknown): unknown {
  let count = 0;
  const size = (value: unknown): number =>
    typeof value === "object" && value !== null
      ? 1 + Object.values(value).reduce((sum: number, member) => sum + size(member), 0)
      : 1;
  const target = at % size(root);
  const visit = (value: unknown): unknown => {
    if (count++ === target) return replacement;
    if (Array.isArray(value)) return value.map(visit);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, visit(member)]));
  };
  return visit(root);
}

/** What a notebook's file says, whichever of the allowed ways it says it, without what is not to be kept. */
function canonical({
  metadata,
  nbformat,
  nbformat_minor,
  cells,
  ...rest
}: {
  readonly [name: string]: unknown;
}): unknown {
  const { kernelspec, language_info, optimas, ...own } = metadata as Record<string, unknown>;
  return {
    ...rest,
    nbformat,
    nbformat_minor,
    metadata: own,
    cells: (cells as Record<string, unknown>[]).map(canonicalCell),
  };
}

function canonicalCell(cell: Record<string, unknown>): unknown {
  if (!["code", "markdown", "raw"].includes(cell.cell_type as string)) return cell;
  const source = join(cell.source).replace(/\r\n?/g, "\n");
  if (cell.cell_type !== "code") return { ...cell, source };
  return {
    ...cell,
    source,
    execution_count: null,
    outputs: joinedStreams((cell.outputs as Record<string, unknown>[]).map(canonicalOutput)),
  };
}

function canonicalOutput(output: Record<string, unknown>): Record<string, unknown> {
  const { output_type: type, data, traceback, text } = output;
  if (type === "stream" && ["stdout", "stderr"].includes(output.name as string) && text !== undefined)
    return { ...output, text: join(text) };
  if (type === "error") return { ...output, traceback: (traceback as string[]).join("\n") };
  if (data === undefined) return output;
  const entries = Object.entries(data as object).map(([mime, value]) => [
    mime,
    mime.endsWith("json") ? value : join(value),
  ]);
  return { ...output, ...(type === "execute_result" && { execution_count: null }), data: Object.fromEntries(entries) };
}

/** Neighbouring texts of one stream that nobody says more about. */
function joinedStreams(outputs: readonly Record<string, unknown>[]): Record<string, unknown>[] {
  const all: Record<string, unknown>[] = [];
  for (const output of outputs) {
    const last = all.at(-1);
    const plain = (one: Record<string, unknown> | undefined) =>
      one?.output_type === "stream" &&
      Object.keys(one).length === 3 &&
      one.name !== "other" &&
      typeof one.text === "string";
    if (last && plain(last) && plain(output) && last.name === output.name) last.text = `${last.text}${output.text}`;
    else all.push({ ...output });
  }
  return all;
}

function join(value: unknown): string {
  return Array.isArray(value) ? value.join("") : String(value);
}
