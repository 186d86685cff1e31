import type { L10n } from "../l10n.ts";
import type { ChangeRefusal } from "./componentChange.ts";

/** Why a component's value cannot be written to its source: one sentence that names the component. */
export function refusalWords(name: string, refusal: ChangeRefusal, l10n: L10n): string {
  switch (refusal.kind) {
    case "computed":
      return l10n.t("The value of {0} cannot be written to the source: {1}.", name, refusal.why);
    case "moved":
      return l10n.t("The source of {0} is not as it was found, so nothing was written over it.", name);
    case "conflict":
      return l10n.t("{0} shares its value with another component that is to get another one.", name);
    case "substitution":
      return substitutionWords(name, refusal, l10n);
    case "bytes":
      return l10n.t("The value of {0} is written as a string of bytes, which holds no text.", name);
    case "docstring":
      return l10n.t(
        "The new value of {0} cannot be a docstring: Python would take away its indentation, tabs or empty lines at its ends.",
        name,
      );
    case "comments":
      return l10n.t(
        "The value of {0} is joined of several texts with comments between them, which would be lost.",
        name,
      );
    case "gone":
      return l10n.t("{0} is no longer found in this workspace.", name);
    case "unreadable":
      return l10n.t("The source of {0} cannot be opened: {1}", name, refusal.why);
    case "other variable":
      return l10n.t("{0} was changed since the run: its variable does not take this value.", name);
    case "per input":
      return l10n.t("{0} is to choose its model for each input anew, which is no one value in the source.", name);
  }
}

function substitutionWords(
  name: string,
  { expression, problem }: Extract<ChangeRefusal, { kind: "substitution" }>,
  l10n: L10n,
): string {
  switch (problem) {
    case "gone":
      return l10n.t("The new value of {0} no longer contains what {1} stands for in the template.", name, expression);
    case "ambiguous":
      return l10n.t(
        "The new value of {0} contains what {1} stands for in the template at several places.",
        name,
        expression,
      );
    case "unknown":
      return l10n.t(
        "What {1} stands for in the template of {0} is not known, so it cannot be found in the new value.",
        name,
        expression,
      );
  }
}
