import type { Row } from "./row.ts";

type Writable<T> = { -readonly [Field in keyof T]: T[Field] };

interface Kept {
  /** The same object for as long as there is a row of its id; what it says is replaced. */
  readonly row: Writable<Row>;
  /** All that it says, its children apart. */
  said: string;
  readonly parent: Row | undefined;
  /** Its children, once somebody asked for them. */
  children: readonly Row[] | undefined;
}

/** `all`: there are others than before, or they stand in another order. */
export type Renewed = "all" | readonly Row[];

/**
 * The rows of a tree from one time that they are made to the next. The editor forgets what a row does as soon as it is told
 * that the row is another: rows are told one by one, and only those that read otherwise, so that a press on any other row
 * still finds what it is to do.
 */
export class KeptRows {
  readonly #kept = new Map<string, Kept>();
  #roots: readonly Row[] | undefined;

  /** The outermost rows, once some were made. */
  get roots(): readonly Row[] | undefined {
    return this.#roots;
  }

  /** @returns what reads otherwise than before; a row stands for everything below it */
  renew(made: readonly Row[]): Renewed {
    const before = this.#roots;
    const changed: Row[] = [];
    this.#roots = this.#take(made, undefined, changed);
    if (before === undefined || haveSameIds(before, made)) return changed;
    this.#forget(before, this.#roots);
    return "all";
  }

  /** The rows below one, made anew. */
  childrenOf(row: Row): readonly Row[] {
    const made = row.children?.() ?? [];
    const kept = this.#kept.get(row.id);
    // Somebody holds on to a row that is not there any more.
    if (kept === undefined) return made;
    const before = kept.children ?? [];
    kept.children = this.#take(made, kept.row, []);
    this.#forget(before, kept.children);
    return kept.children;
  }

  parentOf(row: Row): Row | undefined {
    return this.#kept.get(row.id)?.parent;
  }

  #take(made: readonly Row[], parent: Row | undefined, changed: Row[]): readonly Row[] {
    return made.map((row) => this.#takeOne(row, parent, changed));
  }

  #takeOne(made: Row, parent: Row | undefined, changed: Row[]): Row {
    const said = JSON.stringify({ ...made, children: made.children !== undefined });
    const kept = this.#kept.get(made.id);
    if (kept === undefined || kept.parent !== parent) {
      const row = { ...made };
      this.#kept.set(made.id, { row, said, parent, children: undefined });
      return row;
    }
    const { row, children } = kept;
    replace(row, made);
    const saysOther = kept.said !== said;
    kept.said = said;
    const below: Row[] = [];
    const hasOthers = children !== undefined && this.#takeBelow(kept, children, below);
    if (saysOther || hasOthers) changed.push(row);
    else changed.push(...below);
    return row;
  }

  /** @returns true where a row has other rows below it than before */
  #takeBelow(kept: Kept, before: readonly Row[], changed: Row[]): boolean {
    const made = kept.row.children?.() ?? [];
    kept.children = this.#take(made, kept.row, changed);
    this.#forget(before, kept.children);
    return !haveSameIds(before, made);
  }

  #forget(before: readonly Row[], now: readonly Row[]): void {
    const there = new Set(now);
    for (const row of before) {
      if (there.has(row)) continue;
      const kept = this.#kept.get(row.id);
      // Another row of this id may stand elsewhere by now.
      if (kept?.row !== row) continue;
      this.#kept.delete(row.id);
      this.#forget(kept.children ?? [], []);
    }
  }
}

function replace(row: Writable<Row>, made: Row): void {
  for (const field of Object.keys(row)) if (!(field in made)) Reflect.deleteProperty(row, field);
  Object.assign(row, made);
}

function haveSameIds(some: readonly Row[], others: readonly Row[]): boolean {
  return some.length === others.length && some.every(({ id }, index) => id === others[index]?.id);
}
