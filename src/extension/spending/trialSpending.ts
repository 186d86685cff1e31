import * as vscode from "vscode";
import { AgreedSpending } from "./agreedSpending.ts";

/** What the user agrees to spend on the trials of one panel. */
export function trialSpending(): AgreedSpending {
  return new AgreedSpending({
    ask: async (request, signal) => (await import("./runConsent.ts")).agreeToCost(request, signal),
    declined: () =>
      vscode.l10n.t("This was not tried, for what it may cost, and nothing was spent. Press Try to be asked again."),
  });
}
