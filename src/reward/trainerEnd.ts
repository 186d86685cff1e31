import { endMessage, type ProcessEnd, type ProcessWords } from "../system/processEnd.ts";

export const trainerWords: ProcessWords = {
  name: "The trainer",
  exited: { well: "it was done by itself", badly: "it failed" },
};

/** What whoever waits for a trainer gets when it ends. */
export class TrainerDied extends Error {
  override readonly name = "TrainerDied";
  readonly end: ProcessEnd;

  /** @param advice what can be done now, where that is known */
  constructor(end: ProcessEnd, advice = "") {
    super(endMessage(end, advice));
    this.end = end;
  }
}
