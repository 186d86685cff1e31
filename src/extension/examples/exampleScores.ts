import { createHash } from "node:crypto";
import type { RunEvent } from "../../run/events.ts";
import type { KnownRun } from "../../run/views/knownRun.ts";
import type { Memory } from "../notebook/rememberedRuns.ts";
import type { KnownScore } from "./exampleVerdict.ts";

/** A score of a row as it is kept over a restart of the editor. */
interface KeptScore {
  readonly score: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** What the row said then: rows without ids of their own are counted, and change places. */
  readonly row: string;
  readonly model: string;
}

type Kept = Readonly<Record<string, Readonly<Record<string, KeptScore>>>>;

const KEY = "optimas.exampleScores";
/** Experiments whose scores are kept; the one used least lately goes first. */
const MOST = 50;

/** A row, and what it is told by beside its id. */
export interface ScoredRow {
  readonly id: string;
  readonly text: string;
}

/** What rows scored when they last passed as tests here. */
export class ExampleScores {
  readonly #memory: Memory;

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  /** @param experiment id of its definition */
  of(experiment: string, row: ScoredRow, model: string): KeptScore | undefined {
    const kept = this.#all[experiment]?.[row.id];
    return kept?.row === hashOf(row.text) && kept.model === model ? kept : undefined;
  }

  /** Scores of these rows take the place of those before; rows that the experiment has no more are forgotten. */
  async keep(
    experiment: string,
    scores: readonly { readonly row: ScoredRow; readonly score: number }[],
    given: { readonly rows: readonly ScoredRow[]; readonly model: string; readonly at: number },
  ): Promise<void> {
    const { [experiment]: before = {}, ...others } = this.#all;
    const ids = new Set(given.rows.map(({ id }) => id));
    const after = {
      ...Object.fromEntries(Object.entries(before).filter(([id]) => ids.has(id))),
      ...Object.fromEntries(
        scores.map(({ row, score }) => [
          row.id,
          { score, at: given.at, row: hashOf(row.text), model: given.model } satisfies KeptScore,
        ]),
      ),
    };
    const all = [[experiment, after] as const, ...Object.entries(others)].slice(0, MOST);
    await this.#memory.update(KEY, Object.fromEntries(all));
  }

  get #all(): Kept {
    return this.#memory.get<Kept>(KEY) ?? {};
  }
}

/** What the rows of a run's last evaluation on validation rows scored. */
export interface MeasuredScores {
  readonly run: string;
  readonly at: number;
  readonly model: string;
  readonly simulated: boolean;
  readonly scores: ReadonlyMap<string, number>;
}

/** Undefined where the run has measured no validation rows yet. @param events as its log tells them */
export function measuredScores(run: Pick<KnownRun, "id" | "info">, events: readonly RunEvent[]) {
  const last = events.findLast((event) => event.type === "evaluation" && event.split === "validation");
  if (last?.type !== "evaluation") return undefined;
  const { model, simulated } = run.info;
  const scores = new Map(last.exampleIds.map((id, index) => [id, last.scores[index] ?? Number.NaN]));
  return { run: run.id, at: last.at, model, simulated, scores } satisfies MeasuredScores;
}

/** The newer of what a run measured and what a test gave, with the same model. */
export function knownScore(
  row: ScoredRow,
  offer: { readonly model: string; readonly simulated: boolean },
  measured: MeasuredScores | undefined,
  kept: KeptScore | undefined,
): KnownScore | undefined {
  const like = measured?.model === offer.model && measured.simulated === offer.simulated;
  const score = like ? measured.scores.get(row.id) : undefined;
  if (measured !== undefined && score !== undefined && Number.isFinite(score) && (kept?.at ?? 0) <= measured.at) {
    return { score, by: { kind: "run", id: measured.run } };
  }
  return kept && { score: kept.score, by: { kind: "test" } };
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
