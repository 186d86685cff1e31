import { shownDiff } from "../../src/run/panel/shownDiff.ts";
import { briefLine } from "../../src/run/views/briefLine.ts";
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

/** Characters that are told of what a row says under the name of an output. */
const WANTED = 300;

/**
 * Fields with their texts, whatever these hold.
 * @param before the same fields elsewhere: what differs from there is marked
 * @param row what the row says under the same names stands beside: mostly the right answer
 */
export function fieldTexts(name: string, fields: Fields, before: Compared | undefined, row: Fields = {}): HTMLElement {
  const names = [...new Set([...Object.keys(fields), ...Object.keys(before?.fields ?? {})])];
  const entries = names.flatMap((field) =>
    entry(field, fields[field], before && { ...before, text: before.fields[field] }, row[field]),
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
  wanted: unknown,
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
  const beside =
    wanted === undefined
      ? []
      : [element("dd", { class: "quiet" }, l10n.t("The row says: {0}", briefLine(textOf(wanted), WANTED)))];
  return [element("div", {}, element("dt", {}, visibleLine(name)), element("dd", {}, shown), ...beside)];
}

/** Texts as they are, all else as JSON. */
function textOf(value: unknown): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : (JSON.stringify(value, null, 2) ?? String(value));
}
