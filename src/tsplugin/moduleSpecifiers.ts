import { posix } from "node:path";
import type ts from "typescript-services";
import type { Cell } from "./notebookCells.ts";
import type { ShippedSdk } from "./shippedSdk.ts";

/** A relative specifier behind `from` or `import`, with its quote. */
const RELATIVE = /(\bfrom\s*|\bimport\s*\(?\s*)(["'])(\.{1,2}\/[^"'\n]*)\2/g;

/**
 * The server takes a cell's name for its place and words relative imports from there; a person means the folder of the
 * notebook.
 */
export class ModuleSpecifiers {
  readonly #project: ts.server.Project;
  readonly #sdk: ShippedSdk;

  constructor(project: ts.server.Project, sdk: ShippedSdk) {
    this.#project = project;
    this.#sdk = sdk;
  }

  /** A specifier of the server as it has to stand in a cell. */
  shown(cell: Cell, specifier: string): string {
    if (!/^\.{1,2}\//.test(specifier)) return specifier;
    const place = posix.join(this.#project.getCurrentDirectory(), posix.dirname(cell.fileName));
    const file = posix.join(place, specifier);
    if (this.#sdk.has(file)) return "optimas";
    const relative = posix.relative(cell.folder ?? this.#project.getCurrentDirectory(), file);
    return relative.startsWith("../") ? relative : `./${relative}`;
  }

  /** Source text with every relative import as it has to stand in a cell. */
  inText(cell: Cell, text: string): string {
    return text.replaceAll(
      RELATIVE,
      (_, before: string, quote: string, specifier: string) =>
        `${before}${quote}${this.shown(cell, specifier)}${quote}`,
    );
  }
}

const PLACE = /^.*\^\/vscode-notebook-cell\/[^/]*/;

/** The folder on the disk that a folder among the names of cells stands for. */
export function folderOnDisk(folder: string): string {
  const found = PLACE.exec(folder);
  if (found === null) return folder;
  const path = folder.slice(found[0].length);
  // A path on Windows starts with the letter of its drive.
  return /^\/[a-z]:/i.test(path) ? path.slice(1) : path || "/";
}
