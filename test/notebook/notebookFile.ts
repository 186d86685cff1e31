import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { expect } from "vitest";
import { type Notebook, readNotebook, writeNotebook } from "../../src/notebook/nbformat.ts";
import type { NotebookCell } from "../../src/notebook/nbformatCell.ts";
import type { KeptOutput } from "../../src/notebook/nbformatOutput.ts";

export const bytes = (text: string) => new TextEncoder().encode(text);
export const read = (text: string): Notebook => readNotebook(bytes(text), "a.optnb");
export const file = (members: object) =>
  JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [], ...members });
export const written = (notebook: Notebook) => JSON.parse(writeNotebook(notebook));

export const code = (source: string, outputs: readonly KeptOutput[] = [], metadata = {}): NotebookCell => ({
  kind: "code",
  languageId: "typescript",
  source,
  outputs: outputs.map((output) => ({ output, metadata: {} })),
  metadata,
});
export const markdown = (source: string): NotebookCell => ({
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
export const validate = new Ajv({ strict: false, allErrors: true }).compile(schema);
export function expectValid(text: string): void {
  validate(JSON.parse(text));
  expect(validate.errors ?? []).toEqual([]);
}

export const everyOutput: readonly KeptOutput[] = [
  { type: "stream", name: "stdout", text: "one\ntwo" },
  { type: "stream", name: "stderr", text: "warning\n" },
  { type: "display", data: { "text/markdown": "# Hi\n", "image/png": "AAAA", "image/svg+xml": "<svg>\n</svg>" } },
  { type: "display", data: { "application/vnd.optimas.run+json": { b: 1, a: [1, 2] } } },
  { type: "result", data: { "text/plain": "42", "application/json": { z: 1, a: null } } },
  { type: "error", name: "TypeError", message: "no", stack: "TypeError: no\n    at cell [1]:2:3" },
];
