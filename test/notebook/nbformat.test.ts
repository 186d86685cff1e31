import { describe, expect, test } from "vitest";
import { writeNotebook } from "../../src/notebook/nbformat.ts";
import { cellId, type NotebookCell } from "../../src/notebook/nbformatCell.ts";
import { ownMs } from "../ownTime.ts";
import { code, everyOutput, expectValid, file, markdown, read, validate, written } from "./notebookFile.ts";

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

  test("gets 500 cells through in less than a second, both ways", async () => {
    const cells = Array.from({ length: 500 }, (_, at) => code(`const x${at} = 1;\n`.repeat(20), everyOutput));
    const text = writeNotebook({ metadata: {}, cells });
    expect(read(text).cells).toHaveLength(500);
    expect(await ownMs(() => writeNotebook({ metadata: {}, cells }))).toBeLessThan(1000);
    expect(await ownMs(() => read(text))).toBeLessThan(1000);
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
