import type { EventOf } from "../../run/events.ts";
import type { Html } from "../../run/report/html.ts";
import { mean } from "../../run/statistics.ts";
import { learnedOn } from "../../run/views/backboneWords.ts";
import { changedComponents, type LandscapeView, modelText, splitResults } from "../../run/views/findings.ts";
import { changeText, counted, countText, differenceText, rewardText } from "../../run/views/numberFormat.ts";
import type { RunView } from "../../run/views/runView.ts";
import { scorerWords, statusWords } from "../../run/views/runWords.ts";
import { landscapeValueText } from "../../run/views/valueText.ts";
import { visibleLine } from "../../run/views/visibleText.ts";
import { valueDiff } from "../../run/views/wordDiff.ts";
import { type Block, simulatedNotice } from "./sheet.ts";

/** Failed rows that are told one by one; all are counted. */
const SHOWN_FAILURES = 5;

export function evaluationSheet(
  { of, split, mean: reward, n, scores, failures }: EventOf<"evaluation">,
  view: RunView,
): Block[] {
  const sorted = [...scores].sort((a, b) => a - b);
  const middle = (sorted[Math.floor((n - 1) / 2)] ?? 0) / 2 + (sorted[Math.ceil((n - 1) / 2)] ?? 0) / 2;
  return [
    { kind: "title", text: `Reward of the ${of} system: ${rewardText(reward)}` },
    ...simulated(view),
    {
      kind: "text",
      text: `Mean over ${counted(n, `${split} row`)}; lowest ${rewardText(sorted[0])}, median ${rewardText(middle)}, highest ${rewardText(sorted.at(-1))}.`,
    },
    ...(failures.length === 0
      ? []
      : [
          {
            kind: "text" as const,
            text: `${counted(failures.length, "row")} failed; each counts as 0 and stays in the mean.${failures.length > SHOWN_FAILURES ? ` The first ${SHOWN_FAILURES}:` : ""}`,
          },
          {
            kind: "table" as const,
            columns: [{ title: "row" }, { title: "at" }, { title: "what happened" }],
            rows: failures.slice(0, SHOWN_FAILURES).map(({ exampleId, at, message }) => [exampleId, at, message]),
          },
        ]),
  ];
}

export function rewardsSheet(rewards: readonly EventOf<"rewards">[], view: RunView): Block[] {
  return [
    { kind: "title", text: "Local rewards" },
    ...simulated(view),
    ...(rewards.length === 0
      ? [
          {
            kind: "text" as const,
            text: view.warnings.at(-1) ?? "None were fitted: there were no preference pairs to learn from.",
          },
        ]
      : [
          {
            kind: "table" as const,
            columns: [
              { title: "component" },
              { title: "alignment", number: true },
              { title: "held-out pairs", number: true },
              { title: "pairs", number: true },
              { title: "optimized on" },
            ],
            rows: rewards.map(({ component, fit, trusted, reason }) => [
              component,
              rewardText(fit.alignment),
              countText(fit.heldOut),
              countText(fit.pairs),
              trusted ? "its local reward" : `the global reward: ${reason}`,
            ]),
          },
          {
            kind: "text" as const,
            text: [
              "Alignment is the share of held-out preference pairs that a local reward orders rightly; 0.5 is chance.",
            ]
              .concat(learnedOn(view) ?? [])
              .join(" "),
          },
        ]),
  ];
}

export function updateSheet(update: EventOf<"update">, view: RunView): Block[] {
  const { iteration, component, decision, reason, before, after, scorer, validation } = update;
  const measured =
    validation === null
      ? []
      : [
          {
            kind: "text" as const,
            text: `Validation reward ${rewardText(mean(validation.before))} → ${rewardText(mean(validation.after))} (${changeText(mean(validation.after) - mean(validation.before))}) on ${counted(validation.after.length, "row")}.`,
          },
        ];
  return [
    { kind: "title", text: `Iteration ${iteration}, ${component}: ${decision}` },
    ...simulated(view),
    ...measured,
    { kind: "text", text: `${sentence(reason)} Candidates were scored by the ${scorerWords[scorer]}.` },
    ...(decision === "unchanged" ? [] : [{ kind: "diff" as const, parts: valueDiff(before, after) }]),
  ];
}

/** @param pictures the landscape on a page with the editor's colours, and on paper of its own */
export function landscapeSheet(
  points: readonly EventOf<"landscape">[],
  view: RunView,
  pictures: { readonly inPage: Html; readonly alone: Html; readonly summary: string },
): Block[] {
  const [first] = points;
  return [
    { kind: "title", text: `Landscape of ${first?.component}.${first?.key}` },
    ...simulated(view),
    { kind: "picture", ...pictures },
    {
      kind: "table",
      columns: [
        { title: "value" },
        { title: "global reward", number: true },
        { title: "local reward", number: true },
        { title: "rows", number: true },
      ],
      rows: points.map((point) => [
        `${visibleLine(landscapeValueText(point))}${point.current ? " (in force)" : ""}`,
        rewardText(point.global),
        rewardText(point.local),
        countText(point.inputs),
      ]),
    },
  ];
}

/** Points of one landscape, as charts take them. */
export function landscapeView(points: readonly EventOf<"landscape">[]): LandscapeView | undefined {
  const [first] = points;
  return first && { component: first.component, key: first.key, points };
}

export function summarySheet(view: RunView): Block[] {
  const { summary } = view;
  if (summary === null) return [{ kind: "title", text: statusWords(view.status) }];
  const { iterations, accepted, rejected } = summary;
  const changed = changedComponents(view);
  return [
    { kind: "title", text: `Run ${summary.runId}, ${statusWords({ state: "finished", stop: summary.stop })}` },
    ...simulated(view),
    {
      kind: "table",
      columns: [
        { title: "rows" },
        { title: "n", number: true },
        { title: "unoptimized", number: true },
        { title: "optimized", number: true },
        { title: "difference, 95 % interval", number: true },
      ],
      rows: splitResults(view).map(({ split, n, unoptimized, optimized, difference }) => [
        split,
        countText(n),
        rewardText(unoptimized),
        rewardText(optimized),
        differenceText(difference),
      ]),
    },
    {
      kind: "text",
      text: `${counted(iterations, "iteration")}: ${accepted} accepted, ${rejected} rejected, ${Math.max(0, iterations - accepted - rejected)} without a better candidate; ${counted(view.spentRuns, "system run")}; model ${modelText(summary)}.`,
    },
    ...(changed.length === 0 ? [{ kind: "text" as const, text: "Nothing was changed." }] : []),
    ...changed.flatMap(({ name, initial, value }): Block[] => [
      { kind: "text", text: name },
      { kind: "diff", parts: valueDiff(initial, value) },
    ]),
  ];
}

function simulated({ header }: RunView): Block[] {
  return header?.simulated ? [simulatedNotice] : [];
}

function sentence(text: string): string {
  const bare = text.trim().replace(/[.\s]*$/, "");
  return `${bare.charAt(0).toUpperCase()}${bare.slice(1)}.`;
}
