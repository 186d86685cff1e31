import * as z from "zod/mini";
import { sharesChart } from "../../src/run/charts/sharesChart.ts";
import { spendingChart } from "../../src/run/charts/spendingChart.ts";
import { moneyWords, type SpentUnit, spentChart, spentUnits, unitWords } from "../../src/run/charts/spentChart.ts";
import type { Budget, BudgetQuery } from "../../src/run/panel/budgetModel.ts";
import type { SpentRow } from "../../src/run/panel/spentRows.ts";
import { timelineQuerySchema } from "../../src/run/panel/timelineShown.ts";
import { countText, durationText, runsText } from "../../src/run/views/numberFormat.ts";
import { element, setAttributes } from "../element.ts";
import { l10n } from "../words.ts";
import { budgetSheet } from "./budgetSheet.ts";
import { ChartView } from "./chartView.ts";
import { EstimateView } from "./estimateView.ts";
import { FactList } from "./factList.ts";
import { NamedChoice } from "./namedChoice.ts";
import type { PanelHost, PanelPage } from "./panelPage.ts";
import { SpentTable, spentSortSchema } from "./spentTable.ts";
import { TimelineView } from "./timelineView.ts";

const keptSchema = z.object({
  unit: z.optional(z.enum(spentUnits)),
  bars: z.optional(z.enum(["component", "purpose"])),
  sort: z.optional(spentSortSchema),
  timeline: z.optional(timelineQuerySchema),
  charts: z.optional(z.record(z.string(), z.unknown())),
});

/** What the run has spent: runs, calls, tokens and money by component and purpose, over time, and call by call. */
export class BudgetPage implements PanelPage<Budget> {
  readonly root: HTMLElement;
  readonly #host: PanelHost;
  readonly #facts = new FactList();
  readonly #fill = element("div");
  readonly #bar = element(
    "div",
    { class: "bar", role: "progressbar", "aria-valuemin": 0, "aria-valuemax": 100 },
    this.#fill,
  );
  readonly #estimate: EstimateView;
  readonly #unit: NamedChoice;
  readonly #bars: NamedChoice;
  readonly #table: SpentTable;
  readonly #timeline: TimelineView;
  readonly #charts: Readonly<Record<"spent" | "time" | "improved", ChartView>>;
  readonly #drawn = new Map<string, string>();
  #shown: Budget | undefined;
  #chosen: { readonly unit: SpentUnit; readonly bars: "component" | "purpose" } = { unit: "runs", bars: "component" };

  constructor(host: PanelHost) {
    this.#host = host;
    setAttributes(this.#bar, { "aria-label": l10n.t("Share of the budget that is spent") });
    this.#estimate = new EstimateView(host);
    this.#unit = new NamedChoice(l10n.t("Unit"), (unit) => {
      this.#choose({ unit: spentUnits.find((one) => one === unit) ?? "runs" });
    });
    this.#bars = new NamedChoice(l10n.t("A bar for each"), (bars) => {
      this.#choose({ bars: bars === "purpose" ? "purpose" : "component" });
    });
    this.#charts = {
      spent: new ChartView({ title: l10n.t("What was spent, by component and purpose"), file: "spent", host }),
      time: new ChartView({ title: l10n.t("System runs over time"), file: "system-runs-over-time", host }),
      improved: new ChartView({
        title: l10n.t("System runs by the component that was to be improved"),
        file: "system-runs-by-improved-component",
        host,
      }),
    };
    this.#table = new SpentTable(() => host.keep());
    this.#timeline = new TimelineView(host);
    const { spent, time, improved } = this.#charts;
    this.root = element(
      "section",
      { class: "budget-page", "aria-label": this.title, tabindex: -1 },
      this.#facts.root,
      this.#bar,
      this.#estimate.root,
      element(
        "div",
        { class: "part" },
        element("div", { class: "line choices" }, this.#unit.root, this.#bars.root),
        spent.root,
        this.#table.root,
      ),
      this.#timeline.root,
      time.root,
      improved.root,
    );
    budgetSheet();
  }

  get title(): string {
    return l10n.t("Budget");
  }

  show(shown: Budget): void {
    this.#shown = shown;
    const { budgetRuns, spentRuns, series, seriesPurposes: purposes, forComponents } = shown;
    this.#facts.show(factsOf(shown));
    this.#bar.hidden = budgetRuns === null;
    if (budgetRuns !== null) {
      const percent = Math.min(100, Math.round((100 * spentRuns) / Math.max(budgetRuns, 1e-9)));
      this.#fill.style.width = `${percent}%`;
      setAttributes(this.#bar, { "aria-valuenow": percent });
    }
    this.#estimate.show(shown.estimate);
    this.#showSpent(shown);
    this.#timeline.show(shown.timeline);
    this.#onChange("time", [series, budgetRuns], () =>
      this.#charts.time.show(
        (palette) => spendingChart({ purposes, points: series, budgetRuns }, palette, l10n),
        l10n.t("Nothing was spent yet."),
      ),
    );
    this.#onChange("improved", forComponents, () =>
      this.#charts.improved.show(
        (palette) => sharesChart({ purposes, spenders: spendersOf(shown) }, palette, l10n),
        l10n.t("Nothing was spent yet."),
      ),
    );
  }

  focus(): void {
    this.root.focus();
  }

  query(): BudgetQuery {
    return { timeline: this.#timeline.query };
  }

  kept(): unknown {
    const charts = Object.entries(this.#charts).map(([name, chart]) => [name, chart.kept()]);
    return {
      ...this.#chosen,
      sort: this.#table.sort,
      timeline: this.#timeline.query,
      charts: { ...Object.fromEntries(charts), timeline: this.#timeline.kept(), estimate: this.#estimate.kept() },
    };
  }

  restore(kept: unknown): void {
    const read = keptSchema.safeParse(kept);
    if (!read.success) return;
    const { unit, bars, sort, timeline, charts = {} } = read.data;
    this.#chosen = { unit: unit ?? this.#chosen.unit, bars: bars ?? this.#chosen.bars };
    if (sort !== undefined) this.#table.restore(sort);
    this.#timeline.restore(timeline ?? {}, charts.timeline);
    this.#estimate.restore(charts.estimate);
    for (const [name, chart] of Object.entries(this.#charts)) chart.restore(charts[name]);
  }

  dispose(): void {
    for (const chart of Object.values(this.#charts)) chart.dispose();
    this.#timeline.dispose();
    this.#estimate.dispose();
    this.root.remove();
  }

  #showSpent({ rows, models, simulated, allPurposes: purposes, together }: Budget): void {
    const { unit, bars } = this.#chosen;
    const known = rows !== null;
    this.#unit.offer(known ? spentUnits.map((one) => ({ value: one, label: unitWords(one, l10n) })) : [], unit);
    this.#bars.offer(
      known
        ? [
            { value: "component", label: l10n.t("component") },
            { value: "purpose", label: l10n.t("purpose") },
          ]
        : [],
      bars,
    );
    this.#onChange("spent", [rows, unit, bars, together], () =>
      this.#charts.spent.show(
        (palette) => (rows === null ? null : spentChart({ rows, unit, bars, purposes }, palette, l10n)),
        rows === null || isWithoutExecutions(rows, unit)
          ? l10n.t(
              "The log does not tell which components ran: none was kept before the first checkpoint, nor by earlier versions.",
            )
          : unit === "money"
            ? l10n.t("Money: {0}", moneyWords(together.money, l10n))
            : l10n.t("Nothing of this was spent yet."),
      ),
    );
    this.#onChange("table", [rows, models], () => this.#table.show(rows, models, simulated));
  }

  #choose(chosen: Partial<{ readonly unit: SpentUnit; readonly bars: "component" | "purpose" }>): void {
    this.#chosen = { ...this.#chosen, ...chosen };
    if (this.#shown !== undefined) this.#showSpent(this.#shown);
    this.#host.keep();
  }

  #onChange(part: string, shown: unknown, draw: () => void): void {
    const text = JSON.stringify(shown);
    if (this.#drawn.get(part) === text) return;
    this.#drawn.set(part, text);
    draw();
  }
}

function spendersOf({ forComponents }: Budget) {
  const everything = l10n.t("all components");
  return forComponents.map(({ component, ...spent }) => ({ ...spent, name: component ?? everything }));
}

function factsOf(shown: Budget): (readonly [string, string])[] {
  const { budgetRuns, spentRuns, testRuns, elapsedMs, iteration, together, rows } = shown;
  const runs = runsText(spentRuns);
  const facts: (readonly [string, string])[] = [
    [
      l10n.t("System runs"),
      budgetRuns === null
        ? l10n.t("{0}, without a limit", runs)
        : l10n.t("{0} of {1}, {2} left", runs, runsText(budgetRuns), runsText(Math.max(0, budgetRuns - spentRuns))),
    ],
    [l10n.t("Time at work"), durationText(elapsedMs)],
  ];
  if (elapsedMs > 0) facts.push([l10n.t("System runs a minute"), runsText(spentRuns / (elapsedMs / 60_000))]);
  const iterating = shown.forComponents.reduce((sum, row) => sum + (row.component === null ? 0 : row.runs), 0);
  if (iteration > 0) facts.push([l10n.t("System runs an iteration"), runsText(iterating / iteration)]);
  if (testRuns > 0) facts.push([l10n.t("On test rows, not charged"), runsText(testRuns)]);
  if (rows === null) return facts;
  const { calls, recorded, inputTokens, outputTokens, money } = together;
  facts.push([
    l10n.t("Model calls"),
    recorded > 0 ? l10n.t("{0}, and {1} from a record", countText(calls), countText(recorded)) : countText(calls),
  ]);
  if (calls > 0) {
    facts.push(
      [l10n.t("Tokens, input and output"), `${countText(inputTokens)} + ${countText(outputTokens)}`],
      [l10n.t("Money"), moneyWords(money, l10n)],
    );
  }
  return facts;
}

/** Calls are told by component, but not what was executed. */
function isWithoutExecutions(rows: readonly SpentRow[], unit: SpentUnit): boolean {
  const isOfRuns = unit === "runs" || unit === "executions";
  return isOfRuns && rows.some(({ calls }) => calls > 0) && rows.every(({ executions }) => executions === 0);
}
