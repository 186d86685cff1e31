import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** Writes an experiment notebook of code cells into a folder. @returns its name */
export function writeNotebook(folder: string, name: string, cells: readonly string[]): string {
  const notebook = {
    cells: cells.map((source, index) => ({
      cell_type: "code",
      execution_count: null,
      id: `cell-${index + 1}`,
      metadata: {},
      outputs: [],
      source,
    })),
    metadata: { kernelspec: { display_name: "Optimas", language: "typescript", name: "optimas" } },
    nbformat: 4,
    nbformat_minor: 5,
  };
  writeFileSync(join(folder, name), `${JSON.stringify(notebook, undefined, 2)}\n`);
  return name;
}
