import type { SpentByRow } from "../../run/account.ts";
import { plural } from "../../run/l10n.ts";
import type { RunOutput } from "../../run/runOutput.ts";
import { calledRows, estimateRows } from "../../run/runOutputWords.ts";
import { estimateStanding } from "../../run/views/estimateStanding.ts";
import { estimateWords } from "../../run/views/estimateStandingWords.ts";
import { countText, moneyText, runsText } from "../../run/views/numberFormat.ts";
import type { RunOutline } from "../../run/views/runOutline.ts";
import { purposeWords } from "../../run/views/runWords.ts";
import { markdownText } from "../components/markdownText.ts";
import type { L10n } from "../l10n.ts";

/** Rows of who spent on what that a tooltip of plain text has room for. */
const SHOWN = 6;

/**
 * What a run has cost, in a word or two for a row of a list; undefined where it asked no model that is paid for, or its log
 * does not tell.
 */
export function costWords({ spent, header }: Pick<RunOutline, "spent" | "header">, l10n: L10n): string | undefined {
  if (spent === null || header?.simulated === true || spent.calls + spent.recorded === 0) return undefined;
  const { usd, unpriced } = spent.money;
  if (unpriced === 0) return moneyText(usd);
  return usd > 0 ? l10n.t("at least {0}", moneyText(usd)) : l10n.t("price unknown");
}

/** What a run has spent, of what was estimated, and by whom on what: lines of plain text. */
export function spentLines(run: Pick<RunOutline, "spent" | "header" | "status">, l10n: L10n): string[] {
  const { spent, header, status } = run;
  if (spent === null || spent.calls + spent.recorded === 0) return [];
  const simulated = header?.simulated === true;
  const calls = plural(l10n, "{0, plural, one {# model call} other {# model calls}}", spent.calls);
  const tokens = plural(l10n, "{0, plural, one {# token} other {# tokens}}", spent.tokens);
  const recorded =
    spent.recorded > 0
      ? [plural(l10n, "{0, plural, one {# answer} other {# answers}} from a record", spent.recorded)]
      : [];
  const cost = simulated ? l10n.t("simulated model") : (costWords(run, l10n) ?? "");
  const over = status.state === "finished";
  // Time is told elsewhere, and not kept of every run.
  const standing = estimateStanding(header?.estimate, { spent, elapsedMs: 0, over });
  const estimated = standing === null ? [] : estimateWords(standing, l10n).filter((_, index) => index !== 3);
  return [
    l10n.t("Spent: {0}", [calls, ...recorded, tokens, cost].join(", ")),
    ...estimated.map(({ unit, estimated: range, place }) => l10n.t("Estimated {0}: {1}, {2}", unit, range, place)),
    ...byLines(spent.by ?? [], simulated, l10n),
  ];
}

function byLines(by: readonly SpentByRow[], simulated: boolean, l10n: L10n): string[] {
  const lines = by.map((row) => {
    const [[who = "", purpose = "", , money = ""] = []] = calledRows({ called: [row], simulated }, l10n);
    return plural(l10n, "{0}, {1}: {2, plural, one {# call} other {# calls}}, {3}", who, purpose, row.calls, money);
  });
  const more = lines.length - SHOWN;
  return more > 0 ? [...lines.slice(0, SHOWN), l10n.t("and {0} more", countText(more))] : lines;
}

/** What live runs have spent, by purpose and by component, and of what was estimated: Markdown for a tooltip. */
export function spentMarkdown(
  runs: readonly { readonly words: string; readonly output: RunOutput | undefined }[],
  l10n: L10n,
): string {
  return runs
    .map(({ words, output }) => [markdownText(words), ...tables(output, l10n)].join("\n\n"))
    .join("\n\n---\n\n");
}

function tables(output: RunOutput | undefined, l10n: L10n): string[] {
  if (output === undefined) return [];
  const runs = Object.entries(output.spent.byPurpose).map(([purpose, spent]) => [
    purposeWords(purpose, l10n),
    runsText(spent),
  ]);
  const called = calledRows(output, l10n);
  const estimated = estimateRows(output, l10n);
  return [
    ...(estimated.length === 0
      ? []
      : [table([l10n.t("Of"), l10n.t("Estimated"), l10n.t("Came"), l10n.t("Beside the range")], estimated)]),
    ...(called.length === 0
      ? []
      : [table([l10n.t("Component"), l10n.t("Purpose"), l10n.t("Model calls"), l10n.t("Money")], called)]),
    ...(runs.length === 0 ? [] : [table([l10n.t("Purpose"), l10n.t("System runs")], runs)]),
  ];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(markdownText).join(" | ")} |`;
  return [line(head), `| ${head.map(() => "---").join(" | ")} |`, ...rows.map(line)].join("\n");
}
