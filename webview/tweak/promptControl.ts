import { plural } from "../../src/run/l10n.ts";
import { countText } from "../../src/run/views/numberFormat.ts";
import type { VariableValue } from "../../src/system/variable.ts";
import { element, setText } from "../element.ts";
import { l10n } from "../words.ts";
import { estimatedTokens } from "./tokenEstimate.ts";
import { MistakeLine, type ValueControl } from "./valueControl.ts";

interface PromptParts {
  readonly maxLength: number;
  readonly onEdit: (text: string) => void;
  /** The browser was asked to take back or do again what was typed, which is for the page's own history to do. */
  readonly onHistory: (direction: "undo" | "redo") => void;
}

/** A text area for a prompt, with its length in characters and, roughly, in tokens. */
export class PromptControl implements ValueControl {
  readonly root: HTMLElement;
  readonly #area: HTMLTextAreaElement;
  readonly #length = element("p", { class: "quiet", id: "promptLength" });
  readonly #mistake: MistakeLine;
  readonly #maxLength: number;

  constructor({ maxLength, onEdit, onHistory }: PromptParts) {
    this.#maxLength = maxLength;
    const area = element("textarea", { id: "prompt", spellcheck: "true", "data-described": "promptLength" });
    this.#area = area;
    this.#mistake = new MistakeLine("promptMistake", [area]);
    area.addEventListener("beforeinput", (event) => {
      const direction = historyDirection(event);
      if (direction === undefined || !event.cancelable) return;
      event.preventDefault();
      onHistory(direction);
    });
    area.addEventListener("input", (event) => {
      const direction = event instanceof InputEvent ? historyDirection(event) : undefined;
      // A menu of the editor goes past "beforeinput": what the browser did is put right by showing the page's own value.
      if (direction === undefined) onEdit(area.value);
      else onHistory(direction);
    });
    const label = element("label", { for: "prompt" }, l10n.t("Prompt"));
    this.root = element("div", { class: "control" }, label, area, this.#length, this.#mistake.root);
  }

  show(value: VariableValue, mistake: string | undefined): void {
    const text = typeof value === "string" ? value : "";
    if (this.#area.value !== text) this.#put(text);
    setText(
      this.#length,
      plural(
        l10n,
        "{0} of {1, plural, one {# character} other {# characters}}, about {2, plural, one {# token} other {# tokens}} (estimate)",
        countText(text.length),
        this.#maxLength,
        estimatedTokens(text),
      ),
    );
    this.#mistake.show(mistake);
  }

  focus(): void {
    this.#area.focus();
  }

  /** The cursor goes where the text has changed. */
  #put(text: string): void {
    const before = this.#area.value;
    this.#area.value = text;
    const [most, shortest] = [text.length, Math.min(before.length, text.length)];
    let same = 0;
    while (same < shortest && before[before.length - 1 - same] === text[most - 1 - same]) same += 1;
    if (document.activeElement === this.#area) this.#area.setSelectionRange(most - same, most - same);
  }
}

function historyDirection({ inputType }: InputEvent): "undo" | "redo" | undefined {
  if (inputType === "historyUndo") return "undo";
  return inputType === "historyRedo" ? "redo" : undefined;
}
