import { element } from "./element.ts";
import type { Unfolded } from "./unfolded.ts";

/** A heading that folds what is below it; what is folded away is made only when it is unfolded. */
export function fold(
  heading: readonly (Node | string)[],
  name: string,
  unfolded: Unfolded,
  content: () => Element,
): HTMLDetailsElement {
  const details = element("details", {}, element("summary", {}, ...heading));
  const fill = () => {
    if (details.open && details.childElementCount === 1) details.append(content());
  };
  details.open = unfolded.has(name);
  fill();
  details.addEventListener("toggle", () => {
    fill();
    if (details.open !== unfolded.has(name)) unfolded.set(name, details.open);
  });
  return details;
}

/** Brings the content of a fold up to date: at once where it is seen, so that it keeps its place and its focus. */
export function refill(details: HTMLDetailsElement, content: () => Element): void {
  const shown = details.children[1];
  if (!details.open) {
    shown?.remove();
    return;
  }
  const made = content();
  if (shown === undefined) details.append(made);
  else if (!shown.isEqualNode(made)) shown.replaceChildren(...made.childNodes);
}
