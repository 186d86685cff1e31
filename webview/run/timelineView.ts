import { timelineChart } from "../../src/run/charts/timelineChart.ts";
import type { LaneKind, TimelineQuery, TimelineShown } from "../../src/run/panel/timelineShown.ts";
import { element } from "../element.ts";
import { Button } from "../toolkit.ts";
import { l10n } from "../words.ts";
import { ChartView } from "./chartView.ts";
import { NamedChoice } from "./namedChoice.ts";
import type { PanelHost } from "./panelPage.ts";

/** Milliseconds that a person is given to move on before what is seen now is asked for. */
const REST = 120;
/** The newest calls: so many milliseconds, or a tenth of the run. */
const NEWEST = 10_000;

const kinds: readonly LaneKind[] = ["component", "purpose", "none"];

/** When each call was made: zoomed and moved by wheel, pointer and keys. Only what is seen, and a little beside, is ever here. */
export class TimelineView {
  readonly root: HTMLElement;
  readonly #host: PanelHost;
  readonly #chart: ChartView;
  readonly #lanes: NamedChoice;
  readonly #all: Button;
  readonly #newest: Button;
  #query: TimelineQuery = {};
  #shown: TimelineShown | null = null;
  #drawn: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: PanelHost) {
    this.#host = host;
    this.#chart = new ChartView({
      title: l10n.t("Calls over time"),
      file: "calls",
      host,
      onZoom: (stretch) => this.#look(stretch),
    });
    this.#lanes = new NamedChoice(l10n.t("Lanes for each"), (lanes) => {
      this.#ask({ ...this.#query, lanes: kinds.find((kind) => kind === lanes) ?? "component" });
    });
    this.#all = new Button(l10n.t("Whole Run"), () => this.#ask({ ...this.#query, stretch: undefined }));
    this.#newest = new Button(l10n.t("Follow the Newest"), () => {
      const last = Math.max(NEWEST, (this.#shown?.totalMs ?? 0) / 10);
      this.#ask({ ...this.#query, stretch: { last } });
    });
    this.root = element(
      "div",
      { class: "part" },
      element("div", { class: "line choices" }, this.#lanes.root, this.#all.root, this.#newest.root),
      this.#chart.root,
    );
  }

  get query(): TimelineQuery {
    return this.#query;
  }

  show(shown: TimelineShown | null): void {
    const drawn = JSON.stringify(shown);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.#shown = shown;
    const words: Readonly<Record<LaneKind, string>> = {
      component: l10n.t("component"),
      purpose: l10n.t("purpose"),
      none: l10n.t("call at the same time"),
    };
    this.#lanes.offer(shown === null ? [] : kinds.map((value) => ({ value, label: words[value] })), shown?.lanes);
    this.#all.hidden = shown === null;
    this.#newest.hidden = shown === null;
    this.#chart.show(
      (palette) => shown && timelineChart(shown, palette, l10n),
      l10n.t("When calls were made is not known: none was made yet, or the run is of an earlier version."),
    );
  }

  kept(): unknown {
    return this.#chart.kept();
  }

  restore(query: TimelineQuery, kept: unknown): void {
    this.#query = query;
    this.#chart.restore(kept);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#chart.dispose();
  }

  /** The chart moves by itself with what it has; the rest is asked for when it comes to rest. */
  #look({ start, end }: { readonly start: number; readonly end: number }): void {
    if (this.#shown === null) return;
    const { totalMs } = this.#shown;
    const isAll = start <= 0 && end >= 100;
    const seen = isAll ? undefined : { from: (start / 100) * totalMs, to: (end / 100) * totalMs };
    this.#query = { ...this.#query, stretch: seen };
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#host.ask(), REST);
  }

  #ask(query: TimelineQuery): void {
    clearTimeout(this.#timer);
    this.#query = query;
    this.#host.ask();
  }
}
