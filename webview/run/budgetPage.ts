import * as z from "zod/mini";
import { sharesChart } from "../../src/run/charts/sharesChart.ts";
import { spendingChart } from "../../src/run/charts/spendingChart.ts";
import type { Budget, CallsRow, SpentRow } from "../../src/run/panel/budgetModel.ts";
import { countText, durationText, runsText } from "../../src/run/views/numberFormat.ts";
import { visibleLine } from "../../src/run/views/visibleText.ts";
import { element, setAttributes, table } from "../element.ts";
import { l10n } from "../words.ts";
import { ChartView } from "./chartView.ts";
import { FactList } from "./factList.ts";
import { overviewSheet } from "./overviewSheet.ts";
import type { PanelHost, PanelPage } from "./panelPage.ts";

const keptSchema = z.object({
  time: z.optional(z.unknown()),
  improved: z.optional(z.unknown()),
  executed: z.optional(z.unknown()),
});

/** What the run has spent: system runs by purpose and by component, over time, and model calls with their tokens. */
export class BudgetPage implements PanelPage<Budget> {
  readonly root: HTMLElement;
  readonly #facts = new FactList();
  readonly #fill = element("div");
  readonly #bar = element(
    "div",
    { class: "bar", role: "progressbar", "aria-valuemin": 0, "aria-valuemax": 100 },
    this.#fill,
  );
  readonly #time: ChartView;
  readonly #improved: ChartView;
  readonly #executed: ChartView;
  readonly #calls = element("section");
  readonly #drawn = new Map<string, string>();

  constructor(host: PanelHost) {
    setAttributes(this.#bar, { "aria-label": l10n.t("Share of the budget that is spent") });
    this.#time = new ChartView({ title: l10n.t("System runs over time"), file: "system-runs-over-time", host });
    this.#improved = new ChartView({
      title: l10n.t("System runs by the component that was to be improved"),
      file: "system-runs-by-improved-component",
      host,
    });
    this.#executed = new ChartView({
      title: l10n.t("System runs by the component that ran"),
      file: "system-runs-by-executed-component",
      host,
    });
    this.root = element(
      "section",
      { class: "budget-page", "aria-label": this.title, tabindex: -1 },
      this.#facts.root,
      this.#bar,
      this.#time.root,
      this.#improved.root,
      this.#executed.root,
      this.#calls,
    );
    overviewSheet();
  }

  get title(): string {
    return l10n.t("Budget");
  }

  show(shown: Budget): void {
    const { budgetRuns, spentRuns, series, seriesPurposes: purposes, forComponents, executed, calls } = shown;
    this.#facts.show(factsOf(shown));
    this.#bar.hidden = budgetRuns === null;
    if (budgetRuns !== null) {
      const percent = Math.min(100, Math.round((100 * spentRuns) / Math.max(budgetRuns, 1e-9)));
      this.#fill.style.width = `${percent}%`;
      setAttributes(this.#bar, { "aria-valuenow": percent });
    }
    this.#onChange("time", [series, budgetRuns], () =>
      this.#time.show(
        (palette) => spendingChart({ purposes, points: series, budgetRuns }, palette, l10n),
        l10n.t("Nothing was spent yet."),
      ),
    );
    const everything = l10n.t("all components");
    this.#onChange("improved", forComponents, () =>
      this.#improved.show(
        (palette) => sharesChart({ purposes, spenders: spenders(forComponents, everything) }, palette, l10n),
        l10n.t("Nothing was spent yet."),
      ),
    );
    const since = l10n.t("since the last checkpoint");
    this.#onChange("executed", executed, () =>
      this.#executed.show(
        (palette) =>
          executed === null ? null : sharesChart({ purposes, spenders: spenders(executed, since) }, palette, l10n),
        l10n.t(
          "The log does not tell which components ran: none was kept before the first checkpoint, nor by earlier versions.",
        ),
      ),
    );
    this.#onChange("calls", calls, () => this.#calls.replaceChildren(...callsTable(calls)));
  }

  focus(): void {
    this.root.focus();
  }

  query(): null {
    return null;
  }

  kept(): unknown {
    return { time: this.#time.kept(), improved: this.#improved.kept(), executed: this.#executed.kept() };
  }

  restore(kept: unknown): void {
    const read = keptSchema.safeParse(kept);
    if (!read.success) return;
    this.#time.restore(read.data.time);
    this.#improved.restore(read.data.improved);
    this.#executed.restore(read.data.executed);
  }

  dispose(): void {
    for (const chart of [this.#time, this.#improved, this.#executed]) chart.dispose();
    this.root.remove();
  }

  #onChange(part: string, shown: unknown, draw: () => void): void {
    const text = JSON.stringify(shown);
    if (this.#drawn.get(part) === text) return;
    this.#drawn.set(part, text);
    draw();
  }
}

function spenders(rows: readonly SpentRow[], nobody: string) {
  return rows.map(({ component, ...spent }) => ({ ...spent, name: component ?? nobody }));
}

function factsOf(shown: Budget): (readonly [string, string])[] {
  const { budgetRuns, spentRuns, testRuns, elapsedMs, iteration } = shown;
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
  return facts;
}

function callsTable(calls: readonly CallsRow[] | null): HTMLElement[] {
  const heading = element("h3", {}, l10n.t("Model calls"));
  if (calls === null || calls.length === 0) {
    const words = calls === null ? l10n.t("Not known before the first checkpoint.") : l10n.t("No model was called.");
    return [heading, element("p", { class: "quiet" }, words)];
  }
  const sum = (of: (row: CallsRow) => number) => calls.reduce((total, row) => total + of(row), 0);
  const together: CallsRow = {
    who: l10n.t("together"),
    calls: sum((row) => row.calls),
    inputTokens: sum((row) => row.inputTokens),
    outputTokens: sum((row) => row.outputTokens),
  };
  return [
    heading,
    element(
      "div",
      { class: "chartTable", tabindex: 0, role: "region", "aria-label": l10n.t("Model calls") },
      table(
        l10n.t("Calls and tokens of all that ran up to the last checkpoint, test rows too"),
        [
          l10n.t("who asked"),
          l10n.t("calls"),
          l10n.t("input tokens"),
          l10n.t("output tokens"),
          l10n.t("tokens a call"),
        ],
        [...calls, together].map(({ who, calls: count, inputTokens, outputTokens }) => [
          who === "proposer" ? l10n.t("proposer") : visibleLine(who),
          countText(count),
          countText(inputTokens),
          countText(outputTokens),
          countText(Math.round((inputTokens + outputTokens) / Math.max(1, count))),
        ]),
      ),
    ),
  ];
}
