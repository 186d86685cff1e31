import * as vscode from "vscode";

/** What a person may choose where a value cannot simply be written. */
export type UpdateAnswer =
  /** Write what can be written. */
  | "apply"
  /** Keep the values in the configuration file beside the experiment, which runs start from. */
  | "state file"
  /** Look at the place in the source. */
  | "open";

export interface UpdateQuestion {
  readonly message: string;
  readonly detail?: string;
  /** Whether nothing else goes on before it is answered: where an answer changes sources. */
  readonly modal: boolean;
  readonly answers: readonly { readonly title: string; readonly answer: UpdateAnswer }[];
}

/** Undefined when the question was put away. */
export type Ask = (question: UpdateQuestion) => Promise<UpdateAnswer | undefined>;

export const askUser: Ask = async ({ message, detail, modal, answers }) => {
  const options = { modal, ...(detail === undefined ? {} : { detail }) };
  return (await vscode.window.showWarningMessage(message, options, ...answers))?.answer;
};
