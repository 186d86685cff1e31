import { visibleLine, visibleText } from "../../src/run/views/visibleText.ts";
import { element } from "../element.ts";

/** Fields with their values, one below the other; long ones scroll. */
export function fieldList(fields: Readonly<Record<string, unknown>>): HTMLElement {
  return element(
    "dl",
    { class: "fields" },
    ...Object.entries(fields).flatMap(([name, value]) => [
      element("dt", {}, visibleLine(name)),
      element("dd", {}, fieldText(name, value)),
    ]),
  );
}

/** One value as text that can be scrolled, also by keyboard. */
export function fieldText(name: string, value: unknown): HTMLElement {
  return element("pre", { tabindex: "0", role: "region", "aria-label": visibleLine(name) }, textOf(value));
}

function textOf(value: unknown): string {
  if (typeof value === "string") return visibleText(value);
  return visibleText(JSON.stringify(value, undefined, 2) ?? "–");
}
