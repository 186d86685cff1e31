/** One replacement in a text. `from` and `to` are offsets in UTF-16 code units; `to` is the first that stays. */
export interface TextEdit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/**
 * The text after all edits, whose offsets are those of `text`.
 * @throws RangeError when edits overlap or reach beyond the text
 */
export function editedText(text: string, edits: readonly TextEdit[]): string {
  let result = "";
  let end = 0;
  for (const edit of inOrder(edits)) {
    if (edit.from < end || edit.to < edit.from || edit.to > text.length) {
      throw new RangeError(`edit ${edit.from}-${edit.to} overlaps another or leaves a text of ${text.length}`);
    }
    result += text.slice(end, edit.from) + edit.text;
    end = edit.to;
  }
  return result + text.slice(end);
}

/** The edits that make `text` again of the text that `edits` made of it. */
export function inverseEdits(text: string, edits: readonly TextEdit[]): TextEdit[] {
  let shift = 0;
  return inOrder(edits).map((edit) => {
    const from = edit.from + shift;
    shift += edit.text.length - (edit.to - edit.from);
    return { from, to: from + edit.text.length, text: text.slice(edit.from, edit.to) };
  });
}

function inOrder(edits: readonly TextEdit[]): TextEdit[] {
  return [...edits].sort((a, b) => a.from - b.from || a.to - b.to);
}
