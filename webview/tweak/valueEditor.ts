import { toldMismatch } from "../../src/run/views/valueSentences.ts";
import type { VariableValue } from "../../src/system/variable.ts";
import { element } from "../element.ts";
import { l10n } from "../words.ts";
import { ChoiceControl, ModelControl } from "./choiceControl.ts";
import { mistakesIn, type OfferedComponent, optionsOf, WHOLE, withOption } from "./draft.ts";
import { PromptControl } from "./promptControl.ts";
import { RangeControl } from "./rangeControl.ts";
import type { ValueControl } from "./valueControl.ts";

interface EditorParts {
  readonly component: OfferedComponent;
  /** @param place tells the control from others of the component */
  readonly onEdit: (value: VariableValue, place: string) => void;
  readonly onHistory: (direction: "undo" | "redo") => void;
}

/** The controls of a component's variable: one for a prompt or a choice of model, one for each option. */
export class ValueEditor {
  readonly root: HTMLElement;
  readonly #component: OfferedComponent;
  readonly #controls: ReadonlyMap<string, ValueControl>;

  constructor(parts: EditorParts) {
    this.#component = parts.component;
    this.#controls = controlsOf(parts);
    const controls = [...this.#controls.values()].map(({ root }) => root);
    const nothing = nothingWords(parts.component);
    this.root = element(
      "section",
      { class: "editor", "aria-label": l10n.t("Value") },
      ...(nothing === undefined ? controls : [element("p", { class: "quiet" }, nothing)]),
    );
  }

  show(value: VariableValue): void {
    const mistakes = mistakesIn(this.#component.variable, value);
    for (const [place, control] of this.#controls) {
      const mistake = mistakes.get(place);
      control.show(value, mistake && mistakeWords(this.#component.name, mistake));
    }
  }

  /** Brings the control of a place into view, if there is one. */
  reveal(place: string): void {
    this.#controls.get(place)?.root.scrollIntoView({ block: "nearest" });
  }

  /** Puts the cursor into the control of a place, if there is one. */
  focus(place: string): void {
    this.#controls.get(place)?.focus();
  }
}

/** How a value does not belong, as a sentence. */
export function mistakeWords(component: string, mismatch: string): string {
  return l10n.t('The value of "{0}" {1}.', component, toldMismatch(mismatch, l10n));
}

function controlsOf({ component, onEdit, onHistory }: EditorParts): Map<string, ValueControl> {
  const { variable, rewarded } = component;
  switch (variable.kind) {
    case "prompt": {
      const { maxLength } = variable;
      const control = new PromptControl({ maxLength, onEdit: (text) => onEdit(text, WHOLE), onHistory });
      return new Map([[WHOLE, control]]);
    }
    case "model":
      return new Map([[WHOLE, new ModelControl(variable.models, rewarded, (value) => onEdit(value, WHOLE))]]);
    case "options": {
      let value: VariableValue = null;
      return new Map(
        Object.entries(variable.space).map(([key, dimension], index) => {
          const edit = (option: string | number | boolean) => onEdit(withOption(value, key, option), key);
          const id = `option${index}`;
          const control =
            dimension.kind === "range"
              ? new RangeControl(key, id, dimension, edit)
              : new ChoiceControl(key, id, dimension.values, edit);
          const option: ValueControl = {
            root: control.root,
            show(shown, mistake) {
              value = shown;
              control.show(optionsOf(shown)[key], mistake);
            },
            focus: () => control.focus(),
          };
          return [key, option];
        }),
      );
    }
    case "none":
    case "weights":
      return new Map();
  }
}

/** Why there is nothing to edit; undefined where there is. */
function nothingWords({ variable }: OfferedComponent): string | undefined {
  switch (variable.kind) {
    case "none":
      return l10n.t("This component has no variable: it can be tried as it is, and there is nothing to edit.");
    case "weights":
      return l10n.t("The weights of this component are trained, not set by hand. It can be tried as it is.");
    default:
      return undefined;
  }
}
