import * as z from "zod/mini";
import { axisWords, comparedRewardsChart } from "../../src/run/charts/comparedRewardsChart.ts";
import { csvText } from "../../src/run/charts/tableText.ts";
import {
  type CompareAxis,
  type CompareQuery,
  compareAxes,
  compareQuerySchema,
  plainCompareQuery,
} from "../../src/run/panel/compareQuery.ts";
import type { Comparison } from "../../src/run/panel/comparison.ts";
import { countText } from "../../src/run/views/numberFormat.ts";
import type { DiffPart } from "../../src/run/views/wordDiff.ts";
import { element, setText } from "../element.ts";
import { Button, Checkbox, type Choice, radioGroup } from "../toolkit.ts";
import { l10n } from "../words.ts";
import { ChartView } from "./chartView.ts";
import { ComparedRuns } from "./comparedRuns.ts";
import { figureRows, scoreRows, settingRows, valueRows } from "./compareRows.ts";
import { compareSheet } from "./compareSheet.ts";
import { NamedChoice } from "./namedChoice.ts";
import type { PanelHost, PanelPage } from "./panelPage.ts";
import { SideBySide } from "./sideBySide.ts";
import { Pager } from "./sortedTable.ts";

/** Components in the table; as many as the model gives at once. */
const LISTED = 12;

const keptSchema = z.object({
  query: z.optional(z.partial(compareQuerySchema)),
  axis: z.optional(z.enum(compareAxes)),
  onlyDifferences: z.optional(z.boolean()),
  chart: z.optional(z.unknown()),
});

/** The run beside others: their rewards on one chart, their scores on the same rows, their values and settings. */
export class ComparePage implements PanelPage<Comparison> {
  readonly root: HTMLElement;
  readonly #host: PanelHost;
  readonly #runs: ComparedRuns;
  readonly #reference: NamedChoice;
  readonly #axis: Choice;
  readonly #chart: ChartView;
  readonly #figures: SideBySide;
  readonly #scores: SideBySide;
  readonly #rowsNote = element("p", { class: "quiet" });
  readonly #settings: SideBySide;
  readonly #settingsNote = element("p", { class: "quiet" });
  readonly #values: SideBySide;
  readonly #valuesNote = element("p", { class: "quiet" });
  readonly #differing: Checkbox;
  readonly #only: Checkbox;
  readonly #pager: Pager;
  readonly #side: HTMLElement;
  #query: CompareQuery = plainCompareQuery;
  #over: CompareAxis = "iteration";
  #shown: Comparison | undefined;
  #drawn = "";

  constructor(host: PanelHost) {
    this.#host = host;
    this.#runs = new ComparedRuns({
      onAdd: () => host.pickRuns(this.#query.runs),
      onOpen: (folder) => host.openRun(folder),
      onRemove: (folder) => this.#ask({ runs: this.#query.runs.filter((one) => one !== folder) }),
    });
    this.#reference = new NamedChoice(l10n.t("Compare with"), (reference) => this.#ask({ reference }));
    this.#axis = radioGroup({
      label: l10n.t("Draw rewards over"),
      values: compareAxes.map((axis) => axisWords(axis, l10n)),
      onChoose: (index) => {
        this.#over = compareAxes[index] ?? "iteration";
        this.#draw();
        host.keep();
      },
    });
    this.#axis.choose(0);
    this.#chart = new ChartView({ title: l10n.t("Global rewards of the runs"), file: "rewards-of-runs", host });
    this.#figures = new SideBySide(l10n.t("Runs, updates and budgets"));
    this.#scores = new SideBySide(l10n.t("Scores, with the 95 % interval of the paired difference"));
    this.#settings = new SideBySide(l10n.t("What the runs were started with that differs"));
    this.#values = new SideBySide(l10n.t("Values in force, by component"));
    this.#differing = new Checkbox("", (differingOnly) => this.#ask({ differingOnly, from: 0 }));
    this.#only = new Checkbox(l10n.t("Only differences"), () => {
      this.#drawValues();
      host.keep();
    });
    this.#pager = new Pager(l10n.t("Pages of components"), LISTED, (from) => this.#ask({ from }));
    this.#side = element(
      "div",
      { class: "compare-page" },
      element("div", { class: "line" }, this.#axis.root, this.#reference.root, ...this.#saves()),
      this.#chart.root,
      this.#scores.root,
      this.#rowsNote,
      this.#figures.root,
      this.#settings.root,
      this.#settingsNote,
      element("div", { class: "line" }, this.#differing.root, this.#only.root),
      this.#values.root,
      this.#valuesNote,
      this.#pager.root,
    );
    this.root = element(
      "section",
      { class: "compare-page", "aria-label": this.title, tabindex: -1 },
      this.#runs.root,
      this.#side,
    );
    compareSheet();
  }

  get title(): string {
    return l10n.t("Compare");
  }

  show(shown: Comparison): void {
    const drawn = JSON.stringify(shown);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    const before = this.#shown;
    this.#shown = shown;
    this.#runs.show(shown.runs);
    this.#side.hidden = shown.runs.length < 2;
    if (shown.runs.length < 2) return;
    const columns = shown.runs.map(({ letter, id }) => `${letter} ${id}`);
    this.#reference.offer(
      shown.runs.map(({ folder }, index) => ({ value: folder, label: columns[index] ?? "" })),
      shown.runs[shown.reference]?.folder,
    );
    if (JSON.stringify(before?.curves) !== JSON.stringify(shown.curves)) this.#draw();
    this.#figures.show(l10n.t("what"), columns, figureRows(shown));
    this.#scores.show(l10n.t("what"), columns, scoreRows(shown));
    this.#sayRows(shown);
    this.#settings.show(l10n.t("setting"), columns, settingRows(shown));
    setText(
      this.#settingsNote,
      shown.settings.length === 0 ? l10n.t("All runs were started with the same settings, data and model.") : "",
    );
    this.#drawValues();
  }

  focus(): void {
    this.root.focus();
  }

  query(): CompareQuery {
    return this.#query;
  }

  kept(): unknown {
    const onlyDifferences = this.#only.checked;
    return { query: this.#query, axis: this.#over, onlyDifferences, chart: this.#chart.kept() };
  }

  restore(kept: unknown): void {
    const read = keptSchema.safeParse(kept);
    if (!read.success) return;
    const { query, axis, onlyDifferences, chart } = read.data;
    const { runs, reference, differingOnly, from } = query ?? {};
    this.#query = {
      runs: runs ?? this.#query.runs,
      reference: reference === undefined ? this.#query.reference : reference,
      differingOnly: differingOnly ?? this.#query.differingOnly,
      from: from ?? this.#query.from,
    };
    this.#differing.checked = this.#query.differingOnly;
    if (onlyDifferences !== undefined) this.#only.checked = onlyDifferences;
    if (chart !== undefined) this.#chart.restore(chart);
    if (axis === undefined) return;
    this.#over = axis;
    this.#axis.choose(compareAxes.indexOf(axis));
  }

  dispose(): void {
    this.#chart.dispose();
    this.root.remove();
  }

  #draw(): void {
    const { curves } = this.#shown ?? { curves: [] };
    this.#chart.show((palette) => comparedRewardsChart(curves, this.#over, palette, l10n), otherwise(this.#over));
  }

  #sayRows({ splits }: Comparison): void {
    const apart = splits.some(({ sameRows }) => !sameRows);
    this.#rowsNote.hidden = !apart;
    if (!apart) return;
    const words = l10n.t(
      "Not all runs have measured the same rows. A difference is over the rows that both runs have; where there are none, or the data are others, no paired comparison is possible.",
    );
    setText(this.#rowsNote, words);
  }

  #drawValues(): void {
    const shown = this.#shown;
    if (shown === undefined) return;
    const { total, differing, meant, from, listed } = shown.components;
    this.#differing.checked = this.#query.differingOnly;
    this.#differing.label = l10n.t("Only components that differ ({0} of {1})", countText(differing), countText(total));
    const columns = shown.runs.map(({ letter, id }) => `${letter} ${id}`);
    this.#values.show(l10n.t("component"), columns, valueRows(shown, this.#only.checked));
    const none = total === 0 ? l10n.t("No component of these runs has a value.") : l10n.t("All values are the same.");
    setText(this.#valuesNote, meant === 0 ? none : "");
    this.#pager.show(from, listed.length, meant);
  }

  /** All tables in one file, and the whole comparison. */
  #saves(): HTMLElement[] {
    const kinds = { csv: tablesOf, json: (shown: Comparison) => JSON.stringify(shown, null, 2) } as const;
    return Object.entries(kinds).map(([kind, textOf]) => {
      const button = new Button(l10n.t("Save All as {0}", kind.toUpperCase()), () => {
        if (this.#shown !== undefined) this.#host.save(`runs-compared.${kind}`, textOf(this.#shown));
      });
      return button.root;
    });
  }

  #ask(change: Partial<CompareQuery>): void {
    this.#query = { ...this.#query, ...change };
    this.#host.ask();
  }
}

/** Every table of the page, one below the other; of values, those that are listed. */
function tablesOf(shown: Comparison): string {
  const rows = [...figureRows(shown), ...scoreRows(shown), ...settingRows(shown), ...valueRows(shown, false)];
  return csvText({
    columns: [l10n.t("what"), ...shown.runs.map(({ letter, id }) => `${letter} ${id}`)],
    rows: rows.map(({ name, cells }) => [
      name,
      ...cells.map((cell) =>
        "text" in cell ? cell.text : [newText(cell.parts), cell.note].filter(Boolean).join(" | "),
      ),
    ]),
  });
}

/** What a value is now, whatever it is compared with. */
function newText(parts: readonly DiffPart[]): string {
  return parts
    .filter(({ kind }) => kind !== "removed")
    .map(({ text }) => text)
    .join("");
}

/** What is said where there is nothing to draw. */
function otherwise(axis: CompareAxis): string {
  switch (axis) {
    case "calls":
    case "tokens":
      return l10n.t("No log tells how many calls and tokens had been spent by then.");
    case "money":
      return l10n.t("No log tells what was to be paid: prices are not known, or the model is the simulated one.");
    default:
      return l10n.t("Nothing was measured on the validation rows yet.");
  }
}
