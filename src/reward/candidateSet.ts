import type { Fields } from "../system/component.ts";
import type { ScoredOutput } from "./preferencePair.ts";

/** All outputs of one component for one input with their expected global rewards; preference pairs follow from it. */
export interface CandidateSet {
  readonly component: string;
  readonly exampleId: string;
  /** 0 in stage 1, else the iteration it was collected in, from 1. */
  readonly iteration: number;
  readonly input: Fields;
  readonly candidates: readonly ScoredOutput[];
}
