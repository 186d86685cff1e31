import { pointAt, winsChart } from "../../src/run/charts/winsChart.ts";
import type { ExamplesShown } from "../../src/run/panel/exampleScores.ts";
import type { RunDeed } from "../../src/run/panel/panelMessage.ts";
import type { UpdateDetail } from "../../src/run/panel/updatesModel.ts";
import type { exampleSorts, UpdatesQuery } from "../../src/run/panel/updatesQuery.ts";
import { changeText, countText, differenceText, rewardText, runsText } from "../../src/run/views/numberFormat.ts";
import { toldSentence } from "../../src/run/views/runSentences.ts";
import { decisionWords } from "../../src/run/views/runWords.ts";
import { element, setAttributes, setText } from "../element.ts";
import { Button, Checkbox } from "../toolkit.ts";
import { l10n } from "../words.ts";
import { ChartView } from "./chartView.ts";
import { DiffView } from "./diffView.ts";
import type { PanelHost } from "./panelPage.ts";
import { Pager, SortedTable } from "./sortedTable.ts";

type ExampleSort = (typeof exampleSorts)[number];
type Examples = UpdatesQuery["examples"];

/** Rows of the gate in a list; as many as the model gives at once. */
const LISTED = 50;

/** One update in depth. */
export class UpdateView {
  readonly root = element("article", { class: "update" });
  readonly #heading = element("h2");
  readonly #reason = element("p");
  readonly #facts = element("dl", { class: "facts" });
  readonly #buttons: ReadonlyMap<RunDeed, Button>;
  readonly #diff: DiffView;
  readonly #rows = element("section", { class: "examples" });
  readonly #chart: ChartView;
  readonly #changedOnly: Checkbox;
  readonly #table: SortedTable<ExampleSort>;
  readonly #pager: Pager;
  #update: UpdateDetail | null = null;
  #examples: Examples | undefined;
  /** The row that was opened last, of which update: whoever comes back goes on there. */
  #opened: { readonly seq: number; readonly at: number } | undefined;

  /** @param onAsk told what else of the rows is to be seen */
  constructor(host: PanelHost, onAsk: (examples: Partial<Examples>) => void) {
    const does = (deed: RunDeed, label: string) =>
      [
        deed,
        new Button(label, () => {
          if (this.#update !== null) host.do(deed, this.#update.seq);
        }),
      ] as const;
    this.#buttons = new Map([
      does("diff", l10n.t("Open in Diff Editor")),
      does("apply", l10n.t("Apply")),
      does("revert", l10n.t("Revert to Here")),
      does("branch", l10n.t("Branch a New Run from Here")),
    ]);
    const open = (at: number) => {
      if (this.#update === null) return;
      this.#opened = { seq: this.#update.seq, at };
      host.open("examples", { ...this.#opened, rejected: this.#update.decision === "rejected" });
    };
    this.#diff = new DiffView(() => host.keep());
    this.#chart = new ChartView({
      title: l10n.t("Scores before and after, row by row"),
      file: "update-scores",
      host,
      onChoose: (place) => {
        const point = pointAt(this.#update?.examples?.points ?? [], place);
        if (point !== undefined) open(point.at);
      },
    });
    this.#changedOnly = new Checkbox(l10n.t("Only rows that changed"), (changedOnly) =>
      onAsk({ changedOnly, from: 0 }),
    );
    this.#table = new SortedTable<ExampleSort>({
      caption: () => l10n.t("Scores of the validation rows. Choose one to see what each component gave."),
      columns: [
        { title: () => l10n.t("Example"), sort: "example" },
        { title: () => l10n.t("Before"), sort: "before", number: true },
        { title: () => l10n.t("After"), sort: "after", number: true },
        { title: () => l10n.t("Change"), sort: "change", number: true },
      ],
      onSort: (by) => {
        const sort = this.#examples?.sort;
        onAsk({ sort: { by, descending: by === sort?.by ? !sort.descending : by !== "example" }, from: 0 });
      },
      onChoose: (at) => open(Number(at)),
    });
    this.#pager = new Pager(l10n.t("Pages of rows"), LISTED, (from) => onAsk({ from }));
    this.#rows.append(this.#chart.root, this.#changedOnly.root, this.#table.root, this.#pager.root);
    const buttons = element("div", { class: "line" }, ...[...this.#buttons.values()].map(({ root }) => root));
    this.root.append(this.#heading, this.#reason, this.#facts, buttons, this.#diff.root, this.#rows);
  }

  /** @param examples what is asked for of the rows */
  show(update: UpdateDetail | null, examples: Examples, simulated: boolean): void {
    this.#update = update;
    this.#examples = examples;
    this.root.hidden = update === null;
    if (update === null) return;
    const { component, iteration, decision, reason } = update;
    const title = l10n.t("{0}, iteration {1}: {2}", component, iteration, decisionWords(decision, l10n));
    setText(this.#heading, title);
    setAttributes(this.root, { "aria-label": title });
    setText(this.#reason, sentence(toldSentence(reason, l10n)));
    this.#showFacts(update, simulated);
    const same = decision === "unchanged" ? l10n.t("No value was put to the gate in this iteration.") : undefined;
    for (const deed of ["diff", "apply"] as const) {
      const button = this.#buttons.get(deed);
      if (button !== undefined) button.refusal = same;
    }
    this.#diff.root.hidden = decision === "unchanged";
    this.#diff.show(decision === "accepted" ? l10n.t("What changed") : l10n.t("What would have changed"), update.diff);
    this.#showRows(update.examples, examples);
  }

  /** Puts the focus on the row that was opened from here. @returns false where that is not to be seen */
  focusOpened(): boolean {
    const opened = this.#opened;
    if (opened === undefined || opened.seq !== this.#update?.seq) return false;
    return this.#table.focusOn(String(opened.at));
  }

  kept(): { readonly onlyDifferences: boolean; readonly chart: unknown } {
    return { onlyDifferences: this.#diff.onlyDifferences, chart: this.#chart.kept() };
  }

  restore(kept: object): void {
    if ("onlyDifferences" in kept) this.#diff.onlyDifferences = kept.onlyDifferences === true;
    if ("chart" in kept) this.#chart.restore(kept.chart);
  }

  dispose(): void {
    this.#chart.dispose();
  }

  #showFacts(update: UpdateDetail, simulated: boolean): void {
    const { scores, scorer, rewardBefore, rewardAfter, cost } = update;
    const facts = [
      ...(scores === null
        ? []
        : [
            [
              l10n.t("Validation score"),
              `${rewardText(scores.before)} → ${rewardText(scores.after)} (${differenceText({ ...scores, mean: scores.change })})`,
            ],
            [
              l10n.t("Rows"),
              scores.n < scores.rows
                ? l10n.t("{0} of {1}, given up early", countText(scores.n), countText(scores.rows))
                : countText(scores.n),
            ],
            [
              l10n.t("Row by row"),
              l10n.t(
                "{0} better, {1} worse, {2} equal",
                countText(scores.wins),
                countText(scores.losses),
                countText(scores.ties),
              ),
            ],
          ]),
      [
        scorerName(scorer),
        `${rewardText(rewardBefore)} → ${rewardText(rewardAfter)} (${changeText(rewardAfter - rewardBefore)})`,
      ],
      [l10n.t("System runs"), runsText(cost)],
      ...(simulated ? [[l10n.t("Model"), l10n.t("simulated model")]] : []),
    ];
    const made = facts.map(([title = "", value = ""]) =>
      element("div", {}, element("dt", {}, title), element("dd", {}, value)),
    );
    if (!made.every((fact, index) => this.#facts.children[index]?.isEqualNode(fact) === true)) {
      this.#facts.replaceChildren(...made);
    }
    for (const left of [...this.#facts.children].slice(made.length)) left.remove();
  }

  #showRows(shown: ExamplesShown | null, { changedOnly, sort }: Examples): void {
    this.#rows.hidden = shown === null;
    if (shown === null) return;
    this.#chart.show((palette) => winsChart(shown.points, palette, l10n), l10n.t("No row was compared."));
    this.#changedOnly.checked = changedOnly;
    this.#changedOnly.label = l10n.t(
      "Only rows that changed ({0} of {1})",
      countText(shown.changed),
      countText(shown.total),
    );
    this.#table.show(
      shown.listed.map(({ at, example, before, after }) => ({
        key: String(at),
        cells: [example, rewardText(before), rewardText(after), changeText(after - before)],
        look: after > before ? "better" : after < before ? "worse" : "equal",
      })),
      sort,
    );
    this.#pager.show(shown.from, shown.listed.length, shown.meant);
  }
}

function scorerName(scorer: UpdateDetail["scorer"]): string {
  switch (scorer) {
    case "local":
      return l10n.t("Local reward");
    case "global":
      return l10n.t("Global reward");
    case "random":
      return l10n.t("Random reward");
  }
}

function sentence(text: string): string {
  const trimmed = text.trim().replace(/[.\s]*$/, "");
  return trimmed === "" ? "" : `${trimmed.charAt(0).toUpperCase()}${trimmed.slice(1)}.`;
}
