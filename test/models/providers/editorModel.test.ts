import { PassThrough } from "node:stream";
import { afterEach, describe, expect, test, vi } from "vitest";
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-jsonrpc/node";
import { askEditorModel } from "../../../src/extension/models/editorModels.ts";
import { ChannelRequests } from "../../../src/kernel/channelRequests.ts";
import { kernelEditorModels } from "../../../src/kernel/kernelEditorModels.ts";
import { ParentRequests } from "../../../src/kernel/parentRequests.ts";
import type { EditorModels } from "../../../src/models/modelAccess.ts";
import { ModelFailure } from "../../../src/models/modelFailure.ts";
import { languageModel } from "../../../src/models/modelRegistry.ts";
import {
  type AskEditorModel,
  EditorModelRefused,
  KernelEditorModels,
} from "../../../src/notebook/kernelEditorModels.ts";
import { kernelMessages } from "../../../src/notebook/kernelProtocol.ts";
import { FakeEditor, FakeError, FakeModel, type Heard, written } from "../../extension/models/fakeEditor.ts";
import { languageModelContract } from "../languageModelContract.ts";
import type { WireRequest } from "../loopback/reply.ts";
import { fixedReply } from "../loopback/simulatedReply.ts";
import { openAccess } from "../modelAccess.ts";

/** Both sides of a kernel's channel in one process: what code in a kernel asks, and the parent that asks the editor. */
class Channel {
  readonly models: EditorModels;
  readonly parent: KernelEditorModels;
  readonly #connections: MessageConnection[];

  constructor(ask: AskEditorModel | undefined) {
    const up = new PassThrough();
    const down = new PassThrough();
    const upper = createMessageConnection(new StreamMessageReader(up), new StreamMessageWriter(down));
    const lower = createMessageConnection(new StreamMessageReader(down), new StreamMessageWriter(up));
    this.#connections = [upper, lower];
    this.parent = new KernelEditorModels(ask);
    upper.onRequest(kernelMessages.complete, (params: unknown, token) => this.parent.answer(params, token));
    const main = new ParentRequests((message) => {
      if (message.type === "ask" || message.type === "unask" || message.type === "tell") requests.handle(message);
    });
    const requests = new ChannelRequests(
      lower,
      (message) => {
        if (message.type === "answer") main.answered(message.number, message.answer);
      },
      (ms, action) => setTimeout(action, ms),
    );
    for (const connection of this.#connections) connection.listen();
    this.models = kernelEditorModels(main);
  }

  close(): void {
    for (const connection of this.#connections) connection.dispose();
  }
}

languageModelContract({
  name: "a model of the editor, asked from a kernel",
  structured: false,
  usage: "estimated",
  temperature: true,
  answersAsTold: true,
  keyHeader: undefined,
  refusals: false,
  uniqueIds: false,
  hasSystemMessages: false,
  open: () => {
    let answer = fixedReply("The Seine.");
    const model = new FakeModel("the-model", async (heard) => written((await answer(wireRequest(heard))).text));
    const editor = new FakeEditor(model);
    const channel = new Channel((request, signal) => askEditorModel(editor.parts, request, signal));
    return Promise.resolve({
      model: languageModel("vscode:the-model", openAccess({}, { editorModels: channel.models })),
      server: undefined,
      answerWith: (given) => {
        answer = given;
      },
      close: async () => channel.close(),
    });
  },
});

function wireRequest({ messages, temperature, maxTokens }: Heard): WireRequest {
  const other = { format: undefined, streamed: true, usageStreamed: false };
  return { model: "the-model", messages, temperature, maxTokens, ...other };
}

const channels: Channel[] = [];
afterEach(() => {
  for (const channel of channels.splice(0)) channel.close();
});

function channelTo(ask?: AskEditorModel): Channel {
  const channel = new Channel(ask);
  channels.push(channel);
  return channel;
}

const question = {
  messages: [{ role: "user" as const, content: "Why?" }],
  temperature: 0,
  maxTokens: 10,
  sample: 0,
};

async function failure(channel: Channel): Promise<ModelFailure> {
  const thrown: unknown = await channel.models.complete("m", question, new AbortController().signal).then(
    ({ text }) => new Error(`there was an answer: ${text}`),
    (error: unknown) => error,
  );
  if (!(thrown instanceof ModelFailure)) throw thrown;
  return thrown;
}

describe("what a model of the editor did not do", () => {
  test.each([
    ["authentication", true, false],
    ["quota", true, false],
    ["unknown model", true, false],
    ["overloaded", true, true],
    ["too long", false, false],
    ["bad request", false, false],
  ] as const)("is told to the kernel as %s", async (kind, endsRun, transient) => {
    const channel = channelTo(() => Promise.reject(new EditorModelRefused(kind, "The model says no.")));
    expect(await failure(channel)).toMatchObject({ kind, message: "The model says no.", endsRun, transient });
  });

  test("is a failure of the way there where the parent itself fails", async () => {
    const channel = channelTo(() => Promise.reject(new TypeError("cannot read properties of undefined")));
    expect(await failure(channel)).toMatchObject({ kind: "network", transient: true });
  });

  test("is asked of nobody without an editor, and the kernel is told so", async () => {
    const { kind, message } = await failure(channelTo());
    expect(kind).toBe("unknown model");
    expect(message).toContain("vscode:m is a model of the editor");
  });

  test("is told through everything between the editor and a component", async () => {
    const model = new FakeModel("m", () => {
      throw new FakeError("Unknown", "Request Failed", new FakeError("Blocked", "premium requests are used up"));
    });
    const editor = new FakeEditor(model);
    const channel = channelTo((request, signal) => askEditorModel(editor.parts, request, signal));
    const asked = languageModel("vscode:m", openAccess({}, { editorModels: channel.models }));
    await expect(asked.complete(question, new AbortController().signal)).rejects.toMatchObject({
      kind: "quota",
      endsRun: true,
      message: expect.stringContaining("premium requests are used up"),
    });
  });
});

describe("a request to a model of the editor", () => {
  /** A parent whose model never answers. */
  function waiting() {
    const asked: AbortSignal[] = [];
    const channel = channelTo((_, signal) => {
      asked.push(signal);
      return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    });
    return { asked, channel };
  }

  test("is taken back in the editor when nobody in the kernel wants it any more", async () => {
    const { asked, channel } = waiting();
    const controller = new AbortController();
    const reason = new Error("stopped");
    const answer = channel.models.complete("m", question, controller.signal);
    await expect.poll(() => asked).toHaveLength(1);
    expect(asked[0]?.aborted).toBe(false);
    controller.abort(reason);
    await expect(answer).rejects.toBe(reason);
    await expect.poll(() => asked[0]?.aborted).toBe(true);
  });

  test("is taken back when its kernel is gone", async () => {
    const { asked, channel } = waiting();
    const answer = failure(channel);
    await expect.poll(() => asked).toHaveLength(1);
    channel.parent.end();
    expect(asked[0]?.aborted).toBe(true);
    expect((await answer).transient).toBe(true);
  });

  test("is refused by the parent where it is none", async () => {
    const none = { isCancellationRequested: false, onCancellationRequested: () => ({ dispose: () => undefined }) };
    const ask = vi.fn<AskEditorModel>();
    const parent = new KernelEditorModels(ask);
    for (const params of [undefined, {}, { model: "m", ...question, maxTokens: 0 }, { ...question, model: 1 }]) {
      await expect(parent.answer(params, none)).rejects.toThrow();
    }
    expect(ask).not.toHaveBeenCalled();
  });

  test("whose answer is none is not taken for one", async () => {
    const wrong = { text: "The Seine.", stop: "done", usage: { inputTokens: 1, outputTokens: 1 } };
    const models = kernelEditorModels({ ask: () => Promise.resolve(wrong) });
    await expect(models.complete("m", question, new AbortController().signal)).rejects.toThrow();
  });
});
