import { visibleLine } from "../views/visibleText.ts";

/** The rows of a run by number, in the order in which they were first measured. */
export class RowNumbers {
  readonly #ids: string[] = [];
  readonly #texts: string[] = [];
  /** What rows are found by, made when somebody first looks for anything. */
  readonly #sought: string[] = [];
  readonly #numbers = new Map<string, number>();
  /** Those of the last measurement: nearly always those of the next. */
  #last: MeasuredRows | undefined;

  get count(): number {
    return this.#ids.length;
  }

  numberOf(id: string): number | undefined {
    return this.#numbers.get(id);
  }

  id(row: number): string {
    return this.#ids[row] ?? "";
  }

  text(row: number): string {
    return this.#texts[row] ?? "";
  }

  /** Name and text of a row, as `soughtText` has them. */
  sought(row: number): string {
    this.#sought[row] ??= soughtText(`${this.id(row)}\n${this.text(row)}`);
    return this.#sought[row] ?? "";
  }

  /** Where the rows of a measurement stand in it. @param texts the beginnings of the rows, where they are told */
  measured(ids: readonly string[], texts: readonly string[] | undefined): MeasuredRows {
    const last = this.#last;
    const same = last !== undefined && last.ids.length === ids.length && last.ids.every((id, at) => id === ids[at]);
    const rows = same ? last : this.#new(ids);
    this.#last = rows;
    for (const [at, text] of texts?.entries() ?? []) {
      const row = this.#numbers.get(ids[at] ?? "");
      if (row === undefined) continue;
      this.#texts[row] = text;
      delete this.#sought[row];
    }
    return rows;
  }

  #new(ids: readonly string[]): MeasuredRows {
    for (const id of ids) {
      if (this.#numbers.has(id)) continue;
      this.#numbers.set(id, this.#ids.length);
      this.#ids.push(id);
    }
    const places = new Int32Array(this.#ids.length).fill(-1);
    for (const [at, id] of ids.entries()) places[this.#numbers.get(id) ?? 0] = at;
    return { ids, places };
  }
}

/** A text as it is looked for: what people read, whatever the case. */
export function soughtText(text: string): string {
  return visibleLine(text).toLowerCase();
}

export interface MeasuredRows {
  readonly ids: readonly string[];
  /** By row number, the place in the measurement; -1 for those that were not measured. */
  readonly places: Int32Array;
}

/** The reward of a row in a measurement; undefined where it was not measured. */
export function rewardIn({ places }: MeasuredRows, rewards: readonly number[], row: number): number | undefined {
  const place = places[row] ?? -1;
  return place === -1 ? undefined : rewards[place];
}
