import * as vscode from "vscode";

/** A language model that an extension might bring: what it was asked, and how it answers. */
export interface BroughtModel {
  readonly model: vscode.LanguageModelChat;
  /** Texts of the last messages of all requests. */
  readonly asked: string[];
  /** Thrown in the place of an answer. */
  refusal: Error | undefined;
}

/** @param name of vendor and family: it is asked as vscode:<name>/<name>. What a vendor's models may do holds for the window. */
export function broughtModel(name: string): BroughtModel {
  const brought: BroughtModel = {
    asked: [],
    refusal: undefined,
    model: {
      id: `an-id-of-${name}`,
      name: `The ${name}`,
      vendor: name,
      family: name,
      version: "1",
      maxInputTokens: 8_000,
      countTokens: async (text) => Math.ceil(textOf(text).length / 4),
      sendRequest: async (messages) => {
        if (brought.refusal !== undefined) throw brought.refusal;
        const last = messages.at(-1);
        brought.asked.push(last === undefined ? "" : textOf(last));
        const text = pieces("### answer\n", `Town${brought.asked.length}`);
        return { text, stream: text };
      },
    },
  };
  return brought;
}

/** Does something while the editor has these models, and no others. */
export async function withModels<T>(models: () => readonly BroughtModel[], work: () => Promise<T>): Promise<T> {
  const before = vscode.lm.selectChatModels;
  const select = async () => models().map(({ model }) => model);
  Object.defineProperty(vscode.lm, "selectChatModels", { value: select, writable: true, configurable: true });
  try {
    return await work();
  } finally {
    Object.defineProperty(vscode.lm, "selectChatModels", { value: before, writable: true, configurable: true });
  }
}

async function* pieces(...texts: readonly string[]): AsyncIterable<string> {
  yield* texts;
}

function textOf(message: string | vscode.LanguageModelChatMessage): string {
  if (typeof message === "string") return message;
  return message.content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : "")).join("");
}
