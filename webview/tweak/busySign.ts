import { element } from "../element.ts";

/** A sign that something is at work; the words that say what stand beside it. */
export function busySign(): HTMLElement {
  return element("span", { "aria-hidden": "true", class: "ring" });
}
