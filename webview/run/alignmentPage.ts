import * as z from "zod/mini";
import { alignmentAt, alignmentChart } from "../../src/run/charts/alignmentChart.ts";
import { calibrationChart } from "../../src/run/charts/calibrationChart.ts";
import type { ChartPlace } from "../../src/run/charts/chart.ts";
import { effectsChart } from "../../src/run/charts/effectsChart.ts";
import { lossChart } from "../../src/run/charts/lossChart.ts";
import { plural } from "../../src/run/l10n.ts";
import {
  type AlignmentCurve,
  type AlignmentQuery,
  type AlignmentShown,
  alignmentQuerySchema,
  type ChosenFit,
} from "../../src/run/panel/alignmentShown.ts";
import type { ShownFit } from "../../src/run/panel/shownFit.ts";
import { countText, rewardText } from "../../src/run/views/numberFormat.ts";
import { toldSentence } from "../../src/run/views/runSentences.ts";
import { visibleLine } from "../../src/run/views/visibleText.ts";
import { element, setText } from "../element.ts";
import { l10n } from "../words.ts";
import { alignmentSheet } from "./alignmentSheet.ts";
import { ChangedView, keyOf } from "./changedView.ts";
import { ChartView } from "./chartView.ts";
import { FactList } from "./factList.ts";
import { MistakesView, mistakeSorts } from "./mistakesView.ts";
import { NamedChoice } from "./namedChoice.ts";
import { overviewSheet } from "./overviewSheet.ts";
import type { PanelHost, PanelPage } from "./panelPage.ts";

const chartNames = ["alignment", "losses", "calibration", "effects"] as const;
type ChartName = (typeof chartNames)[number];

/** Other pages ask for a component with a query alone. */
const keptSchema = z.object({
  query: alignmentQuerySchema,
  over: z.optional(z.enum(["iterations", "pairs"])),
  charts: z.optional(z.record(z.string(), z.unknown())),
  mistakes: z.optional(
    z.object({
      mistake: z.int(),
      sort: z.object({ by: z.enum(mistakeSorts), descending: z.boolean() }),
    }),
  ),
  changed: z.optional(z.string()),
});

/** What rewards that are drawn by chance are named. */
const CHANCE = "random";
/** Fits that can be chosen from the list, and those whose texts stay at hand. */
const [OFFERED, KEPT] = [200, 10];

/** How rightly each local reward orders outputs, and one fit in depth: losses, certainty, mistakes, what it prefers. */
export class AlignmentPage implements PanelPage<AlignmentShown> {
  readonly root: HTMLElement;
  readonly #host: PanelHost;
  readonly #component: NamedChoice;
  readonly #fit: NamedChoice;
  readonly #over: NamedChoice;
  readonly #simulated = element("p", { class: "quiet" });
  readonly #charts: Readonly<Record<ChartName, ChartView>>;
  readonly #detail = element("article", { class: "fit" });
  readonly #title = element("h2");
  readonly #reason = element("p");
  readonly #facts = new FactList();
  readonly #older = element("p", { class: "notice" });
  readonly #inDepth = element("div", { class: "depth" });
  readonly #changed: ChangedView;
  readonly #mistakes: MistakesView;
  readonly #texts = new Map<number, ShownFit>();
  #query: AlignmentQuery = {};
  #isOverPairs = false;
  #shown: AlignmentShown | undefined;
  readonly #drawn = new Map<string, string>();
  /** The component whose texts are read. */
  #readFor: string | undefined;

  constructor(host: PanelHost) {
    this.#host = host;
    this.#component = new NamedChoice(l10n.t("Component"), (component) => this.#ask({ component }));
    this.#fit = new NamedChoice(l10n.t("Fit"), (seq) => this.#choose(Number(seq)));
    this.#over = new NamedChoice(l10n.t("Drawn over"), (over) => {
      this.#isOverPairs = over === "pairs";
      this.#drawAlignment();
      host.keep();
    });
    const chart = (title: string, file: string, onChoose?: (place: ChartPlace) => void) =>
      new ChartView({ title, file, host, ...(onChoose && { onChoose }) });
    this.#charts = {
      alignment: chart(l10n.t("Alignment of each local reward"), "alignment", (place) => {
        const found = alignmentAt(this.#shown?.components ?? [], place);
        if (found !== undefined) this.#ask({ component: found.component, fit: found.point.seq });
      }),
      losses: chart(l10n.t("Loss of the fit"), "alignment-losses"),
      calibration: chart(l10n.t("How certain it is, and how often right"), "alignment-calibration"),
      effects: chart(l10n.t("What it prefers"), "alignment-effects", ({ series, item }) => {
        const effect = series === 0 ? this.#shown?.chosen?.insight?.effects[item] : undefined;
        if (effect === undefined) return;
        this.#changed.chosen = keyOf(effect);
        host.keep();
      }),
    };
    this.#changed = new ChangedView(() => host.keep());
    this.#mistakes = new MistakesView(host);
    const { alignment, losses, calibration, effects } = this.#charts;
    this.#inDepth.append(effects.root, this.#changed.root, this.#mistakes.root);
    this.#detail.append(
      this.#title,
      this.#reason,
      this.#facts.root,
      this.#older,
      element("div", { class: "twoCharts" }, losses.root, calibration.root),
      this.#inDepth,
    );
    this.root = element(
      "section",
      { class: "alignment-page", "aria-label": this.title, tabindex: -1 },
      element("div", { class: "line choices" }, this.#over.root, this.#component.root, this.#fit.root),
      this.#simulated,
      alignment.root,
      this.#detail,
    );
    overviewSheet();
    alignmentSheet();
  }

  get title(): string {
    return l10n.t("Alignment");
  }

  show(shown: AlignmentShown): void {
    this.#shown = shown;
    const { components, chosen, simulated } = shown;
    setText(this.#simulated, simulated ? l10n.t("Made with the simulated model.") : "");
    this.#simulated.hidden = !simulated || components.length === 0;
    this.#offer(shown);
    this.#drawAlignment();
    this.#detail.hidden = chosen === null;
    if (chosen !== null) this.#drawFit(chosen);
  }

  focus(): void {
    if (this.#component.root.hidden) this.root.focus();
    else this.#component.focus();
  }

  query(): AlignmentQuery {
    return this.#query;
  }

  kept(): unknown {
    return {
      query: this.#query,
      over: this.#isOverPairs ? "pairs" : "iterations",
      charts: Object.fromEntries(chartNames.map((name) => [name, this.#charts[name].kept()])),
      mistakes: this.#mistakes.state,
      changed: this.#changed.chosen,
    };
  }

  restore(kept: unknown): void {
    const read = keptSchema.safeParse(kept);
    if (!read.success) return;
    const { query, over, charts, mistakes, changed } = read.data;
    this.#query = query;
    if (over !== undefined) this.#isOverPairs = over === "pairs";
    for (const name of chartNames) this.#charts[name].restore(charts?.[name]);
    if (mistakes !== undefined) this.#mistakes.state = mistakes;
    if (changed !== undefined) this.#changed.chosen = changed;
  }

  dispose(): void {
    for (const name of chartNames) this.#charts[name].dispose();
    this.root.remove();
  }

  #offer({ components, chosen }: AlignmentShown): void {
    const drawable = components.length > 0;
    this.#over.offer(
      drawable
        ? [
            { value: "iterations", label: l10n.t("iterations") },
            { value: "pairs", label: l10n.t("preference pairs") },
          ]
        : [],
      this.#isOverPairs ? "pairs" : "iterations",
    );
    this.#component.offer(
      components.map(({ component }) => ({ value: component, label: visibleLine(component) })),
      chosen?.component,
    );
    const fits = components.find(({ component }) => component === chosen?.component);
    this.#fit.offer(fits === undefined ? [] : offered(fits, chosen), chosen === null ? undefined : `${chosen.seq}`);
  }

  #drawAlignment(): void {
    const shown = this.#shown;
    if (shown === undefined) return;
    this.#onChange("alignment", [shown.components, shown.threshold, this.#isOverPairs], () =>
      this.#charts.alignment.show(
        (palette) => alignmentChart(shown, this.#isOverPairs ? "pairs" : "iterations", palette, l10n),
        shown.components.length === 0
          ? l10n.t(
              "No local reward was fitted yet. They are fitted after preference pairs were collected, first in stage 1; a run whose budget is too small for that fits them from what its searches show, and one whose candidates are all scored by the global reward fits none.",
            )
          : l10n.t("No alignment was measured: that takes pairs of at least two examples."),
      ),
    );
  }

  #drawFit(chosen: ChosenFit): void {
    const { component, iteration, insight, losses, reason } = chosen;
    setText(
      this.#title,
      iteration === 0
        ? l10n.t("{0}, before the first iteration", visibleLine(component))
        : l10n.t("{0}, iteration {1}", visibleLine(component), countText(iteration)),
    );
    setText(this.#reason, trustWords(chosen.trusted, toldSentence(reason, l10n)));
    this.#facts.show(factsOf(chosen));
    this.#older.hidden = insight !== null;
    setText(
      this.#older,
      insight !== null
        ? ""
        : chosen.backbone === CHANCE
          ? l10n.t(
              "This reward is drawn by chance, for others to be compared with: there is nothing more to tell of it.",
            )
          : l10n.t(
              "An earlier version recorded this fit, and kept neither its held-out losses, nor how certain it was, nor its mistakes and what it prefers. Run the experiment again, or resume the run if it was interrupted: every fit from then on tells them.",
            ),
    );
    this.#onChange("losses", losses, () =>
      this.#charts.losses.show((palette) => lossChart(losses, palette, l10n), l10n.t("Nothing had to be trained.")),
    );
    const { calibration, effects } = this.#charts;
    calibration.root.hidden = insight === null;
    this.#inDepth.hidden = insight === null;
    if (insight === null) return;
    this.#onChange("calibration", insight.calibration, () =>
      calibration.show(
        (palette) => calibrationChart(insight, palette, l10n),
        l10n.t("Nothing was held out: that takes pairs of at least two examples."),
      ),
    );
    this.#onChange("effects", insight.effects, () =>
      effects.show(
        (palette) => effectsChart(insight.effects, palette, l10n),
        l10n.t("No output was changed: they have no texts, or the fit is too small to pay for it."),
      ),
    );
    this.#drawTexts(chosen.component, chosen.seq, insight.hasTexts, insight.wrong);
  }

  #drawTexts(component: string, seq: number, hasTexts: boolean, wrong: number): void {
    const texts = hasTexts ? this.#texts.get(seq) : { kind: "none" as const };
    // Those of the fit before stay while these are fetched: what a person has in hand is not taken away for an instant.
    if (texts !== undefined || this.#readFor !== component) {
      this.#changed.show(texts);
      this.#mistakes.show(texts, wrong);
      this.#readFor = component;
    }
    if (texts !== undefined || this.#drawn.get("asked") === `${seq}`) return;
    this.#drawn.set("asked", `${seq}`);
    void this.#host.fit(seq).then((fit) => {
      this.#texts.set(seq, fit);
      for (const old of [...this.#texts.keys()].slice(0, -KEPT)) this.#texts.delete(old);
      this.#drawn.delete("asked");
      const chosen = this.#shown?.chosen;
      if (chosen?.insight != null) {
        this.#drawTexts(chosen.component, chosen.seq, chosen.insight.hasTexts, chosen.insight.wrong);
      }
    });
  }

  #choose(seq: number): void {
    const component = this.#shown?.chosen?.component;
    // The last fit stays the last one while the run goes on.
    const last = this.#shown?.components.find((curve) => curve.component === component)?.points.at(-1)?.seq;
    this.#ask({ ...(component !== undefined && { component }), ...(seq !== last && { fit: seq }) });
  }

  #ask(query: AlignmentQuery): void {
    this.#query = query;
    this.#host.keep();
    this.#host.ask();
  }

  #onChange(part: string, shown: unknown, draw: () => void): void {
    const text = JSON.stringify(shown);
    if (this.#drawn.get(part) === text) return;
    this.#drawn.set(part, text);
    draw();
  }
}

/** The newest fits, and the one that is looked at. */
function offered({ points }: AlignmentCurve, chosen: ChosenFit | null) {
  const newest = points.slice(-OFFERED);
  const shown = chosen === null || newest.some(({ seq }) => seq === chosen.seq) ? newest : [chosen, ...newest];
  return shown.toReversed().map(({ seq, iteration, pairs, alignment }) => ({
    value: `${seq}`,
    label: plural(
      l10n,
      "iteration {0}: {1} on {2, plural, one {# pair} other {# pairs}}",
      countText(iteration),
      rewardText(alignment),
      pairs,
    ),
  }));
}

function trustWords(trusted: boolean, reason: string): string {
  if (trusted) return l10n.t("Trusted: candidates are scored by this local reward.");
  return reason === ""
    ? l10n.t("Not trusted: candidates are scored by the global reward.")
    : l10n.t("Not trusted, candidates are scored by the global reward: {0}.", reason);
}

function factsOf(chosen: ChosenFit): (readonly [string, string])[] {
  const { alignment, low, high, heldOut, pairs, trainAlignment, insight, backbone } = chosen;
  const facts: (readonly [string, string])[] = [
    [
      l10n.t("Alignment"),
      low === null || high === null
        ? rewardText(alignment)
        : `${rewardText(alignment)} [${rewardText(low)}, ${rewardText(high)}]`,
    ],
    [l10n.t("On pairs trained on"), rewardText(trainAlignment)],
    [
      l10n.t("Held-out pairs"),
      insight === null
        ? l10n.t("{0} of {1}", countText(heldOut), countText(pairs))
        : plural(
            l10n,
            "{0} of {1}, from {2, plural, one {# example} other {# examples}}",
            countText(heldOut),
            countText(pairs),
            insight.examples,
          ),
    ],
  ];
  if (insight !== null) {
    facts.push([l10n.t("Ordered wrongly"), countText(insight.wrong)]);
    if (insight.brier !== null) facts.push([l10n.t("Brier score"), rewardText(insight.brier)]);
    if (insight.error !== null) facts.push([l10n.t("Calibration error"), rewardText(insight.error)]);
  }
  facts.push([l10n.t("Features"), visibleLine(backbone)]);
  return facts;
}
