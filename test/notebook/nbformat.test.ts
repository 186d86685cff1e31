import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NOTEBOOK_FORMAT, type Notebook, readNotebook, writeNotebook } from "../../src/notebook/nbformat.ts";
import { cellId, type NotebookCell } from "../../src/notebook/nbformatCell.ts";
import type { KeptOutput } from "../../src/notebook/nbformatOutput.ts";
import { UserError } from "../../src/system/userError.ts";
import { anyNotebook } from "./anyNotebook.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const read = (text: string): Notebook => readNotebook(bytes(text), "a.optnb");
const file = (members: object) =>
  JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [], ...members });
const written = (notebook: Notebook) => JSON.parse(writeNotebook(notebook));

const code = (source: string, outputs: readonly KeptOutput[] = [], metadata = {}): NotebookCell => ({
  kind: "code",
  languageId: "typescript",
  source,
  outputs: outputs.map((output) => ({ output, metadata: {} })),
  metadata,
});
const markdown = (source: string): NotebookCell => ({
  kind: "markdown",
  languageId: "markdown",
  source,
  outputs: [],
  metadata: {},
});

const { $schema, ...schema } = JSON.parse(
  readFileSync(new URL("schema/nbformat.v4.5.schema.json", import.meta.url), "utf8"),
);
// Draft 4 differs from what this validator reads in nothing that the schema uses.
const validate = new Ajv({ strict: false, allErrors: true }).compile(schema);
function expectValid(text: string): void {
  validate(JSON.parse(text));
  expect(validate.errors ?? []).toEqual([]);
}

const everyOutput: readonly KeptOutput[] = [
  { type: "stream", name: "stdout", text: "one\ntwo" },
  { type: "stream", name: "stderr", text: "warning\n" },
  { type: "display", data: { "text/markdown": "# Hi\n", "image/png": "AAAA", "image/svg+xml": "<svg>\n</svg>" } },
  { type: "display", data: { "application/vnd.optimas.run+json": { b: 1, a: [1, 2] } } },
  { type: "result", data: { "text/plain": "42", "application/json": { z: 1, a: null } } },
  { type: "error", name: "TypeError", message: "no", stack: "TypeError: no\n    at cell [1]:2:3" },
];

/** Milliseconds of the quickest of three times: other work on the machine must not count. */
function quickest(action: () => unknown): number {
  const times = [1, 2, 3].map(() => {
    const start = performance.now();
    action();
    return performance.now() - start;
  });
  return Math.min(...times);
}

describe("what is written", () => {
  test("stands in one order, one space deep, with lists of lines and a final newline", () => {
    const notebook = {
      metadata: {},
      cells: [code("const a = 1;\na", [{ type: "result", data: { "text/plain": "1" } }])],
    };
    expect(writeNotebook(notebook)).toBe(`{
 "cells": [
  {
   "cell_type": "code",
   "execution_count": null,
   "id": "${written(notebook).cells[0].id}",
   "metadata": {},
   "outputs": [
    {
     "data": {
      "text/plain": [
       "1"
      ]
     },
     "execution_count": null,
     "metadata": {},
     "output_type": "execute_result"
    }
   ],
   "source": [
    "const a = 1;\\n",
    "a"
   ]
  }
 ],
 "metadata": {
  "kernelspec": {
   "display_name": "TypeScript (Optimas)",
   "language": "typescript",
   "name": "optimas"
  },
  "language_info": {
   "codemirror_mode": {
    "name": "javascript",
    "typescript": true
   },
   "file_extension": ".ts",
   "mimetype": "text/typescript",
   "name": "typescript",
   "pygments_lexer": "typescript"
  },
  "optimas": {
   "format": 1
  }
 },
 "nbformat": 4,
 "nbformat_minor": 5
}
`);
  });

  test("is valid by the schema of nbformat 4.5, with every kind of cell and output", () => {
    const raw: NotebookCell = { kind: "raw", languageId: "raw", source: "as it is", outputs: [], metadata: {} };
    const javascript = { ...code("1"), languageId: "javascript" };
    expectValid(
      writeNotebook({ metadata: {}, cells: [markdown("# Title\n\ntext"), code("", everyOutput), raw, javascript] }),
    );
    expectValid(writeNotebook({ metadata: {}, cells: [] }));
  });

  test("is checked by a schema that refuses what it should", () => {
    const { cells, ...rest } = written({ metadata: {}, cells: [code("1")] });
    for (const wrong of [
      { ...cells[0], id: "a b" },
      { ...cells[0], outputs: [{ output_type: "stream" }] },
      { ...cells[0], source: 1 },
    ]) {
      expect(validate({ ...rest, cells: [wrong] })).toBe(false);
    }
  });

  test("is valid for data that is no text though its type says so", () => {
    const text = writeNotebook({
      metadata: {},
      cells: [code("", [{ type: "display", data: { "text/plain": { a: 1 }, "model/gltf+json": [1] } }])],
    });
    expectValid(text);
  });

  test("has no execution counts and no timings, whatever the editor or another program noted", () => {
    const cells = [
      {
        cell_type: "code",
        id: "a",
        metadata: { execution: { "iopub.status.busy": "2020" }, tags: ["x"] },
        source: "1",
        execution_count: 12,
        outputs: [{ output_type: "execute_result", data: {}, metadata: {}, execution_count: 12 }],
      },
    ];
    const text = writeNotebook(read(file({ cells })));
    expect(text).not.toMatch(/12|2020/);
    expect(JSON.parse(text).cells[0].metadata).toEqual({ tags: ["x"] });
  });

  test("names no folders of this machine where the one who writes knows them", () => {
    const error = {
      type: "error",
      name: "E",
      message: "no /home/ada/w/a.csv",
      stack: "E\n    at f (/home/ada/w/s.ts:1:2)",
    } as const;
    const text = writeNotebook({ metadata: {}, cells: [code("", [error])] }, (said) =>
      said.replaceAll("/home/ada/w/", ""),
    );
    expect(read(text).cells[0]?.outputs[0]?.output).toEqual({
      ...error,
      message: "no a.csv",
      stack: "E\n    at f (s.ts:1:2)",
    });
  });

  test("ends lines of a source in line feeds alone", () => {
    expect(written({ metadata: {}, cells: [code("a\r\nb\r\n")] }).cells[0].source).toEqual(["a\n", "b\n"]);
  });

  test("names the language of a cell that differs from the notebook's, and nothing otherwise", () => {
    const javascript = { ...code("1"), languageId: "javascript" };
    const notebook = read(writeNotebook({ metadata: {}, cells: [javascript, code("2")] }));
    expect(notebook.cells.map(({ languageId }) => languageId)).toEqual(["javascript", "typescript"]);
    const [first, second] = written(notebook).cells;
    expect([first.metadata, second.metadata]).toEqual([{ vscode: { languageId: "javascript" } }, {}]);
    const back = notebook.cells.map((cell) => ({ ...cell, languageId: "typescript" }));
    expect(written({ ...notebook, cells: back }).cells[0].metadata).toEqual({});
  });

  test("gets 500 cells through in less than a second, both ways", () => {
    const cells = Array.from({ length: 500 }, (_, at) => code(`const x${at} = 1;\n`.repeat(20), everyOutput));
    const text = writeNotebook({ metadata: {}, cells });
    expect(read(text).cells).toHaveLength(500);
    expect(quickest(() => writeNotebook({ metadata: {}, cells }))).toBeLessThan(1000);
    expect(quickest(() => read(text))).toBeLessThan(1000);
  });
});

describe("what is read", () => {
  test("is what was written: all outputs as they were", () => {
    const notebook = read(writeNotebook({ metadata: {}, cells: [code("x", everyOutput)] }));
    expect(notebook.cells[0]?.outputs.map(({ output }) => output)).toEqual(everyOutput);
    expect(JSON.stringify(notebook.cells[0]?.outputs[3]?.output)).toContain('{"b":1,"a":[1,2]}');
  });

  test("is saved again to the same bytes", () => {
    const text = writeNotebook({ metadata: {}, cells: [markdown("a"), code("b", everyOutput), code("b"), code("")] });
    expect(writeNotebook(read(text))).toBe(text);
  });

  test.each(["", "\n", " \r\n", "\ufeff"])("is an empty notebook when the file has no content: %j", (content) => {
    expect(read(content)).toEqual({ cells: [], metadata: {} });
    expectValid(writeNotebook(read(content)));
  });

  test("may begin with a byte order mark and have lines of Windows", () => {
    const text = writeNotebook({ metadata: {}, cells: [code("a\nb")] });
    expect(writeNotebook(read(`\ufeff${text.replaceAll("\n", "\r\n")}`))).toBe(text);
  });

  test("may be of an earlier minor version, without ids", () => {
    const cells = [{ cell_type: "code", metadata: {}, source: "1", outputs: [], execution_count: null }];
    const notebook = read(file({ nbformat_minor: 2, cells }));
    expectValid(writeNotebook(notebook));
    expect(notebook).toEqual(read(file({ nbformat_minor: 2, cells })));
  });

  test("may be of a later minor version, which it keeps", () => {
    const later = { cell_type: "graph", id: "g", metadata: { a: 1 }, nodes: [1] };
    const notebook = read(file({ nbformat_minor: 7, cells: [later], new: true }));
    expect(notebook.cells[0]).toMatchObject({ kind: "raw", source: "", outputs: [] });
    expect(written(notebook)).toMatchObject({ nbformat_minor: 7, cells: [later], new: true });
  });

  test("keeps code of another language as such", () => {
    const metadata = { kernelspec: { name: "python3", display_name: "Python 3", language: "python" } };
    const cells = [{ cell_type: "code", id: "a", metadata: {}, source: "1", outputs: [], execution_count: null }];
    const notebook = read(file({ metadata, cells }));
    expect(notebook.cells[0]?.languageId).toBe("python");
    expect(written(notebook).metadata.kernelspec).toEqual(metadata.kernelspec);
  });

  test("keeps an output it cannot show, whole", () => {
    const odd = [
      { output_type: "pyout", text: 3 },
      { output_type: "stream", name: "stdout", text: 3 },
      { output_type: "display_data", data: { "text/plain": { a: 1 } }, metadata: {} },
    ];
    const cells = [{ cell_type: "code", id: "a", metadata: {}, source: "1", outputs: odd, execution_count: null }];
    const notebook = read(file({ cells }));
    expect(notebook.cells[0]?.outputs.map(({ output }) => output)).toEqual([undefined, undefined, undefined]);
    expect(written(notebook).cells[0].outputs).toEqual(odd);
  });
});

describe("ids of cells", () => {
  const idsOf = (cells: readonly NotebookCell[]) => read(writeNotebook({ metadata: {}, cells })).cells.map(cellId);

  test("are kept, also when cells are moved, changed and added", () => {
    const [a, b] = [code("a", [], { id: "first" }), code("b", [], { id: "second" })];
    const ids = idsOf([b, code("new"), { ...a, source: "changed" }]);
    expect([ids[0], ids[2]]).toEqual(["second", "first"]);
  });

  test("are made where they are missing, repeated or not allowed", () => {
    const ids = idsOf([
      code("a", [], { id: "x" }),
      code("b", [], { id: "x" }),
      code("c", [], { id: "not allowed" }),
      code("d"),
      code("d"),
    ]);
    expect(ids[0]).toBe("x");
    expect(new Set(ids).size).toBe(5);
    for (const id of ids) expect(id).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
  });

  test("of new cells do not depend on the cells around them", () => {
    const alone = idsOf([code("new")])[0];
    expect(idsOf([markdown("before"), code("new"), code("after")])[1]).toBe(alone);
  });
});

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
