import { plural } from "../../run/l10n.ts";
import { bytesText } from "../../run/views/numberFormat.ts";
import type { L10n } from "../l10n.ts";
import type { ClearedAnswers, RecordedAnswers, RecordedModel } from "./recordProcess.ts";

/** What is recorded, in one line: as the title of a list, and before it is removed. */
export function recordedWords({ total, limitBytes }: RecordedAnswers, l10n: L10n): string {
  return plural(
    l10n,
    "{0, plural, one {# recorded answer} other {# recorded answers}}, {1} of at most {2}",
    total.answers,
    bytesText(total.bytes),
    bytesText(limitBytes),
  );
}

/** What is recorded of a model, and how often it saved a request. */
export function modelWords({ answers, bytes, found }: RecordedModel, l10n: L10n): string {
  return [
    plural(l10n, "{0, plural, one {# answer} other {# answers}}", answers),
    bytesText(bytes),
    plural(l10n, "{0, plural, one {used # time} other {used # times}}", found),
  ].join(" · ");
}

export function clearedWords({ answers, bytes }: ClearedAnswers, l10n: L10n): string {
  return plural(
    l10n,
    "{0, plural, one {# recorded answer is removed} other {# recorded answers are removed}} ({1}).",
    answers,
    bytesText(bytes),
  );
}
