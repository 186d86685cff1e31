import type { ECharts } from "echarts/core";
import * as z from "zod/mini";
import type { Chart, ChartPlace } from "../../src/run/charts/chart.ts";
import { l10n } from "../words.ts";

export interface ChartKeysParts {
  readonly root: HTMLElement;
  readonly chart: () => Chart | null;
  readonly instance: () => ECharts | undefined;
  readonly say: (words: string) => void;
  readonly choose: (place: ChartPlace) => void;
  readonly point: (place: ChartPlace) => void;
}

/** One press zooms by this factor, and moves by this share of what is seen. */
const ZOOM = 0.7;
const MOVE = 0.2;

/**
 * A chart without a mouse: arrow keys go from item to item and between series, Enter chooses, plus and minus zoom, 0 shows
 * all again, and the arrows with Shift move what is seen.
 */
export class ChartKeys {
  readonly #parts: ChartKeysParts;
  #at: ChartPlace | undefined;
  /** The first name of the legend that is seen. */
  #legendAt = 0;

  constructor(parts: ChartKeysParts) {
    this.#parts = parts;
    parts.root.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !this.#press(event.key, event.shiftKey)) return;
      event.preventDefault();
    });
    parts.root.addEventListener("blur", () => {
      parts.instance()?.dispatchAction({ type: "hideTip" });
      if (this.#at !== undefined) parts.instance()?.dispatchAction({ type: "downplay", ...named(this.#at) });
    });
  }

  /** The chart was drawn anew: what was gone to may be there no more. */
  drawn(): void {
    if (this.#at !== undefined && this.#parts.chart()?.hint?.(this.#at) === undefined) this.#at = undefined;
  }

  /** @returns whether the key means something here */
  #press(key: string, shift: boolean): boolean {
    switch (key) {
      case "ArrowRight":
      case "ArrowLeft": {
        const direction = key === "ArrowRight" ? 1 : -1;
        if (shift) return this.#zoom(({ start, end }) => moved(start, end, direction * MOVE * (end - start)));
        return this.#go(this.#inSeries(direction));
      }
      case "ArrowUp":
      case "ArrowDown":
        return this.#go(this.#toSeries(key === "ArrowDown" ? 1 : -1));
      case "Home":
      case "End":
        return this.#go(this.#edge(key === "End"));
      case "Enter":
      case " ":
        if (this.#at !== undefined) this.#parts.choose(this.#at);
        return this.#at !== undefined;
      case "+":
      case "=":
        return this.#zoom(({ start, end }) => around(start, end, ZOOM));
      case "-":
        return this.#zoom(({ start, end }) => around(start, end, 1 / ZOOM));
      case "0":
        return this.#zoom(() => ({ start: 0, end: 100 }));
      case "PageDown":
      case "PageUp":
        return this.#turnLegend(key === "PageDown" ? 1 : -1);
      default:
        return /^[1-9]$/.test(key) && this.#toggle(Number(key) - 1);
    }
  }

  /** The items of each series that there is something to say about. */
  #items(): readonly (readonly ChartPlace[])[] {
    const chart = this.#parts.chart();
    const { hint } = chart ?? {};
    if (chart === null || hint === undefined) return [];
    const series = (chart.option.series ?? []).map(({ data }, index) =>
      Array.from({ length: Array.isArray(data) ? data.length : 0 }, (_, item) => ({ series: index, item })).filter(
        (place) => hint(place) !== undefined,
      ),
    );
    return series.filter((places) => places.length > 0);
  }

  #inSeries(direction: 1 | -1): ChartPlace | undefined {
    const all = this.#items();
    const at = this.#at;
    if (at === undefined) return all[0]?.at(direction === 1 ? 0 : -1);
    const places = all.find(([first]) => first?.series === at.series) ?? [];
    const next = places.findIndex(({ item }) => item === at.item) + direction;
    return places[Math.min(places.length - 1, Math.max(0, next))];
  }

  #toSeries(direction: 1 | -1): ChartPlace | undefined {
    const all = this.#items();
    const at = this.#at;
    if (at === undefined) return all[0]?.[0];
    const index = all.findIndex(([first]) => first?.series === at.series) + direction;
    const places = all[(index + all.length) % all.length] ?? [];
    return places[Math.min(at.item, places.length - 1)];
  }

  #edge(last: boolean): ChartPlace | undefined {
    const all = this.#items();
    const places = all.find(([first]) => first?.series === this.#at?.series) ?? all[0];
    return places?.at(last ? -1 : 0);
  }

  #go(place: ChartPlace | undefined): boolean {
    if (place === undefined) return false;
    const [instance, before] = [this.#parts.instance(), this.#at];
    if (before !== undefined) instance?.dispatchAction({ type: "downplay", ...named(before) });
    instance?.dispatchAction({ type: "highlight", ...named(place) });
    // A line through several axes is at no one point: the library would look for it, and fail.
    const isLine = this.#parts.chart()?.option.series?.[place.series]?.type === "parallel";
    if (!isLine) instance?.dispatchAction({ type: "showTip", ...named(place) });
    this.#at = place;
    const lines = this.#parts.chart()?.hint?.(place) ?? [];
    this.#parts.say(lines.join(", "));
    this.#parts.point(place);
    return true;
  }

  /** Shows or hides what the legend names, as a press on it does. */
  #toggle(index: number): boolean {
    const instance = this.#parts.instance();
    const name = instance && legendNames(instance)[index];
    if (name === undefined) return false;
    instance?.dispatchAction({ type: "legendToggleSelect", name });
    return true;
  }

  /** Where a legend has not room for all its names, the others follow. */
  #turnLegend(direction: 1 | -1): boolean {
    const instance = this.#parts.instance();
    const names = instance === undefined ? [] : legendNames(instance);
    if (names.length === 0) return false;
    this.#legendAt = Math.min(names.length - 1, Math.max(0, this.#legendAt + direction));
    instance?.dispatchAction({ type: "legendScroll", scrollDataIndex: this.#legendAt });
    return true;
  }

  #zoom(change: (seen: Stretch) => Stretch): boolean {
    const instance = this.#parts.instance();
    const zooms: unknown = instance && Reflect.get(instance.getOption(), "dataZoom");
    if (instance === undefined || !Array.isArray(zooms) || zooms.length === 0) return false;
    for (const [dataZoomIndex, zoom] of zooms.entries()) {
      const seen = isStretch(zoom) ? zoom : { start: 0, end: 100 };
      instance.dispatchAction({ type: "dataZoom", dataZoomIndex, ...change(seen) });
    }
    return true;
  }
}

function named({ series, item }: ChartPlace) {
  return { seriesIndex: series, dataIndex: item };
}

function isNamed({ legend, series }: Chart["option"]): boolean {
  return legend !== undefined && legend.show !== false && (series ?? []).some(({ name }) => name !== undefined);
}

const namesSchema = z.object({
  legend: z.array(z.object({ data: z.optional(z.array(z.union([z.string(), z.object({ name: z.string() })]))) })),
  series: z.array(z.object({ name: z.optional(z.string()) })),
});

/** In the order in which they are seen: a legend that is not told names all series. */
function legendNames(instance: ECharts): readonly string[] {
  const { data } = namesSchema.safeParse(instance.getOption());
  if (data === undefined) return [];
  const told = (data.legend[0]?.data ?? []).map((one) => (typeof one === "string" ? one : one.name));
  const names = data.series.flatMap(({ name }) => (name === undefined ? [] : [name]));
  return told.length > 0 ? told : [...new Set(names)];
}

/** What the keys do with a chart, in words. @param canChoose whether its items lead somewhere */
export function keyWords({ hint, option }: Chart, canChoose: boolean): string {
  return [
    hint !== undefined && l10n.t("The arrow keys go from item to item, Home and End to the first and the last."),
    hint !== undefined && canChoose && l10n.t("Enter opens an item."),
    isNamed(option) &&
      l10n.t(
        "The numbers from 1 on hide and show what the legend names; Page Down and Page Up turn it where it is long.",
      ),
    (option.dataZoom?.length ?? 0) > 0 &&
      l10n.t("Plus and minus zoom, the arrow keys with Shift move what is seen, and 0 shows all."),
  ]
    .filter((words) => words !== false)
    .join(" ");
}

/** What is seen of an axis, in percent. */
interface Stretch {
  readonly start: number;
  readonly end: number;
}

function isStretch(value: unknown): value is Stretch {
  return typeof value === "object" && value !== null && "start" in value && "end" in value;
}

function around(start: number, end: number, factor: number): Stretch {
  const middle = (start + end) / 2;
  const half = Math.min(50, ((end - start) / 2) * factor);
  return moved(middle - half, middle + half, 0);
}

/** Never over an edge. */
function moved(start: number, end: number, by: number): Stretch {
  const within = Math.min(100 - end, Math.max(-start, by));
  return { start: Math.max(0, start + within), end: Math.min(100, end + within) };
}
