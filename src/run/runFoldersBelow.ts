import { readdir } from "node:fs/promises";
import { join } from "node:path";

/** Packages and history, which hold many folders and nobody's runs. */
const neverEntered: ReadonlySet<string> = new Set(["node_modules", ".git"]);
/** Folders that are read at the same time. */
const READ_AT_ONCE = 8;

export interface RunFolderSearch {
  /** Most folders that are entered, those nearer to the start first. */
  readonly limit: number;
  /** True for a folder that is left out with everything below it. @param path absolute */
  readonly leavesOut?: ((path: string, siblings: () => ReadonlySet<string>) => boolean) | undefined;
}

export interface FoundRunFolders {
  /** Absolute paths. */
  readonly outs: readonly string[];
  /** How many folders were entered. */
  readonly entered: number;
}

/**
 * The folders of runs, `.optimas/runs`, at and below a place; links are not followed. Nothing is thrown for what cannot be
 * read, and a file has nothing below it.
 * @param place absolute path
 */
export async function runFoldersBelow(
  place: string,
  { limit, leavesOut = () => false }: RunFolderSearch,
): Promise<FoundRunFolders> {
  const outs: string[] = [];
  let entered = 0;
  let level = [place];
  while (level.length > 0 && entered < limit) {
    const next: string[] = [];
    const entering = level.slice(0, limit - entered);
    for (let from = 0; from < entering.length; from += READ_AT_ONCE) {
      const read = await Promise.all(entering.slice(from, from + READ_AT_ONCE).map(foldersIn));
      for (const { folder, names, siblings } of read) {
        if (names === undefined) continue;
        entered++;
        for (const name of names) {
          const path = join(folder, name);
          if (name === ".optimas") outs.push(...(await runsIn(path)));
          else if (!neverEntered.has(name) && !leavesOut(path, siblings)) next.push(path);
        }
      }
    }
    level = next;
  }
  return { outs, entered };
}

async function runsIn(own: string): Promise<string[]> {
  return ((await foldersIn(own)).names ?? []).includes("runs") ? [join(own, "runs")] : [];
}

async function foldersIn(folder: string) {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => undefined);
  const names = entries?.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return { folder, names, siblings: () => new Set(entries?.map(({ name }) => name)) };
}
