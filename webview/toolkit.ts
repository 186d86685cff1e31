// The only file that imports the toolkit, and the only one that knows its elements: its replacement touches nothing else.
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeRadio,
  vsCodeRadioGroup,
} from "@vscode/webview-ui-toolkit";
import { setAttributes, setText } from "./element.ts";

/** Defines the elements; to be called once, before any is made. */
export function defineControls(): void {
  provideVSCodeDesignSystem().register(
    vsCodeButton(),
    vsCodeCheckbox(),
    vsCodeDropdown(),
    vsCodeOption(),
    vsCodeRadio(),
    vsCodeRadioGroup(),
  );
}

/** A button that does something on the page or asks the editor for it. */
export class Button {
  readonly root: HTMLElement;

  constructor(label: string, onPress: () => void, look: "primary" | "secondary" = "secondary") {
    this.root = control("vscode-button", { appearance: look });
    this.label = label;
    this.root.addEventListener("click", () => {
      if (!this.root.hasAttribute("disabled")) onPress();
    });
  }

  set label(label: string) {
    setText(this.root, label);
  }

  /** Why it cannot be pressed; undefined where it can. */
  set refusal(reason: string | undefined) {
    setAttributes(this.root, { disabled: reason !== undefined, title: reason });
  }

  set hidden(hidden: boolean) {
    this.root.hidden = hidden;
  }
}

/** A choice of one among several values, which are told apart by their places. */
export interface Choice {
  readonly root: HTMLElement;
  /** Shows a value as chosen; undefined for one that is not offered. */
  choose(index: number | undefined): void;
}

interface ChoiceParts {
  readonly label: string;
  readonly values: readonly string[];
  /** @param index of the value that a person chose */
  readonly onChoose: (index: number) => void;
}

/** Values of which one is seen until the list is opened. */
export function dropdown(parts: ChoiceParts): Choice {
  return choice("vscode-dropdown", "vscode-option", parts);
}

/** Few values that are all seen. */
export function radioGroup(parts: ChoiceParts): Choice {
  return choice("vscode-radio-group", "vscode-radio", parts);
}

function choice(
  group: `vscode-${string}`,
  member: `vscode-${string}`,
  { label, values, onChoose }: ChoiceParts,
): Choice {
  const root = control(group, { "aria-label": label });
  root.append(...values.map((text, index) => control(member, { value: String(index) }, text)));
  let shown: number | undefined;
  root.addEventListener("change", () => {
    const value = textOf(root);
    // The group tells of what code chose as well.
    if (value === "" || Number(value) === shown) return;
    shown = Number(value);
    onChoose(shown);
  });
  return {
    root,
    choose(index) {
      shown = index;
      setValue(root, index === undefined ? "" : String(index));
    },
  };
}

/** Something that is so or not. */
export class Checkbox {
  readonly root: HTMLElement;

  constructor(label: string, onChange: (checked: boolean) => void) {
    this.root = control("vscode-checkbox", {}, label);
    this.root.addEventListener("change", () => onChange(this.checked));
  }

  /** What it says from now on, also to those who do not see it: the element itself does so only once. */
  set label(label: string) {
    setText(this.root, label);
    setAttributes(this.root, { "aria-label": label });
  }

  get checked(): boolean {
    return Reflect.get(this.root, "checked") === true;
  }

  set checked(checked: boolean) {
    if (this.checked !== checked) Reflect.set(this.root, "checked", checked);
  }
}

function control(name: `vscode-${string}`, attributes: Parameters<typeof setAttributes>[1], text = ""): HTMLElement {
  // Names of custom elements are not among those that the page's own types know.
  const made = document.createElement(name);
  setAttributes(made, attributes);
  if (text !== "") made.append(text);
  return made;
}

function textOf(of: HTMLElement): string {
  const value: unknown = Reflect.get(of, "value");
  return typeof value === "string" ? value : "";
}

function setValue(of: HTMLElement, value: string): void {
  if (textOf(of) !== value) Reflect.set(of, "value", value);
}
