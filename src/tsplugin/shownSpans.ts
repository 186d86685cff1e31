import type ts from "typescript-services";
import type { NotebookCells } from "./notebookCells.ts";

/** What of the server's answers lies in the text that a person sees, and not in the tails of cells. */
export class ShownSpans {
  readonly #cells: NotebookCells;

  constructor(cells: NotebookCells) {
    this.#cells = cells;
  }

  /** Length of the text that a person sees of a file; infinite where all of it is shown. */
  lengthOf(fileName: string): number {
    return this.#cells.get(fileName)?.source.text.length ?? Number.POSITIVE_INFINITY;
  }

  has(fileName: string, { start }: ts.TextSpan): boolean {
    return start < this.lengthOf(fileName);
  }

  /** Cuts off what reaches into the tail, as a function does that nobody has closed yet. */
  clip(fileName: string, span: ts.TextSpan): ts.TextSpan {
    const length = this.lengthOf(fileName);
    if (span.start + span.length <= length) return span;
    const start = Math.min(span.start, length);
    return { start, length: length - start };
  }

  /** The places that are shown, with all their spans cut to that. */
  documentSpans<Place extends ts.DocumentSpan>(places: readonly Place[]): Place[] {
    return places
      .filter(({ fileName, textSpan }) => this.has(fileName, textSpan))
      .map((place) => {
        if (!Number.isFinite(this.lengthOf(place.fileName))) return place;
        const { contextSpan } = place;
        return {
          ...place,
          textSpan: this.clip(place.fileName, place.textSpan),
          ...(contextSpan === undefined ? {} : { contextSpan: this.clip(place.fileName, contextSpan) }),
        };
      });
  }
}
