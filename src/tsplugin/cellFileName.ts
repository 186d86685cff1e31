/** The parts of a cell's URI that name it. */
export interface CellUri {
  readonly scheme: string;
  readonly authority: string;
  readonly path: string;
  readonly fragment: string;
}

const CELL_SCHEME = "vscode-notebook-cell";

/** What the editor writes in the place of an authority that is empty. */
const EMPTY_AUTHORITY = "ts-nul-authority";

const PREFIX = `^/${CELL_SCHEME}/`;

/** The name under which the editor opens a cell in the TypeScript server; undefined for what is no cell. */
export function cellFileName({ scheme, authority, path, fragment }: CellUri): string | undefined {
  if (scheme !== CELL_SCHEME) return undefined;
  const rooted = path.startsWith("/") ? path : `/${path}`;
  return `${PREFIX}${authority || EMPTY_AUTHORITY}${rooted}${fragment === "" ? "" : `#${fragment}`}`;
}

/** Whether a file of the TypeScript server is a cell of some notebook, ours or another's. */
export function isCellFile(fileName: string): boolean {
  return fileName.startsWith(PREFIX);
}
