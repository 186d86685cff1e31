/** A cell's last run in the present kernel. */
interface CellRecord {
  /** Position among all executions of the kernel. */
  readonly order: number;
  /** What was run. */
  readonly code: string;
  readonly declares: ReadonlySet<string>;
  readonly uses: ReadonlySet<string>;
}

/** Why a cell's outputs may no longer be what running it would give. */
export type Staleness =
  | { readonly why: "edited" | "rerun"; readonly name: string }
  /** What it used is stale itself. */
  | { readonly why: "upstream"; readonly name: string };

/**
 * What the cells of a notebook declared and used when they last ran, to tell which of them a later edit or run of another
 * cell has left behind. Cells are named by any string that stays the same while the notebook is open.
 */
export class StaleCells {
  readonly #records = new Map<string, CellRecord>();
  /** Cells that declare a name. */
  readonly #declaring = new Map<string, Set<string>>();

  ran(cell: string, record: { order: number; code: string; declares: Iterable<string>; uses: Iterable<string> }): void {
    this.deleted(cell);
    const { order, code } = record;
    const declares = new Set(record.declares);
    this.#records.set(cell, { order, code, declares, uses: new Set(record.uses) });
    for (const name of declares) {
      const cells = this.#declaring.get(name) ?? new Set();
      this.#declaring.set(name, cells.add(cell));
    }
  }

  /** A deleted cell: what it declared lives on in the kernel, so nothing that used it is stale. */
  deleted(cell: string): void {
    for (const name of this.#records.get(cell)?.declares ?? []) this.#declaring.get(name)?.delete(cell);
    this.#records.delete(cell);
  }

  /** A cell that is named differently from now on. */
  renamed(before: string, after: string): void {
    const record = this.#records.get(before);
    if (record === undefined) return;
    this.deleted(before);
    this.ran(after, record);
  }

  /** The kernel is a new one: nothing ran in it yet. */
  clear(): void {
    this.#records.clear();
    this.#declaring.clear();
  }

  /**
   * Why a cell is stale; undefined when it is not, or never ran in this kernel. Its own runs and edits do not count, also
   * where cells use one another.
   * @param codeOf what a cell holds now; undefined for a cell that is gone
   */
  staleness(cell: string, codeOf: (cell: string) => string | undefined): Staleness | undefined {
    const fresh = new Set([cell]);
    const look = (looked: string): Staleness | undefined => {
      const record = this.#records.get(looked);
      for (const name of record?.uses ?? []) {
        const other = this.#lastDeclaring(name, [looked, cell]);
        const source = other === undefined ? undefined : this.#records.get(other);
        if (record === undefined || other === undefined || source === undefined) continue;
        const { order, code } = source;
        if (order > record.order) return { why: "rerun", name };
        const now = codeOf(other);
        if (now !== undefined && now !== code) return { why: "edited", name };
        if (fresh.has(other)) continue;
        fresh.add(other);
        if (look(other) !== undefined) return { why: "upstream", name };
      }
      return undefined;
    };
    return look(cell);
  }

  /** The cell that gave a name its value: the last one to declare it, apart from some. */
  #lastDeclaring(name: string, apart: readonly string[]): string | undefined {
    const orderOf = (cell: string) => this.#records.get(cell)?.order ?? 0;
    const cells = [...(this.#declaring.get(name) ?? [])].filter((cell) => !apart.includes(cell));
    return cells.sort((a, b) => orderOf(b) - orderOf(a))[0];
  }
}
