import { exampleText } from "../data/exampleText.ts";
import type { BodyOf } from "../run/events.ts";
import { counted } from "../run/views/numberFormat.ts";
import type { Evaluation } from "../system/evaluation.ts";
import { BudgetExhausted } from "../system/ledger.ts";
import { UserError } from "../system/userError.ts";
import { keepTrajectories } from "./keptTrajectories.ts";
import type { Optimization } from "./optimization.ts";

/**
 * Scores the start configuration on the validation rows of the gate.
 * @throws UserError when every row fails, or the budget does not even pay for this
 */
export async function measureStart(optimization: Optimization): Promise<void> {
  const { session, state, recorded } = optimization;
  if (state.gate !== undefined) {
    setTestRowsAside(optimization);
    return;
  }
  session.record({ type: "phase", phase: "measuring" });
  const examples = optimization.gateExamples();
  const evaluation = await session
    .evaluate(state.initial, examples, "validation", {
      sample: session.sampleNumber("start"),
      label: "measuring the start",
      phase: "measuring",
    })
    .catch((thrown: unknown) => {
      throw thrown instanceof BudgetExhausted ? tooSmall(optimization, examples.length, thrown) : thrown;
    });
  recorded.keep(evaluation.trajectories, state.initial);
  const exampleIds = examples.map((example) => example.id);
  await keepTrajectories(session, 0, evaluation);
  const texts = examples.map(exampleText);
  session.record({ ...evaluationEvent("unoptimized", "validation", exampleIds, evaluation), texts });
  refuseTotalFailure(evaluation);
  state.gate = { exampleIds, initial: [...evaluation.scores], scores: [...evaluation.scores] };
  state.startWorth = session.meter.worth;
  setTestRowsAside(optimization);
  await optimization.checkpoint();
}

/**
 * A run that spends all its money on the search has none left to show what came of it. What start and result may cost on
 * the test rows is kept back, going by what the start cost on the gate's; a quarter more, for prompts get longer.
 */
function setTestRowsAside({ session, state }: Optimization): void {
  const { budget } = session.meter;
  const rows = session.request.splits.test?.examples.length ?? 0;
  const measured = state.gate?.exampleIds.length ?? 0;
  if (
    rows === 0 ||
    measured === 0 ||
    state.startWorth === undefined ||
    Object.values(budget.limits).every((limit) => limit === null)
  )
    return;
  const { calls, tokens, usd } = state.startWorth;
  const share = (2 * rows * 1.25) / measured;
  const isKept = budget.setAside({
    calls: Math.ceil(calls * share),
    tokens: Math.ceil(tokens * share),
    usd: (usd ?? 0) * share,
  });
  if (isKept || state.iteration > 0) return;
  session.record({
    type: "warning",
    message: `Start and result on ${rows} test rows would take more than half of the budget, so nothing is kept back for them; they are scored if something is left.`,
  });
}

export function evaluationEvent(
  of: BodyOf<"evaluation">["of"],
  split: BodyOf<"evaluation">["split"],
  exampleIds: readonly string[],
  evaluation: Pick<Evaluation, "scores" | "mean" | "failures">,
): BodyOf<"evaluation"> {
  return {
    type: "evaluation",
    of,
    split,
    mean: evaluation.mean,
    n: exampleIds.length,
    exampleIds: [...exampleIds],
    scores: [...evaluation.scores],
    failures: [...evaluation.failures],
  };
}

function refuseTotalFailure({ failures, scores }: Evaluation): void {
  const first = failures[0];
  if (first === undefined || failures.length < scores.length) return;
  const all =
    scores.length === 1
      ? `The only validation row (${first.exampleId}) failed in ${first.at}`
      : `All ${scores.length} validation rows failed, the first (${first.exampleId}) in ${first.at}`;
  // What was thrown is somebody else's sentence, or none.
  const said = first.message.trim();
  throw new UserError(`${all}: ${said}${/[.!?…]$/.test(said) ? "" : "."} Mend this before optimizing.`);
}

function tooSmall({ session }: Optimization, rows: number, exhausted: BudgetExhausted): UserError {
  if (exhausted.budget !== "system runs") {
    return new UserError(
      `${exhausted.message} That does not pay for measuring the start on ${rows} validation rows; raise the budget or lower the setting validationRows.`,
    );
  }
  return new UserError(
    `A budget of ${counted(session.ledger.limit, "system run")} does not pay for measuring the start on ${counted(rows, "validation row")}; raise --budget-runs or lower the setting validationRows.`,
  );
}
