import type { ECharts } from "echarts/core";
import * as z from "zod/mini";
import type { Chart, ChartPlace } from "../../src/run/charts/chart.ts";
import type { Palette } from "../../src/run/charts/palette.ts";
import { visibleLine } from "../../src/run/views/visibleText.ts";
import { afterPress } from "../afterPress.ts";
import { element, setAttributes, setText } from "../element.ts";
import { Button } from "../toolkit.ts";
import { l10n } from "../words.ts";
import { chartFile, type FileKind } from "./chartFile.ts";
import { ChartKeys, keyWords } from "./chartKeys.ts";
import { init } from "./chartModules.ts";
import { ChartTableView } from "./chartTable.ts";
import { ExportMenu } from "./exportMenu.ts";
import { hintBox } from "./hintBox.ts";
import type { PanelHost } from "./panelPage.ts";
import { onThemeChange, pagePalette } from "./theme.ts";

export interface ChartViewParts {
  /** Of the chart; stands above it. */
  readonly title: string;
  /** Name of exported files, without an ending. */
  readonly file: string;
  readonly host: Pick<PanelHost, "save" | "say" | "keep">;
  /** A person chose an item, by pointer or by keyboard. */
  readonly onChoose?: (place: ChartPlace) => void;
  /** An item came under the pointer, or was gone to by keyboard. */
  readonly onPoint?: (place: ChartPlace) => void;
  /**
   * Another stretch is looked at, in percent of the axis: what is seen is then kept by whoever hears it, not here, and the
   * chart's own `dataZoom` says what it is.
   */
  readonly onZoom?: (stretch: { readonly start: number; readonly end: number }) => void;
  /** Stretches of an axis were marked, or none is any more; the chart's `brushes` say what is. @param axis its id */
  readonly onBrush?: (axis: string, marked: readonly (readonly [number, number])[]) => void;
}

const keptSchema = z.object({
  /** The stretches that are seen, in percent, one for each `dataZoom` of the option. */
  zoom: z.array(z.object({ start: z.number(), end: z.number() })),
  table: z.boolean(),
  /** Rows of the table that were asked for. */
  rows: z.optional(z.int()),
  /** What the legend names and a person does not want to see. */
  hidden: z.optional(z.array(z.string())),
});
/** What a chart keeps of itself. */
export type ChartKept = z.infer<typeof keptSchema>;

const selectedSchema = z.object({ name: z.string(), selected: z.record(z.string(), z.boolean()) });
const brushSchema = z.object({
  parallelAxisId: z.string(),
  intervals: z.array(z.tuple([z.number(), z.number()])),
});

let charts = 0;
/** Pixels in which no two points lie. */
const NO_DISTANCE = 1e-6;
/** What is seen is kept so long after the last movement. */
const ZOOM_KEPT_MS = 150;

/** A chart on a page, with its title, its table, what it says in words, and what it can be exported as. */
export class ChartView {
  readonly root: HTMLElement;
  readonly #parts: ChartViewParts;
  readonly #summary: HTMLElement;
  readonly #canvas: HTMLElement;
  /** What its keys do: for those who hear the page, and seen while the chart has the focus. */
  readonly #keyWords: HTMLElement;
  /** What was gone to by keyboard; whoever listens is told by the announcer. */
  readonly #pointed = element("p", { class: "pointed", "aria-hidden": "true" });
  readonly #tools: HTMLElement;
  readonly #tableButton: Button;
  readonly #table: ChartTableView;
  readonly #resizes: ResizeObserver;
  readonly #endThemes: () => void;
  readonly #keys: ChartKeys;
  #make: ((palette: Palette) => Chart | null) | undefined;
  #otherwise = "";
  #chart: Chart | null = null;
  #palette: Palette | undefined;
  #instance: ECharts | undefined;
  #kept: ChartKept = { zoom: [], table: false };
  /** A person holds the chart to move it: drawing it anew would tear it from their hand. */
  #isHeld = false;
  #isStale = false;
  /** What is marked on axes is being put there, not by a person. */
  #isMarking = false;
  /** Until the stretches that are seen are kept. */
  #zooming: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: ChartViewParts) {
    this.#parts = parts;
    const id = `chart${charts++}`;
    this.#summary = element("p", { class: "summary quiet", id: `${id}Summary` });
    this.#canvas = element("div", {
      class: "canvas",
      // Keys go to it and not to the screen reader, which reads pictures with keys of its own.
      role: "application",
      "aria-roledescription": l10n.t("chart"),
      tabindex: 0,
      "aria-labelledby": `${id}Title`,
      "aria-describedby": `${id}Summary ${id}Keys`,
    });
    this.#keyWords = element("p", { class: "keys quiet", id: `${id}Keys` });
    this.#pointed.hidden = true;
    this.#table = new ChartTableView(parts.title, (rows) => {
      this.#kept = { ...this.#kept, rows };
      parts.host.keep();
    });
    this.#table.root.hidden = true;
    this.#tableButton = new Button("", () => this.#toggleTable());
    this.#tools = this.#toolbar();
    this.root = element(
      "figure",
      { class: "chart" },
      element(
        "figcaption",
        { class: "line" },
        element("h3", { id: `${id}Title` }, visibleLine(parts.title)),
        this.#tools,
      ),
      element("div", { class: "canvasScroll" }, this.#canvas),
      this.#pointed,
      this.#keyWords,
      this.#summary,
      this.#table.root,
    );
    this.#keys = new ChartKeys({
      root: this.#canvas,
      chart: () => this.#chart,
      instance: () => this.#instance,
      say: (words) => parts.host.say(words),
      choose: (place) => parts.onChoose?.(place),
      point: (place) => {
        // Of items that are drawn together the library shows no box but under a pointer.
        setText(this.#pointed, this.#chart?.hint?.(place)?.map(visibleLine).join(" · ") ?? "");
        this.#pointed.hidden = false;
        parts.onPoint?.(place);
      },
    });
    // A chart that was pressed shows its keys from the first key on.
    for (const moment of ["focus", "keydown", "keyup"]) this.#canvas.addEventListener(moment, () => this.#sayKeys());
    this.#canvas.addEventListener("blur", () => {
      afterPress(() => {
        this.#pointed.hidden = true;
        this.#sayKeys();
      });
    });
    this.#canvas.addEventListener("pointerdown", () => {
      this.#isHeld = true;
      // Where stretches can be marked, the library keeps the press from giving it the focus.
      this.#canvas.focus({ preventScroll: true });
      afterPress(() => {
        this.#isHeld = false;
        if (this.#isStale) this.#draw();
      });
    });
    this.#resizes = new ResizeObserver(() => this.#fit());
    this.#resizes.observe(this.#canvas);
    this.#endThemes = onThemeChange(() => {
      this.#palette = undefined;
      // On a page behind, it is drawn when that comes to the front.
      if (this.root.offsetParent === null) this.#isStale = true;
      else this.#draw();
    });
    this.#sayTable();
  }

  /**
   * Draws a chart; again in other colours when the theme changes.
   * @param chart null where there is nothing to draw yet
   * @param otherwise what is said in that case
   */
  show(chart: (palette: Palette) => Chart | null, otherwise: string): void {
    this.#make = chart;
    this.#otherwise = otherwise;
    this.#draw();
  }

  kept(): ChartKept {
    this.#noteZoom();
    return this.#kept;
  }

  /** @param kept what `kept` gave to an earlier page */
  restore(kept: unknown): void {
    const read = keptSchema.safeParse(kept);
    if (!read.success) return;
    this.#kept = read.data;
    if (read.data.rows !== undefined) this.#table.rows = read.data.rows;
    this.#table.root.hidden = !read.data.table;
    this.#sayTable();
    this.#draw();
  }

  dispose(): void {
    clearTimeout(this.#zooming);
    this.#resizes.disconnect();
    this.#endThemes();
    this.#instance?.dispose();
    this.#instance = undefined;
    this.root.remove();
  }

  #draw(): void {
    if (this.#make === undefined) return;
    this.#isStale = this.#isHeld && this.#instance !== undefined;
    if (this.#isStale) return;
    this.#noteZoom();
    this.#palette ??= pagePalette();
    const chart = this.#make(this.#palette);
    this.#chart = chart;
    this.#canvas.hidden = chart === null;
    this.#tools.hidden = chart === null;
    this.#table.root.hidden = chart === null || !this.#kept.table;
    setText(this.#summary, chart === null ? this.#otherwise : chart.summary);
    setText(this.#keyWords, chart === null ? "" : keyWords(chart, this.#parts.onChoose !== undefined));
    if (chart === null) return;
    this.#canvas.style.height = `${chart.height}px`;
    this.#canvas.style.minWidth = chart.leastWidth === undefined ? "" : `${chart.leastWidth}px`;
    if (this.#kept.table) this.#table.show(chart.table);
    const instance = this.#opened();
    if (instance === undefined) return;
    instance.setOption(this.#optionOf(chart, this.#palette), { notMerge: true });
    drawWhole(instance);
    this.#mark(instance, chart.brushes ?? []);
    this.#keys.drawn();
  }

  /** Undefined while the page is not laid out. */
  #opened(): ECharts | undefined {
    if (this.#instance !== undefined || this.#canvas.clientWidth === 0) return this.#instance;
    const instance = init(this.#canvas, null, { renderer: "canvas" });
    this.#instance = instance;
    instance.on("click", ({ componentType, seriesIndex, dataIndex }) => {
      if (componentType === "series" && seriesIndex !== undefined && dataIndex !== undefined) {
        this.#parts.onChoose?.({ series: seriesIndex, item: dataIndex });
      }
    });
    instance.on("mouseover", ({ componentType, seriesIndex, dataIndex }) => {
      if (componentType === "series" && seriesIndex !== undefined && dataIndex !== undefined) {
        this.#parts.onPoint?.({ series: seriesIndex, item: dataIndex });
      }
    });
    instance.on("datazoom", () => this.#zoomed(instance));
    instance.on("legendselectchanged", (event) => this.#select(event));
    // Where many lines are one shape, the library forgets to say from which item on it counts them.
    instance.on("rendered", () => {
      for (const shape of instance.getZr().storage.getDisplayList()) {
        if ("hoverDataIdx" in shape) Reflect.set(shape, "__startIndex", 0);
      }
    });
    instance.on("axisareaselected", (event) => {
      const brushed = brushSchema.safeParse(event);
      if (!this.#isMarking && brushed.success) {
        this.#parts.onBrush?.(brushed.data.parallelAxisId, brushed.data.intervals);
      }
    });
    return instance;
  }

  /** What a person hid stays hidden when the chart is drawn anew. */
  #select(event: unknown): void {
    const { data } = selectedSchema.safeParse(event);
    if (data === undefined) return;
    const hidden = Object.keys(data.selected).filter((name) => data.selected[name] === false);
    this.#kept = { ...this.#kept, hidden };
    this.#parts.host.say(
      hidden.includes(data.name)
        ? l10n.t("{0}: hidden", visibleLine(data.name))
        : l10n.t("{0}: shown", visibleLine(data.name)),
    );
    this.#parts.host.keep();
  }

  get #selected(): Readonly<Record<string, boolean>> {
    return Object.fromEntries((this.#kept.hidden ?? []).map((name) => [name, false]));
  }

  #optionOf(chart: Chart, palette: Palette) {
    const { option, hint } = chart;
    const { zoom } = this.#kept;
    return {
      ...option,
      ...(option.dataZoom &&
        this.#parts.onZoom === undefined && { dataZoom: option.dataZoom.map((one, at) => ({ ...one, ...zoom[at] })) }),
      ...(option.legend && { legend: { ...option.legend, selected: this.#selected } }),
      ...(hint && { tooltip: hintBox(hint, palette) }),
    };
  }

  #mark(instance: ECharts, brushes: NonNullable<Chart["brushes"]>): void {
    if (brushes.length === 0) return;
    this.#isMarking = true;
    for (const { axis, marked } of brushes) {
      instance.dispatchAction({ type: "axisAreaSelect", parallelAxisId: axis, intervals: marked });
    }
    // An axis does not draw what it was told by this action, which it takes for its own; but it does with all else.
    instance.setOption({});
    this.#isMarking = false;
    const { line, ink } = this.#palette ?? pagePalette();
    for (const shape of instance.getZr().storage.getDisplayList()) {
      // Marks that were not drawn by hand come in a fixed colour, through which nothing can be seen.
      if (shape.name === "main") shape.attr("style", { fill: line, opacity: 0.35, stroke: ink, lineWidth: 1 });
    }
  }

  #zoomed(instance: ECharts): void {
    const { onZoom } = this.#parts;
    if (onZoom !== undefined) {
      const [first] = zoomOf(instance) ?? [];
      if (first !== undefined) onZoom(first);
      return;
    }
    // Asking takes long enough to be seen while the picture is moved.
    clearTimeout(this.#zooming);
    this.#zooming = setTimeout(() => this.#parts.host.keep(), ZOOM_KEPT_MS);
  }

  /** Takes note of the stretches that are seen, where that is still to be done. */
  #noteZoom(): void {
    if (this.#zooming === undefined || this.#instance === undefined) return;
    clearTimeout(this.#zooming);
    this.#zooming = undefined;
    this.#kept = { ...this.#kept, zoom: zoomOf(this.#instance) ?? this.#kept.zoom };
  }

  #fit(): void {
    if (this.#canvas.clientWidth === 0) return;
    if (this.#instance === undefined || this.#isStale) this.#draw();
    this.#instance?.resize();
  }

  #toolbar(): HTMLElement {
    const saves = new ExportMenu(
      visibleLine(this.#parts.title),
      ["svg", "png", "csv", "jsonl"],
      (kind) => void this.#save(kind),
    );
    return element("div", { class: "tools" }, this.#tableButton.root, saves.root);
  }

  async #save(kind: FileKind): Promise<void> {
    if (this.#chart === null || this.#instance === undefined || this.#palette === undefined) return;
    const content = await chartFile(kind, this.#chart, this.#instance, this.#palette);
    this.#parts.host.save(`${this.#parts.file}.${kind}`, content);
  }

  #toggleTable(): void {
    this.#kept = { ...this.#kept, table: !this.#kept.table };
    this.#table.root.hidden = !this.#kept.table;
    if (this.#kept.table && this.#chart !== null) this.#table.show(this.#chart.table);
    this.#sayTable();
    this.#parts.host.keep();
  }

  /** What its keys do is seen while it has the focus by keyboard. */
  #sayKeys(): void {
    this.root.classList.toggle("keyed", this.#canvas.matches(":focus-visible"));
  }

  #sayTable(): void {
    this.#tableButton.label = this.#kept.table ? l10n.t("Hide Table") : l10n.t("Show Table");
    setAttributes(this.#tableButton.root, { "aria-expanded": String(this.#kept.table) });
  }
}

/**
 * Lines are drawn through all their points. The library leaves out those that lie close to one another, and where that is so
 * at the end of a line, it ends early whenever it is painted again.
 */
function drawWhole(instance: ECharts): void {
  for (const shape of instance.getZr().storage.getDisplayList()) {
    if (!("segmentIgnoreThreshold" in shape && Number(shape.segmentIgnoreThreshold) > NO_DISTANCE)) continue;
    // It takes no notice of a distance of 0.
    Reflect.set(shape, "segmentIgnoreThreshold", NO_DISTANCE);
    if ("dirtyShape" in shape && typeof shape.dirtyShape === "function") shape.dirtyShape();
  }
}

/** The stretches that a chart shows; undefined where it cannot be zoomed. */
function zoomOf(instance: ECharts): ChartKept["zoom"] | undefined {
  const zoom: unknown = Reflect.get(instance.getOption(), "dataZoom");
  return keptSchema.shape.zoom.safeParse(zoom).data;
}
