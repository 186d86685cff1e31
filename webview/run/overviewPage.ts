import * as z from "zod/mini";
import { CURVE_SERIES, curveItem, rewardCurveChart } from "../../src/run/charts/rewardCurveChart.ts";
import { systemChart } from "../../src/run/charts/systemChart.ts";
import type { Overview, OverviewQuery } from "../../src/run/panel/overviewModel.ts";
import { plainUpdatesQuery } from "../../src/run/panel/updatesQuery.ts";
import { changeText, countText, differenceText, durationText, rewardText } from "../../src/run/views/numberFormat.ts";
import { toldSentence } from "../../src/run/views/runSentences.ts";
import { splitWords } from "../../src/run/views/runWords.ts";
import { visibleLine } from "../../src/run/views/visibleText.ts";
import { element, setText, table } from "../element.ts";
import { l10n } from "../words.ts";
import { ChartView } from "./chartView.ts";
import { ComponentView } from "./componentView.ts";
import { FactList } from "./factList.ts";
import { NamedChoice } from "./namedChoice.ts";
import { overviewSheet } from "./overviewSheet.ts";
import type { PanelHost, PanelPage } from "./panelPage.ts";

const keptSchema = z.object({
  component: z.nullable(z.string()),
  curve: z.optional(z.unknown()),
  system: z.optional(z.unknown()),
});

/** No component can be called so. */
const NONE = "";

/** Where the run stands: its reward over the iterations, and its system with what is known of each component. */
export class OverviewPage implements PanelPage<Overview> {
  readonly root: HTMLElement;
  readonly #host: PanelHost;
  readonly #facts = new FactList();
  readonly #curve: ChartView;
  readonly #system: ChartView;
  readonly #details: NamedChoice;
  readonly #component: ComponentView;
  readonly #results = element("div", { class: "results" });
  readonly #warnings = element("section", { class: "warnings" });
  #shown: Overview | undefined;
  #asked: string | null = null;
  /** Chosen by a person and not shown yet. */
  #chosen: string | null = null;
  readonly #drawn = new Map<string, string>();

  constructor(host: PanelHost) {
    this.#host = host;
    this.#curve = new ChartView({
      title: l10n.t("Global reward over the iterations"),
      file: "reward-over-iterations",
      host,
      onChoose: ({ series, item }) => this.#openUpdate(series, item),
    });
    this.#system = new ChartView({
      title: l10n.t("System"),
      file: "system",
      host,
      onChoose: ({ series, item }) => {
        const chosen = series === 0 ? this.#shown?.system.components[item] : undefined;
        if (chosen === undefined) return;
        // A component without a variable has no landscape.
        if (chosen.kind === "none") this.#choose(chosen.name);
        else this.#openLandscape(chosen.name);
      },
    });
    this.#details = new NamedChoice(l10n.t("Details of"), (name) => this.#choose(name === NONE ? null : name));
    this.#component = new ComponentView({
      onClose: () => {
        this.#choose(null);
        this.#details.focus();
      },
      onUpdates: (name) => this.#openUpdates(name),
      onLandscape: (name) => this.#openLandscape(name),
      onAlignment: (component) => host.open("alignment", { query: { component } }),
    });
    this.root = element(
      "section",
      { class: "overview-page", "aria-label": this.title, tabindex: -1 },
      this.#facts.root,
      this.#curve.root,
      this.#system.root,
      element("div", { class: "line" }, this.#details.root),
      this.#component.root,
      this.#results,
      this.#warnings,
    );
    overviewSheet();
  }

  get title(): string {
    return l10n.t("Overview");
  }

  show(shown: Overview, live: boolean): void {
    this.#shown = shown;
    this.#facts.show(factsOf(shown, live));
    const { curve, results, warnings } = shown;
    const system = live ? shown.system : idle(shown.system);
    this.#onChange("curve", curve, () =>
      this.#curve.show(
        (palette) => rewardCurveChart(curve, palette, l10n),
        l10n.t("Nothing was measured on the validation rows yet."),
      ),
    );
    this.#onChange("system", system, () =>
      this.#system.show((palette) => systemChart(system, palette, l10n), l10n.t("The run has not begun yet.")),
    );
    const found = shown.component;
    this.#details.offer(
      [
        { value: NONE, label: l10n.t("no component") },
        ...system.components.map(({ name }) => ({ value: name, label: visibleLine(name) })),
      ],
      found?.name ?? NONE,
    );
    this.#component.show(found, found !== null && found.name === this.#chosen);
    if (found !== null) this.#chosen = null;
    this.#onChange("results", results, () => this.#results.replaceChildren(...resultsTable(shown)));
    this.#onChange("warnings", warnings, () => this.#warnings.replaceChildren(...warningList(shown)));
  }

  focus(): void {
    this.root.focus();
  }

  query(): OverviewQuery {
    return { component: this.#asked };
  }

  kept(): unknown {
    return { component: this.#asked, curve: this.#curve.kept(), system: this.#system.kept() };
  }

  restore(kept: unknown): void {
    const read = keptSchema.safeParse(kept);
    if (!read.success) return;
    this.#asked = read.data.component;
    this.#curve.restore(read.data.curve);
    this.#system.restore(read.data.system);
  }

  dispose(): void {
    this.#curve.dispose();
    this.#system.dispose();
    this.root.remove();
  }

  /** A live run tells of itself many times a second: what is as it was stays as it is, zoom and focus too. */
  #onChange(part: string, shown: unknown, draw: () => void): void {
    const text = JSON.stringify(shown);
    if (this.#drawn.get(part) === text) return;
    this.#drawn.set(part, text);
    draw();
  }

  #choose(component: string | null): void {
    this.#asked = component;
    this.#chosen = component;
    this.#host.ask();
  }

  #openUpdate(series: number, item: number): void {
    if (this.#shown === undefined || series === CURVE_SERIES.inForce) return;
    const found = curveItem(this.#shown.curve, series, item);
    if (found === undefined || !("seq" in found)) return;
    this.#host.open("updates", { query: { ...plainUpdatesQuery, selected: found.seq } });
  }

  #openLandscape(component: string): void {
    this.#host.open("landscape", { query: { component }, charts: {} });
  }

  #openUpdates(name: string): void {
    const component = this.#shown?.system.components.findIndex((one) => one.name === name) ?? -1;
    if (component !== -1) this.#host.open("updates", { query: { ...plainUpdatesQuery, component } });
  }
}

function factsOf(shown: Overview, live: boolean): (readonly [string, string])[] {
  const { curve, accepted, rejected, unchanged, changed, system, elapsedMs, timeLeftMs, resumed, failures } = shown;
  const [first, last] = [curve.points.at(0), curve.points.at(-1)];
  const facts: (readonly [string, string])[] = [];
  if (first !== undefined && last !== undefined) {
    facts.push([
      l10n.t("Validation reward"),
      first.iteration === last.iteration
        ? rewardText(last.mean)
        : `${rewardText(first.mean)} → ${rewardText(last.mean)} (${changeText(last.mean - first.mean)})`,
    ]);
  }
  facts.push(
    [
      l10n.t("Updates"),
      l10n.t(
        "{0} accepted, {1} rejected, {2} unchanged",
        countText(accepted),
        countText(rejected),
        countText(unchanged),
      ),
    ],
    [l10n.t("Components changed"), l10n.t("{0} of {1}", changed, system.components.length)],
    [l10n.t("Time at work"), durationText(elapsedMs)],
  );
  if (live && timeLeftMs !== null) facts.push([l10n.t("Time left, about"), durationText(timeLeftMs)]);
  if (resumed > 0) facts.push([l10n.t("Taken up again"), countText(resumed)]);
  if (failures > 0) facts.push([l10n.t("Failures of rows"), countText(failures)]);
  return facts;
}

/** Nobody is at work on a component where no process works on the run, wherever its log breaks off. */
function idle(system: Overview["system"]): Overview["system"] {
  return { ...system, components: system.components.map((one) => (one.working ? { ...one, working: false } : one)) };
}

function resultsTable({ results }: Overview): HTMLElement[] {
  if (results.length === 0) return [];
  return [
    element(
      "div",
      { class: "chartTable" },
      table(
        l10n.t("Mean reward before and after the run, with the 95 % interval of the paired difference"),
        [l10n.t("rows"), l10n.t("n"), l10n.t("unoptimized"), l10n.t("optimized"), l10n.t("difference")],
        results.map(({ split, n, unoptimized, optimized, difference }) => [
          splitWords(split, l10n),
          countText(n),
          rewardText(unoptimized),
          rewardText(optimized),
          differenceText(difference),
        ]),
      ),
    ),
  ];
}

function warningList({ warnings: { count, last } }: Overview): HTMLElement[] {
  if (count === 0) return [];
  const heading = element("h3");
  setText(
    heading,
    count > last.length ? l10n.t("The last {0} of {1} warnings", last.length, countText(count)) : l10n.t("Warnings"),
  );
  return [heading, element("ul", {}, ...last.map((message) => element("li", {}, toldSentence(message, l10n))))];
}
