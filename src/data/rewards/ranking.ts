import { typeName } from "../../system/component.ts";
import { UserError } from "../../system/userError.ts";

/**
 * Candidates by score, best first; candidates with equal scores keep their order.
 * @throws TypeError unless there is one finite score per candidate
 */
export function rankByScore<T>(candidates: readonly T[], scores: unknown): T[] {
  if (!Array.isArray(scores) || scores.length !== candidates.length) {
    const found = Array.isArray(scores) ? `${scores.length}` : typeName(scores);
    throw new TypeError(`a ranking of ${candidates.length} candidates needs as many scores, but got ${found}`);
  }
  const scored = candidates.map((candidate, index) => ({ candidate, score: finite(scores[index], index) }));
  return scored.sort((a, b) => b.score - a.score).map(({ candidate }) => candidate);
}

/**
 * 1 / rank of the first relevant candidate, ranks from 1; 0 when none is relevant. Its mean over examples is the mean
 * reciprocal rank (MRR).
 * @param ranking candidate ids, best first
 * @param relevant ids of the right answers; numbers and texts that are written alike are equal
 * @throws TypeError when the ranking is no list; UserError when there is no right answer
 */
export function reciprocalRank(ranking: unknown, relevant: unknown): number {
  const rank = firstRelevantRank("reciprocalRank", ranking, relevant);
  return rank === undefined ? 0 : 1 / rank;
}

/** 1 when a relevant candidate is among the first `k`, else 0. Parameters and errors as of `reciprocalRank`. */
export function hitAt(k: number, ranking: unknown, relevant: unknown): number {
  if (!Number.isInteger(k) || k < 1) throw new RangeError(`hitAt needs a whole k from 1 on, got ${k}`);
  const rank = firstRelevantRank("hitAt", ranking, relevant);
  return rank !== undefined && rank <= k ? 1 : 0;
}

function firstRelevantRank(reward: string, ranking: unknown, relevant: unknown): number | undefined {
  if (!Array.isArray(ranking))
    throw new TypeError(`${reward} needs a list of ids, best first, but got ${typeName(ranking)}`);
  if (!Array.isArray(relevant) || relevant.length === 0) {
    const found = Array.isArray(relevant) ? "an empty list" : typeName(relevant);
    throw new UserError(
      `${reward} needs the ids of the right answers, as a list, in its last argument, but it is ${found}. ` +
        'Check the name of the field in the reward, e.g. "answer_ids" in example.answer_ids, and that every row has it.',
    );
  }
  const right = new Set(relevant.map(String));
  const index = ranking.findIndex((id) => right.has(String(id)));
  return index === -1 ? undefined : index + 1;
}

function finite(score: unknown, index: number): number {
  if (typeof score === "number" && Number.isFinite(score)) return score;
  throw new TypeError(`the score of candidate ${index + 1} must be a finite number, but is ${typeName(score)}`);
}
