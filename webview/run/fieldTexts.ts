import { shownDiff } from "../../src/run/panel/shownDiff.ts";
import { onlyDifferences } from "../../src/run/views/onlyDifferences.ts";
import { visibleLine, visibleText } from "../../src/run/views/visibleText.ts";
import { element } from "../element.ts";
import { l10n } from "../words.ts";

type Fields = Readonly<Record<string, unknown>>;

/** What fields are compared with. */
export interface Compared {
  readonly fields: Fields;
  /** Without what stayed. */
  readonly only: boolean;
}

/**
 * Fields with their texts, whatever these hold.
 * @param before the same fields elsewhere: what differs from there is marked
 */
export function fieldTexts(name: string, fields: Fields, before: Compared | undefined): HTMLElement {
  const names = [...new Set([...Object.keys(fields), ...Object.keys(before?.fields ?? {})])];
  const entries = names.flatMap((field) =>
    entry(field, fields[field], before && { ...before, text: before.fields[field] }),
  );
  const isEmpty = names.length === 0;
  const same = !isEmpty && entries.length === 0;
  return element(
    "div",
    { class: "fields", role: "group", "aria-label": name },
    element("h4", {}, name),
    ...(isEmpty || same
      ? [element("p", { class: "quiet" }, isEmpty ? l10n.t("No fields.") : l10n.t("Nothing differs here."))]
      : [element("dl", {}, ...entries)]),
  );
}

function entry(
  name: string,
  value: unknown,
  before: { readonly text: unknown; readonly only: boolean } | undefined,
): HTMLElement[] {
  const shown = element("pre", { tabindex: 0, role: "group", "aria-label": visibleLine(name) });
  if (before === undefined) {
    shown.append(value === undefined ? l10n.t("nothing") : visibleText(textOf(value)));
  } else {
    const { parts } = shownDiff(textOf(before.text), textOf(value));
    const changed = parts.some(({ kind }) => kind !== "same");
    if (before.only && !changed) return [];
    const kept = before.only ? onlyDifferences(parts) : parts;
    shown.append(
      ...kept.map(({ kind, text }) => (kind === "same" ? text : element(kind === "removed" ? "del" : "ins", {}, text))),
    );
  }
  return [element("div", {}, element("dt", {}, visibleLine(name)), element("dd", {}, shown))];
}

/** Texts as they are, all else as JSON. */
function textOf(value: unknown): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : (JSON.stringify(value, null, 2) ?? String(value));
}
