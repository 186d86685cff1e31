import type * as vscode from "vscode";
import { EditorModelRefused } from "../../notebook/kernelEditorModels.ts";
import type { Complete, Completed, RefusedModel } from "../../notebook/kernelProtocol.ts";
import type { L10n } from "../l10n.ts";
import { editorModelWords } from "./editorModelWords.ts";
import { type FirstRequests, NotAllowed } from "./firstRequests.ts";
import { unlessAborted } from "./unlessAborted.ts";

/** What asking takes. */
export interface EditorModelParts {
  /** The editor, as far as it knows language models. */
  readonly editor: {
    readonly lm: Pick<typeof vscode.lm, "selectChatModels">;
    readonly CancellationTokenSource: typeof vscode.CancellationTokenSource;
    readonly LanguageModelChatMessage: Pick<typeof vscode.LanguageModelChatMessage, "User" | "Assistant">;
    readonly l10n: L10n;
  };
  readonly access: Pick<vscode.LanguageModelAccessInformation, "canSendRequest">;
  /** One for the window. */
  readonly firstRequests: FirstRequests;
  readonly isTrusted: () => boolean;
}

/** Characters that a token of most texts has: an answer that is longer by these is counted while it comes. */
const CHARACTERS_PER_TOKEN = 4;

/**
 * Asks a model of the editor once. It is looked for each time, for models come and go with the extensions and accounts that
 * bring them; the editor itself asks the user for consent when a model is asked for the first time.
 * @throws EditorModelRefused, or the signal's reason once it is aborted
 */
export async function askEditorModel(
  parts: EditorModelParts,
  request: Complete,
  signal: AbortSignal,
): Promise<Completed> {
  const { editor, access, firstRequests } = parts;
  const words = editorModelWords(editor.l10n);
  signal.throwIfAborted();
  if (!parts.isTrusted()) throw refused("authentication", words.untrusted(request.model));
  const model = await unlessAborted(modelNamed(parts, request.model), signal);
  const cancel = new editor.CancellationTokenSource();
  const abort = (): void => cancel.cancel();
  signal.addEventListener("abort", abort, { once: true });
  try {
    const messages = request.messages.map((message) => messageOf(editor, message));
    const inputTokens = await unlessAborted(tokensOf(model, messages, cancel.token), signal);
    if (inputTokens > model.maxInputTokens) {
      throw refused("too long", words.tooLong(model.name, inputTokens, model.maxInputTokens));
    }
    const usageOf = (outputTokens: number) => ({ inputTokens, outputTokens, estimated: true }) as const;
    try {
      const options = {
        justification: words.justification(),
        modelOptions: { temperature: request.temperature, max_tokens: request.maxTokens },
      };
      const response = await firstRequests.send(
        model.vendor,
        () => access.canSendRequest(model) === true,
        () => model.sendRequest(messages, options, cancel.token),
        (thrown) => codeOf(thrown) === "NoPermissions",
        signal,
      );
      const { text, tokens } = await readAnswer(response.text, model, request.maxTokens, signal);
      if (tokens < request.maxTokens) {
        return { text, stop: text.trim() === "" ? "empty" : "end", usage: usageOf(tokens) };
      }
      // Not every model keeps to the bound that it is given.
      cancel.cancel();
      const kept = Math.floor((text.length * request.maxTokens) / tokens);
      return { text: text.slice(0, kept), stop: "length", usage: usageOf(request.maxTokens) };
    } catch (thrown) {
      signal.throwIfAborted();
      if (!isFiltered(thrown)) throw thrown;
      return { text: "", stop: "filtered", usage: usageOf(0) };
    }
  } catch (thrown) {
    signal.throwIfAborted();
    throw failureOf(thrown, model, words);
  } finally {
    signal.removeEventListener("abort", abort);
    cancel.dispose();
  }
}

/** By identifier, by `vendor/family`, or by family: the first of those that the editor lists. */
async function modelNamed({ editor }: EditorModelParts, name: string): Promise<vscode.LanguageModelChat> {
  const all = await editor.lm.selectChatModels();
  const byIdentifier = all.find(({ id }) => id === name);
  const found = byIdentifier ?? all.find(({ vendor, family }) => name === family || name === `${vendor}/${family}`);
  if (found !== undefined) return found;
  const words = editorModelWords(editor.l10n);
  const names = [...new Set(all.map(({ vendor, family }) => `vscode:${vendor}/${family}`))];
  throw refused("unknown model", names.length === 0 ? words.noModels(name) : words.noSuchModel(name, names));
}

/** The editor knows no system messages: instructions come first, as the user's. */
function messageOf(
  { LanguageModelChatMessage }: EditorModelParts["editor"],
  { role, content }: Complete["messages"][number],
): vscode.LanguageModelChatMessage {
  return role === "assistant" ? LanguageModelChatMessage.Assistant(content) : LanguageModelChatMessage.User(content);
}

async function tokensOf(
  model: vscode.LanguageModelChat,
  messages: readonly vscode.LanguageModelChatMessage[],
  token: vscode.CancellationToken,
): Promise<number> {
  const counts = await Promise.all(messages.map((message) => model.countTokens(message, token)));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Tokens of an answer. It was given, and counts, also when its model is gone before they are counted. */
async function tokensIn(model: vscode.LanguageModelChat, text: string): Promise<number> {
  if (text === "") return 0;
  try {
    return await model.countTokens(text);
  } catch {
    return Math.ceil(text.length / 4);
  }
}

/**
 * The text as it comes, until it has `most` tokens: counted with the model's own tokenizer, for the editor reports nothing of
 * what a request came to.
 */
async function readAnswer(
  pieces: AsyncIterable<string>,
  model: vscode.LanguageModelChat,
  most: number,
  signal: AbortSignal,
): Promise<{ readonly text: string; readonly tokens: number }> {
  const reader = pieces[Symbol.asyncIterator]();
  const counted = (): Promise<number> => unlessAborted(tokensIn(model, text), signal);
  let text = "";
  let countAt = most * CHARACTERS_PER_TOKEN;
  for (;;) {
    const next = await unlessAborted(reader.next(), signal);
    if (next.done) return { text, tokens: await counted() };
    text += next.value;
    if (text.length <= countAt) continue;
    const tokens = await counted();
    if (tokens >= most) return { text, tokens };
    countAt = text.length + (most - tokens) * CHARACTERS_PER_TOKEN;
  }
}

function failureOf(
  thrown: unknown,
  model: vscode.LanguageModelChat,
  words: ReturnType<typeof editorModelWords>,
): EditorModelRefused {
  if (thrown instanceof EditorModelRefused) return thrown;
  if (thrown instanceof NotAllowed) return refused("authentication", words.notAllowed(model.name));
  const said = saidBy(thrown);
  switch (codeOf(thrown)) {
    case "NoPermissions":
      return refused("authentication", words.notAllowed(model.name));
    case "Blocked":
      return refused("quota", words.blocked(model.name, said));
    case "NotFound":
      return refused("unknown model", words.gone(model.name));
    default:
      return refused("overloaded", words.failed(model.name, said));
  }
}

function isFiltered(thrown: unknown): boolean {
  return /filtered|content.?filter|responsible ai/i.test(saidBy(thrown));
}

/** Which of the editor's errors it is, or the one that it was thrown for. */
function codeOf(thrown: unknown): string {
  const codes = errorsOf(thrown).map((error) => ("code" in error ? String(error.code) : ""));
  return codes.find((code) => ["NoPermissions", "Blocked", "NotFound"].includes(code)) ?? "";
}

function saidBy(thrown: unknown): string {
  const messages = thrown instanceof Error ? errorsOf(thrown).map(({ message }) => message) : [String(thrown)];
  return [...new Set(messages)].filter((message) => message !== "").join(": ");
}

/** Errors of models are wrapped by the editor. */
function errorsOf(thrown: unknown): Error[] {
  const errors: Error[] = [];
  for (let error = thrown; error instanceof Error && !errors.includes(error); error = error.cause) errors.push(error);
  return errors;
}

function refused(kind: RefusedModel["kind"], message: string): EditorModelRefused {
  return new EditorModelRefused(kind, message);
}
