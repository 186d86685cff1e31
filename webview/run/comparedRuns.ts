import { MOST_COMPARED } from "../../src/run/panel/compareQuery.ts";
import type { ComparedRun } from "../../src/run/panel/comparison.ts";
import { statusWords } from "../../src/run/views/runWords.ts";
import { element, setAttributes, setText } from "../element.ts";
import { Button } from "../toolkit.ts";
import { l10n } from "../words.ts";

interface Parts {
  readonly onAdd: () => void;
  /** @param folder of the run */
  readonly onOpen: (folder: string) => void;
  readonly onRemove: (folder: string) => void;
}

interface Entry {
  readonly row: HTMLElement;
  readonly letter: HTMLElement;
  readonly id: HTMLElement;
  readonly standing: HTMLElement;
  readonly open: Button;
  readonly remove: Button;
}

/** The runs that are compared, with what can be done with each: opened, removed, and others added. */
export class ComparedRuns {
  readonly root: HTMLElement;
  readonly #parts: Parts;
  readonly #list = element("ul", { class: "runs" });
  readonly #add: Button;
  readonly #note = element("p", { class: "quiet" });
  readonly #entries = new Map<string, Entry>();
  /** The button that was pressed last is gone with its run: where to go on is to be said. */
  #isLost = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#add = new Button(l10n.t("Add a Run to Compare..."), parts.onAdd, "primary");
    setAttributes(this.#list, { "aria-label": l10n.t("Runs that are compared") });
    this.root = element("div", {}, this.#list, element("div", { class: "line" }, this.#add.root, this.#note));
  }

  /** @param runs the panel's own first: that one stays */
  show(runs: readonly ComparedRun[]): void {
    const folders = new Set(runs.map(({ folder }) => folder));
    for (const [folder, { row }] of this.#entries) {
      if (folders.has(folder)) continue;
      row.remove();
      this.#entries.delete(folder);
    }
    for (const [at, run] of runs.entries()) {
      const entry = this.#entries.get(run.folder) ?? this.#made(run.folder, at === 0);
      if (this.#list.children[at] !== entry.row) this.#list.insertBefore(entry.row, this.#list.children[at] ?? null);
      fill(entry, run);
    }
    const full = runs.length >= MOST_COMPARED;
    this.#add.refusal = full ? l10n.t("At most {0} runs can be compared. Remove one first.", MOST_COMPARED) : undefined;
    setText(
      this.#note,
      full
        ? l10n.t("At most {0} runs can be compared. Remove one first.", MOST_COMPARED)
        : runs.length < 2
          ? l10n.t("Only this run is here. Add one to five others, finished or live, to see them side by side.")
          : "",
    );
    if (!this.#isLost || full) return;
    this.#isLost = false;
    // A button that could not be pressed takes the focus once it is drawn as one that can.
    requestAnimationFrame(() => this.#add.root.focus());
  }

  #made(folder: string, isOwn: boolean): Entry {
    const [letter, id, standing] = [
      element("span", { class: "letter" }),
      element("span", { class: "id" }),
      element("span", { class: "quiet" }),
    ];
    const open = new Button(l10n.t("Open Run"), () => this.#parts.onOpen(folder));
    const remove = new Button(l10n.t("Remove"), () => {
      this.#isLost = true;
      this.#parts.onRemove(folder);
    });
    // The panel is of this run: it is open, and stays.
    open.hidden = isOwn;
    remove.hidden = isOwn;
    const row = element("li", {}, letter, id, standing, open.root, remove.root);
    const made = { row, letter, id, standing, open, remove };
    this.#entries.set(folder, made);
    return made;
  }
}

function fill({ letter, id, standing, open, remove }: Entry, run: ComparedRun): void {
  setText(letter, run.letter);
  setText(id, run.id);
  setText(standing, standingWords(run));
  setAttributes(standing, { "data-live": run.live });
  setAttributes(open.root, { "aria-label": l10n.t("Open run {0}", run.letter) });
  setAttributes(remove.root, { "aria-label": l10n.t("Remove run {0} from the comparison", run.letter) });
}

/** How a run stands, or why it tells nothing. */
export function standingWords({ figures, silent, live }: ComparedRun): string {
  switch (silent?.state) {
    case "reading":
      return l10n.t("is being read");
    case "not begun":
      return l10n.t("has not begun yet");
    case "unreadable":
      return l10n.t("cannot be read: {0}", silent.problem);
    default:
      break;
  }
  if (figures === null) return "";
  const { status } = figures;
  const isUnderWay = status.state === "running" || status.state === "waiting";
  return isUnderWay && !live ? l10n.t("its process is gone") : statusWords(status, l10n);
}
