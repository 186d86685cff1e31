import { retelling } from "../../run/retelling.ts";

/** Why a notebook's file is refused, as the room that reads it writes it. */
export const fileSentences = [
  "{0} is UTF-16 text, but notebooks are UTF-8. Convert it with a text editor; it is left as it is.",
  "{0} is no UTF-8 text, so it is no notebook or it is damaged. Restore it from a copy; it is left as it is.",
  "{0} holds the marks of a merge conflict of git (line {1}). Resolve the conflict in a text editor, then open it again.",
  "{0} ends in the middle (line {1}, column {2}): it was cut off. Restore it from a copy; it is left as it is.",
  "{0} is no valid JSON (line {1}, column {2}: {3}). Mend it in a text editor, or restore it from a copy; it is left as it is.",
  "{0} is no notebook: its values are nested more than {1} levels deep. Mend it in a text editor, or restore it from a copy; it is left as it is.",
  '{0} is JSON, but no notebook: it has no "nbformat" and no "cells". It is left as it is.',
  '{0}: its "{1}" is no number. Mend it in a text editor, or restore it from a copy; it is left as it is.',
  '{0}: its "{1}" is no whole number. Mend it in a text editor, or restore it from a copy; it is left as it is.',
  '{0}: its "{1}" are no list. Mend it in a text editor, or restore it from a copy; it is left as it is.',
  '{0}: its "{1}" is no object. Mend it in a text editor, or restore it from a copy; it is left as it is.',
  '{0}: its "{1}" is neither text nor a list of lines. Mend it in a text editor, or restore it from a copy; it is left as it is.',
  '{0}: its "{1}" are no list of objects. Mend it in a text editor, or restore it from a copy; it is left as it is.',
  '{0} has no "cell_type". Mend it in a text editor, or restore it from a copy; it is left as it is.',
  "{0} is no object. Mend it in a text editor, or restore it from a copy; it is left as it is.",
  "{0} is of a newer notebook format ({1}) than this version of Optimas reads ({2}). Update Optimas; the file is left as it is.",
  "{0} is of the old notebook format {1}. Convert it: jupyter nbconvert --to notebook --inplace FILE",
  "{0} was written by a newer version of Optimas (format {1}; this one reads up to {2}). Update Optimas; the file is left as it is.",
] as const;

/** What stands in their places. */
export const fileFragments = [
  "{0}, cell {1}",
  "the text that begins here is not closed on its line",
  "this backslash escapes nothing known",
  "something follows the value",
  "a name in double quotes must stand here",
  "a colon must stand here",
  "a comma or the closing bracket must stand here",
  "a value must stand here",
] as const;

/** Why a file is refused, in the reader's language; what is not known stays English. */
export const toldRefusal = retelling(fileSentences, fileFragments);
