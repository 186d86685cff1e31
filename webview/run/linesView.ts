import { axisOf, linesTable, optionLinesChart } from "../../src/run/charts/optionLinesChart.ts";
import { plural } from "../../src/run/l10n.ts";
import type { OptionLines } from "../../src/run/panel/landscapeShown.ts";
import { markedRange, type OptionRange } from "../../src/run/panel/optionRanges.ts";
import { countText } from "../../src/run/views/numberFormat.ts";
import { element, setText } from "../element.ts";
import { Button } from "../toolkit.ts";
import { l10n } from "../words.ts";
import { ChartTableView } from "./chartTable.ts";
import { ChartView } from "./chartView.ts";
import type { PanelHost } from "./panelPage.ts";
import { RangeFields } from "./rangeFields.ts";

/** Values of many options as lines, the ranges that are marked on their axes, and what lies in all of them as a table. */
export class LinesView {
  readonly root: HTMLElement;
  readonly #chart: ChartView;
  readonly #fields: RangeFields;
  readonly #count = element("p", { class: "quiet", role: "status" });
  readonly #clear: Button;
  readonly #table: ChartTableView;
  readonly #ranged: HTMLDetailsElement;
  readonly #onRanges: (ranges: readonly OptionRange[]) => void;
  #shown: OptionLines | null = null;
  #ranges: readonly OptionRange[] = [];

  /** @param onRanges told what is wanted of all axes, whenever that changes */
  constructor(host: PanelHost, onRanges: (ranges: readonly OptionRange[]) => void) {
    this.#onRanges = onRanges;
    this.#chart = new ChartView({
      title: l10n.t("Reward over all options"),
      file: "landscape-lines",
      host,
      onBrush: (id, marked) => {
        const axis = this.#shown === null ? undefined : axisOf(this.#shown, id);
        if (axis !== undefined) this.#put(axis?.key ?? null, markedRange(axis, marked));
      },
    });
    this.#fields = new RangeFields((key, range) => this.#put(key, range));
    this.#clear = new Button(l10n.t("Clear Ranges"), () => this.#onRanges([]));
    this.#table = new ChartTableView(l10n.t("Values in the ranges, the best first"), () => host.keep());
    this.#ranged = element(
      "details",
      { class: "ranges" },
      element("summary", {}, l10n.t("Ranges: drag along an axis, or give them here")),
      this.#fields.root,
    );
    this.#ranged.addEventListener("toggle", () => host.keep());
    this.root = element(
      "div",
      { class: "linesView" },
      this.#chart.root,
      this.#ranged,
      element("div", { class: "line" }, this.#count, this.#clear.root),
      this.#table.root,
    );
  }

  show(shown: OptionLines | null, ranges: readonly OptionRange[]): void {
    this.#shown = shown;
    this.#ranges = ranges;
    this.#chart.show(
      (palette) => shown && optionLinesChart(shown, palette, l10n, ranges),
      l10n.t("No value has this reward yet."),
    );
    const any = shown !== null && shown.lines.length > 0;
    this.#fields.root.hidden = !any;
    this.#table.root.hidden = !any;
    this.#count.hidden = !any;
    this.#clear.hidden = !any || ranges.length === 0;
    if (!any) return;
    const { total, within, axes, reward } = shown;
    const name = reward === "global" ? l10n.t("global reward") : l10n.t("local reward");
    this.#fields.show(axes, name, ranges);
    setText(
      this.#count,
      plural(
        l10n,
        "{0} of {1, plural, one {# value is} other {# values are}} in the ranges.",
        countText(within.count),
        total,
      ),
    );
    this.#table.show(linesTable(shown, within.best, l10n));
  }

  kept(): unknown {
    return { ...this.#chart.kept(), ranged: this.#ranged.open, listed: this.#table.rows };
  }

  restore(kept: unknown): void {
    this.#chart.restore(kept);
    if (typeof kept !== "object" || kept === null) return;
    this.#ranged.open = "ranged" in kept && kept.ranged === true;
    if ("listed" in kept && typeof kept.listed === "number") this.#table.rows = kept.listed;
  }

  dispose(): void {
    this.#chart.dispose();
  }

  #put(key: string | null, range: OptionRange | undefined): void {
    const others = this.#ranges.filter((one) => one.key !== key);
    const ranges = range === undefined ? others : [...others, range];
    if (JSON.stringify(ranges) === JSON.stringify(this.#ranges)) return;
    this.#ranges = ranges;
    this.#onRanges(ranges);
  }
}
