import { writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Writes an experiment notebook of code cells into a folder.
 * @param printed what each cell has printed when it was saved
 * @returns its name
 */
export function writeNotebook(folder: string, name: string, cells: readonly string[], printed?: string): string {
  const outputs = printed === undefined ? [] : [{ output_type: "stream", name: "stdout", text: printed }];
  const notebook = {
    cells: cells.map((source, index) => ({
      cell_type: "code",
      execution_count: null,
      id: `cell-${index + 1}`,
      metadata: {},
      outputs,
      source,
    })),
    metadata: { kernelspec: { display_name: "Optimas", language: "typescript", name: "optimas" } },
    nbformat: 4,
    nbformat_minor: 5,
  };
  writeFileSync(join(folder, name), `${JSON.stringify(notebook, undefined, 2)}\n`);
  return name;
}
