import type { TrialOutputOf } from "../../run/trialOutput.ts";
import { changeText, rewardText } from "../../run/views/numberFormat.ts";
import { visibleText } from "../../run/views/visibleText.ts";
import type { L10n } from "../l10n.ts";

/** One row that was run. */
export type ExampleOutput = TrialOutputOf<"example">;

/** What a row scored before, and who measured it. */
export interface KnownScore {
  readonly score: number;
  /** A run of the workspace, by its id, or a test of this row that passed. */
  readonly by: { readonly kind: "run"; readonly id: string } | { readonly kind: "test" };
}

export type Verdict =
  | { readonly kind: "passed" }
  /** `words` say why. */
  | { readonly kind: "failed"; readonly words: string }
  /** Something in the system, or the reward, threw. */
  | { readonly kind: "errored"; readonly words: string };

export interface Judging {
  readonly known: KnownScore | undefined;
  /** Score at which rows pass, whatever they scored before; undefined: above 0, and not below what they scored before. */
  readonly passAt: number | undefined;
  readonly simulated: boolean;
}

/** Scores closer than this are equal: sums of floats differ by so much. */
const EQUAL = 1e-9;

/** Whether a row passes, and in words why it does not. */
export function verdictOf(run: ExampleOutput, judging: Judging, l10n: L10n): Verdict {
  const { known, passAt, simulated } = judging;
  const model = simulated ? [l10n.t("Measured with the simulated model.")] : [];
  const said = (kind: "failed" | "errored", ...sentences: string[]): Verdict => ({
    kind,
    words: [...sentences, ...model].join("\n"),
  });
  if (run.failure !== null) {
    return said("errored", l10n.t("{0} failed: {1}", visibleText(run.failure.at), visibleText(run.failure.message)));
  }
  const fell = known !== undefined && run.score < known.score - EQUAL;
  const change = fell ? [fallWords(known, run.score, l10n)] : [];
  if (passAt !== undefined) {
    if (run.score >= passAt - EQUAL) return { kind: "passed" };
    return said("failed", l10n.t("Score {0}; rows pass at {1}.", rewardText(run.score), rewardText(passAt)), ...change);
  }
  if (fell) return said("failed", ...change);
  if (run.score > 0) return { kind: "passed" };
  return said(
    "failed",
    l10n.t("Score {0}. Rows pass above 0, unless the setting {1} says otherwise.", rewardText(run.score), PASS_AT),
  );
}

const PASS_AT = "optimas.tests.passAt";

function fallWords(known: KnownScore, score: number, l10n: L10n): string {
  const [before, now, change] = [rewardText(known.score), rewardText(score), changeText(score - known.score)];
  return known.by.kind === "run"
    ? l10n.t("Score {0} → {1} ({2}) since the run {3}.", before, now, change, known.by.id)
    : l10n.t("Score {0} → {1} ({2}) since this row last passed here.", before, now, change);
}

/** "0.800 → 0.200" where the score is another than before, else the score alone. */
export function scoreWords(run: ExampleOutput, known: KnownScore | undefined): string {
  const now = rewardText(run.score);
  return isChanged(run, known) ? `${rewardText(known?.score)} → ${now}` : now;
}

/** True where the row scored otherwise than before. */
export function isChanged({ score }: ExampleOutput, known: KnownScore | undefined): boolean {
  return known !== undefined && Math.abs(score - known.score) > EQUAL;
}

/** What a row says the system should have given, and what it gave, as texts to be held against one another. */
export interface Comparison {
  readonly expected: string;
  readonly actual: string;
}

/**
 * The fields that stand in the row as well as in the system's output.
 * @param outputs the system's output fields; where they are not known, those of the last component
 * @returns undefined where there are none, and where they are equal: the reward then looks at something else
 */
export function comparisonOf(run: ExampleOutput, outputs: readonly string[] | undefined): Comparison | undefined {
  const given = new Map(run.steps.flatMap(({ output }) => Object.entries(output)));
  const names = outputs ?? Object.keys(run.steps.at(-1)?.output ?? {});
  const shared = names.filter((name) => given.has(name) && Object.hasOwn(run.example, name));
  if (shared.length === 0) return undefined;
  const text = (value: (name: string) => unknown) =>
    shared.length === 1
      ? fieldText(value(shared[0] ?? ""))
      : shared.map((name) => `${name}: ${fieldText(value(name))}`).join("\n");
  const expected = text((name) => run.example[name]);
  const actual = text((name) => given.get(name));
  return expected === actual ? undefined : { expected, actual };
}

/** A field's value as a person reads it: nothing in it can move the cursor or turn the line round. */
export function fieldText(value: unknown): string {
  return visibleText(typeof value === "string" ? value : (JSON.stringify(value, null, 2) ?? String(value)));
}
