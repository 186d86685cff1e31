import type { TweakCheck, TweakOutcome, TweakRequest, TweakStanding, TweakTrial } from "../../src/run/tweakMessage.ts";
import { visibleLine, visibleText } from "../../src/run/views/visibleText.ts";
import type { VariableValue } from "../../src/system/variable.ts";
import { element, setText } from "../element.ts";
import { Button, Checkbox } from "../toolkit.ts";
import { Unfolded } from "../unfolded.ts";
import { l10n } from "../words.ts";
import { ActionBar, type Refusals } from "./actionBar.ts";
import { BesideList } from "./besideList.ts";
import { CheckView } from "./checkView.ts";
import { costWords } from "./costWords.ts";
import type { Offer, OfferedComponent } from "./draft.ts";
import { RewardNote } from "./rewardNote.ts";
import { RowPicker } from "./rowPicker.ts";
import { TrialView } from "./trialView.ts";
import { ValueEditor } from "./valueEditor.ts";
import { ValueStanding } from "./valueStanding.ts";

interface Listener {
  readonly eager: boolean;
  onEdit(value: VariableValue, place: string): void;
  onHistory(direction: "undo" | "redo"): void;
  onPick(example: string): void;
  /** A value that lies beside was taken over. */
  onTake(value: VariableValue, place: string): void;
  onTry(): void;
  onEager(eager: boolean): void;
  onRequest(request: TweakRequest): void;
  /** Something is to be done with the value at hand. */
  onValue(type: "save" | "apply" | "check"): void;
}

/** Everything that is shown at one moment. */
export interface Shown {
  readonly standing: TweakStanding;
  readonly offer: Offer;
  readonly component: OfferedComponent;
  readonly value: VariableValue;
  readonly example: string;
  readonly trial: TweakTrial;
  /** Whether the trial is of the value and the row at hand. */
  readonly fresh: boolean;
  readonly waiting: string | undefined;
  readonly check: TweakCheck;
  readonly checkRefusal: string | undefined;
  readonly outcome: TweakOutcome;
  readonly refusals: Refusals;
  /** Whether a trial is there to be asked for. */
  readonly canTry: boolean;
}

/** Everything that works on one offer: controls, row, output, values beside, the gate, and what to do with the value. */
export class Workplace {
  readonly root: HTMLElement;
  readonly #editor: ValueEditor;
  readonly #standing: ValueStanding;
  readonly #actions: ActionBar;
  readonly #rows: RowPicker;
  readonly #trial: TrialView;
  readonly #note: RewardNote;
  readonly #besides: BesideList;
  readonly #check: CheckView;
  readonly #try: Button;
  readonly #notes = element("ul", { class: "notes quiet" });
  #component: OfferedComponent | undefined;

  constructor(offer: Offer, component: OfferedComponent, listener: Listener) {
    const { onEdit, onHistory, onRequest, onValue } = listener;
    this.#editor = new ValueEditor({ component, onEdit, onHistory });
    this.#standing = new ValueStanding(new Unfolded(memory()));
    this.#actions = new ActionBar({
      onSave: () => onValue("save"),
      onApply: () => onValue("apply"),
      onResetToForce: () => this.#reset(listener, "current"),
      onResetToSource: () => this.#reset(listener, "source"),
      onUndo: () => onHistory("undo"),
      onRedo: () => onHistory("redo"),
    });
    this.#rows = new RowPicker(offer.examples, (example) => listener.onPick(example));
    this.#trial = new TrialView(() => onRequest({ type: "stop" }));
    this.#note = new RewardNote(() => onRequest({ type: "learn" }));
    this.#besides = new BesideList((value, place) => listener.onTake(value, place));
    this.#check = new CheckView({ onCheck: () => onValue("check"), onStop: () => onRequest({ type: "stop" }) });
    this.#try = new Button(l10n.t("Try"), () => listener.onTry());
    const eager = new Checkbox(l10n.t("Try after every edit"), (checked) => listener.onEager(checked));
    eager.checked = listener.eager;
    const trying = element(
      "div",
      { class: "line trying" },
      eager.root,
      this.#try.root,
      element(
        "span",
        { class: "quiet" },
        l10n.t("A trial takes {0}", costWords(component.tryRuns, component.tryUsd, offer)),
      ),
    );
    this.root = element(
      "div",
      { class: "workplace" },
      header(offer, component, () => onRequest({ type: "openDefinition" })),
      this.#notes,
      element("div", { class: "edit" }, this.#editor.root, this.#standing.root, this.#actions.root),
      element(
        "div",
        { class: "results" },
        this.#rows.root,
        trying,
        this.#trial.root,
        this.#note.root,
        this.#besides.root,
        this.#check.root,
      ),
    );
  }

  show(shown: Shown): void {
    const { standing, offer, component, value, trial, check } = shown;
    this.#component = component;
    this.#editor.show(value);
    this.#standing.show(value, component);
    this.#actions.show(shown.refusals, standing.computed, shown.outcome);
    this.#rows.show(shown.example);
    const output = trial.kind === "done" ? trial.output : undefined;
    if (output !== undefined && output.exampleId === shown.example) this.#rows.showInput(output.input);
    this.#trial.show(trial, shown.waiting, shown.fresh);
    this.#note.show(component, standing);
    this.#besides.show(output, component.current);
    this.#check.show(check, value, offer, shown.checkRefusal);
    this.#try.hidden = !shown.canTry;
    this.#showNotes(offer);
  }

  focus(place: string): void {
    this.#editor.focus(place);
  }

  /** Brings the control of a place into view. */
  reveal(place: string): void {
    this.#editor.reveal(place);
  }

  #reset({ onEdit }: Listener, to: "current" | "source"): void {
    if (this.#component !== undefined) onEdit(this.#component[to], "reset");
  }

  #showNotes({ leftOut }: Offer): void {
    const shown = [...this.#notes.children].map(({ textContent }) => textContent);
    const words = leftOut.map((note) => visibleText(note));
    this.#notes.hidden = words.length === 0;
    if (JSON.stringify(words) !== JSON.stringify(shown)) {
      this.#notes.replaceChildren(...words.map((note) => element("li", {}, note)));
    }
  }
}

function header(offer: Offer, { name, description }: OfferedComponent, onOpen: () => void): HTMLElement {
  const title = element("h1");
  setText(title, visibleLine(name));
  return element(
    "header",
    {},
    element(
      "div",
      { class: "line" },
      title,
      ...(offer.simulated ? [element("span", { class: "badge" }, l10n.t("simulated model"))] : []),
      new Button(l10n.t("Go to Definition"), onOpen).root,
    ),
    element("p", {}, visibleText(description)),
    element(
      "p",
      { class: "quiet" },
      l10n.t("System {0}, model {1}", visibleLine(offer.system), visibleLine(offer.model)),
    ),
  );
}

/** What is unfolded is remembered as long as the page lives. */
function memory(): ConstructorParameters<typeof Unfolded>[0] {
  let state: unknown;
  return {
    getState: () => state,
    setState(next) {
      state = next;
    },
  };
}
