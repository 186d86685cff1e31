import type { VariableValue } from "../../src/system/variable.ts";
import { element, setAttributes, setText } from "../element.ts";

/** What edits a value, or one option of it. */
export interface ValueControl {
  readonly root: HTMLElement;
  /** Shows a value, which may be one that does not belong; `mistake` says how, in words. */
  show(value: VariableValue, mistake: string | undefined): void;
  /** Puts the cursor there. */
  focus(): void;
}

/** Where a control tells of a mistake: beside the control, and to whoever listens to it. */
export class MistakeLine {
  readonly root: HTMLElement;
  readonly #described: readonly HTMLElement[];

  /** @param described elements whose value is meant; what else describes them is named in `data-described` */
  constructor(id: string, described: readonly HTMLElement[]) {
    this.root = element("p", { class: "mistake", id });
    this.root.hidden = true;
    this.#described = described;
    this.show(undefined);
  }

  show(mistake: string | undefined): void {
    this.root.hidden = mistake === undefined;
    setText(this.root, mistake ?? "");
    for (const target of this.#described) {
      const others = target.dataset.described;
      const ids = [others, mistake === undefined ? undefined : this.root.id].filter((id) => id !== undefined);
      setAttributes(target, {
        "aria-invalid": mistake === undefined ? undefined : "true",
        "aria-describedby": ids.length === 0 ? undefined : ids.join(" "),
      });
    }
  }
}
