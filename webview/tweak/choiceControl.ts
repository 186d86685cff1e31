import type { OptionValue, VariableValue } from "../../src/system/variable.ts";
import { isPerInputModel } from "../../src/system/variable.ts";
import { element } from "../element.ts";
import { Checkbox, type Choice, dropdown, radioGroup } from "../toolkit.ts";
import { l10n } from "../words.ts";
import { MistakeLine, type ValueControl } from "./valueControl.ts";

/** So many values are all shown. */
const FEW = 2;

/** A choice of one value of an option. */
export class ChoiceControl {
  readonly root: HTMLElement;
  readonly #choice: Choice;
  readonly #values: readonly OptionValue[];
  readonly #mistake: MistakeLine;

  constructor(key: string, id: string, values: readonly OptionValue[], onEdit: (value: OptionValue) => void) {
    this.#values = values;
    const made = values.length <= FEW ? radioGroup : dropdown;
    this.#choice = made({
      label: key,
      values: values.map(String),
      onChoose(index) {
        const value = values[index];
        if (value !== undefined) onEdit(value);
      },
    });
    this.#choice.root.id = id;
    this.#mistake = new MistakeLine(`${id}Mistake`, [this.#choice.root]);
    const heading = element("span", { class: "label", "aria-hidden": "true" }, key);
    this.root = element("div", { class: "control" }, heading, this.#choice.root, this.#mistake.root);
  }

  show(value: OptionValue | undefined, mistake: string | undefined): void {
    const index = value === undefined ? -1 : this.#values.indexOf(value);
    this.#choice.choose(index < 0 ? undefined : index);
    this.#mistake.show(mistake);
  }

  focus(): void {
    this.#choice.root.focus();
  }
}

/** A choice of model, for all inputs or, where local rewards can tell, for each input anew. */
export class ModelControl implements ValueControl {
  readonly root: HTMLElement;
  readonly #model: ChoiceControl;
  readonly #perInput: Checkbox;
  #value: VariableValue = null;

  /** @param rewarded whether outputs of the component have local rewards, which the choice for each input goes by */
  constructor(models: readonly string[], rewarded: boolean, onEdit: (value: VariableValue) => void) {
    this.#model = new ChoiceControl(l10n.t("Model"), "model", models, (model) =>
      onEdit(this.#perInput.checked ? { perInput: true, fallback: String(model) } : String(model)),
    );
    this.#perInput = new Checkbox(
      l10n.t("For each input the model whose output has the best local reward; the one above where none is learned"),
      (checked) => {
        const model = modelOf(this.#value) ?? models[0] ?? "";
        onEdit(checked ? { perInput: true, fallback: model } : model);
      },
    );
    this.#perInput.root.hidden = !rewarded;
    this.root = element("div", {}, this.#model.root, this.#perInput.root);
  }

  show(value: VariableValue, mistake: string | undefined): void {
    this.#value = value;
    const perInput = isPerInputModel(value);
    if (perInput) this.#perInput.root.hidden = false;
    this.#perInput.checked = perInput;
    this.#model.show(modelOf(value), mistake);
  }

  focus(): void {
    this.#model.focus();
  }
}

function modelOf(value: VariableValue): string | undefined {
  if (typeof value === "string") return value;
  return isPerInputModel(value) ? value.fallback : undefined;
}
