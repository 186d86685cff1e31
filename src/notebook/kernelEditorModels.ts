import { type CancellationToken, ErrorCodes, ResponseError } from "vscode-jsonrpc/node";
import { type Complete, type Completed, completeSchema, type RefusedModel } from "./kernelProtocol.ts";

/** A model of the editor did not answer; the message names it and says what to do. */
export class EditorModelRefused extends Error {
  override readonly name = "EditorModelRefused";
  readonly kind: RefusedModel["kind"];

  constructor(kind: RefusedModel["kind"], message: string) {
    super(message);
    this.kind = kind;
  }
}

/**
 * Asks a model of the editor.
 * @param signal aborted when the kernel is gone, or no longer wants the answer
 * @throws EditorModelRefused
 */
export type AskEditorModel = (request: Complete, signal: AbortSignal) => Promise<Completed>;

/** Asks the editor's models for a kernel: the parent's side. */
export class KernelEditorModels {
  readonly #ask: AskEditorModel;
  readonly #end = new AbortController();

  /** @param ask without it there is no editor */
  constructor(ask: AskEditorModel = noEditor) {
    this.#ask = ask;
  }

  /** @throws ResponseError with `RefusedModel` where the model does not answer */
  async answer(params: unknown, token: CancellationToken): Promise<Completed> {
    const request = completeSchema.parse(params);
    const takenBack = new AbortController();
    const cancelled = token.onCancellationRequested(() => takenBack.abort());
    if (token.isCancellationRequested) takenBack.abort();
    try {
      return await this.#ask(request, AbortSignal.any([this.#end.signal, takenBack.signal]));
    } catch (thrown) {
      if (!(thrown instanceof EditorModelRefused)) throw thrown;
      throw new ResponseError<RefusedModel>(ErrorCodes.InternalError, thrown.message, { kind: thrown.kind });
    } finally {
      cancelled.dispose();
    }
  }

  /** The kernel is gone: nobody waits for an answer. */
  end(): void {
    this.#end.abort(new Error("the kernel is gone"));
  }
}

async function noEditor({ model }: Complete): Promise<Completed> {
  throw new EditorModelRefused(
    "unknown model",
    `vscode:${model} is a model of the editor, which can be asked from a notebook or a run in VS Code only.`,
  );
}
