import assert from "node:assert/strict";
import { suite, test } from "mocha";
import * as vscode from "vscode";
import { askEditorModel, type EditorModelParts } from "../../src/extension/models/editorModels.ts";
import { FirstRequests } from "../../src/extension/models/firstRequests.ts";
import { EditorModelRefused } from "../../src/notebook/kernelEditorModels.ts";
import type { Completed } from "../../src/notebook/kernelProtocol.ts";
import { openNotebook, outputText, run } from "./openNotebook.ts";

type Send = vscode.LanguageModelChat["sendRequest"];

/** The text of an answer, as the editor hands it over. */
function answering(text: AsyncIterable<string>): vscode.LanguageModelChatResponse {
  return { text, stream: text };
}

async function* written(...pieces: readonly string[]): AsyncIterable<string> {
  yield* pieces;
}

function fakeModel(sendRequest: Send, more: Partial<vscode.LanguageModelChat> = {}): vscode.LanguageModelChat {
  return {
    id: "fake",
    name: "The fake",
    vendor: "test",
    family: "fake",
    version: "1",
    maxInputTokens: 1_000,
    countTokens: async (counted) => {
      if (typeof counted === "string") return counted.length;
      const parts = counted.content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : ""));
      return parts.join("").length;
    },
    sendRequest,
    ...more,
  };
}

interface Asking {
  readonly models?: readonly vscode.LanguageModelChat[];
  readonly signal?: AbortSignal;
  readonly maxTokens?: number;
}

/** Asks "Why?" of the model that is named fake, with the editor's own classes. */
function ask(sendRequest: Send, { models = [fakeModel(sendRequest)], signal, maxTokens = 100 }: Asking = {}) {
  const parts: EditorModelParts = {
    editor: {
      lm: { selectChatModels: async () => [...models] },
      CancellationTokenSource: vscode.CancellationTokenSource,
      LanguageModelChatMessage: vscode.LanguageModelChatMessage,
      l10n: vscode.l10n,
    },
    access: { canSendRequest: () => undefined },
    firstRequests: new FirstRequests(() => performance.now()),
    isTrusted: () => true,
  };
  const messages = [
    { role: "system" as const, content: "Be brief." },
    { role: "user" as const, content: "Why?" },
    { role: "assistant" as const, content: "So." },
  ];
  const request = { model: "fake", messages, temperature: 0.5, maxTokens };
  return askEditorModel(parts, request, signal ?? new AbortController().signal);
}

async function refusal(answer: Promise<Completed>): Promise<[kind: string, message: string]> {
  const thrown = await answer.then(
    ({ text }) => new Error(`there was an answer: ${text}`),
    (error: unknown) => error,
  );
  if (!(thrown instanceof EditorModelRefused)) throw thrown;
  return [thrown.kind, thrown.message];
}

function throwing(error: unknown): Send {
  return () => {
    throw error;
  };
}

suite("a language model of the editor", () => {
  test("gets the editor's own messages and options, and answers piece by piece", async () => {
    let heard: readonly vscode.LanguageModelChatMessage[] = [];
    let options: vscode.LanguageModelChatRequestOptions = {};
    const answer = await ask(async (messages, given = {}) => {
      heard = messages;
      options = given;
      return answering(written("Be", "cause."));
    });
    const usage = { inputTokens: 16, outputTokens: 8, estimated: true };
    assert.deepEqual(answer, { text: "Because.", stop: "end", usage });
    const { User, Assistant } = vscode.LanguageModelChatMessageRole;
    assert.deepEqual(
      heard.map(({ role }) => role),
      [User, User, Assistant],
    );
    assert.deepEqual(options.modelOptions, { temperature: 0.5, max_tokens: 100 });
    assert.match(options.justification ?? "", /optimization that you started/);
  });

  test("that the user does not allow, that is blocked, or that is gone, is told as that", async () => {
    const { NoPermissions, Blocked, NotFound } = vscode.LanguageModelError;
    const denied = await refusal(ask(throwing(NoPermissions("no"))));
    assert.equal(denied[0], "authentication");
    assert.match(denied[1], /not allowed Optimas to ask The fake/);
    const blocked = await refusal(ask(throwing(Blocked("used up"))));
    assert.equal(blocked[0], "quota");
    assert.match(blocked[1], /used up/);
    assert.equal((await refusal(ask(throwing(NotFound("gone")))))[0], "unknown model");
  });

  test("that vanishes between two requests is unknown to the second", async () => {
    const send: Send = async () => answering(written("here"));
    assert.equal((await ask(send)).text, "here");
    const other = fakeModel(send, { id: "other", family: "other" });
    const [kind, message] = await refusal(ask(send, { models: [other] }));
    assert.equal(kind, "unknown model");
    assert.match(message, /vscode:test\/other/);
  });

  test("whose answer was filtered, is empty, or breaks off for some reason, is told as that", async () => {
    assert.equal((await ask(throwing(new Error("Response got filtered")))).stop, "filtered");
    assert.equal((await ask(async () => answering(written()))).stop, "empty");
    const unknown = new Error("Language model errored", { cause: new Error("socket hang up") });
    assert.deepEqual(await refusal(ask(throwing(unknown))), [
      "overloaded",
      "The fake did not answer: Language model errored: socket hang up",
    ]);
  });

  test("that does not end is cut off, and told to stop", async () => {
    let token: vscode.CancellationToken | undefined;
    const endless: Send = async (_messages, _options, given) => {
      token = given;
      return answering(
        (async function* () {
          for (;;) yield "and on ";
        })(),
      );
    };
    const { stop, text } = await ask(endless, { maxTokens: 5 });
    assert.equal(stop, "length");
    assert.equal(text.length, 5);
    assert.equal(token?.isCancellationRequested, true);
  });

  test("is told to stop when nobody wants its answer any more, and not waited for", async () => {
    const controller = new AbortController();
    let token: vscode.CancellationToken | undefined;
    const silent: Send = (_messages, _options, given) => {
      token = given;
      setTimeout(() => controller.abort(new Error("stopped")), 0);
      return new Promise(() => undefined);
    };
    await assert.rejects(ask(silent, { signal: controller.signal }), /stopped/);
    assert.equal(token?.isCancellationRequested, true);
  });

  test("is not asked for more than it can hold", async () => {
    const small = fakeModel(throwing(new Error("was asked")), { maxInputTokens: 15 });
    assert.equal((await refusal(ask(small.sendRequest, { models: [small] })))[0], "too long");
  });
});

suite("a cell that names a model of the editor", () => {
  test("says what to do where the editor has none", async () => {
    if ((await vscode.lm.selectChatModels()).length > 0) return;
    const notebook = await openNotebook("editorModels.optnb", [
      `import { experiment, llm, system } from "optimas";
const answerer = llm({ name: "answerer", description: "Answers.", inputs: ["question"], outputs: ["answer"], prompt: "Answer." });
const rows = Array.from({ length: 12 }, (_, i) => ({ question: "Why " + i + "?" }));
const e = experiment({
  system: system({ name: "edited", components: [answerer], outputs: ["answer"] }),
  data: { train: rows.slice(0, 6), validation: rows.slice(6) },
  reward: (output) => output.answer.length % 2,
  model: "vscode:maker/nothing",
  settings: { budgetTokens: 100_000 },
});`,
      "await e.evaluate()",
    ]);
    await run(notebook, 0, notebook.cellCount);
    const cell = notebook.cellAt(1);
    assert.equal(cell.executionSummary?.success, false);
    const text = outputText(cell);
    assert.match(text, /vscode:maker\/nothing cannot be asked: the editor has no language models/);
    assert.match(text, /sign in/);
  });
});
