import { existsSync } from "node:fs";
import * as z from "zod";
import type { CandidateSet } from "../reward/candidateSet.ts";
import { redactedJson } from "../system/secrets.ts";
import { storedFields } from "./storedFields.ts";
import { damaged, parseStored, wholeLines } from "./storedJson.ts";

const candidateSetSchema = z.object({
  component: z.string(),
  exampleId: z.string(),
  iteration: z.number().int().nonnegative(),
  input: storedFields,
  candidates: z.array(
    z.object({
      output: storedFields,
      options: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
      score: z.number(),
    }),
  ),
});

export interface KeptCandidates {
  readonly sets: readonly CandidateSet[];
  /** Offset in bytes after the last of them. */
  readonly length: number;
}

/** The first `count` candidate sets of a run's `candidates.jsonl`. @throws UserError when there are fewer, or damaged ones */
export function readCandidates(file: string, count: number): KeptCandidates {
  const sets: CandidateSet[] = [];
  let length = 0;
  if (count > 0 && existsSync(file)) {
    for (const line of wholeLines(file)) {
      sets.push(parseStored(line.bytes, candidateSetSchema, `${file}, line ${line.number}`));
      length = line.end;
      if (sets.length === count) break;
    }
  }
  if (sets.length < count)
    throw damaged(file, `${count} candidate sets belong to the checkpoint, but only ${sets.length} are here`);
  return { sets, length };
}

/** The lines of candidate sets. @throws Error when one could not be read back, e.g. because its score is NaN */
export function candidateLines(sets: readonly CandidateSet[]): string {
  return sets
    .map((set) => {
      candidateSetSchema.parse(set);
      return `${redactedJson(set)}\n`;
    })
    .join("");
}
