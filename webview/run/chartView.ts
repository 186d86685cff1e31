import type { Chart, ChartPlace } from "../../src/run/charts/chart.ts";
import type { Palette } from "../../src/run/charts/palette.ts";
import { element, setText } from "../element.ts";
import type { PanelHost } from "./panelPage.ts";

export interface ChartViewParts {
  /** Of the chart; stands above it. */
  readonly title: string;
  /** Name of exported files, without an ending. */
  readonly file: string;
  readonly host: Pick<PanelHost, "save" | "say" | "keep">;
  /** A person chose an item, by pointer or by keyboard. */
  readonly onChoose?: (place: ChartPlace) => void;
}

/** What a chart keeps of itself: the stretches that are seen, in percent of each axis that can be zoomed. */
export interface ChartKept {
  readonly zoom: readonly { readonly start: number; readonly end: number }[];
}

/** A chart on a page, with its title, its table, what it says in words, and what it can be exported as. */
export class ChartView {
  readonly root: HTMLElement;
  readonly #summary = element("p", { class: "summary" });

  constructor({ title }: ChartViewParts) {
    this.root = element("figure", { class: "chart", "aria-label": title }, this.#summary);
  }

  /**
   * Draws a chart; again in other colours when the theme changes.
   * @param chart null where there is nothing to draw yet
   * @param otherwise what is said in that case
   */
  show(chart: (palette: Palette) => Chart | null, otherwise: string): void {
    void chart;
    setText(this.#summary, otherwise);
  }

  kept(): ChartKept {
    return { zoom: [] };
  }

  restore(_kept: unknown): void {}

  dispose(): void {
    this.root.remove();
  }
}
