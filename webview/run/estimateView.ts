import * as z from "zod/mini";
import { estimateChart } from "../../src/run/charts/estimateChart.ts";
import { toldEstimateSentence } from "../../src/run/views/estimateSentences.ts";
import type { EstimateStanding } from "../../src/run/views/estimateStanding.ts";
import { estimateNotes, estimateWords, noEstimateWords } from "../../src/run/views/estimateStandingWords.ts";
import { visibleLine } from "../../src/run/views/visibleText.ts";
import { element, setText, table } from "../element.ts";
import { l10n } from "../words.ts";
import { ChartView } from "./chartView.ts";
import type { PanelHost } from "./panelPage.ts";

const keptSchema = z.object({ how: z.optional(z.boolean()), chart: z.optional(z.unknown()) });

/** What was estimated before a run beside what came of it: as a table, as a picture, and how it was computed. */
export class EstimateView {
  readonly root: HTMLElement;
  readonly #table = element("div", { class: "scroll", tabindex: 0, role: "region" });
  readonly #notes = element("ul", { class: "notes quiet" });
  readonly #none = element("p", { class: "quiet" });
  readonly #chart: ChartView;
  readonly #sentences = element("ul", { class: "notes" });
  readonly #how: HTMLDetailsElement;
  #drawn = "";

  constructor(host: PanelHost) {
    const title = l10n.t("Estimate and what came");
    this.#chart = new ChartView({ title: l10n.t("What came, beside what was estimated"), file: "estimate", host });
    this.#table.setAttribute("aria-label", title);
    this.#how = element(
      "details",
      {},
      element("summary", {}, l10n.t("How the estimate was computed")),
      this.#sentences,
    );
    this.#how.addEventListener("toggle", () => host.keep());
    this.root = element(
      "div",
      { class: "part estimate" },
      element("h2", {}, title),
      this.#none,
      this.#table,
      this.#notes,
      this.#chart.root,
      this.#how,
    );
  }

  show(standing: EstimateStanding | null): void {
    const text = JSON.stringify(standing);
    if (text === this.#drawn) return;
    this.#drawn = text;
    setText(this.#none, standing === null ? noEstimateWords(l10n) : "");
    this.#none.hidden = standing !== null;
    for (const part of [this.#table, this.#how]) part.hidden = standing === null;
    this.#chart.root.hidden = standing === null;
    const notes = standing === null ? [] : estimateNotes(standing, l10n);
    this.#notes.hidden = notes.length === 0;
    this.#notes.replaceChildren(...notes.map((note) => element("li", {}, note)));
    if (standing === null) return;
    this.#table.replaceChildren(
      table(
        standing.over
          ? l10n.t("What was estimated before the run, and what came")
          : l10n.t("What was estimated before the run, and what came so far"),
        [l10n.t("Of"), l10n.t("Estimated"), l10n.t("Came"), l10n.t("Of what was likely"), l10n.t("Beside the range")],
        estimateWords(standing, l10n).map(({ unit, estimated, came, share, place }) => [
          unit,
          estimated,
          came,
          share,
          place,
        ]),
      ),
    );
    this.#chart.show((palette) => estimateChart(standing, palette, l10n), l10n.t("There is nothing to compare yet."));
    this.#sentences.replaceChildren(
      ...standing.sentences.map((sentence) => element("li", {}, visibleLine(toldEstimateSentence(sentence, l10n)))),
    );
  }

  kept(): unknown {
    return { how: this.#how.open, chart: this.#chart.kept() };
  }

  restore(kept: unknown): void {
    const read = keptSchema.safeParse(kept);
    if (!read.success) return;
    this.#how.open = read.data.how === true;
    this.#chart.restore(read.data.chart);
  }

  dispose(): void {
    this.#chart.dispose();
  }
}
