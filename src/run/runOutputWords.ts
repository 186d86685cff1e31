import type { RunOutput } from "./runOutput.ts";
import { statusWords } from "./views/runWords.ts";

/** Where a run stands, in a few words: "interrupted at iteration 4 of 10: the cell was interrupted". */
export function outputStatusWords({ status, iteration }: RunOutput): string {
  const at = iteration === null ? "" : ` at iteration ${iteration.iteration} of ${iteration.of}`;
  switch (status.state) {
    case "idle":
      return "ready for the next step";
    case "interrupted":
      return `interrupted${at}: ${status.reason}`;
    case "failed":
      return `failed${at}: ${status.message}`;
    default:
      return statusWords(status);
  }
}
