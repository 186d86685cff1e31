import { retelling } from "../run/retelling.ts";

/** How kernels and their trainers come to their ends, as the rooms that watch over them write it. */
export const processSentences = [
  "The kernel ended on {0}: {1}.",
  "The kernel ended with exit code {0}: {1}.",
  "The kernel did not answer within {0} ms of its start.",
  "The kernel could not be started: {0}",
  "The cell could not be stopped, so the kernel was ended; the variables of all cells are gone.",
  "The trainer ended on {0}: {1}.",
  "The trainer ended with exit code {0}: {1}.",
  "The trainer did not answer within {0} ms of its start.",
  "The trainer could not be started: {0}",
] as const;

/** What stands in their places. */
export const processFragments = [
  "it was killed from outside, or by the system because memory ran short",
  "something asked it to end",
  "it was interrupted from outside",
  "its terminal went away",
  "it gave up by itself",
  "native code crashed",
  "it ran out of memory",
  "it was ended by a signal",
  "code in a cell ended its process",
  "code in a cell ended its process, or it failed",
  "it was done by itself",
  "it failed",
] as const;

/** Why a process ended, in the reader's language; what is not known stays English. */
export const toldEnd = retelling(processSentences, processFragments);
