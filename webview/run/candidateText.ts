import { valueToldBy } from "../../src/run/panel/toldValue.ts";
import { countText } from "../../src/run/views/numberFormat.ts";
import { valueText } from "../../src/run/views/valueText.ts";
import { visibleText } from "../../src/run/views/visibleText.ts";
import { element, setText } from "../element.ts";
import { Button } from "../toolkit.ts";
import { l10n } from "../words.ts";
import type { PanelHost } from "./panelPage.ts";

/** Texts that stay at hand, and characters of one that are shown. */
const [KEPT, SHOWN] = [40, 20_000];
/** Milliseconds that a pointer rests on a candidate before its text is asked for. */
const REST = 80;

/** What the box is to show. */
export interface PointedCandidate {
  readonly component: string;
  readonly seq: number;
  /** "in force, iteration 3, local reward 0.612". */
  readonly facts: string;
  readonly current: boolean;
}

/**
 * The whole text of the candidate that was pointed to last, and its way into the diff editor. Always of one height, so that
 * charts stay under the pointer.
 */
export class CandidateText {
  readonly root: HTMLElement;
  readonly #host: PanelHost;
  readonly #facts = element("p", { class: "quiet" });
  readonly #text = element("pre", { tabindex: 0, role: "group", class: "candidate" });
  readonly #note = element("p", { class: "quiet" });
  readonly #compare: Button;
  readonly #texts = new Map<number, string>();
  #pointed: PointedCandidate | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: PanelHost) {
    this.#host = host;
    this.#compare = new Button(l10n.t("Compare with the Value in Force"), () => this.compare());
    const title = l10n.t("Candidate");
    this.#text.setAttribute("aria-label", title);
    this.root = element(
      "section",
      { class: "candidateText", "aria-label": title },
      element("div", { class: "line" }, element("h3", {}, title), this.#compare.root),
      this.#facts,
      this.#text,
      this.#note,
    );
    this.clear();
  }

  get pointed(): PointedCandidate | undefined {
    return this.#pointed;
  }

  /** Nothing is pointed to. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#pointed = undefined;
    setText(this.#facts, l10n.t("Point to a candidate, or go to one with the arrow keys, to read it whole."));
    setText(this.#text, "");
    setText(this.#note, "");
    this.#compare.refusal = l10n.t("No candidate was pointed to yet.");
  }

  point(candidate: PointedCandidate): void {
    this.#pointed = candidate;
    setText(this.#facts, candidate.facts);
    this.#compare.refusal = candidate.current ? l10n.t("This value is in force.") : undefined;
    const known = this.#texts.get(candidate.seq);
    clearTimeout(this.#timer);
    if (known === undefined) this.#timer = setTimeout(() => void this.#fetch(candidate), REST);
    else this.#show(known);
  }

  /** Opens the diff of the candidate against the value in force. */
  compare(): void {
    if (this.#pointed === undefined || this.#pointed.current) return;
    this.#host.do("diff", this.#pointed.seq, this.#pointed.component);
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }

  async #fetch({ component, seq }: PointedCandidate): Promise<void> {
    const event = await this.#host.event(seq);
    const value = event === undefined ? undefined : valueToldBy(event, component);
    const text = value === undefined ? l10n.t("The log does not have this value.") : visibleText(valueText(value));
    this.#texts.set(seq, text);
    for (const old of [...this.#texts.keys()].slice(0, -KEPT)) this.#texts.delete(old);
    if (this.#pointed?.seq === seq) this.#show(text);
  }

  #show(text: string): void {
    setText(this.#text, text.slice(0, SHOWN));
    const cut = text.length > SHOWN;
    setText(this.#note, cut ? l10n.t("Only the first {0} characters are shown here.", countText(SHOWN)) : "");
  }
}
