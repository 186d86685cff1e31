import { afterAll, describe, expect, test } from "vitest";
import { askEditorModel } from "../../src/extension/models/editorModels.ts";
import { FakeEditor, FakeError, FakeModel, written } from "../extension/models/fakeEditor.ts";
import { type BenchKernel, KernelBench, until } from "./kernelBench.ts";

const bench = new KernelBench();
afterAll(() => bench.dispose());

/** A kernel whose parent has an editor. */
function kernelOf(editor: FakeEditor): Promise<BenchKernel> {
  return bench.start({ editorModels: (request, signal) => askEditorModel(editor.parts, request, signal) });
}

/** A cell that measures a system of one component, which asks a model of the editor. */
const cell = (name: string, model = "vscode:m"): string => `
import { experiment, llm, system } from "optimas";
const answerer = llm({ name: "answerer", description: "Answers.", inputs: ["question"], outputs: ["answer"], prompt: "Answer." });
const e = experiment({
  system: system({ name: "${name}", components: [answerer], outputs: ["answer"] }),
  model: "${model}",
  data: { train: [{ question: "Which?" }], validation: Array.from({ length: 12 }, (_, at) => ({ question: "${name} " + at + "?" })) },
  reward: (output) => (output.answer === "The Seine." ? 1 : 0),
  settings: { concurrency: 4, budgetTokens: 1_000_000 },
});
const measured = await e.evaluate();
console.log("measured", JSON.stringify(measured));`;

describe("a cell that asks a model of the editor", () => {
  test("is answered over its kernel's channel, and the user is asked once", async () => {
    let open = 0;
    let most = 0;
    const model = new FakeModel("m", async () => {
      most = Math.max(most, ++open);
      await new Promise((resolve) => setTimeout(resolve, 20));
      open--;
      model.doing = () => written("<answer>The Seine.</answer>");
      return written("<answer>The Seine.</answer>");
    });
    const editor = new FakeEditor(model);
    editor.allowed = undefined;
    const kernel = await kernelOf(editor);
    const { result, stdout, outputs } = await kernel.run(cell("answered"));
    expect(result.status, JSON.stringify(outputs)).toBe("succeeded");
    expect(stdout).toContain("measured");
    expect(model.heard).toHaveLength(12);
    expect(most).toBe(1);
  });

  test.each([
    ["none", "the editor has no language models"],
    ["NoPermissions", "Manage Language Model Access"],
    ["Blocked", "Resume the run when your plan allows more requests"],
  ])("ends with what to do: %s", async (code, words) => {
    const model = new FakeModel("m", () => {
      throw new FakeError(code, "said the editor");
    });
    const kernel = await kernelOf(code === "none" ? new FakeEditor() : new FakeEditor(model));
    const { result, outputs } = await kernel.run(cell(`refused${code}`));
    expect(result.status).toBe("failed");
    expect(JSON.stringify(outputs)).toContain(words);
    // What no other request can do better is not tried again.
    expect(model.heard.length).toBeLessThanOrEqual(4);
  });

  test("takes its requests back when it is stopped", async () => {
    const model = new FakeModel("m", () => new Promise(() => undefined));
    const kernel = await kernelOf(new FakeEditor(model));
    const running = kernel.run(cell("stopped"), undefined, { cell: "stopped" });
    await until(() => model.heard.length === 4, "requests are under way");
    kernel.kernel.interrupt("stopped");
    expect((await running).result.status).not.toBe("succeeded");
    await until(() => model.heard.every(({ token }) => token.isCancellationRequested), "all are taken back");
    expect(model.heard).toHaveLength(4);
  });
});
