import { exampleText } from "../data/exampleText.ts";
import type { BodyOf } from "../run/events.ts";
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
  if (state.gate !== undefined) return;
  session.record({ type: "phase", phase: "measuring" });
  const examples = optimization.gateExamples();
  const evaluation = await session
    .evaluate(state.initial, examples, "validation", {
      sample: session.sampleNumber("start"),
      label: "measuring the start",
      phase: "measuring",
    })
    .catch((thrown: unknown) => {
      throw thrown instanceof BudgetExhausted ? tooSmall(optimization, examples.length) : thrown;
    });
  recorded.keep(evaluation.trajectories, state.initial);
  const exampleIds = examples.map((example) => example.id);
  await keepTrajectories(session, 0, evaluation);
  const texts = examples.map(exampleText);
  session.record({ ...evaluationEvent("unoptimized", "validation", exampleIds, evaluation), texts });
  refuseTotalFailure(evaluation);
  state.gate = { exampleIds, initial: [...evaluation.scores], scores: [...evaluation.scores] };
  await optimization.checkpoint();
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
  throw new UserError(
    `All ${scores.length} validation rows failed, the first (${first.exampleId}) in ${first.at}: ${first.message} Mend this before optimizing.`,
  );
}

function tooSmall({ session }: Optimization, rows: number): UserError {
  return new UserError(
    `A budget of ${session.ledger.limit} system runs does not pay for measuring the start on ${rows} validation rows; raise --budget-runs or lower the setting validationRows.`,
  );
}
