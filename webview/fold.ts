import { element } from "./element.ts";
import type { Unfolded } from "./unfolded.ts";

/** A heading that folds what is below it; what is folded away is made only when it is unfolded. */
export function fold(
  heading: readonly (Node | string)[],
  name: string,
  unfolded: Unfolded,
  content: () => Node,
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

/** Makes the content of a fold anew, now if it is seen, else when it will be. */
export function refill(details: HTMLDetailsElement, content: () => Node): void {
  details.children[1]?.remove();
  if (details.open) details.append(content());
}
