/** A place in a grid: its line, the line of headings being 0, and its column. */
export interface GridPlace {
  readonly line: number;
  readonly column: number;
}

type Way = "up" | "down" | "left" | "right";

interface Parts {
  readonly onEnter: (line: number, column: number) => void;
  /** A key led over the edge. @returns true where there is more that way, which will be shown */
  readonly onBeyond: (way: Way) => boolean;
}

/** The keyboard in a grid: one of its cells can be tabbed to, and keys lead from there to the others. */
export class GridFocus {
  readonly #table: HTMLTableElement;
  readonly #parts: Parts;
  #line = 1;
  #column = 0;
  /** Where the focus goes once what was asked for is shown. */
  #coming: Partial<Record<"line" | "column", "first" | "last">> | undefined;

  constructor(table: HTMLTableElement, parts: Parts) {
    this.#table = table;
    this.#parts = parts;
    table.addEventListener("keydown", (event) => this.#onKey(event));
    table.addEventListener("focusin", (event) => {
      const place = this.placeOf(event.target);
      if (place !== undefined) this.#mark(place.line, place.column);
    });
  }

  /** Where an element of the grid stands. */
  placeOf(target: EventTarget | null): GridPlace | undefined {
    const cell = target instanceof Element ? target.closest("th, td") : null;
    if (!(cell instanceof HTMLTableCellElement) || !(cell.parentElement instanceof HTMLTableRowElement))
      return undefined;
    return { line: cell.parentElement.rowIndex, column: cell.cellIndex };
  }

  /** To be called when the grid was drawn: its place may be gone, and the focus may have been asked elsewhere. */
  settle(): void {
    const had = this.#table.contains(document.activeElement);
    const coming = this.#coming;
    this.#coming = undefined;
    if (coming?.line !== undefined) this.#line = coming.line === "first" ? 1 : this.#lines - 1;
    if (coming?.column !== undefined) this.#column = coming.column === "first" ? 0 : Number.MAX_SAFE_INTEGER;
    this.#mark(Math.min(this.#line, this.#lines - 1), this.#column);
    if (coming !== undefined || had) this.focus();
  }

  focus(): void {
    const cell = this.#cell(this.#line, this.#column);
    if (cell !== document.activeElement) cell?.focus();
  }

  take(line: number, column: number): void {
    this.#mark(line, column);
    this.focus();
  }

  get #lines(): number {
    return this.#table.rows.length;
  }

  #cell(line: number, column: number): HTMLTableCellElement | undefined {
    return this.#table.rows[line]?.cells[column];
  }

  #mark(line: number, column: number): void {
    const cells = this.#table.rows[line]?.cells.length ?? 0;
    this.#line = line;
    this.#column = Math.max(0, Math.min(column, cells - 1));
    const cell = this.#cell(this.#line, this.#column);
    for (const other of this.#table.querySelectorAll<HTMLElement>('[tabindex="0"]')) {
      if (other !== cell) other.tabIndex = -1;
    }
    if (cell !== undefined) cell.tabIndex = 0;
  }

  #onKey(event: KeyboardEvent): void {
    const { key, ctrlKey, metaKey, altKey } = event;
    if (altKey) return;
    const whole = ctrlKey || metaKey;
    const last = this.#lines - 1;
    const end = (this.#table.rows[this.#line]?.cells.length ?? 1) - 1;
    if (whole && key === "ArrowUp") {
      // The headings, wherever in a long list.
      this.take(0, this.#column);
      event.preventDefault();
      return;
    }
    switch (key) {
      case "ArrowUp":
        this.#go(this.#line - 1, this.#column, "up");
        break;
      case "ArrowDown":
        this.#go(this.#line + 1, this.#column, "down");
        break;
      case "ArrowLeft":
        this.#go(this.#line, this.#column - 1, "left");
        break;
      case "ArrowRight":
        this.#go(this.#line, this.#column + 1, "right");
        break;
      case "Home":
        this.take(whole ? Math.min(1, last) : this.#line, 0);
        break;
      case "End":
        this.take(whole ? last : this.#line, whole ? Number.MAX_SAFE_INTEGER : end);
        break;
      case "PageUp":
        if (!this.#turn("up", "first")) this.take(Math.min(1, last), this.#column);
        break;
      case "PageDown":
        if (!this.#turn("down", "first")) this.take(last, this.#column);
        break;
      case "Enter":
      case " ":
        this.#parts.onEnter(this.#line, this.#column);
        break;
      default:
        return;
    }
    event.preventDefault();
  }

  #go(line: number, column: number, way: Way): void {
    const first = way === "up" && line === 0;
    // Above the first row are the headings, unless there are rows before it.
    if (first && this.#turn("up", "last")) return;
    if (this.#cell(line, column) !== undefined) {
      this.take(line, column);
      return;
    }
    if (way === "down") this.#turn("down", "first");
    if (way === "right") this.#turn("right", "first");
    if (way === "left") this.#turn("left", "last");
  }

  #turn(way: Way, to: "first" | "last"): boolean {
    const isThere = this.#parts.onBeyond(way);
    if (isThere) this.#coming = way === "up" || way === "down" ? { line: to } : { column: to };
    return isThere;
  }
}
