import { diffArrays, diffWordsWithSpace } from "diff";
import type { VariableValue } from "../../system/variable.ts";
import { valueLines, valueText } from "./valueText.ts";

/** A stretch of text that stayed, went or came. */
export interface DiffPart {
  readonly kind: "same" | "removed" | "added";
  readonly text: string;
}

/** Beyond so many edits a diff no longer explains anything, and finding it takes long. */
const MAX_EDITS = 2000;

/** What changed between two values of a variable: words of prompts, whole entries of everything else. */
export function valueDiff(before: VariableValue, after: VariableValue): DiffPart[] {
  return typeof before === "string" || typeof after === "string"
    ? wordDiff(valueText(before), valueText(after))
    : lineDiff(valueLines(before), valueLines(after));
}

/**
 * Word by word, white space included: `same` and `removed` make up the old text, `same` and `added` the new. Changes with
 * nothing but white space between them are told as one, because a phrase that was replaced reads better whole.
 */
export function wordDiff(before: string, after: string): DiffPart[] {
  const changes = diffWordsWithSpace(before, after, { maxEditLength: MAX_EDITS });
  if (changes === undefined) {
    return parts([
      { value: before, removed: true },
      { value: after, added: true },
    ]);
  }
  return joined(parts(changes));
}

function joined(diff: readonly DiffPart[]): DiffPart[] {
  const result: DiffPart[] = [];
  let [removed, added] = ["", ""];
  const flush = () => {
    if (removed !== "") result.push({ kind: "removed", text: removed });
    if (added !== "") result.push({ kind: "added", text: added });
    [removed, added] = ["", ""];
  };
  for (const [index, { kind, text }] of diff.entries()) {
    const follows = diff[index + 1];
    if (kind !== "same") {
      removed += kind === "removed" ? text : "";
      added += kind === "added" ? text : "";
    } else if (text.trim() === "" && removed !== "" && added !== "" && follows !== undefined) {
      removed += text;
      added += text;
    } else {
      flush();
      result.push({ kind, text });
    }
  }
  flush();
  return result;
}

function lineDiff(before: readonly string[], after: readonly string[]): DiffPart[] {
  const changes = diffArrays([...before], [...after]);
  const last = changes.length - 1;
  return parts(
    changes.map(({ value, added, removed }, index) => ({
      value: value.join("\n") + (index === last ? "" : "\n"),
      added,
      removed,
    })),
  );
}

function parts(changes: readonly { value: string; added?: boolean; removed?: boolean }[]): DiffPart[] {
  return changes
    .filter(({ value }) => value !== "")
    .map(({ value, added, removed }) => ({ kind: added ? "added" : removed ? "removed" : "same", text: value }));
}
