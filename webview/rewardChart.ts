import type { RunOutput } from "../src/run/runOutput.ts";
import { type RunChart, runChart } from "../src/run/runOutputChart.ts";
import { rewardText } from "../src/run/views/numberFormat.ts";
import { decisionWords } from "../src/run/views/runWords.ts";
import { element, svgElement, table } from "./element.ts";
import { fold, refill } from "./fold.ts";
import type { Unfolded } from "./unfolded.ts";
import { l10n } from "./words.ts";

const HEIGHT = 190;
const [NARROWEST, WIDEST] = [280, 900];

/** Reward over iterations: a picture as wide as there is room, and the same figures as a table behind it. */
export class RewardChart {
  readonly root: HTMLElement;
  readonly #picture = element("div", { class: "picture" });
  readonly #table: HTMLDetailsElement;
  readonly #resizing: ResizeObserver;
  #output: RunOutput | undefined;
  #width = 640;
  #drawn = "";

  constructor(runId: string, unfolded: Unfolded) {
    this.#table = fold([l10n.t("Figures of the chart")], `${runId} figures`, unfolded, () => this.#figures());
    this.root = element("section", { "aria-label": l10n.t("Reward over iterations") }, this.#picture, this.#table);
    this.#resizing = new ResizeObserver(([entry]) => {
      if (entry === undefined || entry.contentRect.width === 0) return;
      this.#width = Math.round(Math.min(WIDEST, Math.max(NARROWEST, entry.contentRect.width)));
      this.#draw();
    });
    this.#resizing.observe(this.#picture);
  }

  show(output: RunOutput): void {
    this.#output = output;
    this.#draw();
  }

  release(): void {
    this.#resizing.disconnect();
  }

  #draw(): void {
    if (this.#output === undefined) return;
    const chart = runChart(this.#output, { width: this.#width, height: HEIGHT }, l10n);
    this.root.hidden = chart === null;
    if (chart === null) return;
    const looks = JSON.stringify(chart);
    if (looks === this.#drawn) return;
    this.#drawn = looks;
    this.#picture.replaceChildren(picture(chart), legend());
    refill(this.#table, () => this.#figures());
  }

  #figures(): HTMLElement {
    const { rewards = [], gates = [] } = this.#output ?? {};
    const scored = new Map(gates.map((gate) => [gate.iteration, gate]));
    const iterations = [...new Set([...rewards, ...gates].map(({ iteration }) => iteration))].sort((a, b) => a - b);
    const inForce = (iteration: number) => rewards.findLast((point) => point.iteration <= iteration)?.mean;
    return element(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": l10n.t("Figures of the chart") },
      table(
        l10n.t("Mean validation reward; iterations that changed nothing may be left out."),
        [l10n.t("iteration"), l10n.t("in force after it"), l10n.t("its update scored"), l10n.t("decision")],
        iterations.map((iteration) => {
          const gate = scored.get(iteration);
          return [
            String(iteration),
            rewardText(inForce(iteration)),
            rewardText(gate?.after),
            gate === undefined ? "–" : decisionWords(gate.accepted ? "accepted" : "rejected", l10n),
          ];
        }),
      ),
    );
  }
}

function picture({ width, height, plot, xTicks, yTicks, line, gates, summary }: RunChart): SVGSVGElement {
  const ordered = [...gates].sort((a, b) => Number(a.accepted) - Number(b.accepted));
  return svgElement(
    "svg",
    { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": summary },
    ...yTicks.flatMap(({ at, label }) => [
      svgElement("path", { class: "grid", d: `M${plot.left} ${at}H${plot.right}` }),
      svgElement("text", { x: plot.left - 6, y: at + 4, "text-anchor": "end" }, label),
    ]),
    ...xTicks.map(({ at, label }) =>
      svgElement("text", { x: at, y: plot.bottom + 16, "text-anchor": "middle" }, label),
    ),
    svgElement("path", { class: "line", d: line }),
    ...ordered.map(({ x, y, accepted }) =>
      svgElement("circle", { class: accepted ? "accepted" : "rejected", cx: x, cy: y, r: accepted ? 4.5 : 3.5 }),
    ),
  );
}

function legend(): HTMLElement {
  const sign = (...shapes: readonly SVGElement[]) =>
    svgElement("svg", { width: 16, height: 10, viewBox: "0 0 16 10", "aria-hidden": "true" }, ...shapes);
  return element(
    "p",
    { class: "legend" },
    element(
      "span",
      {},
      sign(svgElement("path", { class: "line", d: "M0 8H8V2H16" })),
      l10n.t("validation reward in force"),
    ),
    element(
      "span",
      {},
      sign(svgElement("circle", { class: "accepted", cx: 8, cy: 5, r: 4.5 })),
      l10n.t("accepted update"),
    ),
    element(
      "span",
      {},
      sign(svgElement("circle", { class: "rejected", cx: 8, cy: 5, r: 3.5 })),
      l10n.t("rejected update, at the reward it reached"),
    ),
  );
}
