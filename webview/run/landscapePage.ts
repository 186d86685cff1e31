import * as z from "zod/mini";
import { candidateHint } from "../../src/run/charts/candidateMarks.ts";
import { candidateAt, candidatesChart } from "../../src/run/charts/candidatesChart.ts";
import type { ChartPlace } from "../../src/run/charts/chart.ts";
import { importanceChart } from "../../src/run/charts/importanceChart.ts";
import { localGlobalChart, pairAt } from "../../src/run/charts/localGlobalChart.ts";
import { modelChoiceChart, modelsChart } from "../../src/run/charts/modelsChart.ts";
import { optionCurveChart } from "../../src/run/charts/optionCurveChart.ts";
import { optionGridChart } from "../../src/run/charts/optionGridChart.ts";
import { plural } from "../../src/run/l10n.ts";
import {
  type CandidatePoint,
  type ChosenLandscape,
  type LandscapeQuery,
  type LandscapeShown,
  landscapeQuerySchema,
  type OptionsLandscape,
} from "../../src/run/panel/landscapeShown.ts";
import { countText } from "../../src/run/views/numberFormat.ts";
import { visibleLine } from "../../src/run/views/visibleText.ts";
import { element, setText } from "../element.ts";
import { l10n } from "../words.ts";
import { CandidateText } from "./candidateText.ts";
import { ChartView } from "./chartView.ts";
import { landscapeSheet } from "./landscapeSheet.ts";
import { LinesView } from "./linesView.ts";
import { NamedChoice } from "./namedChoice.ts";
import type { PanelHost, PanelPage } from "./panelPage.ts";

type ChartName = "curve" | "grid" | "importance" | "models" | "choice" | "pairs" | "candidates";

const keptSchema = z.object({ query: landscapeQuerySchema, charts: z.record(z.string(), z.unknown()) });

/** How local and global reward go over what was tried in one component. */
export class LandscapePage implements PanelPage<LandscapeShown> {
  readonly root: HTMLElement;
  readonly #host: PanelHost;
  readonly #component: NamedChoice;
  readonly #x: NamedChoice;
  readonly #y: NamedChoice;
  readonly #reward: NamedChoice;
  readonly #facts = element("p", { class: "facts quiet" });
  readonly #none = element("p", { class: "quiet" });
  readonly #charts: Readonly<Record<ChartName, ChartView>>;
  readonly #lines: LinesView;
  readonly #text: CandidateText;
  #query: LandscapeQuery = {};
  #chosen: ChosenLandscape | null = null;
  #drawn = "";
  /** The candidate whose text is shown was pointed to. */
  #isPointed = false;

  constructor(host: PanelHost) {
    this.#host = host;
    this.#component = new NamedChoice(l10n.t("Component"), (component) => this.#ask({ component }, true));
    this.#x = new NamedChoice(l10n.t("Option across"), (x) => this.#ask({ ...this.#query, x }));
    this.#y = new NamedChoice(l10n.t("Option upwards"), (y) => this.#ask({ ...this.#query, y }));
    this.#reward = new NamedChoice(l10n.t("Reward"), (reward) => {
      // A range of the one reward says nothing of the other.
      const ranges = this.#query.ranges?.filter(({ key }) => key !== null);
      this.#ask({ ...this.#query, ranges, reward: reward === "local" ? "local" : "global" });
    });
    this.#lines = new LinesView(host, (ranges) => this.#ask({ ...this.#query, ranges: [...ranges] }));
    this.#text = new CandidateText(host);
    const chart = (title: string, file: string, find?: (place: ChartPlace) => CandidatePoint | undefined) =>
      new ChartView({
        title,
        file,
        host,
        ...(find === undefined
          ? {}
          : {
              onPoint: (place: ChartPlace) => this.#point(find(place)),
              onChoose: (place: ChartPlace) => {
                this.#point(find(place));
                this.#text.compare();
              },
            }),
      });
    this.#charts = {
      curve: chart(l10n.t("Local and global reward over one option"), "landscape-curve"),
      grid: chart(l10n.t("Reward over two options"), "landscape-map"),
      importance: chart(l10n.t("Importance of each option"), "landscape-importance"),
      models: chart(l10n.t("Reward of each model"), "landscape-models"),
      choice: chart(l10n.t("Models chosen for each input"), "landscape-choice"),
      pairs: chart(l10n.t("Local against global reward"), "landscape-rewards", (place) =>
        pairAt(this.#chosen?.pairs ?? [], place),
      ),
      candidates: chart(l10n.t("Candidates over the iterations"), "landscape-candidates", (place) =>
        candidateAt(this.#chosen?.candidates ?? [], place),
      ),
    };
    const { curve, grid, importance, models, choice, pairs, candidates } = this.#charts;
    const choices = [this.#component, this.#x, this.#y, this.#reward].map(({ root }) => root);
    this.root = element(
      "section",
      { class: "landscape-page", "aria-label": this.title },
      element("div", { class: "line choices" }, ...choices),
      this.#facts,
      this.#none,
      ...[curve, grid, this.#lines, importance, models, choice, pairs].map(({ root }) => root),
      this.#text.root,
      candidates.root,
    );
    landscapeSheet();
  }

  get title(): string {
    return l10n.t("Landscape");
  }

  show({ components, chosen }: LandscapeShown): void {
    this.#component.offer(
      components.map(({ name, kind }) => ({ value: name, label: `${visibleLine(name)} (${kindWords(kind)})` })),
      chosen?.name,
    );
    const drawn = JSON.stringify([chosen, this.#query.ranges]);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    if (chosen?.name !== this.#chosen?.name) this.#forget();
    this.#chosen = chosen;
    this.#showOptions(chosen?.options ?? null);
    this.#showModels(chosen);
    this.#showCandidates(chosen);
  }

  focus(): void {
    this.#component.focus();
  }

  query(): LandscapeQuery {
    return this.#query;
  }

  kept(): unknown {
    const charts = Object.entries(this.#charts).map(([name, chart]) => [name, chart.kept()]);
    return { query: this.#query, charts: { ...Object.fromEntries(charts), lines: this.#lines.kept() } };
  }

  restore(kept: unknown): void {
    const read = keptSchema.safeParse(kept);
    if (!read.success) return;
    this.#query = read.data.query;
    for (const [name, chart] of Object.entries(this.#charts)) chart.restore(read.data.charts[name]);
    this.#lines.restore(read.data.charts.lines);
  }

  dispose(): void {
    this.#text.dispose();
    this.#lines.dispose();
    for (const chart of Object.values(this.#charts)) chart.dispose();
    this.root.remove();
  }

  #showOptions(options: OptionsLandscape | null): void {
    const { curve, grid, importance } = this.#charts;
    const several = options !== null && options.keys.length > 1;
    const keys = (options?.keys ?? []).map((key) => ({ value: key, label: visibleLine(key) }));
    this.#x.offer(several ? keys : [], options?.curve.key);
    this.#y.offer(several ? keys.filter(({ value }) => value !== options.curve.key) : [], options?.grid?.y);
    this.#reward.offer(
      several
        ? [
            { value: "global", label: l10n.t("global reward") },
            { value: "local", label: l10n.t("local reward") },
          ]
        : [],
      options?.reward,
    );
    curve.root.hidden = options === null;
    grid.root.hidden = !several;
    this.#lines.root.hidden = !several;
    importance.root.hidden = !several;
    if (options === null) return;
    curve.show((palette) => optionCurveChart(options.curve, palette, l10n), l10n.t("Nothing was scored yet."));
    if (!several) return;
    const unscored = l10n.t("No value has this reward yet.");
    grid.show((palette) => options.grid && optionGridChart(options.grid, palette, l10n), unscored);
    this.#lines.show(options.lines, this.#query.ranges ?? []);
    importance.show(
      (palette) => importanceChart(options.importance, palette, l10n),
      l10n.t("Too few values were scored to tell which option matters."),
    );
  }

  #showModels(chosen: ChosenLandscape | null): void {
    const { models, choice } = this.#charts;
    const isModel = chosen?.kind === "model";
    models.root.hidden = !isModel;
    choice.root.hidden = !isModel;
    if (!isModel) return;
    models.show((palette) => modelsChart(chosen.models, palette, l10n), l10n.t("No model was scored yet."));
    choice.show(
      (palette) => chosen.choice && modelChoiceChart(chosen.choice, palette, l10n),
      l10n.t("No update has left the choice of a model to each input."),
    );
  }

  #showCandidates(chosen: ChosenLandscape | null): void {
    const { pairs, candidates } = this.#charts;
    const any = chosen !== null && chosen.candidates.length > 0;
    this.#none.hidden = any;
    this.#facts.hidden = chosen === null;
    pairs.root.hidden = !any;
    candidates.root.hidden = !any;
    this.#text.root.hidden = !any;
    setText(
      this.#none,
      chosen === null
        ? l10n.t("The run has no component whose value could be changed.")
        : l10n.t("Nothing was tried in this component yet."),
    );
    if (chosen === null) return;
    setText(
      this.#facts,
      plural(
        l10n,
        "Different values: {0}. Scored: {1, plural, one {# time} other {# times}}.",
        countText(chosen.values),
        chosen.scored,
      ),
    );
    if (!any) return;
    pairs.show(
      (palette) => localGlobalChart(chosen, palette, l10n),
      l10n.t("No candidate has both a local and a global reward yet: the gate gives the global one."),
    );
    candidates.show((palette) => candidatesChart(chosen, palette, l10n), l10n.t("Nothing was scored yet."));
    // Until a person points to another one, what is read is what is in force.
    const inForce = chosen.candidates.findLast(({ mark }) => mark === "current") ?? chosen.candidates.at(-1);
    if (this.#isPointed || inForce?.seq === this.#text.pointed?.seq) return;
    this.#tell(inForce);
  }

  #point(candidate: CandidatePoint | undefined): void {
    this.#isPointed ||= candidate !== undefined;
    this.#tell(candidate);
  }

  #tell(candidate: CandidatePoint | undefined): void {
    if (candidate === undefined || this.#chosen === null) return;
    const [, ...facts] = candidateHint(candidate, l10n);
    this.#text.point({
      component: this.#chosen.name,
      seq: candidate.seq,
      facts: facts.join(", "),
      current: candidate.mark === "current",
    });
  }

  /** @param anew another component is looked at */
  #ask(query: LandscapeQuery, anew = false): void {
    this.#query = query;
    if (anew) this.#forget();
    this.#host.keep();
    this.#host.ask();
  }

  #forget(): void {
    this.#isPointed = false;
    this.#text.clear();
  }
}

function kindWords(kind: ChosenLandscape["kind"]): string {
  switch (kind) {
    case "prompt":
      return l10n.t("prompt");
    case "options":
      return l10n.t("options");
    case "model":
      return l10n.t("choice of model");
    case "weights":
      return l10n.t("weights");
    default:
      throw new Error(`unknown kind ${kind satisfies never}`);
  }
}
