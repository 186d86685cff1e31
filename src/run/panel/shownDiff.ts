import type { VariableValue } from "../../system/variable.ts";
import { visibleText } from "../views/visibleText.ts";
import { comparedValues, type DiffGrain, type DiffPart } from "../views/wordDiff.ts";

/** Characters of a prompt that are compared, and of a diff that are shown: what is longer is read in an editor. */
const [COMPARED, SHOWN] = [150_000, 150_000];
/** Characters of either text where one stands whole for the other: marked from end to end, they explain nothing. */
const OF_WHOLE = 4000;

export interface ShownDiff {
  readonly parts: readonly DiffPart[];
  /** Some of it is left out. */
  readonly shortened: boolean;
  readonly grain: DiffGrain;
}

/** What a person is shown of the difference between two values, whatever their length. */
export function shownDiff(before: VariableValue, after: VariableValue): ShownDiff {
  const [from, to] = [compared(before), compared(after)];
  const { parts: all, grain } = comparedValues(from, to);
  const most = grain === "whole" ? OF_WHOLE : SHOWN;
  let [room, shortened] = [SHOWN, from !== before || to !== after];
  const parts: DiffPart[] = [];
  for (const { kind, text } of all) {
    if (room <= 0) return { parts, shortened: true, grain };
    const cut = text.slice(0, kind === "same" ? room : Math.min(room, most));
    shortened ||= cut.length < text.length;
    room -= cut.length;
    parts.push({ kind, text: visibleText(cut) });
  }
  return { parts, shortened, grain };
}

function compared(value: VariableValue): VariableValue {
  return typeof value === "string" && value.length > COMPARED ? value.slice(0, COMPARED) : value;
}
