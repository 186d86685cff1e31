import { getEventListeners } from "node:events";
import { describe, expect, test } from "vitest";
import { askEditorModel } from "../../../src/extension/models/editorModels.ts";
import type { EditorModelRefused } from "../../../src/notebook/kernelEditorModels.ts";
import type { Complete } from "../../../src/notebook/kernelProtocol.ts";
import { always, FakeEditor, FakeError, FakeModel, written } from "./fakeEditor.ts";

function asking(model = "m", more: Partial<Complete> = {}): Complete {
  const messages = [{ role: "user" as const, content: "Which river runs through Paris?" }];
  return { model, messages, temperature: 0, maxTokens: 100, ...more };
}

function ask(editor: FakeEditor, request = asking(), signal = new AbortController().signal) {
  return askEditorModel(editor.parts, request, signal);
}

async function refusal(editor: FakeEditor, request = asking()): Promise<EditorModelRefused> {
  return ask(editor, request).then(
    ({ text }) => expect.fail(`there was an answer: ${text}`),
    (thrown: EditorModelRefused) => thrown,
  );
}

function thrower(thrown: unknown) {
  return () => {
    throw thrown;
  };
}

describe("a model of the editor", () => {
  test("is told what for, and asked with temperature and bound", async () => {
    const model = new FakeModel("m", always("The Seine."));
    const answer = await ask(new FakeEditor(model), asking("m", { temperature: 0.7, maxTokens: 50 }));
    expect(answer).toEqual({
      text: "The Seine.",
      stop: "end",
      usage: { inputTokens: 8, outputTokens: 3, estimated: true },
    });
    expect(model.heard).toMatchObject([
      { justification: expect.stringContaining("you started"), temperature: 0.7, maxTokens: 50 },
    ]);
  });

  test.each(["m", "maker/family-of-m", "family-of-m"])("is found by %s", async (name) => {
    const editor = new FakeEditor(new FakeModel("other", always("no")), new FakeModel("m", always("yes")));
    expect((await ask(editor, asking(name))).text).toBe("yes");
  });

  test("that there is not is told with those that there are", async () => {
    expect(await refusal(new FakeEditor(new FakeModel("m", always(""))), asking("n"))).toMatchObject({
      kind: "unknown model",
      message: "The editor has no model n now; there are vscode:maker/family-of-m.",
    });
    const { kind, message } = await refusal(new FakeEditor());
    expect(kind).toBe("unknown model");
    expect(message).toContain("the editor has no language models");
  });

  test("that vanishes between two requests is told as gone, and asked again when it is back", async () => {
    const model = new FakeModel("m", always("here"));
    const other = new FakeModel("o", always("other"));
    const editor = new FakeEditor(model, other);
    expect((await ask(editor)).text).toBe("here");
    editor.models = [other];
    expect(await refusal(editor)).toMatchObject({ kind: "unknown model" });
    editor.models = [model, other];
    expect((await ask(editor)).text).toBe("here");
  });

  test("that vanishes after it has answered has answered", async () => {
    const text = "twenty characters ok";
    const model = new FakeModel("m", () => {
      model.countTokens = () => Promise.reject(new FakeError("NotFound", "unknown"));
      return written(text);
    });
    expect(await ask(new FakeEditor(model))).toMatchObject({ text, stop: "end", usage: { outputTokens: 5 } });
  });

  test.each([
    ["NoPermissions", "authentication", "Manage Language Model Access"],
    ["Blocked", "quota", "quota exceeded for today"],
    ["NotFound", "unknown model", "is gone from the editor"],
    ["", "overloaded", "did not answer: quota exceeded for today"],
  ] as const)("that the editor refuses with %j is told as %j", async (code, kind, words) => {
    const error = new FakeError(code, "quota exceeded for today");
    for (const thrown of [error, new FakeError("Unknown", "The model failed", error)]) {
      const told = await refusal(new FakeEditor(new FakeModel("m", thrower(thrown))));
      expect(told).toMatchObject({ name: "EditorModelRefused", kind });
      if (thrown === error) expect(told.message).toContain(words);
      expect(told.message).toContain("The m");
    }
  });

  test("that throws what is no error of the editor's is told with what it said and why", async () => {
    const thrown = new Error("request failed", { cause: new Error("socket hang up") });
    const { kind, message } = await refusal(new FakeEditor(new FakeModel("m", thrower(thrown))));
    expect([kind, message]).toEqual(["overloaded", "The m did not answer: request failed: socket hang up"]);
    const text = await refusal(new FakeEditor(new FakeModel("m", thrower("no error at all"))));
    expect(text.message).toBe("The m did not answer: no error at all");
  });

  test("that breaks off in the middle of its answer has not answered", async () => {
    const model = new FakeModel("m", async function* () {
      yield "half";
      throw new FakeError("", "stream broken");
    });
    expect(await refusal(new FakeEditor(model))).toMatchObject({ kind: "overloaded" });
  });

  test.each([
    new FakeError("", "Response got filtered."),
    new FakeError("", "The model failed", new Error("content_filter")),
  ])("whose answer was filtered answers with nothing: %s", async (thrown) => {
    expect(await ask(new FakeEditor(new FakeModel("m", thrower(thrown))))).toEqual({
      text: "",
      stop: "filtered",
      usage: { inputTokens: 8, outputTokens: 0, estimated: true },
    });
  });

  test.each(["", " \n"])("that writes nothing (%j) answers with nothing", async (text) => {
    expect(await ask(new FakeEditor(new FakeModel("m", always(text))))).toMatchObject({ text, stop: "empty" });
  });

  test("is not asked for more than it can hold", async () => {
    const model = new FakeModel("m", always("yes"));
    model.maxInputTokens = 7;
    const { kind, message } = await refusal(new FakeEditor(model));
    expect(kind).toBe("too long");
    expect(message).toMatch(/The m.*8.*7/);
    expect(model.heard).toEqual([]);
  });

  test("that does not stop writing is cut off and cancelled", async () => {
    const model = new FakeModel("m", async function* () {
      for (;;) yield "word ".repeat(20);
    });
    const { text, stop, usage } = await ask(new FakeEditor(model), asking("m", { maxTokens: 10 }));
    expect(stop).toBe("length");
    expect(text).toHaveLength(40);
    // More than was set aside is not taken.
    expect(usage.outputTokens).toBe(10);
    expect(model.heard[0]?.token.isCancellationRequested).toBe(true);
  });

  test("is cut where its own tokenizer says, not where its characters seem to", async () => {
    const model = new FakeModel("m", async function* () {
      for (;;) yield "word ".repeat(20);
    });
    model.countTokens = async (counted) => (typeof counted === "string" ? counted.length / 20 : 1);
    const { text, usage } = await ask(new FakeEditor(model), asking("m", { maxTokens: 10 }));
    expect(text).toHaveLength(200);
    expect(usage.outputTokens).toBe(10);
  });

  test("is cancelled with its caller, also one that does not listen", async () => {
    const model = new FakeModel("m", () => new Promise(() => undefined));
    const silent = new FakeModel("s", async function* () {
      await new Promise(() => undefined);
      yield "";
    });
    for (const asked of [model, silent]) {
      const controller = new AbortController();
      const reason = new Error("the user stopped it");
      const answer = ask(new FakeEditor(asked), asking(asked.id), controller.signal);
      await expect.poll(() => asked.heard).toHaveLength(1);
      controller.abort(reason);
      await expect(answer).rejects.toBe(reason);
      expect(asked.heard[0]?.token.isCancellationRequested).toBe(true);
      expect(getEventListeners(controller.signal, "abort")).toEqual([]);
    }
  });

  test("is not asked by a workspace that is not trusted", async () => {
    const model = new FakeModel("m", always("yes"));
    const editor = new FakeEditor(model);
    editor.isTrusted = false;
    expect(await refusal(editor)).toMatchObject({ kind: "authentication" });
    expect(model.heard).toEqual([]);
  });
});

/** A dialog of the editor: open until the user says yes or no. */
class Dialog {
  open = 0;
  most = 0;
  #answer: ((yes: boolean) => void) | undefined;

  /** What a model does of which the user was never asked. */
  readonly doing = async (): Promise<AsyncIterable<string>> => {
    this.most = Math.max(this.most, ++this.open);
    const yes = await new Promise<boolean>((resolve) => {
      this.#answer = resolve;
    });
    this.open--;
    if (!yes) throw new FakeError("NoPermissions", "The user said no");
    return written("answer");
  };

  say(yes: boolean): void {
    this.#answer?.(yes);
  }
}

describe("consent", () => {
  function opened() {
    const dialog = new Dialog();
    const model = new FakeModel("m", dialog.doing);
    const editor = new FakeEditor(model);
    editor.allowed = undefined;
    return { dialog, model, editor };
  }

  test("is asked for once by many requests, which all go when it is given", async () => {
    const { dialog, model, editor } = opened();
    const answers = Promise.all(Array.from({ length: 20 }, () => ask(editor)));
    await expect.poll(() => dialog.open).toBe(1);
    model.doing = always("answer");
    editor.allowed = true;
    dialog.say(true);
    expect((await answers).map(({ text }) => text)).toEqual(Array.from({ length: 20 }, () => "answer"));
    expect(dialog.most).toBe(1);
  });

  test.each([undefined, false])(
    "is taken for given when a request was answered, whatever the editor knows (%s)",
    async (known) => {
      const { dialog, model, editor } = opened();
      editor.allowed = known;
      const first = ask(editor);
      await expect.poll(() => dialog.open).toBe(1);
      dialog.say(true);
      await first;
      let under = 0;
      model.doing = async () => {
        under++;
        await expect.poll(() => under).toBe(2);
        return written("both");
      };
      expect(await Promise.all([ask(editor), ask(editor)])).toMatchObject([{ text: "both" }, { text: "both" }]);
    },
  );

  test("that is denied is denied to all who waited, and to those on their way; later it is asked for again", async () => {
    const { dialog, model, editor } = opened();
    const answers = Promise.all(Array.from({ length: 20 }, () => refusal(editor)));
    await expect.poll(() => dialog.open).toBe(1);
    dialog.say(false);
    for (const refused of await answers) expect(refused).toMatchObject({ kind: "authentication" });
    expect(await refusal(editor)).toMatchObject({ kind: "authentication" });
    expect(model.heard).toHaveLength(1);
    editor.now += 10_000;
    const again = ask(editor);
    await expect.poll(() => dialog.open).toBe(1);
    dialog.say(true);
    expect((await again).text).toBe("answer");
  });

  test("stays one question when the one that asked is aborted while it is open", async () => {
    const { dialog, model, editor } = opened();
    const controller = new AbortController();
    const first = ask(editor, asking(), controller.signal);
    await expect.poll(() => dialog.open).toBe(1);
    controller.abort(new Error("stopped"));
    await expect(first).rejects.toThrow("stopped");
    const second = ask(editor);
    await new Promise((resolve) => setImmediate(resolve));
    expect(dialog.most).toBe(1);
    model.doing = always("answer");
    dialog.say(true);
    expect((await second).text).toBe("answer");
    expect(dialog.most).toBe(1);
  });

  test("is asked for anew where the first request failed for another reason", async () => {
    const { dialog, model, editor } = opened();
    model.doing = thrower(new FakeError("", "out of order"));
    expect(await refusal(editor)).toMatchObject({ kind: "overloaded" });
    model.doing = dialog.doing;
    const answers = Promise.all([ask(editor), ask(editor)]);
    await expect.poll(() => dialog.open).toBe(1);
    expect(dialog.most).toBe(1);
    model.doing = always("answer");
    dialog.say(true);
    expect(await answers).toHaveLength(2);
  });

  test("is asked for by vendor", async () => {
    const { dialog, editor } = opened();
    const other = new Dialog();
    editor.models.push(new FakeModel("o", other.doing, "other maker"));
    const answers = Promise.all([ask(editor), ask(editor, asking("o"))]);
    await expect.poll(() => [dialog.open, other.open]).toEqual([1, 1]);
    dialog.say(true);
    other.say(true);
    expect(await answers).toHaveLength(2);
  });
});
