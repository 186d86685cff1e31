import { english, type L10n } from "./l10n.ts";
import type { RunOutput } from "./runOutput.ts";
import { toldSentence } from "./views/runSentences.ts";
import { statusWords } from "./views/runWords.ts";

/** Where a run stands, in a few words: "interrupted at iteration 4 of 10: the cell was interrupted". */
export function outputStatusWords({ status, iteration }: RunOutput, l10n: L10n = english): string {
  switch (status.state) {
    case "idle":
      return l10n.t("ready for the next step");
    case "interrupted": {
      const reason = toldSentence(status.reason, l10n);
      return iteration === null
        ? l10n.t("interrupted: {0}", reason)
        : l10n.t("interrupted at iteration {0} of {1}: {2}", iteration.iteration, iteration.of, reason);
    }
    case "failed": {
      const message = toldSentence(status.message, l10n);
      return iteration === null
        ? l10n.t("failed: {0}", message)
        : l10n.t("failed at iteration {0} of {1}: {2}", iteration.iteration, iteration.of, message);
    }
    default:
      return statusWords(status, l10n);
  }
}
