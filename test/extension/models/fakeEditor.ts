import type * as vscode from "vscode";
import { english } from "../../../src/extension/l10n.ts";
import type { EditorModelParts } from "../../../src/extension/models/editorModels.ts";
import { FirstRequests } from "../../../src/extension/models/firstRequests.ts";

/** One request as a model of the editor got it. */
export interface Heard {
  readonly messages: readonly { readonly role: "user" | "assistant"; readonly content: string }[];
  readonly justification: string | undefined;
  readonly temperature: number;
  readonly maxTokens: number;
  readonly token: vscode.CancellationToken;
}

/** What a model of the editor does with a request: its answer, in pieces. */
export type Doing = (heard: Heard) => AsyncIterable<string> | Promise<AsyncIterable<string>>;

/** A text in two pieces. */
export async function* written(text: string): AsyncIterable<string> {
  const half = Math.ceil(text.length / 2);
  yield text.slice(0, half);
  yield text.slice(half);
}

export function always(text: string): Doing {
  return () => written(text);
}

interface FakeMessage {
  readonly role: "user" | "assistant";
  readonly content: string;
}

/** The editor's errors, by their codes. */
export class FakeError extends Error {
  override readonly name = "LanguageModelError";
  readonly code: string;

  constructor(code: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** Counts four characters as a token. */
export class FakeModel {
  readonly id: string;
  readonly vendor: string;
  readonly family: string;
  readonly name: string;
  readonly version = "1";
  maxInputTokens = 100_000;
  readonly heard: Heard[] = [];
  doing: Doing;

  constructor(id: string, doing: Doing, vendor = "maker") {
    this.id = id;
    this.vendor = vendor;
    this.family = `family-of-${id}`;
    this.name = `The ${id}`;
    this.doing = doing;
  }

  async countTokens(counted: string | FakeMessage): Promise<number> {
    return Math.ceil((typeof counted === "string" ? counted : counted.content).length / 4);
  }

  async sendRequest(
    messages: readonly FakeMessage[],
    { justification, modelOptions = {} }: vscode.LanguageModelChatRequestOptions,
    token: vscode.CancellationToken,
  ): Promise<{ readonly text: AsyncIterable<string> }> {
    const { temperature, max_tokens } = modelOptions;
    const heard = { messages, justification, temperature, maxTokens: max_tokens, token };
    this.heard.push(heard);
    return { text: await this.doing(heard) };
  }
}

class FakeCancellation {
  readonly #listeners = new Set<() => void>();
  readonly token = {
    isCancellationRequested: false,
    onCancellationRequested: (listener: () => void) => {
      this.#listeners.add(listener);
      return { dispose: () => this.#listeners.delete(listener) };
    },
  };

  cancel(): void {
    if (this.token.isCancellationRequested) return;
    this.token.isCancellationRequested = true;
    for (const listener of this.#listeners) listener();
  }

  dispose(): void {
    this.#listeners.clear();
  }
}

/** An editor with models that can be taken away, and a user who may be asked for consent. */
export class FakeEditor {
  models: FakeModel[];
  /** What the editor knows of the user's consent. */
  allowed: boolean | undefined = true;
  isTrusted = true;
  now = 0;
  readonly parts: EditorModelParts;

  constructor(...models: FakeModel[]) {
    this.models = models;
    const message = (role: FakeMessage["role"]) => (content: string) => ({ role, content });
    const editor = {
      lm: { selectChatModels: async () => this.models },
      CancellationTokenSource: FakeCancellation,
      LanguageModelChatMessage: { User: message("user"), Assistant: message("assistant") },
      l10n: english,
    };
    this.parts = {
      // The part of the editor that is asked, and nothing else of it.
      editor: editor as unknown as EditorModelParts["editor"],
      access: { canSendRequest: () => this.allowed },
      firstRequests: new FirstRequests(() => this.now),
      isTrusted: () => this.isTrusted,
    };
  }
}
