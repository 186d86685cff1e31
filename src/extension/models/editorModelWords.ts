import type { L10n } from "../l10n.ts";

/** What people are told of the editor's language models. */
export function editorModelWords(l10n: L10n) {
  return {
    justification: () => l10n.t("An optimization that you started asks this model."),
    untrusted: (name: string) => l10n.t("vscode:{0} is not asked: the workspace is not trusted.", name),
    notAllowed: (model: string) =>
      l10n.t(
        'You have not allowed Optimas to ask {0}. Allow it under "Manage Language Model Access" in the account menu, then resume the run.',
        model,
      ),
    tooLong: (model: string, tokens: number, most: number) =>
      l10n.t(
        "The request is too long for {0}: tokens {2} of at most {1}. Shorten its inputs, or choose another model.",
        model,
        most,
        tokens,
      ),
    noModels: (name: string) =>
      l10n.t(
        "vscode:{0} cannot be asked: the editor has no language models. Install or sign in to an extension that brings some, or use another provider.",
        name,
      ),
    noSuchModel: (name: string, names: readonly string[]) =>
      l10n.t("The editor has no model {0} now; there are {1}.", name, names.join(", ")),
    blocked: (model: string, said: string) =>
      l10n.t("{0} may not be asked for now ({1}). Resume the run when your plan allows more requests.", model, said),
    gone: (model: string) => l10n.t("{0} is gone from the editor. Resume the run when it is back.", model),
    failed: (model: string, said: string) => l10n.t("{0} did not answer: {1}", model, said),
  } as const;
}
