import { csvText, jsonlText } from "../../src/run/charts/tableText.ts";
import { plural } from "../../src/run/l10n.ts";
import type { ShownFit, ShownMistake } from "../../src/run/panel/shownFit.ts";
import { countText, rewardText } from "../../src/run/views/numberFormat.ts";
import { visibleLine } from "../../src/run/views/visibleText.ts";
import { element, setAttributes, setText } from "../element.ts";
import { Button } from "../toolkit.ts";
import { l10n } from "../words.ts";
import type { PanelHost } from "./panelPage.ts";
import { type Sort, SortedTable } from "./sortedTable.ts";
import { TextPair } from "./textPair.ts";

export const mistakeSorts = ["example", "certainty", "gap"] as const;
export type MistakeSort = (typeof mistakeSorts)[number];

/** What is looked at, and how it is sorted. */
export interface MistakesState {
  /** Place of a pair among those of the fit, from 0. */
  readonly mistake: number;
  readonly sort: Sort<MistakeSort>;
}

export const plainMistakes: MistakesState = { mistake: 0, sort: { by: "certainty", descending: true } };

/** Characters of a text in the table. */
const BRIEF = 80;

/** Pairs that a local reward orders wrongly, and one of them side by side. */
export class MistakesView {
  readonly root: HTMLElement;
  readonly #table: SortedTable<MistakeSort>;
  readonly #note = element("p", { class: "quiet" });
  readonly #detail: HTMLElement;
  readonly #title = element("h4");
  readonly #input = element("pre", { tabindex: 0, role: "group" });
  readonly #pair = new TextPair();
  readonly #host: Pick<PanelHost, "keep" | "say" | "save">;
  readonly #tools = element("div", { class: "tools", role: "toolbar" });
  #state: MistakesState = plainMistakes;
  #mistakes: readonly ShownMistake[] = [];

  constructor(host: Pick<PanelHost, "keep" | "say" | "save">) {
    this.#host = host;
    this.#table = new SortedTable<MistakeSort>({
      caption: () => l10n.t("Held-out pairs that the local reward orders wrongly, those that it is most certain of"),
      columns: [
        { title: () => l10n.t("Example"), sort: "example" },
        { title: () => l10n.t("Certain of it"), sort: "certainty", number: true },
        { title: () => l10n.t("Margin"), number: true },
        { title: () => l10n.t("Global gap"), sort: "gap", number: true },
        { title: () => l10n.t("Input") },
        { title: () => l10n.t("Preferred") },
        { title: () => l10n.t("Truly better") },
      ],
      onSort: (by) => {
        const { sort } = this.#state;
        this.#change({ sort: { by, descending: by === sort.by ? !sort.descending : by !== "example" } });
      },
      onChoose: (key) => {
        this.#change({ mistake: Number(key) });
        host.say(this.#title.textContent ?? "");
      },
    });
    for (const kind of ["csv", "jsonl"] as const) {
      const button = new Button(kind.toUpperCase(), () => this.#save(kind));
      setAttributes(button.root, { "aria-label": l10n.t("Save as {0}", kind.toUpperCase()) });
      this.#tools.append(button.root);
    }
    this.#input.setAttribute("aria-label", l10n.t("Input"));
    this.#detail = element(
      "article",
      { class: "pair" },
      this.#title,
      element("div", {}, element("h4", {}, l10n.t("Input")), this.#input),
      this.#pair.root,
    );
    this.root = element(
      "section",
      { class: "mistakes", "aria-label": l10n.t("Pairs that it gets most wrong") },
      element("div", { class: "line" }, element("h3", {}, l10n.t("Pairs that it gets most wrong")), this.#tools),
      this.#note,
      this.#table.root,
      this.#detail,
    );
  }

  get state(): MistakesState {
    return this.#state;
  }

  set state(state: MistakesState) {
    this.#state = state;
  }

  /** @param wrong pairs that are ordered wrongly, in all; undefined `fit` while its texts are on their way */
  show(fit: ShownFit | undefined, wrong: number): void {
    this.#mistakes = fit?.kind === "texts" ? fit.mistakes : [];
    setText(this.#note, noteOf(fit, wrong));
    this.#draw();
  }

  #change(change: Partial<MistakesState>): void {
    this.#state = { ...this.#state, ...change };
    this.#draw();
    this.#host.keep();
  }

  /** All pairs with their whole texts, in the order of the table. */
  #save(kind: "csv" | "jsonl"): void {
    const table = {
      columns: [
        l10n.t("example"),
        l10n.t("input"),
        l10n.t("preferred by the local reward"),
        l10n.t("truly better"),
        l10n.t("global reward of the preferred"),
        l10n.t("global reward of the better"),
        l10n.t("margin"),
      ],
      rows: this.#sorted().map(({ shown }) => [
        shown.example,
        shown.input,
        textOf(shown, "removed"),
        textOf(shown, "added"),
        shown.preferredScore,
        shown.betterScore,
        shown.margin,
      ]),
    };
    this.#host.save(`alignment-mistakes.${kind}`, kind === "csv" ? csvText(table) : jsonlText(table));
  }

  #sorted(): { readonly shown: ShownMistake; readonly place: number }[] {
    const { by, descending } = this.#state.sort;
    const sign = descending ? -1 : 1;
    const rows = this.#mistakes.map((shown, place) => ({ shown, place }));
    return rows.sort((a, b) => {
      const [x, y] = [sortKey(a.shown, by), sortKey(b.shown, by)];
      return x === y ? a.place - b.place : x < y ? -sign : sign;
    });
  }

  #draw(): void {
    const { mistake, sort } = this.#state;
    const rows = this.#sorted();
    this.#tools.hidden = rows.length === 0;
    const chosen = rows.find(({ place }) => place === mistake) ?? rows[0];
    this.#table.root.hidden = rows.length === 0;
    this.#table.show(
      rows.map(({ shown, place }) => ({
        key: String(place),
        cells: [
          shown.example,
          rewardText(certaintyOf(shown)),
          rewardText(shown.margin),
          rewardText(gapOf(shown)),
          brief(shown.input),
          brief(textOf(shown, "removed")),
          brief(textOf(shown, "added")),
        ],
        chosen: place === chosen?.place,
      })),
      sort,
    );
    this.#detail.hidden = chosen === undefined;
    if (chosen !== undefined) this.#drawPair(chosen.shown);
  }

  #drawPair(shown: ShownMistake): void {
    setText(this.#title, l10n.t("Example {0}", shown.example));
    this.#detail.setAttribute("aria-label", l10n.t("Example {0}", shown.example));
    setText(this.#input, shown.input);
    this.#pair.show(
      shown.diff,
      {
        title: l10n.t("Preferred by the local reward"),
        facts: l10n.t(
          "global reward {0}, predicted to be the better one with {1}",
          rewardText(shown.preferredScore),
          rewardText(certaintyOf(shown)),
        ),
      },
      { title: l10n.t("Truly better"), facts: l10n.t("global reward {0}", rewardText(shown.betterScore)) },
    );
  }
}

function noteOf(fit: ShownFit | undefined, wrong: number): string {
  if (wrong === 0) return l10n.t("It orders all held-out pairs rightly.");
  switch (fit?.kind) {
    case undefined:
      return l10n.t("Reading the pairs …");
    case "none":
      return l10n.t("The texts of this fit are not in the run's folder: a run keeps those of its last fits.");
    case "unreadable":
      return fit.message;
    case "texts":
      return plural(
        l10n,
        "{0} of {1, plural, one {# pair that is} other {# pairs that are}} ordered wrongly.",
        countText(fit.mistakes.length),
        wrong,
      );
  }
}

/** How probable it held the wrong output to be the better one. */
function certaintyOf({ margin }: ShownMistake): number {
  return 1 / (1 + Math.exp(-Math.abs(margin)));
}

function gapOf({ betterScore, preferredScore }: ShownMistake): number {
  return betterScore - preferredScore;
}

function sortKey(shown: ShownMistake, by: MistakeSort): string | number {
  return by === "example" ? shown.example : by === "gap" ? gapOf(shown) : certaintyOf(shown);
}

/** One of the two texts. */
function textOf({ diff }: ShownMistake, side: "removed" | "added"): string {
  return diff.flatMap((part) => (part.kind === "same" || part.kind === side ? [part.text] : [])).join("");
}

/** The beginning of a text, on one line. */
function brief(text: string): string {
  const line = visibleLine(text.slice(0, 4 * BRIEF));
  return line.length > BRIEF ? `${[...line].slice(0, BRIEF - 1).join("")}…` : line;
}
