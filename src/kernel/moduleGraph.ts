import { createHash } from "node:crypto";

/** A workspace file, as the compiler finds it. */
export interface GraphFile {
  /** Absolute path. */
  readonly path: string;
  readonly content: Uint8Array;
  /** Absolute paths of workspace files that it imports. */
  readonly imports: readonly string[];
}

/**
 * The version of every file: changes when the file changes or one that it imports, however far. Files that import each
 * other change together.
 */
export function fileVersions(files: readonly GraphFile[]): ReadonlyMap<string, string> {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const versions = new Map<string, string>();
  for (const cycle of cycles(byPath)) {
    const members = new Set(cycle);
    const hash = createHash("sha256");
    for (const path of [...cycle].sort()) {
      const file = byPath.get(path);
      if (file === undefined) throw new Error(`${path} is not in the graph`);
      hash.update(`${path}\0${file.content.length}\0`).update(file.content);
      const outside = file.imports.filter((one) => !members.has(one)).sort();
      for (const one of outside) hash.update(`\0${one}\0${versions.get(one) ?? "outside"}`);
    }
    const together = hash.digest("hex").slice(0, 16);
    for (const path of cycle) versions.set(path, together);
  }
  return versions;
}

/** Files that import each other, cycle by cycle (most have one file), what is imported first (Tarjan, 1972). */
function cycles(files: ReadonlyMap<string, GraphFile>): string[][] {
  const found: string[][] = [];
  const indices = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const visit = (path: string): number => {
    const index = indices.size;
    indices.set(path, index);
    lowest.set(path, index);
    open.push(path);
    for (const next of files.get(path)?.imports ?? []) {
      if (!files.has(next)) continue;
      const reached = indices.has(next) ? (open.includes(next) ? indices.get(next) : undefined) : visit(next);
      if (reached !== undefined) lowest.set(path, Math.min(lowest.get(path) ?? index, reached));
    }
    const low = lowest.get(path) ?? index;
    if (low === index) found.push(open.splice(open.indexOf(path)));
    return low;
  };
  for (const path of files.keys()) if (!indices.has(path)) visit(path);
  return found;
}
