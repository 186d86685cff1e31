import type { VariableValue } from "../../system/variable.ts";
import { visibleText } from "../views/visibleText.ts";
import { type DiffPart, valueDiff } from "../views/wordDiff.ts";

/** Characters of a prompt that are compared, and of a diff that are shown: what is longer is read in an editor. */
const [COMPARED, SHOWN] = [50_000, 100_000];

/** What a person is shown of the difference between two values, whatever their length. */
export function shownDiff(
  before: VariableValue,
  after: VariableValue,
): { readonly parts: readonly DiffPart[]; readonly shortened: boolean } {
  const [from, to] = [compared(before), compared(after)];
  let [room, shortened] = [SHOWN, from !== before || to !== after];
  const parts: DiffPart[] = [];
  for (const { kind, text } of valueDiff(from, to)) {
    if (room <= 0) return { parts, shortened: true };
    const cut = text.slice(0, room);
    shortened ||= cut.length < text.length;
    room -= cut.length;
    parts.push({ kind, text: visibleText(cut) });
  }
  return { parts, shortened };
}

function compared(value: VariableValue): VariableValue {
  return typeof value === "string" && value.length > COMPARED ? value.slice(0, COMPARED) : value;
}
